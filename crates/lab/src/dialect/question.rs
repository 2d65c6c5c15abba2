//! What a server asks before or between games, and the reply: a name, a level, the biggest number,
//! whether the player is ready or plays again.

use super::lexicon::{Entry, Role, entries, is_a, said};
use super::text::Heard;
use super::token::Token;

/// What a server asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// A name.
    Name,
    /// A password, which nobody can guess.
    Password,
    /// One of several choices: a level, what to do.
    Choice,
    /// Whether the player is ready, or a word to start with.
    Ready,
    /// The biggest number that may be drawn.
    Highest,
    /// The smallest number that may be drawn.
    Lowest,
    /// Whether to play again.
    Again,
    /// A guess.
    Guess,
}

/// The name that is given.
pub const NAME: &str = "Robot";

/// What the last question of a text asks for.
pub fn asked(heard: &Heard) -> Option<Question> {
    // The keys of an object are no questions.
    if heard.is_object() {
        return None;
    }
    let letters = letters(&heard.text).is_some();
    let sentences: Vec<&[Token]> = heard.tokens.split_inclusive(Token::ends).collect();
    let mut backwards = sentences.iter().rev();
    backwards.find_map(|sentence| of_sentence(sentence, letters))
}

/// A text without its choices, whose numbers are not a range.
pub fn without_choices(heard: &Heard) -> Heard {
    heard.only(|sentence| of_sentence(sentence, false) != Some(Question::Choice))
}

/// Whether a sentence asks for a guess.
pub fn asks_for_guess(sentence: &[Token]) -> bool {
    of_sentence(sentence, false) == Some(Question::Guess)
}

/// Whether every sentence asks for a guess, and nothing else is said.
pub fn only_asks_for_guess(heard: &Heard) -> bool {
    let sentences = heard.sentences();
    // A number or a sign beside it is a hint.
    let told = |token: &Token| matches!(token, Token::Number(_) | Token::Sign(_));
    !sentences.is_empty()
        && !heard.tokens.iter().any(told)
        && sentences.iter().all(|it| asks_for_guess(it))
}

/// What a sentence asks for. `letters` says that letters for yes and no are offered beside it.
fn of_sentence(sentence: &[Token], letters: bool) -> Option<Question> {
    let has = |role| said(sentence, role).is_some();
    let asks = letters || sentence.last() == Some(&Token::Ask) || has(Role::Order);
    let number = |token: &Token| matches!(token, Token::Number(_));
    // A number in the sentence is the answer to it, or counts tries.
    let open = !sentence.iter().any(number) && !has(Role::Tries);
    // The first that applies.
    let rules = [
        (has(Role::Password), Question::Password),
        (asks && has(Role::Again), Question::Again),
        (open && has(Role::Highest), Question::Highest),
        (open && has(Role::Lowest), Question::Lowest),
        (has(Role::Name), Question::Name),
        (has(Role::Choice) || has(Role::Quit), Question::Choice),
        (asks && has(Role::Ready), Question::Ready),
        (has(Role::AskGuess) || has(Role::Number), Question::Guess),
    ];
    let mut rules = rules.into_iter();
    rules.find_map(|(applies, question)| applies.then_some(question))
}

/// The reply to a question.
pub fn reply(question: Question, heard: &Heard) -> String {
    match question {
        Question::Name | Question::Password => NAME.to_owned(),
        Question::Choice => choice(heard),
        Question::Ready => quoted(&heard.text).unwrap_or_else(|| yes(heard)),
        Question::Again => yes(heard),
        Question::Highest => "100".to_owned(),
        Question::Lowest | Question::Guess => "1".to_owned(),
    }
}

/// The reply that declines to play again.
pub fn no(heard: &Heard) -> String {
    yes_no(heard).1
}

fn yes(heard: &Heard) -> String {
    yes_no(heard).0
}

/// The letters or words that are offered for yes and no, else those of the question's language.
fn yes_no(heard: &Heard) -> (String, String) {
    if let Some((yes, no)) = letters(&heard.text) {
        return (yes.to_string(), no.to_string());
    }
    // The question of the lesson's own server.
    if heard.text.contains("<R>") {
        return ("R".to_owned(), "T".to_owned());
    }
    let offered = pairs().find(|(yes, no)| heard.says(yes.phrase) && heard.says(no.phrase));
    let asked = [Role::Again, Role::Ready].into_iter();
    let mut asked = asked.filter_map(|role| said(&heard.tokens, role));
    let lang = asked.next().map_or("fr", |entry| entry.lang);
    let (yes, no) = offered
        .or_else(|| pairs().find(|(yes, _)| yes.lang == lang))
        .or_else(|| pairs().next())
        .expect("the lexicon has words for yes and no");
    (yes.phrase.to_owned(), no.phrase.to_owned())
}

