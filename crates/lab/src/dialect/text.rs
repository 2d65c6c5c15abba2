//! What a server sent, as text and as tokens. Words are in lower case without accents, so that «
//! Élevé », `eleve` and `ELEVE` are the same word.

use std::borrow::Cow;

use super::token::{Span, Token, says, tokens};

/// Characters of an answer in its sample.
const SAMPLE_CHARS: usize = 80;
/// Bytes of a binary answer in its key: enough for an integer.
const KEY_BYTES: usize = 16;
/// Bytes of an answer that are read as text. Of a longer one, half of them from each end.
const TEXT_BYTES: usize = 8 * 1024;

/// What was received.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// The text on one line, for people; at most [`SAMPLE_CHARS`] characters.
    pub sample: String,
    /// The text as tokens.
    pub tokens: Vec<Token>,
    /// The place of each token in the text, in characters; as long as `tokens`.
    places: Vec<Span>,
    /// The first bytes in hexadecimal, if the answer contains no text.
    binary: Option<String>,
    /// Whether it contains bytes that do not occur in text.
    pub raw: bool,
    /// The text as it was received, without control characters and terminal escape sequences.
    pub text: String,
}

impl Heard {
    /// Reads bytes as UTF-8, or as Latin-1 if they are not UTF-8.
    pub fn new(bytes: &[u8]) -> Heard {
        let text = decode(&ends(bytes));
        let words = without_marks(&text);
        let (tokens, places): (Vec<Token>, Vec<Span>) = tokens(words).into_iter().unzip();
        let bare = |c: char| ">?:. \n".contains(c);
        let mark = text.contains(' ') && !text.trim().is_empty() && words.chars().all(bare);
        let said = mark || tokens.iter().any(|token| !token.ends());
        let start = &bytes[..bytes.len().min(KEY_BYTES)];
        let binary = (!said && bytes.iter().any(|byte| !byte.is_ascii_whitespace()))
            .then(|| data_encoding::HEXLOWER.encode(start));
        Heard {
            sample: binary.clone().unwrap_or_else(|| one_line(&text)),
            tokens,
            places,
            binary,
            // Zeros behind a text do not count: C programs send the rest of a buffer.
            raw: bytes.starts_with(&[0]) || bytes.iter().any(|byte| (1..9).contains(byte)),
            text,
        }
    }

    /// Tokens without their text.
    pub fn of(tokens: &[Token]) -> Heard {
        Heard {
            tokens: tokens.to_vec(),
            ..Heard::default()
        }
    }

    /// Whether it is a JSON object.
    pub fn is_object(&self) -> bool {
        let text = self.text.trim();
        text.starts_with("{\"") && text.ends_with('}')
    }

    /// Whether it is one number and nothing else.
    pub fn lone_number(&self) -> Option<i64> {
        let mut said = self.tokens.iter().filter(|token| !token.ends());
        match (said.next(), said.next()) {
            (Some(Token::Number(number)), None) => Some(*number),
            _ => None,
        }
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.binary.is_none() && self.tokens.iter().all(Token::ends)
    }

    /// The integers in it, from left to right.
    pub fn numbers(&self) -> impl Iterator<Item = i64> {
        self.tokens.iter().filter_map(|token| match token {
            Token::Number(number) => Some(*number),
            _ => None,
        })
    }

    /// Number of words.
    pub fn words(&self) -> usize {
        let word = |token: &&Token| matches!(token, Token::Word(_));
        self.tokens.iter().filter(word).count()
    }

    /// The text with its numbers left out: two answers with the same key are the same hint. A
    /// number that stands alone is its own key, since it may be a code.
    pub fn key(&self) -> String {
        if let Some(binary) = &self.binary {
            return format!("0x{binary}");
        }
        let mut parts: Vec<String> = Vec::new();
        let lone = self.tokens.iter().filter(|token| !token.ends()).count() == 1;
        for token in &self.tokens {
            let part = match token {
                Token::Word(word) => word.clone(),
                Token::Number(number) if lone => number.to_string(),
                Token::Number(_) => "#".to_owned(),
                Token::Sign(sign) => sign.to_string(),
                Token::Break | Token::Ask => continue,
            };
            // Several numbers in a row count once: a list of earlier guesses grows.
            if part != "#" || parts.last().is_none_or(|last| last != "#") {
                parts.push(part);
            }
        }
        parts.join(" ")
    }

