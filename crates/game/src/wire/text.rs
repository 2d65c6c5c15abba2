//! The text protocol: parses the bytes of a message into a [`Request`](crate::protocol::Request),
//! and writes a [`Reply`](crate::protocol::Reply) as one line.
//!
//! [`super::framing`] decides where a message ends and whether an answer gets a newline.
//! [`super::answer`] reads what [`Phrasebook`] writes. `docs/protocol.md` has the tables.

mod phrasebook;
mod quote;
mod read;
mod refuse;
mod tell;

pub use phrasebook::Phrasebook;
pub use quote::quote;
pub use read::parse;
