//! Reading the answers that a [`Phrasebook`](super::text::Phrasebook) writes, for `juste-prix
//! play`, bots and tests.
//!
//! An answer is recognized by its first words, in any pack and both languages; its values are its
//! integers, in a fixed order. Names come after everything that is read, so that no name can
//! imitate a value. `docs/protocol.md` promises both to other programs.

use crate::phrases::words::{Words, error_prefix};
use crate::phrases::{Lang, say};
use crate::protocol::Pack;
use crate::rules::{Mode, Range, ResumeCode, Rules, Verdict};

/// The meaning of a line from the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// On connection.
    Greeting(Range),
    /// The guess was smaller than the number.
    TooSmall,
    /// The guess was bigger than the number.
    TooBig,
    /// The guess won; a new round begins.
    Found {
        /// The number of guesses it took.
        tries: u32,
    },
    /// The round is over and the guess did not win.
    Lost,
    /// The round had already ended; the guess was not judged.
    Over,
    /// Refused; it cost no try.
    Error,
    /// The player's code to resume.
    Code(ResumeCode),
    /// The player has a name now, and perhaps a code to resume.
    Named(Option<ResumeCode>),
    /// The player is in a room with these rules now.
    Entered(Rules),
    /// The player has resumed their seat.
    Resumed {
        /// The current round.
        round: u32,
        /// The judged guesses in it.
        tries: u32,
        /// The numbers that are still possible.
        possible: Range,
        /// The last journaled guess, and its verdict.
        last: Option<(i32, Verdict)>,
    },
    /// A farewell: the server closes.
    Bye,
    /// `FIN`: the server ends the conversation.
    Fin,
    /// Any other line: help, scores, words, proofs.
    Other,
}

/// Reads one answer, with or without its newline.
pub fn read(line: &[u8]) -> Read {
    let Ok(text) = std::str::from_utf8(line) else {
        return Read::Other;
    };
    let text = text.trim_end_matches(['\r', '\n']);
    if text.eq_ignore_ascii_case("FIN") {
        return Read::Fin;
    }
    judged(text)
        .or_else(|| sentence(text))
        .unwrap_or(Read::Other)
}

/// Whether these bytes, perhaps an incomplete line, are the greeting of this program's server.
/// Learners' servers with a protocol of their own also say « Bonjour » and two numbers.
pub fn is_own_greeting(line: &[u8]) -> bool {
    let text = String::from_utf8_lossy(line);
    let text = text.trim_end_matches(['\r', '\n']);
    let first_line = text.lines().next().unwrap_or_default();
    let Read::Greeting(range) = read(first_line.as_bytes()) else {
        return false;
    };
    let args = [("min", range.min.into()), ("max", range.max.into())];
    // The no-break space before the French mark is nobody else's.
    let french = say(Lang::Fr, "greeting", &args);
    let sentence = french.split_inclusive('.').next().unwrap_or_default();
    first_line.starts_with(sentence) || first_line == say(Lang::En, "greeting", &args)
}

/// An answer to a guess, in any pack.
fn judged(text: &str) -> Option<Read> {
    for pack in Pack::ALL {
        let words = Words::of(pack);
        if text == words.small {
            return Some(Read::TooSmall);
        }
        if text == words.big {
            return Some(Read::TooBig);
        }
        if let Some(rest) = text.strip_prefix(words.found)
            && rest.starts_with(' ')
        {
            let tries = Integers(rest).next_u32()?;
            return Some(Read::Found { tries });
        }
        if is_news(text, words.lost) {
            return Some(Read::Lost);
        }
        if is_news(text, words.over) {
            return Some(Read::Over);
        }
    }
    None
}

/// Whether a text begins with this word and a colon.
fn is_news(text: &str, word: &str) -> bool {
    let rest = text.strip_prefix(word);
    rest.is_some_and(|rest| rest.trim_start().starts_with(':'))
}

/// Recognizes all other answers by their first words.
fn sentence(text: &str) -> Option<Read> {
    [Lang::Fr, Lang::En].into_iter().find_map(|lang| {
        let first = |words: FirstWords| text.strip_prefix(words.of(lang));
        if text.starts_with(error_prefix(lang)) {
            return Some(Read::Error);
        }
        if let Some(rest) = first(GREETING) {
            return Integers(rest).next_range().map(Read::Greeting);
        }
        if let Some(rest) = first(CODE) {
            return rest.parse().ok().map(Read::Code);
        }
        if let Some(rest) = first(NAMED) {
            // The code is the last word; without a code the last word ends in a full stop.
            let code = rest.rsplit(' ').next().and_then(|code| code.parse().ok());
            return Some(Read::Named(code));
        }
        if let Some(rest) = first(ENTERED) {
            return entered(rest);
        }
        if let Some(rest) = first(RESUMED) {
            return resumed(lang, rest);
        }
        first(BYE).map(|_| Read::Bye)
    })
}

