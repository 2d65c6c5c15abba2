//! Refusals as sentences that say what happened and what to send instead.

use crate::limits::{LINE_DEADLINE, MESSAGE_BYTES, NAME_CHARS, SEAT_IDLE};
use crate::phrases::words::error_prefix;
use crate::phrases::{Lang, Value, say};
use crate::protocol::{Misread, Refusal};
use crate::rules::{NameError, Range};

/// The text of a refusal, with the exact prefix of errors.
pub fn error(lang: Lang, refusal: &Refusal) -> String {
    format!("{}{}", error_prefix(lang), sentence(lang, refusal))
}

fn sentence(lang: Lang, refusal: &Refusal) -> String {
    match refusal {
        Refusal::Misread(misread, quote, range) => misread_sentence(lang, *misread, quote, *range),
        Refusal::OutOfRange(quote, range) => quoting(lang, "out-of-range", quote, *range),
        Refusal::Name(error) => name(lang, *error),
        Refusal::NoRoom(room) => say(lang, "no-room", &[("room", room.as_str().into())]),
        Refusal::RoomFull => say(lang, "room-full", &[]),
        Refusal::Locked => say(lang, "room-locked", &[]),
        Refusal::Barred => say(lang, "room-barred", &[]),
        Refusal::Paused => say(lang, "room-paused", &[]),
        Refusal::NoSeat => {
            let days = SEAT_IDLE.as_secs() / 86_400;
            say(lang, "no-seat", &[("days", days.into())])
        }
        Refusal::Elsewhere => say(lang, "elsewhere", &[]),
        Refusal::Gone => say(lang, "gone", &[]),
        Refusal::NotAPage => say(lang, "not-a-page", &[]),
        Refusal::NotTrusted => say(lang, "not-trusted", &[]),
        Refusal::NoSpace => say(lang, "no-space", &[]),
    }
}

fn misread_sentence(lang: Lang, misread: Misread, quote: &str, range: Range) -> String {
    let id = match misread {
        Misread::Unknown if is_one_key(quote) => "misread-key",
        Misread::Unknown => "misread-unknown",
        Misread::Empty => "misread-empty",
        Misread::TooLong => "misread-too-long",
        Misread::NotUtf8 => "misread-not-utf8",
        Misread::Utf16 => "misread-utf16",
        Misread::NotJson => "misread-not-json",
        Misread::Unfinished => "misread-unfinished",
        Misread::RoomCode => "misread-room",
        Misread::Pack => "misread-pack",
        Misread::ResumeCode => "misread-code",
    };
    quoting(lang, id, quote, range)
}

/// Whether a quoted message was a single character, as from a program that sends each key.
fn is_one_key(quote: &str) -> bool {
    let escapes = [("\\x", 4), ("\\u", 6), ("\\U", 10), ("\\", 2)];
    let is_escape = |(start, length)| quote.starts_with(start) && quote.len() == length;
    quote.chars().count() == 1 || escapes.into_iter().any(is_escape)
}

/// A sentence that may quote the message, and may name the range and the limits of a message.
fn quoting(lang: Lang, id: &str, quote: &str, range: Range) -> String {
    let args: [(&str, Value<'_>); 5] = [
        ("quote", quote.into()),
        ("min", range.min.into()),
        ("max", range.max.into()),
        ("bytes", MESSAGE_BYTES.into()),
        ("seconds", LINE_DEADLINE.as_secs().into()),
    ];
    say(lang, id, &args)
}

fn name(lang: Lang, error: NameError) -> String {
    match error {
        NameError::Empty => say(lang, "name-empty", &[]),
        NameError::TooLong => say(lang, "name-too-long", &[("chars", NAME_CHARS.into())]),
        NameError::Forbidden(c) => {
            let point = format!("U+{:04X}", u32::from(c));
            say(lang, "name-forbidden", &[("char", point.into())])
        }
    }
}
