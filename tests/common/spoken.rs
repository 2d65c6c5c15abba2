//! The answers that servers give in tests, as text.

use game::phrases::Lang;
use game::protocol::{Pack, Reply};
use game::wire::text::Phrasebook;

/// How the servers here speak.
const SPEAKER: Phrasebook = Phrasebook {
    lang: Lang::Fr,
    pack: Pack::French,
};

/// The answer that a reply becomes.
pub fn spoken(reply: &Reply) -> String {
    let mut bytes = Vec::new();
    SPEAKER.write(reply, &mut bytes);
    String::from_utf8(bytes).expect("answers are UTF-8")
}
