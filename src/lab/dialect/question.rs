//! What a server asks before or between games, and what to reply: a name, a level, the biggest
//! number, whether one is ready, whether one plays again.

use super::text::{Heard, Token, says};
use super::{lexicon::NUMBER, range};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// A name.
    Name,
    /// How hard it should be, or what to do: one of several.
    Choice,
    /// Whether the player is ready, or a word to begin with.
    Ready,
    /// The biggest number that may be drawn.
    Highest,
    /// The smallest.
    Lowest,
    /// Whether to play again.
    Again,
    /// A guess.
    Guess,
}

/// The name that is given.
pub const NAME: &str = "Robot";

const NAMES: &[&str] = &[
    "nom",
    "prenom",
    "pseudo",
    "pseudonyme",
    "surnom",
    "identifiant",
    "comment t appelles",
    "comment tu t appelles",
    "comment vous appelez",
    "qui es tu",
    "qui etes vous",
    "name",
    "username",
    "nickname",
    "nick",
    "login",
    "who are you",
    "tu nombre",
    "su nombre",
    "nombre de usuario",
    "nombre del jugador",
    "nombre de jugador",
    "como te llamas",
    "usuario",
    "nome",
    "apelido",
    "come ti chiami",
    "como se chama",
    "namen",
    "wie heist",
    "wie heisst",
    "imie",
    "nazwa",
    "nazwe",
    "jak sie nazywasz",
    "이름",
    "이름을",
];
const CHOICES: &[&str] = &[
    "niveau",
    "difficulte",
    "facile",
    "difficile",
    "moyen",
    "mode",
    "menu",
    "level",
    "difficulty",
    "easy",
    "hard",
    "medium",
    "nivel",
    "dificultad",
    "dificuldade",
    "facil",
    "dificil",
    "livello",
    "difficolta",
    "schwierigkeit",
    "schwierigkeitsgrad",
    "stufe",
    "leicht",
    "schwer",
    "poziom",
    "trudnosci",
    "latwy",
    "trudny",
    "quitter",
    "quit",
    "exit",
    "salir",
    "sair",
    "esci",
];
const READY: &[&str] = &[
    "pret",
    "prete",
    "prets",
    "ready",
    "listo",
    "lista",
    "pronto",
    "pronta",
    "pronti",
    "bereit",
    "gotowy",
    "gotowa",
    "commencer",
    "demarrer",
    "start",
    "begin",
    "empezar",
    "comenzar",
    "comecar",
    "iniziare",
    "iniciar",
    "anfangen",
    "starten",
    "zaczac",
    "voulez vous jouer",
    "veux tu jouer",
    "want to play",
    "quieres jugar",
    "quer jogar",
    "vuoi giocare",
    "willst du spielen",
    "chcesz zagrac",
];
const HIGHEST: &[&str] = &[
    "plus grand nombre",
    "nombre maximum",
    "nombre maximal",
    "nombre max",
    "borne superieure",
    "borne max",
    "valeur maximale",
    "valeur max",
    "limite superieure",
    "maximum",
    "max",
    "largest number",
    "highest number",
    "biggest number",
    "upper bound",
    "upper limit",
    "numero maximo",
    "maximo",
    "massimo",
    "numero massimo",
    "hochste zahl",
    "groste zahl",
    "maximal",
    "najwieksza liczba",
];
const LOWEST: &[&str] = &[
    "plus petit nombre",
    "nombre minimum",
    "nombre minimal",
    "nombre min",
    "borne inferieure",
    "borne min",
    "valeur minimale",
    "valeur min",
    "limite inferieure",
    "minimum",
    "min",
    "smallest number",
    "lowest number",
    "lower bound",
    "lower limit",
    "numero minimo",
    "minimo",
    "kleinste zahl",
    "minimal",
    "najmniejsza liczba",
];
const AGAIN: &[&str] = &[
    "rejouer",
    "rejoue",
    "recommencer",
    "ecommencer",
    "nouvelle partie",
    "autre partie",
    "encore une partie",
    "encore jouer",
    "continuer",
    "play again",
    "another game",
    "another round",
    "new game",
    "one more game",
    "continue",
    "jugar de nuevo",
    "jugar otra",
    "otra vez",
    "otra partida",
    "jogar novamente",
    "jogar de novo",
    "outra partida",
    "giocare ancora",
    "rigiocare",
    "altra partita",
    "nochmal",
    "noch einmal",
    "noch mal",
    "erneut",
    "neues spiel",
    "jeszcze raz",
    "ponownie",
    "nowa gra",
    "zagrac ponownie",
];
const GUESSES: &[&str] = &[
    "guess",
    "devine",
    "devinez",
    "deviner",
    "proposition",
    "essai",
    "proposez",
    "propose",
    "adivina",
    "palpite",
    "adivinhe",
    "indovina",
    "tentativo",
    "rate",
    "errate",
    "tipp",
    "zgadnij",
    "zgaduj",
    "liczbe",
    "zahl",
    "numero",
    "number",
    "nombre",
];

