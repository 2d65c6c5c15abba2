//! The program's commands, around the crates that do the work.

pub mod chat;
pub mod cli;
pub mod commands;
pub mod load;
pub mod net;
pub mod player;