    /// Without the sentences of known prompts, which may be glued to a hint. Returns everything if
    /// nothing else would be left.
    pub fn without(&self, prompts: &[Vec<Token>]) -> Heard {
        let mut rest = self.clone();
        for prompt in prompts {
            while let Some(at) = find(&rest.tokens, prompt) {
                let (start, end) = (rest.places[at].0, rest.places[at + prompt.len() - 1].1);
                rest.tokens.splice(at..at + prompt.len(), [Token::Break]);
                rest.places.splice(at..at + prompt.len(), [(start, end)]);
            }
        }
        if rest.tokens == self.tokens || rest.tokens.iter().all(Token::ends) {
            return self.clone();
        }
        rest.sample = rest.shown();
        rest
    }

    /// Its key, and whether it ends in a newline or in a space: answers of the same shape are
    /// complete at the same point.
    pub fn shape(&self) -> String {
        let end = if self.text.ends_with('\n') {
            " \n"
        } else if self.text.ends_with(' ') {
            " >"
        } else {
            ""
        };
        self.key() + end
    }

    /// Whether the other answer contains all its sentences, none glued to a word, beside something
    /// else.
    pub fn is_part_of(&self, other: &Heard) -> bool {
        let said = |heard: &Heard| heard.tokens.iter().filter(|token| !token.ends()).count();
        let word = |token: Option<&Token>| matches!(token, Some(Token::Word(_)));
        let sentences = self.sentences();
        let mut apart = sentences.iter().map(|sentence| {
            let at = find(&other.tokens, sentence)?;
            let before = at.checked_sub(1).and_then(|at| other.tokens.get(at));
            let glued = word(before) || word(other.tokens.get(at + sentence.len()));
            (!glued).then_some(())
        });
        // A number or a sign that stands alone is not a prompt.
        let worded: usize = sentences.iter().map(Vec::len).sum();
        let all = worded > 0 && worded == said(self);
        all && said(self) < said(other) && apart.all(|it| it.is_some())
    }

    /// Whether it consists of these sentences only.
    pub fn is_all(&self, prompts: &[Vec<Token>]) -> bool {
        let mut rest = self.tokens.clone();
        for prompt in prompts {
            while let Some(at) = find(&rest, prompt) {
                rest.splice(at..at + prompt.len(), [Token::Break]);
            }
        }
        rest != self.tokens && rest.iter().all(Token::ends)
    }

    /// The text of the tokens that are left, with what stands between them.
    fn shown(&self) -> String {
        let chars: Vec<char> = self.text.chars().collect();
        let mut shown = String::new();
        let (mut behind, mut dropped) = (None, false);
        for (token, (start, end)) in self.tokens.iter().zip(&self.places) {
            // A removed prompt left a break that is longer than one character.
            let prompt = token.ends() && end - start > 1;
            if prompt || dropped && token.ends() {
                (behind, dropped) = (None, true);
                shown.push(' ');
                continue;
            }
            dropped = false;
            shown.extend(&chars[behind.unwrap_or(*start)..*end]);
            behind = Some(*end);
        }
        one_line(&shown)
    }

    /// Only the sentences that pass; the text stays the same.
    pub fn only(&self, passes: impl Fn(&[Token]) -> bool) -> Heard {
        let sentences = self.tokens.split_inclusive(Token::ends);
        let tokens = sentences
            .filter(|it| passes(it))
            .flatten()
            .cloned()
            .collect();
        Heard {
            tokens,
            ..self.clone()
        }
    }

    /// Its sentences, the longest first, as [`Heard::without`] takes them.
    pub fn sentences(&self) -> Vec<Vec<Token>> {
        let split = self.tokens.split(Token::ends);
        let worded = |part: &&[Token]| part.iter().any(|token| matches!(token, Token::Word(_)));
        let mut parts: Vec<Vec<Token>> = split.filter(worded).map(<[Token]>::to_vec).collect();
        parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
        parts
    }

    /// Whether the words of a phrase follow each other in it; see [`says`].
    pub fn says(&self, phrase: &str) -> bool {
        says(&self.tokens, phrase)
    }
}

/// Without any `> ` prompts at the end.
fn without_marks(text: &str) -> &str {
    let mut rest = text;
    loop {
        let line = rest.trim_end_matches('\n');
        let shorter = line.trim_end_matches(' ');
        if line.len() > shorter.len() && shorter.ends_with('>') {
            rest = shorter.trim_end_matches('>')
        } else {
            return rest;
        }
    }
}

