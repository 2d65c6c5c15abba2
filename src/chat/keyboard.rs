//! What the person at this terminal types, and whether it can be sent.

use std::io::{self, StdinLock, Write};

use super::conversation::FIN;
use crate::commands::input::next_line;
use game::limits::MESSAGE_BYTES;
use game::phrases::{Lang, say};
use os::console::{Failure, complain, print};

/// Standard input, a question at a time.
#[derive(Debug)]
pub struct Keyboard {
    input: StdinLock<'static>,
    lang: Lang,
}

impl Keyboard {
    /// The keyboard of a person who reads this language.
    pub fn new(lang: Lang) -> Keyboard {
        let input = io::stdin().lock();
        Keyboard { input, lang }
    }

    /// What is typed behind this prompt, or none at the end of the input.
    pub fn ask(&mut self, prompt: &str) -> Result<Option<Vec<u8>>, Failure> {
        let mut out = io::stdout().lock();
        write!(out, "{prompt}")
            .and_then(|()| out.flush())
            .map_err(|error| Failure::output(&error, self.lang))?;
        let line = next_line(&mut self.input).map_err(|error| Failure::input(&error, self.lang))?;
        if line.is_none() {
            // Nobody has ended the prompt's line.
            print("", self.lang)?;
        }
        Ok(line)
    }

    /// The next message that can be sent; `FIN` at the end of the input.
    pub fn message(&mut self) -> Result<String, Failure> {
        let prompt = say(self.lang, "chat-me", &[]);
        while let Some(line) = self.ask(&prompt)? {
            match sendable(line) {
                Ok(message) => return Ok(message),
                Err(id) => {
                    let limit = MESSAGE_BYTES.to_string().into();
                    complain(&say(self.lang, id, &[("limit", limit)]));
                }
            }
        }
        Ok(FIN.to_owned())
    }
}

/// A line as a message, or the id of the sentence that says why it is none.
fn sendable(line: Vec<u8>) -> Result<String, &'static str> {
    // Of a line that is too long the end is missing, perhaps in the midst of a character.
    if line.len() > MESSAGE_BYTES {
        return Err("chat-too-long");
    }
    match String::from_utf8(line) {
        Ok(text) if text.is_empty() => Err("chat-empty"),
        Ok(text) => Ok(text),
        Err(_) => Err("chat-typed-not-utf8"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_fits_one_receive() {
        let e = |count| "é".repeat(count).into_bytes();
        assert_eq!(sendable(e(512)).map(|text| text.len()), Ok(1024));
        assert_eq!(
            sendable([e(512), b"!".to_vec()].concat()),
            Err("chat-too-long")
        );
        assert_eq!(sendable(Vec::new()), Err("chat-empty"));
        assert_eq!(sendable(b" ".to_vec()), Ok(" ".to_owned()));
        assert_eq!(sendable(b"caf\xe9".to_vec()), Err("chat-typed-not-utf8"));
    }
}
