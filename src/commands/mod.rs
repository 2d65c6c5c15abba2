//! The commands that are one file each.

mod announcement;
pub mod check;
pub mod completions;
pub mod export;
pub mod forget;
pub mod journal;
pub mod load;
mod log;
pub mod man;
mod qr;
pub mod serve;
mod storage;
pub mod tap;
pub mod verify;
