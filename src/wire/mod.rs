//! Bytes to protocol and back, without input or output.

pub mod answer;
pub mod text;
