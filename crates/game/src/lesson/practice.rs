//! The practice port: what happened there in words, and the judgement of the conversation. It
//! claims only what the server saw.

use super::facts::{PracticeEvent, PracticeLog};
use super::judge::{Finding, Verdict};
use crate::phrases::{Lang, say};
use crate::wire::text::quote;

/// The message that ends the conversation, compared as Python's `upper` and `==` do.
const FIN: &str = "FIN";

fn is_fin(message: &[u8]) -> bool {
    std::str::from_utf8(message).is_ok_and(|text| text.to_uppercase() == FIN)
}

/// The server's first message at a practice port: it speaks first, as in the lesson.
pub fn greeting(lang: Lang) -> String {
    say(lang, "lesson-practice-greeting", &[])
}

/// The server's answer to what one receive returned; `None` to the last message.
pub fn reply(message: &[u8], lang: Lang) -> Option<String> {
    let args = || {
        let message = quote(message).into_string();
        [("message", message.into())]
    };
    (!is_fin(message)).then(|| say(lang, "lesson-practice-reply", &args()))
}

impl PracticeLog {
    /// The events in words, one sentence each.
    pub fn sentences(&self, lang: Lang) -> Vec<String> {
        self.events
            .iter()
            .map(|event| event.sentence(lang))
            .collect()
    }

    /// Whether a program has connected.
    pub fn is_connected_to(&self) -> bool {
        let mut events = self.events.iter();
        events.any(|event| matches!(event, PracticeEvent::Connected { .. }))
    }

    /// The events of the latest connection, after its beginning.
    fn latest(&self) -> &[PracticeEvent] {
        let start = self
            .events
            .iter()
            .rposition(|it| matches!(it, PracticeEvent::Connected { .. }));
        start.map_or(&[], |start| &self.events[start + 1..])
    }
}

impl PracticeEvent {
    /// The event in words.
    pub fn sentence(&self, lang: Lang) -> String {
        match self {
            PracticeEvent::Connected { at, from } => {
                let args = [
                    ("at", at.as_str().into()),
                    ("from", from.to_string().into()),
                ];
                say(lang, "lesson-saw-connected", &args)
            }
            PracticeEvent::Said(message) => say(
                lang,
                "lesson-saw-said",
                &[("message", message.as_str().into())],
            ),
            PracticeEvent::Sent(bytes) => {
                let message = quote(bytes).into_string();
                let args = [("message", message.into()), ("bytes", bytes.len().into())];
                say(lang, "lesson-saw-sent", &args)
            }
            PracticeEvent::Silent(seconds) => {
                say(lang, "lesson-saw-silent", &[("seconds", (*seconds).into())])
            }
            PracticeEvent::Closed => say(lang, "lesson-saw-closed", &[]),
            PracticeEvent::Broke => say(lang, "lesson-saw-broke", &[]),
        }
    }
}

/// Judges the expected conversation: connect, say something, say `FIN`.
pub fn conversation(observed: Option<&PracticeLog>) -> Finding<'static> {
    let waiting = Finding::of(Verdict::Waiting);
    let Some(observed) = observed else {
        return waiting.phrase("lesson-practice-closed");
    };
    if !observed.is_connected_to() {
        return waiting.phrase("lesson-practice-nobody");
    }
    let near = Finding::of(Verdict::Near);
    let (mut said, mut in_turn) = (0, true);
    let events = observed.latest();
    for event in events {
        match event {
            PracticeEvent::Sent(bytes) if is_fin(bytes) && said > 0 => {
                return Finding::of(Verdict::Right).phrase("lesson-practice-right");
            }
            PracticeEvent::Sent(bytes) if is_fin(bytes) => {
                return near.phrase("lesson-practice-only-fin");
            }
            PracticeEvent::Sent(bytes) => match trouble(bytes, in_turn) {
                Some(id) => return near.phrase(id),
                None => {
                    said += 1;
                    in_turn = false;
                }
            },
            PracticeEvent::Said(_) => in_turn = true,
            PracticeEvent::Closed => return near.phrase("lesson-practice-no-fin"),
            PracticeEvent::Broke => return near.phrase("lesson-practice-broke"),
            PracticeEvent::Silent(_) | PracticeEvent::Connected { .. } => {}
        }
    }
    match (events.last(), said) {
        (Some(PracticeEvent::Silent(seconds)), _) => waiting.say(
            "lesson-practice-silent",
            vec![("seconds", (*seconds).into())],
        ),
        (_, 0) => waiting.phrase("lesson-practice-your-turn"),
        _ => waiting.phrase("lesson-practice-go-on"),
    }
}

/// The id of the phrase that says what is wrong with a message that is not the last.
fn trouble(bytes: &[u8], in_turn: bool) -> Option<&'static str> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Some("lesson-practice-not-utf8");
    };
    if text.starts_with("GET ") {
        return Some("lesson-practice-browser");
    }
    if is_fin(text.trim_end().as_bytes()) {
        return Some("lesson-practice-fin-newline");
    }
    if text.to_uppercase().ends_with(FIN) && !in_turn {
        return Some("lesson-practice-glued");
    }
    (!in_turn).then_some("lesson-practice-two")
}

/// The finding if a program connected to the practice port instead of the closed port.
pub fn came_here(observed: Option<&PracticeLog>) -> Option<Finding<'static>> {
    let came = observed.is_some_and(PracticeLog::is_connected_to);
    came.then(|| Finding::of(Verdict::Near).phrase("lesson-practice-came-here"))
}
