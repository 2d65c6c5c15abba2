//! What whoever operates a server needs beside the game: metrics, health and logs.

mod log;
mod mdns;
mod metrics;
mod packaging;
pub mod players;
mod proxy;
mod shared;
