//! The lab: shows learners what their programs do, and what is wrong with them.
//!
//! - [`dialect`] learns how an unknown server talks, without I/O; [`encounter`] connects it to one.
//! - [`program`] starts a learner's program, bounds it, types on its keyboard and finds out what it
//!   waits for; [`trace`] records what happened, with times.
//! - [`session`] dials or awaits a program, carries bytes to it and judges its silence.
//! - [`check`] examines a client or a server, and says what is wrong in the learner's words.
//! - [`alike`] tells how much of two programs is the same.
//! - [`tap`] relays between a client and a server, and shows every byte.

pub mod alike;
pub mod check;
pub mod dialect;
pub mod encounter;
mod escape;
mod process;
pub mod program;
pub mod sentence;
mod session;
pub mod tap;
pub mod trace;
