//! Conversion between bytes and the protocol, without input or output.
//!
//! [`telnet`] removes telnet commands, [`framing`] splits the stream into messages, [`text`] parses
//! messages and writes answers, and [`answer`] is the client's side, which reads answers. [`json`]
//! is the same protocol for pages, in the frames of [`websocket`].

pub mod answer;
pub mod framing;
pub mod json;
pub mod telnet;
pub mod text;
pub mod websocket;
