//! What a program does after the last word of a game.

use super::number::{Number, read};
use super::plan::{End, Plan};
use super::play::Session;
use crate::session::Prompt;
use crate::session::Turn;

/// What it did after the last word.
#[derive(Clone, Debug)]
pub struct Aftermath {
    /// The last thing that it did.
    pub last: Turn,
    /// Whether it closed its connection.
    pub left: bool,
    /// The rest.
    pub end: End,
}

impl Aftermath {
    /// Whether the program is gone, in whichever way.
    pub fn is_over(&self) -> bool {
        matches!(self.last, Turn::Ended(_))
    }

    /// Whether it asks its user for more, and printed what it prints after any message.
    pub fn asks_as(&self, before: &str, message: &str) -> bool {
        matches!(&self.last, Turn::Asks(printed) if bare(printed, message) == before)
    }

    /// Whether it ended by itself and in order.
    pub fn is_sound(&self) -> bool {
        let stopped = self.is_over() || self.left;
        stopped && self.end.crash.is_none() && !self.end.is_endless(&self.last)
    }
}

/// Looks at a program that has heard the last word, and answers its last questions.
pub fn aftermath(session: &mut Session, plan: &Plan) -> Aftermath {
    let mut left = false;
    let mut asked = 0;
    let last = loop {
        match session.stage.next() {
            Turn::Left if !left => left = true,
            Turn::Asks(prompt) if asked < 2 => {
                let question = Prompt::by(&prompt);
                if !left && !matches!(question, Prompt::Again | Prompt::Enter) {
                    break Turn::Asks(prompt);
                }
                asked += 1;
                let answer = match question {
                    Prompt::Guess => String::new(),
                    question => question.answer(session.stage.server, 0),
                };
                session.stage.type_line(&answer);
            }
            // A farewell is no guess.
            Turn::Sent(pieces) if read(&pieces) == Number::None && asked < 2 => asked += 1,
            turn => break turn,
        }
    };
    let end = plan.end_of(session, Some(&last));
    Aftermath { last, left, end }
}

/// What was printed, without the message and whatever the numbers: what the program made of it.
pub fn bare(printed: &str, message: &str) -> String {
    let rest = printed.replace(message, "");
    rest.chars().filter(|c| !c.is_ascii_digit()).collect()
}