/// What the end of a text asks for, if it is known.
pub fn asked(heard: &Heard) -> Option<Question> {
    let letters = letters(&super::text::plain(&heard.text)).is_some();
    let sentences: Vec<&[Token]> = heard.tokens.split_inclusive(Token::ends).collect();
    let mut backwards = sentences.iter().rev();
    backwards.find_map(|sentence| of_sentence(sentence, letters))
}

/// A text without its levels: they are numbered, and their numbers are no range.
pub fn without_choices(heard: &Heard) -> Heard {
    let sentences = heard.tokens.split_inclusive(Token::ends);
    let rest = sentences.filter(|sentence| of_sentence(sentence, false) != Some(Question::Choice));
    heard.with(rest.flatten().cloned().collect())
}

/// Whether every sentence asks for a guess: there is nothing else in it.
pub fn only_asks_for_guess(heard: &Heard) -> bool {
    let sentences = heard.sentences();
    let asks = |sentence: &Vec<Token>| {
        let numbers = sentence
            .iter()
            .any(|token| matches!(token, Token::Number(_)));
        !numbers && of_sentence(sentence, false) == Some(Question::Guess)
    };
    !sentences.is_empty() && sentences.iter().all(asks)
}

/// Orders to type something.
const ORDERS: &[&str] = &[
    "tape", "tapez", "type", "press", "appuie", "appuyez", "envoie", "envoyez", "dis", "send",
    "say", "write", "ecris", "ecrivez",
];

/// What one sentence asks for. `letters` says that letters for yes and no are offered beside it.
fn of_sentence(sentence: &[Token], letters: bool) -> Option<Question> {
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| says(sentence, phrase));
    let asks = letters || sentence.last() == Some(&Token::Ask) || has(ORDERS);
    let numbers = sentence
        .iter()
        .any(|token| matches!(token, Token::Number(_)));
    let tries = range::TRIES.iter().any(|word| says(sentence, word));
    let questions = [
        (Question::Again, asks && has(AGAIN)),
        (Question::Highest, !numbers && !tries && has(HIGHEST)),
        (Question::Lowest, !numbers && !tries && has(LOWEST)),
        (Question::Name, has(NAMES)),
        (Question::Choice, has(CHOICES)),
        (Question::Ready, asks && has(READY)),
        (Question::Guess, has(GUESSES) || has(NUMBER)),
    ];
    let found = questions.into_iter().find(|(_, is)| *is);
    found.map(|(question, _)| question)
}

/// What to reply.
pub fn reply(question: Question, heard: &Heard) -> String {
    match question {
        Question::Name => NAME.to_owned(),
        Question::Choice => choice(heard),
        Question::Ready => quoted(&heard.text).unwrap_or_else(|| yes(heard)),
        Question::Again => yes(heard),
        Question::Highest => "100".to_owned(),
        Question::Lowest | Question::Guess => "1".to_owned(),
    }
}

/// The reply that ends it politely.
pub fn no(heard: &Heard) -> String {
    let plain = super::text::plain(&heard.text);
    match letters(&plain) {
        Some((_, no)) => no.to_string(),
        None if plain.contains("<r>") => "T".to_owned(),
        None if in_english(heard) => "no".to_owned(),
        None => "non".to_owned(),
    }
}

fn yes(heard: &Heard) -> String {
    let plain = super::text::plain(&heard.text);
    if let Some((yes, _)) = letters(&plain) {
        return yes.to_string();
    }
    let words = [
        ("<r>ecommencer", "R"),
        ("oui", "oui"),
        ("yes", "yes"),
        ("sim", "sim"),
        ("tak", "tak"),
        ("ja", "ja"),
        ("si", "si"),
    ];
    let known = words
        .into_iter()
        .find(|(word, _)| match word.starts_with('<') {
            true => plain.contains(word),
            false => heard.says(word),
        });
    let by_language = || if in_english(heard) { "yes" } else { "oui" };
    known
        .map_or_else(by_language, |(_, reply)| reply)
        .to_owned()
}

fn in_english(heard: &Heard) -> bool {
    ["play", "you", "game", "ready", "do", "the"]
        .iter()
        .any(|word| heard.says(word))
}

/// The letters for yes and no of `(o/n)`, `[Y/N]`.
fn letters(plain: &str) -> Option<(char, char)> {
    let chars: Vec<char> = plain.chars().collect();
    let alone = |at: Option<usize>| {
        at.and_then(|at| chars.get(at))
            .is_none_or(|c| !c.is_alphanumeric())
    };
    chars
        .windows(3)
        .enumerate()
        .find_map(|(at, window)| match *window {
            [
                yes @ ('o' | 'y' | 's' | 'j' | 't'),
                '/' | '|' | ',',
                no @ 'n',
            ] if alone(at.checked_sub(1)) && alone(Some(at + 3)) => Some((yes, no)),
            _ => None,
        })
}

/// The first number that is offered, else the first word.
fn choice(heard: &Heard) -> String {
    if let Some(number) = heard.numbers().find(|number| (0..=9).contains(number)) {
        return number.to_string();
    }
    let offered = [
        "facile", "easy", "facil", "leicht", "latwy", "moyen", "medium",
    ];
    let word = offered.into_iter().find(|word| heard.says(word));
    word.unwrap_or("1").to_owned()
}

/// A word between quotation marks.
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
            ("Play again? [Y/N]", Question::Again, "y"),
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
