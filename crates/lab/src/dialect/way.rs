//! How a guess is sent: what stands around the number, and what ends the message. Most servers take
//! digits and a newline; other ways are tried in turn, those that the server itself names first.

use super::lexicon::{Role, is};
use super::question::NAME;
use super::text::Heard;
use game::fold::fold;

/// What ends a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// A line feed.
    Lf,
    /// Nothing: one `send` is one message.
    None,
    /// A carriage return and a line feed.
    CrLf,
}

/// How a number is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text around the digits: `{n}` stands for the guess, `{t}` for the number of the try, from 1.
    Text(String),
    /// Python's pickle of an integer.
    Pickle,
    /// Digits behind their length in two bytes, as Java's `writeUTF` sends them.
    Utf,
    /// Four bytes, big-endian, as `struct.pack("!i")` and Java's `writeInt` write them.
    BigEndian,
    /// Four bytes, little-endian, as a C program sends an `int`.
    LittleEndian,
}

/// A way to send guesses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Words to send once before the first guess.
    pub opening: Option<String>,
    /// How the number is written.
    pub form: Form,
    /// What ends a message.
    pub ending: Ending,
}

impl Way {
    /// A number in text; see [`Form::Text`].
    pub fn text(form: &str, ending: Ending) -> Way {
        Way {
            opening: None,
            form: Form::Text(form.to_owned()),
            ending,
        }
    }

    /// A number in binary.
    fn of(form: Form) -> Way {
        Way {
            opening: None,
            form,
            ending: Ending::None,
        }
    }

    fn opened(opening: &str, form: &str, ending: Ending) -> Way {
        Way {
            opening: Some(opening.to_owned()),
            ..Way::text(form, ending)
        }
    }

    /// The bytes of a guess. `tries` is the number of the try, from 1.
    pub fn guess(&self, guess: i64, tries: u32) -> Vec<u8> {
        // The game's numbers fit 32 bits; a wrong belief may not.
        let four = i32::try_from(guess).unwrap_or(i32::MAX);
        match &self.form {
            Form::Text(form) => {
                let text = form.replace("{n}", &guess.to_string());
                self.end(text.replace("{t}", &tries.to_string()).into_bytes())
            }
            Form::Pickle => format!("I{guess}\n.").into_bytes(),
            Form::Utf => utf(&guess.to_string()),
            Form::BigEndian => four.to_be_bytes().to_vec(),
            Form::LittleEndian => four.to_le_bytes().to_vec(),
        }
    }

    /// The bytes of words: a name, a reply.
    pub fn words(&self, words: &str) -> Vec<u8> {
        match self.form {
            Form::Pickle => format!("V{words}\n.").into_bytes(),
            Form::Utf => utf(words),
            _ => self.end(words.as_bytes().to_vec()),
        }
    }

    fn end(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        bytes.extend_from_slice(match self.ending {
            Ending::Lf => b"\n",
            Ending::None => b"",
            Ending::CrLf => b"\r\n",
        });
        bytes
    }
}

/// A text behind its length in two bytes.
fn utf(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes(), text.as_bytes()].concat()
}

/// The ways that fit a binary answer.
pub fn raw(answer: &[u8]) -> Vec<Way> {
    let forms = match *answer {
        // A small little-endian integer.
        [first, 0, 0, 0] if first > 0 => vec![Form::LittleEndian, Form::BigEndian],
        [0x80, ..] => vec![Form::Pickle],
        _ => vec![Form::BigEndian, Form::Utf, Form::LittleEndian],
    };
    forms.into_iter().map(Way::of).collect()
}

/// All ways, the most likely first.
pub fn all() -> Vec<Way> {
    let name = |text: &str| format!("{text}{NAME}");
    let (lf, bare) = (Ending::Lf, Ending::None);
    let mut ways = vec![
        Way::text("{n}", lf),
        Way::text("{n}", bare),
        Way::text("GUESS {n}", lf),
        Way::opened("STA", "TRY {n}", lf),
        Way::opened("START", "{n}", lf),
        Way::text("GUESS {n}", bare),
        Way::opened(&name("REGISTER "), "{n}", lf),
        Way::text("{n},{t}", bare),
        Way::opened("START", "GUESS {n}", lf),
        Way::opened(&name("username:"), "{n}", lf),
        Way::text("TRY {n}", lf),
        Way::opened("STA", "TRY {n}", bare),
        Way::opened("START", "{n}", bare),
        Way::opened(&name("REGISTER "), "{n}", bare),
        Way::text("{n}", Ending::CrLf),
        Way::text("{\"guess\": {n}}", lf),
        Way::opened(&name("REGISTER "), "GUESS {n}", lf),
        Way::text("guess:{n}", lf),
        Way::opened("HELLO", "GUESS {n}", lf),
    ];
    let raw = [Form::Pickle, Form::BigEndian, Form::LittleEndian, Form::Utf];
    ways.extend(raw.map(Way::of));
    ways
}

/// The ways that a text names, at most four and JSON: `GUESS <n>`, `TRY n`, `{"guess": …}`.
pub fn named(heard: &Heard) -> Vec<Way> {
    let mut words = heard
        .text
        .split(|c: char| c.is_whitespace() || ",;()".contains(c))
        .peekable();
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        let word = word.trim_matches(['\'', '"', '«', '»', '`', '.', ':']);
        let verb =
            word.len() >= 2 && word.len() <= 12 && word.chars().all(|c| c.is_ascii_uppercase());
        let number = words.peek().is_some_and(|next| is_number(next));
        if verb && number && found.len() < 4 {
            found.push(Way::text(&format!("{word} {{n}}"), Ending::Lf));
        }
    }
    if heard.text.contains("{\"") {
        found.push(Way::text("{\"guess\": {n}}", Ending::Lf));
    }
    found
}

/// Whether a word stands for the number in a server's own explanation.
fn is_number(word: &str) -> bool {
    let inside = word.trim_matches(|c: char| !c.is_alphanumeric());
    let marked = word.starts_with(['<', '[', '{']);
    marked
        || is(&fold(inside), Role::Placeholder)
        || !inside.is_empty() && inside.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_are_written_in_every_form() {
        let sent = |way: &Way| String::from_utf8_lossy(&way.guess(50, 3)).into_owned();
        assert_eq!(sent(&Way::text("{n}", Ending::Lf)), "50\n");
        assert_eq!(sent(&Way::text("{n},{t}", Ending::None)), "50,3");
        let form = Way::of;
        assert_eq!(sent(&form(Form::Pickle)), "I50\n.");
        assert_eq!(form(Form::BigEndian).guess(50, 1), [0, 0, 0, 50]);
        assert_eq!(form(Form::LittleEndian).guess(50, 1), [50, 0, 0, 0]);
    }

    #[test]
    fn what_the_server_names_is_tried() {
        let named = |text: &str| named(&Heard::new(text.as_bytes()));
        assert_eq!(
            named("Usage: PICK <n>"),
            [Way::text("PICK {n}", Ending::Lf)]
        );
        assert_eq!(
            named("Envoie 'ESSAI 42' pour jouer"),
            [Way::text("ESSAI {n}", Ending::Lf)]
        );
        assert_eq!(named("Bonjour TOUS, jouons"), []);
    }
}
