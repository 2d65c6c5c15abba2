//! The text protocol's content: a message's bytes to a [`Request`](crate::protocol::Request), a
//! [`Reply`](crate::protocol::Reply) to one line.
//!
//! Where a message begins and ends, and whether an answer gets a newline, is framing and not told
//! here. [`super::answer`] reads back what [`Phrasebook`] writes. `docs/protocol.md` has the tables.

mod phrasebook;
mod quote;
mod read;
mod refuse;
mod tell;

pub use phrasebook::Phrasebook;
pub use quote::quote;
pub use read::parse;
