//! Questions that expect a word. The word may stand in a sentence or in a line of the program;
//! several different words are not an answer.

use super::judge::{Case, Finding, Show, Verdict};
use crate::fold::fold;

/// Consecutive words; the last may be only the beginning of a word: `refus*`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    words: Vec<String>,
    open: bool,
}

impl Part {
    /// The position of the part in an answer; `None` stands for a word that is used already.
    fn find(&self, answer: &[Option<String>]) -> Option<usize> {
        let last = self.words.len() - 1;
        let fits = |window: &[Option<String>]| {
            let mut pairs = window.iter().zip(&self.words).enumerate();
            pairs.all(|(at, (word, expected))| match word {
                Some(word) if self.open && at == last => word.starts_with(expected),
                Some(word) => word == expected,
                None => false,
            })
        };
        answer.windows(self.words.len()).position(fits)
    }
}

/// A pattern: parts that must all occur, in any order: `127.0.0.1 + 50000`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Part>);

impl Pattern {
    /// Parses a pattern; `None` if a part has no word.
    pub fn new(text: &str) -> Option<Pattern> {
        text.split(" + ")
            .map(Pattern::part)
            .collect::<Option<_>>()
            .map(Pattern)
    }

    /// The pattern of all words of a line; `None` if it has no word.
    pub fn of_line(line: &str) -> Option<Pattern> {
        Pattern::part(line).map(|part| Pattern(vec![part]))
    }

    fn part(text: &str) -> Option<Part> {
        let words = words(text);
        let open = text.trim_end().ends_with('*');
        (!words.is_empty()).then_some(Part { words, open })
    }

    /// The number of its words.
    pub fn length(&self) -> usize {
        self.0.iter().map(|part| part.words.len()).sum()
    }

    /// Removes every occurrence from an answer, and returns whether there was one.
    fn take(&self, answer: &mut [Option<String>]) -> bool {
        let mut found = false;
        while let Some(rest) = self.taken(answer) {
            answer.clone_from_slice(&rest);
            found = true;
        }
        found
    }

    /// The answer without one occurrence; `None` if there is none.
    fn taken(&self, answer: &[Option<String>]) -> Option<Vec<Option<String>>> {
        let mut rest = answer.to_vec();
        for part in &self.0 {
            let at = part.find(&rest)?;
            rest[at..at + part.words.len()].fill(None);
        }
        Some(rest)
    }

    /// Whether it occurs in an answer.
    pub fn is_in(&self, answer: &str) -> bool {
        self.taken(&all(answer)).is_some()
    }
}

/// The words of a text, folded: all that is neither a letter, a digit nor `_` separates them. So
/// `127.0.0.1` is four words and `conn.send()` two.
fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric() && c != '_');
    words
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

fn all(answer: &str) -> Vec<Option<String>> {
    words(answer).into_iter().map(Some).collect()
}

/// The expectation of a word question.
#[derive(Debug)]
pub struct Word {
    /// The right answers; a longer one comes before those that it contains.
    pub accept: Vec<Pattern>,
    /// Answers with an explanation of their own.
    pub cases: Vec<Case<Pattern>>,
    /// The line of the chapter's listing that has the answer.
    pub line: Option<ListingLine>,
}

/// A line of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingLine {
    /// The listing's id.
    pub listing: String,
    /// The line, counted from 1.
    pub number: usize,
    /// The pattern of all its words.
    pub pattern: Pattern,
}

impl Word {
    /// Judges an answer.
    pub fn judge(&self, answer: &str) -> Finding<'_> {
        let mut rest = all(answer);
        let mut right = false;
        let line = self.line.iter().map(|line| &line.pattern);
        for pattern in line.chain(&self.accept) {
            right |= pattern.take(&mut rest);
        }
        // The line's number is as good as the line.
        let number = self.line.as_ref().map(|line| line.number.to_string());
        let has = |word: &Option<String>| rest.iter().any(|it| it == word);
        let line = ["ligne", "line"].map(|word| Some(word.to_owned()));
        let numbered = number.is_some() && has(&number) && line.iter().any(has);
        let case = self.case_in(&rest);
        match (right, case) {
            (true, Some(case)) if case.verdict != Verdict::Right => {
                Finding::of(Verdict::Near).phrase("lesson-word-several")
            }
            (true, _) => self.right(),
            (false, Some(case)) => case.finding(),
            (false, None) if numbered => self.right(),
            (false, None) => Finding::of(Verdict::Wrong),
        }
    }

    /// The finding of the case that occurs in an answer, whatever else it contains.
    pub fn case(&self, answer: &str) -> Option<Finding<'_>> {
        self.case_in(&all(answer)).map(Case::finding)
    }

    fn case_in(&self, answer: &[Option<String>]) -> Option<&Case<Pattern>> {
        let mut cases = self.cases.iter();
        cases.find(|case| case.when.iter().any(|it| it.taken(answer).is_some()))
    }

    fn right(&self) -> Finding<'_> {
        let finding = Finding::of(Verdict::Right);
        match &self.line {
            Some(line) => finding.show(Show::Line {
                listing: line.listing.clone(),
                line: line.number,
            }),
            None => finding,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::text::Text;

    fn pattern(text: &str) -> Pattern {
        Pattern::new(text).expect("a word")
    }

    fn which_sends() -> Word {
        let case = |word: &str, verdict| Case {
            when: vec![pattern(word)],
            verdict,
            text: Text::default(),
        };
        Word {
            accept: vec![pattern("sendall"), pattern("send")],
            cases: vec![case("recv", Verdict::Near), case("écri*", Verdict::Near)],
            line: Some(ListingLine {
                listing: "serveur".to_owned(),
                number: 19,
                pattern: pattern("connexion.sendall(message.encode(\"utf8\"))"),
            }),
        }
    }

    #[test]
    fn a_text_is_split_into_words() {
        assert_eq!(words("« Fin »"), ["fin"]);
        assert_eq!(
            words("l’adresse 127.0.0.1 !"),
            ["l", "adresse", "127", "0", "0", "1"]
        );
        assert_eq!(words("MON_IP"), ["mon_ip"]);
        assert!(words(" … ").is_empty());
    }

    #[test]
    fn a_word_may_stand_in_a_sentence() {
        let word = which_sends();
        let cases = [
            ("send", Verdict::Right),
            ("connexion.SendAll( ... )", Verdict::Right),
            ("C'est la commande « send ».", Verdict::Right),
            (
                "connexion.sendall(message.encode(\"utf8\"))",
                Verdict::Right,
            ),
            ("ligne 19", Verdict::Right),
            ("ligne 18", Verdict::Wrong),
            ("recv", Verdict::Near),
            ("il écrit", Verdict::Near),
            ("send ou recv", Verdict::Near),
            ("sending", Verdict::Wrong),
            ("", Verdict::Wrong),
        ];
        for (answer, verdict) in cases {
            assert_eq!(word.judge(answer).verdict, verdict, "{answer}");
        }
        let shown = word.judge("send").show;
        assert!(matches!(shown, Some(Show::Line { line: 19, .. })));
        assert_eq!(word.judge("recv").show, None);
        assert_eq!(Pattern::new(" … "), None);
        assert_eq!(Pattern::new("a + …"), None);
        let both = pattern("127.0.0.1 + 50000");
        assert!(both.is_in("port 50000 de 127.0.0.1") && both.is_in("127.0.0.1:50000"));
        assert!(!both.is_in("127.0.0.1"));
    }
}
