//! Reads an answer by its words alone, and says how far that reading can be trusted.
//!
//! « 50 est plus grand », « le nombre est plus grand » and « donne un nombre plus grand » contain
//! the same adjective and mean opposite things: the reading depends on the subject of the sentence.

use super::lexicon::{Role, is, is_a, said};
use super::meaning::Meaning;
use super::range;
use super::text::Heard;
use super::token::Token;
use game::rules::Range;

/// How far a reading can be trusted before the game has confirmed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trust {
    /// Either direction is as likely: a sign, an adjective alone.
    Low,
    /// Usually right.
    Fair,
    /// Nearly always right.
    High,
}

/// What the words of an answer say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What the answer means, by its words.
    pub meaning: Meaning,
    /// How far this can be trusted.
    pub trust: Trust,
}

/// Reads an answer by its words. `None` if they say nothing about the guess.
pub fn read(heard: &Heard) -> Option<Reading> {
    let says = |role| said(&heard.tokens, role).is_some();
    let reading = |meaning, trust| Some(Reading { meaning, trust });
    let direction = direction(heard);
    let certain = direction.is_some_and(|direction| direction.trust == Trust::High);
    if !certain && found(heard) && !loses(heard) {
        return reading(Meaning::Found, Trust::High);
    }
    if direction.is_none() && (says(Role::Lost) || loses(heard)) {
        return reading(Meaning::Lost, Trust::High);
    }
    if !certain && says(Role::Refused) {
        return reading(Meaning::Refused, Trust::High);
    }
    if direction.is_some() {
        return direction;
    }
    if says(Role::Waiting) {
        return reading(Meaning::Nothing, Trust::High);
    }
    if says(Role::Wrong) {
        return reading(Meaning::Wrong, Trust::Fair);
    }
    if heard.words() <= 4 && says(Role::PerhapsFound) {
        return reading(Meaning::Found, Trust::Fair);
    }
    sign(heard)
}

/// The direction that an answer gives by the range that it leaves, with the guess at its end: « the
/// number is between 50 and 100 » after a guess of 50.
pub fn narrowed(guess: i64, heard: &Heard, announced: Option<Range>) -> Option<Reading> {
    let [left] = range::ranges(heard)[..] else {
        return None;
    };
    if announced == Some(left) {
        return None;
    }
    let (min, max) = (i64::from(left.min), i64::from(left.max));
    let meaning = match (guess <= min, guess >= max) {
        (true, false) => Meaning::TooSmall,
        (false, true) => Meaning::TooBig,
        _ => return None,
    };
    Some(Reading {
        meaning,
        trust: Trust::Fair,
    })
}

/// Whether it says that somebody has lost, beside words of a win that tell of another: « perdu, la bonne
/// réponse était 5 », « Léa a gagné, tu as perdu ».
fn loses(heard: &Heard) -> bool {
    let mut sentences = heard.tokens.split(Token::ends);
    sentences.any(|sentence| {
        let denied = sentence.iter().any(|token| is_a(token, Role::Not));
        !denied && said(sentence, Role::Lost).is_some_and(|it| it.phrase != "game over")
    })
}

/// Whether a game that ends with this answer was lost. A hint may stand beside it.
pub fn lost(heard: &Heard) -> bool {
    loses(heard) || said(&heard.tokens, Role::Lost).is_some() && !found(heard)
}

fn found(heard: &Heard) -> bool {
    let mut sentences = heard.tokens.split(Token::ends);
    sentences.any(|sentence| {
        let denied = sentence.iter().any(|token| is_a(token, Role::Not));
        !denied && said(sentence, Role::Found).is_some()
    })
}

/// The direction given by the sentences with the highest trust. `None` if they disagree.
fn direction(heard: &Heard) -> Option<Reading> {
    let sentences = heard.tokens.split(Token::ends);
    let readings: Vec<Reading> = sentences.flat_map(sentence).collect();
    let best = readings.iter().map(|reading| reading.trust).max()?;
    let mut surest = readings.iter().filter(|reading| reading.trust == best);
    let first = *surest.next()?;
    // An answer with both directions explains the game, or lists the guesses.
    let agreed = surest.all(|reading| reading.meaning == first.meaning);
    agreed.then_some(first)
}

/// The readings of the adjectives in a sentence.
fn sentence(tokens: &[Token]) -> impl Iterator<Item = Reading> {
    let all: Vec<&str> = tokens.iter().map(name).collect();
    (0..all.len()).filter_map(move |at| adjective(&all, at))
}

