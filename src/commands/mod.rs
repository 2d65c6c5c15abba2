//! One file a command.

pub mod export;
pub mod forget;
