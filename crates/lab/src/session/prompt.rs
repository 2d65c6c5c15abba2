//! What to type when the program asks its user for something: it says itself what it wants.

use std::net::SocketAddr;

/// What a program asks its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// Which machine to connect to.
    Host,
    /// Which port.
    Port,
    /// Who plays.
    Name,
    /// Whether to play again.
    Again,
    /// Only the Enter key.
    Enter,
    /// A number, or anything else.
    Guess,
}

impl Prompt {
    /// What is asked by the text that stands before the cursor. Its last line decides: what stands
    /// above may be the server's.
    pub fn by(printed: &str) -> Prompt {
        let last = last_line(printed);
        let words: Vec<&str> = last
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let has = |wanted: &[&str]| wanted.iter().any(|it| words.contains(it));
        let yes_or_no = ["o/n", "y/n", "oui/non", "yes/no"];
        match () {
            () if has(&["rejouer", "rejoue", "again", "recommencer"]) => Prompt::Again,
            () if yes_or_no.iter().any(|it| last.contains(it)) => Prompt::Again,
            () if has(&["entrée", "enter", "touche", "key"])
                && has(&["appuie", "appuyez", "appuyer", "press", "pour", "tape"]) =>
            {
                Prompt::Enter
            }
            () if has(&[
                "ip", "adresse", "host", "hote", "hôte", "address", "hostname",
            ]) =>
            {
                Prompt::Host
            }
            () if has(&["port"]) => Prompt::Port,
            () if has(&[
                "nom", "prénom", "prenom", "pseudo", "name", "username", "nickname",
            ]) =>
            {
                Prompt::Name
            }
            () => Prompt::Guess,
        }
    }

    /// The word for yes in the language of a question.
    pub fn yes(printed: &str) -> &'static str {
        let last = last_line(printed);
        match ["y/n", "yes/no", "again"]
            .iter()
            .any(|it| last.contains(it))
        {
            true => "y",
            false => "o",
        }
    }

    /// Whether a server asks its user for the number that is to be found.
    pub fn asks_for_secret(printed: &str) -> bool {
        let last = last_line(printed);
        let has = |words: &[&str]| words.iter().any(|it| last.contains(it));
        has(&["secret", "devin", "guess", "trouver", "nombre", "number"])
            && !has(&["joueur", "player", "essai", "tries", "client"])
    }

    /// What to type: `number` where a number is wanted.
    pub fn answer(self, server: SocketAddr, number: i64) -> String {
        match self {
            Prompt::Host => server.ip().to_string(),
            Prompt::Port => server.port().to_string(),
            Prompt::Name => "Ana".to_owned(),
            Prompt::Again => "n".to_owned(),
            Prompt::Enter => String::new(),
            Prompt::Guess => number.to_string(),
        }
    }
}

/// The last line that has something on it, in small letters.
fn last_line(printed: &str) -> String {
    let last = printed.lines().rev().find(|line| !line.trim().is_empty());
    last.unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_s_own_questions_are_told_apart() {
        assert_eq!(Prompt::yes("Encore ? (o/n) "), "o");
        assert_eq!(Prompt::yes("Play again (y/n)? "), "y");
        for (prompt, secret) in [
            ("nombre secret ? ", true),
            ("Number to guess: ", true),
            ("Nombre de joueurs : ", false),
            ("Nombre d'essais ? ", false),
            ("Ton choix ? ", false),
        ] {
            assert_eq!(Prompt::asks_for_secret(prompt), secret, "{prompt}");
        }
    }

    #[test]
    fn prompts_are_told_apart() {
        for (prompt, asked) in [
            ("moi > ", Prompt::Guess),
            ("serveur > Bonjour ! Ton nom ?\nmoi > ", Prompt::Guess),
            ("Adresse du serveur : ", Prompt::Host),
            ("IP: ", Prompt::Host),
            ("Port ? ", Prompt::Port),
            ("Ton pseudo :\n", Prompt::Name),
            ("Rejouer ? (o/n) ", Prompt::Again),
            ("Appuie sur Entrée pour quitter", Prompt::Enter),
            ("Entrez un nombre : ", Prompt::Guess),
            ("", Prompt::Guess),
        ] {
            assert_eq!(Prompt::by(prompt), asked, "{prompt}");
        }
    }
}
