//! Bytes to protocol and back, without input or output.
//!
//! [`telnet`] takes telnet's own bytes out, [`framing`] finds where a message ends, for clients
//! with and without newlines.

pub mod framing;
pub mod telnet;
