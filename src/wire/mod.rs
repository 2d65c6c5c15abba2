//! Bytes to protocol and back, without input or output.
