//! Replies as text, in a language and with a pack of words.

use std::sync::OnceLock;

use super::{Phrasebook, refuse, tell};
use crate::phrases::words::Words;
use crate::phrases::{Lang, Value, say};
use crate::protocol::Reply;
use crate::rules::{Answer, Ended};

/// Number of guesses up to which the text of a win is prepared. More are rare: bisection of the
/// largest range takes 31.
const READY_TRIES: u32 = 64;

impl Phrasebook {
    /// Appends one line, without its newline: at most [`MESSAGE_BYTES`] with it.
    ///
    /// [`MESSAGE_BYTES`]: crate::limits::MESSAGE_BYTES
    pub fn write(&self, reply: &Reply, out: &mut Vec<u8>) {
        let lang = self.lang;
        let text = match reply {
            Reply::Guess(answer) => return self.write_answer(answer, out),
            Reply::Greeting(range) => tell::with_range(lang, "greeting", *range),
            Reply::Help(range) => tell::with_range(lang, "help", *range),
            Reply::Named(name, code) => tell::named(lang, name, code.as_ref()),
            Reply::Entered { room, rules, name } => tell::entered(lang, room, *rules, name),
            Reply::Scores { mine, best } => tell::scores(lang, mine.as_ref(), best),
            Reply::Words(pack) => tell::words(self.with_pack(*pack)),
            Reply::Code(code) => tell::code(lang, code),
            Reply::Resumed(resumed) => tell::resumed(*self, resumed),
            Reply::Proof(proof) => tell::proof(lang, proof),
            Reply::Bye => say(lang, "bye", &[]),
            Reply::Refused(refusal) => refuse::error(lang, refusal),
        };
        out.extend_from_slice(text.as_bytes());
    }

    /// Appends the answer to a guess. Hints and wins, by far the most frequent, are prepared bytes.
    fn write_answer(&self, answer: &Answer, out: &mut Vec<u8>) {
        let words = Words::of(self.pack);
        match answer {
            Answer::TooSmall => out.extend_from_slice(words.small.as_bytes()),
            Answer::TooBig => out.extend_from_slice(words.big.as_bytes()),
            Answer::Found { tries } => self.write_found(*tries, out),
            Answer::Won { guess, number } => {
                self.write_found(1, out);
                out.push(b' ');
                let args = [("guess", (*guess).into()), ("number", (*number).into())];
                out.extend_from_slice(say(self.lang, "won-tail", &args).as_bytes());
            }
            Answer::Lost(ended) => {
                let id = match ended.winner {
                    Some(_) => "lost-to",
                    None => "lost-all",
                };
                out.extend_from_slice(self.news(id, words.lost, ended).as_bytes());
            }
            Answer::Over(ended) => {
                let id = match &ended.winner {
                    Some(winner) if winner.guess == ended.number => "over-found",
                    Some(_) => "over-nearest",
                    None => "over-nobody",
                };
                out.extend_from_slice(self.news(id, words.over, ended).as_bytes());
            }
        }
    }

    /// `Gagné en 5 essais !`
    fn write_found(&self, tries: u32, out: &mut Vec<u8>) {
        out.extend_from_slice(Words::of(self.pack).found.as_bytes());
        out.push(b' ');
        match found_tails(self.lang).get(tries as usize) {
            Some(tail) => out.extend_from_slice(tail.as_bytes()),
            None => out.extend_from_slice(found_tail(self.lang, tries).as_bytes()),
        }
    }

    /// The end of a round that this player did not win.
    fn news(&self, id: &str, word: &str, ended: &Ended) -> String {
        let mut args: Vec<(&str, Value<'_>)> =
            vec![("word", word.into()), ("number", ended.number.into())];
        if let Some(winner) = &ended.winner {
            args.push(("name", winner.name.as_str().into()));
            args.push(("guess", winner.guess.into()));
            args.push(("tries", winner.tries.into()));
        }
        say(self.lang, id, &args)
    }
}

/// The text that follows the word of a win, indexed by the number of guesses.
fn found_tails(lang: Lang) -> &'static [String] {
    static FR: OnceLock<Vec<String>> = OnceLock::new();
    static EN: OnceLock<Vec<String>> = OnceLock::new();
    let ready = match lang {
        Lang::Fr => &FR,
        Lang::En => &EN,
    };
    ready.get_or_init(|| (0..=READY_TRIES).map(|n| found_tail(lang, n)).collect())
}

fn found_tail(lang: Lang, tries: u32) -> String {
    say(lang, "found-tail", &[("tries", tries.into())])
}