/// A token as the grammar sees it: a word, `#` for a number, or nothing.
fn name(token: &Token) -> &str {
    match token {
        Token::Word(word) => word,
        Token::Number(_) => "#",
        Token::Sign(_) | Token::Break | Token::Ask => "",
    }
}

/// What a sentence describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Guess,
    Secret,
    /// What the guess should become: « go higher ».
    Wanted,
}

/// The reading of the adjective at that place, if there is one.
fn adjective(all: &[&str], at: usize) -> Option<Reading> {
    let word = all[at];
    let before = |back: usize| at.checked_sub(back).map_or("", |at| all[at]);
    let near = |role| (1..=2).any(|back| is(before(back), role));
    let comparative = is(word, Role::Bigger) || is(word, Role::Smaller);
    let marker = is(before(1), Role::More) || is(before(1), Role::Less);
    let big = if comparative || is(word, Role::Big) || is(word, Role::Small) {
        let big = is(word, Role::Bigger) || is(word, Role::Big);
        // Not big enough is small, less small is big.
        let denied = near(Role::Not) != is(before(1), Role::Less);
        big != denied
    } else {
        return more_or_less(all, at);
    };
    let behind = all
        .get(at + 1)
        .is_some_and(|word| is(word, Role::TooBehind));
    if near(Role::Too) || behind {
        return Some(described(Subject::Guess, big, Trust::High));
    }
    let compares = comparative || marker;
    if let Some((subject, trust)) = subject(all, at) {
        return Some(described(subject, big, trust));
    }
    if compares {
        Some(described(Subject::Wanted, big, Trust::Fair))
    } else {
        Some(described(Subject::Guess, big, Trust::Low))
    }
}

/// The reading of « plus ! », `MORE`, « c'est moins »: alone, or in a comparison.
fn more_or_less(all: &[&str], at: usize) -> Option<Reading> {
    let more = is(all[at], Role::More);
    if !more && !is(all[at], Role::Less) {
        return None;
    }
    let next = all.get(at + 1).copied().unwrap_or_default();
    let marks = [Role::Big, Role::Small, Role::Bigger, Role::Smaller];
    if marks.into_iter().any(|role| is(next, role)) || is(next, Role::Tries) {
        return None;
    }
    let spoken = all.iter().filter(|word| !word.is_empty()).count();
    if is(next, Role::Than) && spoken > 3 {
        let (subject, trust) = subject(all, at).unwrap_or((Subject::Wanted, Trust::Fair));
        return Some(described(subject, more, trust));
    }
    let denied = all.iter().any(|word| is(word, Role::Not));
    (spoken <= 3 && !denied).then(|| described(Subject::Wanted, more, Trust::Fair))
}

fn described(subject: Subject, big: bool, trust: Trust) -> Reading {
    let too_big = match subject {
        Subject::Guess => big,
        Subject::Secret | Subject::Wanted => !big,
    };
    let meaning = if too_big {
        Meaning::TooBig
    } else {
        Meaning::TooSmall
    };
    Reading { meaning, trust }
}

/// What the adjective describes: the nearest subject before it, else what it is compared with.
fn subject(all: &[&str], at: usize) -> Option<(Subject, Trust)> {
    for back in (0..at).rev() {
        let word = all[back];
        let owner = back.checked_sub(1).map_or("", |at| all[at]);
        let next = all.get(back + 1).copied().unwrap_or_default();
        if is(word, Role::Number) {
            match owner {
                // « Donne un nombre plus grand »: the verb decides.
                owner if is(owner, Role::Article) => continue,
                owner if is(owner, Role::Yours) => return Some((Subject::Guess, Trust::Fair)),
                _ => return Some((Subject::Secret, Trust::Fair)),
            }
        }
        if word == "#" && is(next, Role::Is) {
            return Some((Subject::Guess, Trust::Fair));
        }
        // `Guess higher!` asks for it, `guess is higher` describes one.
        if is(word, Role::AskFor) && back + 1 == at {
            return Some((Subject::Wanted, Trust::Fair));
        }
        if is(word, Role::Do) {
            return Some((Subject::Wanted, Trust::Fair));
        }
        if is(word, Role::Guess) {
            return Some((Subject::Guess, Trust::Fair));
        }
        if is(word, Role::Secret) {
            return Some((Subject::Secret, Trust::Fair));
        }
    }
    let than = all.get(at + 1).is_some_and(|word| is(word, Role::Than));
    let rest = all.get(at + 2..).filter(|_| than)?;
    rest.iter().enumerate().find_map(|(index, word)| {
        let owner = index.checked_sub(1).map_or("", |at| rest[at]);
        let yours = is(owner, Role::Yours);
        if is(word, Role::Guess) || is(word, Role::Number) && yours {
            Some((Subject::Secret, Trust::Fair))
        } else if is(word, Role::Number) || is(word, Role::Secret) {
            Some((Subject::Guess, Trust::Fair))
        } else {
            None
        }
    })
}