fn find(tokens: &[Token], part: &[Token]) -> Option<usize> {
    let same = |window: &[Token]| window.iter().zip(part).all(|(a, b)| a.like(b));
    tokens.windows(part.len().max(1)).position(same)
}

/// The bytes, or the two ends of what is longer than [`TEXT_BYTES`].
fn ends(bytes: &[u8]) -> Cow<'_, [u8]> {
    match bytes.len() {
        ..=TEXT_BYTES => bytes.into(),
        long => [&bytes[..TEXT_BYTES / 2], &bytes[long - TEXT_BYTES / 2..]]
            .concat()
            .into(),
    }
}

/// Decodes bytes, without control characters and terminal escape sequences.
fn decode(bytes: &[u8]) -> String {
    let latin = || bytes.iter().map(|byte| char::from(*byte)).collect();
    let text: String = std::str::from_utf8(bytes).map_or_else(|_| latin(), str::to_owned);
    let mut clean = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // A terminal escape sequence, usually a colour.
            '\x1b' if chars.next_if_eq(&'[').is_some() => {
                while chars.next_if(|c| !c.is_ascii_alphabetic()).is_some() {}
                chars.next();
            }
            '\n' => clean.push('\n'),
            c if c.is_control() => clean.push(' '),
            c => clean.push(c),
        }
    }
    clean
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(SAMPLE_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> String {
        Heard::new(text.as_bytes()).key()
    }

    #[test]
    fn words_are_the_same_whatever_their_case_and_accents() {
        assert_eq!(key("Trop ÉLEVÉ !\r\n"), key("trop eleve"));
        assert_eq!(key("Za duża"), "za duza");
        assert_eq!(key("Größer"), "groser");
        let latin = Heard::new(b"Gagn\xe9 !");
        assert_eq!(latin.key(), "gagne");
    }

    #[test]
    fn numbers_do_not_make_another_hint_unless_they_are_all_there_is() {
        assert_eq!(key("HIGHER|3"), key("HIGHER|4"));
        assert_eq!(key("plus grand (12, 30)"), key("plus grand (12, 30, 40)"));
        assert_ne!(key("1\n"), key("-1\n"));
        assert_ne!(key("+"), key("-"));
        assert_ne!(
            Heard::new(&[0, 0, 0, 1]).key(),
            Heard::new(&[0, 0, 0, 2]).key()
        );
    }

    #[test]
    fn a_prompt_that_is_known_is_taken_off_a_hint() {
        let greeting = Heard::new("Bienvenue !\nEssai 1, entrez un nombre :".as_bytes());
        let glued = Heard::new("trop petitEssai 2, entrez un nombre :".as_bytes());
        assert_eq!(glued.without(&greeting.sentences()).key(), "trop petit");
        let alone = Heard::new("Essai 3, entrez un nombre :".as_bytes());
        assert_eq!(alone.without(&greeting.sentences()), alone);
    }

    #[test]
    fn what_is_left_of_a_glued_answer_is_shown_as_it_came() {
        let prompt = Heard::new("Entrez un nombre : ".as_bytes());
        let sample = |text: &str| {
            Heard::new(text.as_bytes())
                .without(&prompt.sentences())
                .sample
        };
        assert_eq!(
            sample("C'est trop élevé !\nEntrez un nombre : "),
            "C'est trop élevé !"
        );
        assert_eq!(sample("trop élevéEntrez un nombre : "), "trop élevé");
        assert_eq!(sample("Entrez un nombre : Perdu, {k}!"), "Perdu, {k}!");
    }

    #[test]
    fn numbers_read_as_people_write_them() {
        let numbers = |text: &str| Heard::new(text.as_bytes()).numbers().collect::<Vec<_>>();
        assert_eq!(numbers("1-100"), [1, 100]);
        assert_eq!(numbers("de -5 à 5"), [-5, 5]);
        assert_eq!(numbers("1 - 1 000"), [1, 1000]);
        assert_eq!(numbers("1..100"), [1, 100]);
        assert_eq!(numbers("99999999999999999999999"), [i64::MAX]);
    }

    #[test]
    fn nothing_is_shown_that_a_terminal_would_obey() {
        let heard = Heard::new(b"\x1b[31mrouge\x1b[0m\x07 vert");
        assert_eq!(heard.sample, "rouge vert");
    }
}
