//! Reads the user's messages from standard input.

use std::io::{self, StdinLock, Write};

use super::message::{FIN, sendable};
use crate::input::next_line;
use game::limits::MESSAGE_BYTES;
use game::phrases::{Lang, say};
use os::console::{Failure, complain, print};

/// Standard input, with a prompt before each line.
#[derive(Debug)]
pub struct Keyboard {
    input: StdinLock<'static>,
    lang: Lang,
}

impl Keyboard {
    /// Locks standard input. `lang` is the language of the prompts.
    pub fn new(lang: Lang) -> Keyboard {
        let input = io::stdin().lock();
        Keyboard { input, lang }
    }

    /// Prints the prompt and reads a line; `None` at the end of the input.
    ///
    /// # Errors
    /// Standard input or output fails.
    pub fn ask(&mut self, prompt: &str) -> Result<Option<Vec<u8>>, Failure> {
        let mut out = io::stdout().lock();
        write!(out, "{prompt}")
            .and_then(|()| out.flush())
            .map_err(|error| Failure::output(&error, self.lang))?;
        let line = next_line(&mut self.input).map_err(|error| Failure::input(&error, self.lang))?;
        if line.is_none() {
            // The prompt's line has no end yet.
            print("", self.lang)?;
        }
        Ok(line)
    }

    /// Reads lines until one can be sent. The end of the input is `FIN`.
    ///
    /// # Errors
    /// Standard input or output fails.
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
