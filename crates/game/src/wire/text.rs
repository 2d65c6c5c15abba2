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

pub use quote::quote;
pub use read::{parse, starts_utf16};

use crate::phrases::Lang;
use crate::phrases::words::Words;
use crate::protocol::Pack;

/// The language and the words of the answers on one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phrasebook {
    /// The language of sentences.
    pub lang: Lang,
    /// The words of hints and of a round's end.
    pub pack: Pack,
}

impl Phrasebook {
    /// The phrasebook after a player chose a pack. The language becomes that of the pack's words;
    /// signs belong to no language and keep it.
    pub fn with_pack(self, pack: Pack) -> Phrasebook {
        let lang = Words::of(pack).lang.unwrap_or(self.lang);
        Phrasebook { lang, pack }
    }
}
