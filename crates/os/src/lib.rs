//! What only one operating system can do, and what a program asks of any: sockets that listen,
//! clocks, limits, the terminal.

pub mod console;
pub mod endpoint;
pub mod interfaces;
pub mod listen;
pub mod system;
