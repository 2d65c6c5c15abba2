//! The page's port, byte by byte and with `curl`: what it serves, what it refuses, and its bounds.

mod bounds;
mod checks;
mod guard;
pub mod http;
mod pages;
mod poll;
mod port;
mod results;
mod sockets;
mod teacher;
mod tls;
mod trial;
mod whereabouts;
mod workshop;
