//! Everything that speaks TCP can play: a whole game with each real client program.
//!
//! A program that is not on the machine fails its test, which names its Debian package;
//! `scripts/test` installs them all.

mod lesson;
mod lines;
pub mod program;
