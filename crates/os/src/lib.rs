//! What only one operating system can do, and what a program asks of any: sockets that listen,
//! clocks, limits, the terminal.

pub mod console;
pub mod descriptors;
pub mod desktop;
pub mod echo;
pub mod endpoint;
pub mod files;
pub mod interfaces;
pub mod listen;
pub mod liveness;
pub mod ports;
pub mod process;
pub mod signals;
pub mod socket;
pub mod system;
pub mod usage;
