//! Any message as an object: what pages ask.

use game::limits::MESSAGE_BYTES;
use game::protocol::{Misread, Request};
use game::wire::{json, text};

/// It asks what a line could ask, or is refused; only what is said to be a guess is one.
pub fn check(data: &[u8]) {
    let Ok(line) = json::to_text(data) else {
        return;
    };
    assert!(data.len() <= MESSAGE_BYTES, "too long to be read");
    let asked: serde_json::Value = serde_json::from_slice(data).expect("it was read");
    match (asked["type"].as_str(), text::parse(line.as_bytes())) {
        (Some("guess"), found) => assert!(
            matches!(found, Ok(Request::Guess(_)) | Err(Misread::Unknown)),
            "{line:?}: {found:?}"
        ),
        (kind, found) => assert!(
            !matches!(found, Ok(Request::Guess(_))),
            "{kind:?}: {line:?}"
        ),
    }
}
