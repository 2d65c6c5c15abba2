//! Bytes to protocol and back, without input or output.
//!
//! [`telnet`] takes telnet's own bytes out, [`framing`] finds where a message ends, for clients
//! with and without newlines; [`text`] reads messages and writes answers; [`answer`] is the other
//! side: it reads the answers. [`json`] is the same protocol for pages, in the frames of
//! [`websocket`].

pub mod answer;
pub mod framing;
pub mod json;
pub mod telnet;
pub mod text;
pub mod websocket;