/// The beginning of a kind of answer, in French and in English.
#[derive(Clone, Copy)]
struct FirstWords(&'static str, &'static str);

const GREETING: FirstWords = FirstWords("Bonjour", "Hello");
const CODE: FirstWords = FirstWords(
    "Pour reprendre plus tard\u{a0}: REPRENDRE ",
    "To go on later: RESUME ",
);
const NAMED: FirstWords = FirstWords("Tu t'appelles ", "Your name is ");
const ENTERED: FirstWords = FirstWords("Salle ", "Room ");
const RESUMED: FirstWords = FirstWords("Reprise\u{a0}: ", "Resumed: ");
const BYE: FirstWords = FirstWords("Au revoir", "Goodbye");

impl FirstWords {
    fn of(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Fr => self.0,
            Lang::En => self.1,
        }
    }
}

/// `4821, course, de 1 à 100, 60 secondes par manche : …`
fn entered(rest: &str) -> Option<Read> {
    let (_room, rest) = rest.split_once(", ")?;
    let (mode, rest) = rest.split_once(", ")?;
    // The explanation and the name follow the colon.
    let (facts, _) = rest.split_once(':')?;
    let mut integers = Integers(facts);
    let range = integers.next_range()?;
    let limit = integers.next_u32();
    Rules::new(mode_named(mode)?, range, limit).map(Read::Entered)
}

/// `course, manche 3, 4 essais, nombre possible de 51 à 100, dernier envoi 50 : Trop petit. …`
fn resumed(lang: Lang, rest: &str) -> Option<Read> {
    let (mode, rest) = rest.split_once(", ")?;
    let mode = mode_named(mode)?;
    let mut integers = Integers(rest);
    let round = integers.next_u32()?;
    let tries = integers.next_u32()?;
    let possible = integers.next_range()?;
    let last = match integers.0.starts_with(',') {
        false => None,
        true => {
            let guess = integers.next_i32()?;
            Some((guess, verdict_named(lang, mode, integers.0)?))
        }
    };
    Some(Read::Resumed {
        round,
        tries,
        possible,
        last,
    })
}

fn mode_named(word: &str) -> Option<Mode> {
    word.replace(' ', "-").parse().ok()
}

/// What ` : Trop petit. Tu es …` begins with.
fn verdict_named(lang: Lang, mode: Mode, rest: &str) -> Option<Verdict> {
    let rest = rest.trim_start().strip_prefix(':')?.trim_start();
    let is = |word: &str| {
        let after = rest.strip_prefix(word);
        after.is_some_and(|after| after.starts_with('.'))
    };
    if is(&say(lang, "verdict-held", &[])) {
        return Some(Verdict::Held);
    }
    Pack::ALL.into_iter().find_map(|pack| {
        let words = Words::of(pack);
        let found = match mode {
            Mode::Closest => Verdict::Won,
            Mode::Solo | Mode::Race => Verdict::Found,
        };
        [
            (words.small, Verdict::TooSmall),
            (words.big, Verdict::TooBig),
            (words.found, found),
            (words.lost, Verdict::Lost),
            (words.over, Verdict::Over),
        ]
        .into_iter()
        .find_map(|(word, verdict)| is(word).then_some(verdict))
    })
}

/// Iterates over the integers of a text, from left to right.
struct Integers<'a>(&'a str);

impl Integers<'_> {
    fn next_i64(&mut self) -> Option<i64> {
        let digits = self.0.find(|c: char| c.is_ascii_digit())?;
        let start = if self.0[..digits].ends_with('-') {
            digits - 1
        } else {
            digits
        };
        let behind = &self.0[digits..];
        let length = behind.find(|c: char| !c.is_ascii_digit());
        let end = digits + length.unwrap_or(behind.len());
        let number = self.0[start..end].parse().ok();
        self.0 = &self.0[end..];
        number
    }

    fn next_i32(&mut self) -> Option<i32> {
        self.next_i64()?.try_into().ok()
    }

    fn next_u32(&mut self) -> Option<u32> {
        self.next_i64()?.try_into().ok()
    }

    fn next_range(&mut self) -> Option<Range> {
        let (min, max) = (self.next_i32()?, self.next_i32()?);
        Some(Range { min, max })
    }
}