/// The words for yes and no of each language.
fn pairs() -> impl Iterator<Item = (Entry, Entry)> {
    entries(Role::Yes).iter().filter_map(|yes| {
        let no = entries(Role::No).iter().find(|no| no.lang == yes.lang)?;
        Some((*yes, *no))
    })
}

/// The letters for yes and no of `(o/n)` or `[Y/N]`, as they are written.
fn letters(text: &str) -> Option<(char, char)> {
    let chars: Vec<char> = text.chars().collect();
    let is_word = |at: usize| chars.get(at).is_some_and(|c| c.is_alphanumeric());
    let mut triples = chars.windows(3).enumerate();
    triples.find_map(|(at, triple)| {
        let [yes, '/' | '|' | ',', no] = *triple else {
            return None;
        };
        let alone = !is_word(at + 3) && (at == 0 || !is_word(at - 1));
        let pair = "oysjt".contains(yes.to_ascii_lowercase()) && no.eq_ignore_ascii_case(&'n');
        (alone && pair).then_some((yes, no))
    })
}

/// The first number that is offered, unless it quits; else the word for the first level.
fn choice(heard: &Heard) -> String {
    let tokens = &heard.tokens;
    let offered = (0..tokens.len()).find_map(|at| match tokens[at] {
        Token::Number(number @ 0..=9) => {
            let mut named = tokens[at + 1..tokens.len().min(at + 4)].iter();
            let quits = named.any(|token| is_a(token, Role::Quit));
            (!quits).then(|| number.to_string())
        }
        _ => None,
    });
    let word = || said(tokens, Role::Easy).map(|entry| entry.phrase.to_owned());
    offered.or_else(word).unwrap_or_else(|| "1".to_owned())
}

/// A word in quotation marks, of at most 12 letters.
fn quoted(text: &str) -> Option<String> {
    [('\'', '\''), ('"', '"'), ('«', '»'), ('`', '`'), ('“', '”')]
        .into_iter()
        .find_map(|(open, close)| {
            let (_, rest) = text.split_once(open)?;
            let (word, _) = rest.split_once(close)?;
            let word = word.trim();
            let single =
                !word.is_empty() && word.len() <= 12 && word.chars().all(char::is_alphanumeric);
            single.then(|| word.to_owned())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_known_and_replied_to() {
        let cases = [
            ("Quel est ton nom ?", Question::Name, "Robot"),
            ("¿Cuál es tu nombre?", Question::Name, "Robot"),
            ("Mot de passe : ", Question::Password, "Robot"),
            ("Enter the password", Question::Password, "Robot"),
            (
                "Choisis un niveau :\n1 - Facile\n2 - Difficile\n> ",
                Question::Choice,
                "1",
            ),
            ("Level (easy/hard): ", Question::Choice, "easy"),
            ("Quel est le plus grand nombre ? ", Question::Highest, "100"),
            ("Es-tu prêt ? (o/n)", Question::Ready, "o"),
            ("Tape 'go' pour commencer", Question::Ready, "go"),
            (
                "Bravo ! Veux-tu rejouer ? (oui/non)",
                Question::Again,
                "oui",
            ),
            ("Play again? [Y/N]", Question::Again, "Y"),
            ("Noch einmal?", Question::Again, "ja"),
            (
                "0 - Quitter\n1 - Jouer\nVotre choix : ",
                Question::Choice,
                "1",
            ),
            ("<R>ecommencer <T>erminer ? ", Question::Again, "R"),
            (
                "Bonjour Robot.\nDevine un nombre entre 1 et 100 :",
                Question::Guess,
                "1",
            ),
        ];
        for (text, question, replied) in cases {
            let heard = Heard::new(text.as_bytes());
            assert_eq!(asked(&heard), Some(question), "{text}");
            assert_eq!(reply(question, &heard), replied, "{text}");
        }
    }

    #[test]
    fn hints_ask_nothing() {
        for text in ["Trop petit", "+", "higher", "Nouvelle manche !"] {
            assert_eq!(asked(&Heard::new(text.as_bytes())), None, "{text}");
        }
    }
}