/// The reading of an answer that is only a sign. Servers use each sign for either direction.
/// Between two numbers it denotes a range, as in `1-100`.
fn sign(heard: &Heard) -> Option<Reading> {
    let signs = |token: &&Token| matches!(token, Token::Sign(_));
    let mut signs = heard.tokens.iter().filter(signs);
    let (Some(Token::Sign(sign)), None, 0) = (signs.next(), signs.next(), heard.words()) else {
        return None;
    };
    let between =
        |around: &[Token]| matches!(around, [Token::Number(_), Token::Sign(_), Token::Number(_)]);
    if heard.tokens.windows(3).any(between) {
        return None;
    }
    let meaning = match sign {
        '+' | '<' | '↑' | '⬆' | '▲' | '🔼' | '👆' => Meaning::TooSmall,
        '-' | '>' | '↓' | '⬇' | '▼' | '🔽' | '👇' => Meaning::TooBig,
        '=' | '✓' | '✔' | '🎉' => Meaning::Found,
        _ => return None,
    };
    let trust = match meaning {
        Meaning::Found => Trust::Fair,
        _ => Trust::Low,
    };
    Some(Reading { meaning, trust })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(text: &str) -> Option<Meaning> {
        read(&Heard::new(text.as_bytes())).map(|reading| reading.meaning)
    }

    /// Protects a server that announces its range, which is not a hint.
    #[test]
    fn a_range_is_no_sign() {
        assert_eq!(meaning("1-100\n"), None);
        assert_eq!(meaning("-"), Some(Meaning::TooBig));
        assert_eq!(meaning("50 +"), Some(Meaning::TooSmall));
    }

    /// Protects a server that announces its next game in the answer that declares this one won.
    #[test]
    fn a_win_may_be_followed_by_the_next_game() {
        let text = "Found! I have another number between 1 and 100.";
        assert_eq!(meaning(text), Some(Meaning::Found));
        assert_eq!(meaning("Not found."), None);
    }

    #[test]
    fn it_matters_what_the_sentence_speaks_of() {
        let cases = [
            ("Le nombre est plus grand", Meaning::TooSmall),
            ("Votre nombre est plus grand", Meaning::TooBig),
            ("Donnez un nombre plus grand", Meaning::TooSmall),
            ("Vous devez donner un nombre plus petit", Meaning::TooBig),
            ("Enter high value", Meaning::TooSmall),
            ("number is greater than guess", Meaning::TooSmall),
            ("guess is greater than value!", Meaning::TooBig),
            ("Guess higher!", Meaning::TooSmall),
            ("Your guess is higher than the number", Meaning::TooBig),
            ("Too low! Try a higher number", Meaning::TooSmall),
            ("Ce n'est pas assez grand", Meaning::TooSmall),
            ("50 est plus petit que le nombre", Meaning::TooSmall),
            ("Mi numero es menor", Meaning::TooBig),
            ("Non, c'est moins !", Meaning::TooBig),
            ("Perdu, c'est trop grand", Meaning::TooBig),
            ("Bravo ! Le nombre était plus grand que 40", Meaning::Found),
            ("Vous n'avez plus d'essais", Meaning::Lost),
            ("Perdu ! La bonne réponse était 5", Meaning::Lost),
            ("Léa a gagné, tu as perdu", Meaning::Lost),
            ("You won! Game over.", Meaning::Found),
            ("Non, essaie encore", Meaning::Wrong),
            ("Wrong, try again", Meaning::Wrong),
            ("En attente d'un autre joueur", Meaning::Nothing),
            ("Mot de passe incorrect, au revoir", Meaning::Wrong),
            (
                "Erreur : entre un nombre plus petit que 100",
                Meaning::Refused,
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(meaning(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn words_that_say_nothing_of_it_are_not_read() {
        for text in [
            "blorp",
            "Il te reste 5 essais",
            "Encore plus d'un essai",
            "1",
        ] {
            assert_eq!(meaning(text), None, "{text}");
        }
    }
}
