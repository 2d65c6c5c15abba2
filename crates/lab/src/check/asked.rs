//! What to type when the program asks its user for something: it says itself what it wants.

use std::net::SocketAddr;

/// What a program asks its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
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

impl Asked {
    /// What is asked by the text that stands before the cursor. Its last line decides: what stands
    /// above may be the server's.
    pub fn by(printed: &str) -> Asked {
        let last = printed.lines().rev().find(|line| !line.trim().is_empty());
        let last = last.unwrap_or_default().to_lowercase();
        let words: Vec<&str> = last
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let has = |wanted: &[&str]| wanted.iter().any(|it| words.contains(it));
        let yes_or_no = ["o/n", "y/n", "oui/non", "yes/no"];
        match () {
            () if has(&["rejouer", "rejoue", "again", "recommencer"]) => Asked::Again,
            () if yes_or_no.iter().any(|it| last.contains(it)) => Asked::Again,
            () if has(&["entrée", "enter", "touche", "key"])
                && has(&["appuie", "appuyez", "appuyer", "press", "pour", "tape"]) =>
            {
                Asked::Enter
            }
            () if has(&[
                "ip", "adresse", "host", "hote", "hôte", "address", "hostname",
            ]) =>
            {
                Asked::Host
            }
            () if has(&["port"]) => Asked::Port,
            () if has(&[
                "nom", "prénom", "prenom", "pseudo", "name", "username", "nickname",
            ]) =>
            {
                Asked::Name
            }
            () => Asked::Guess,
        }
    }

    /// What to type: `number` where a number is wanted.
    pub fn answer(self, server: SocketAddr, number: i64) -> String {
        match self {
            Asked::Host => server.ip().to_string(),
            Asked::Port => server.port().to_string(),
            Asked::Name => "Ana".to_owned(),
            Asked::Again => "n".to_owned(),
            Asked::Enter => String::new(),
            Asked::Guess => number.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_are_told_apart() {
        for (prompt, asked) in [
            ("moi > ", Asked::Guess),
            ("serveur > Bonjour ! Ton nom ?\nmoi > ", Asked::Guess),
            ("Adresse du serveur : ", Asked::Host),
            ("IP: ", Asked::Host),
            ("Port ? ", Asked::Port),
            ("Ton pseudo :\n", Asked::Name),
            ("Rejouer ? (o/n) ", Asked::Again),
            ("Appuie sur Entrée pour quitter", Asked::Enter),
            ("Entrez un nombre : ", Asked::Guess),
            ("", Asked::Guess),
        ] {
            assert_eq!(Asked::by(prompt), asked, "{prompt}");
        }
    }
}
