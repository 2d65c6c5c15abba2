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
    /// Digits behind their length in one, two or four bytes, as Java's `writeUTF` and Python's
    /// `struct.pack` send it.
    Length(LengthPrefix),
    /// Four bytes, big-endian, as `struct.pack("!i")` and Java's `writeInt` write them.
    BigEndian,
    /// Four bytes, little-endian, as a C program sends an `int`.
    LittleEndian,
}

/// The length of a text, before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LengthPrefix {
    /// Bytes of the length: 1, 2 or 4.
    pub size: usize,
    /// Whether its first byte is the biggest part.
    pub big_endian: bool,
}

impl LengthPrefix {
    /// All of them, the most usual first.
    pub const ALL: [LengthPrefix; 5] = [
        LengthPrefix::new(2, true),
        LengthPrefix::new(4, true),
        LengthPrefix::new(1, true),
        LengthPrefix::new(2, false),
        LengthPrefix::new(4, false),
    ];

    const fn new(size: usize, big_endian: bool) -> LengthPrefix {
        LengthPrefix { size, big_endian }
    }

    /// The text behind its length.
    pub fn frame(self, text: &[u8]) -> Vec<u8> {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let mut prefix = match self.big_endian {
            true => length.to_be_bytes()[4 - self.size..].to_vec(),
            false => length.to_le_bytes()[..self.size].to_vec(),
        };
        prefix.extend_from_slice(text);
        prefix
    }

    /// The texts of whole frames; `None` if the bytes are anything else.
    pub fn unframe(self, mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
        let mut texts = Vec::new();
        while !bytes.is_empty() {
            let (prefix, rest) = bytes.split_at_checked(self.size)?;
            let digits = |length: usize, byte: &u8| length << 8 | usize::from(*byte);
            let length = match self.big_endian {
                true => prefix.iter().fold(0, digits),
                false => prefix.iter().rev().fold(0, digits),
            };
            let (text, rest) = rest.split_at_checked(length)?;
            texts.push(text);
            bytes = rest;
        }
        Some(texts)
    }

    /// The prefix that these bytes have, if they are texts behind their lengths.
    pub fn of(bytes: &[u8]) -> Option<LengthPrefix> {
        let is_worded = |text: &&[u8]| {
            let text = std::str::from_utf8(text).unwrap_or("\0");
            !text.is_empty() && text.chars().all(|c| !c.is_control() || c.is_whitespace())
        };
        let fits = |it: &LengthPrefix| {
            // « \nTrop petit » begins with a newline, not with the length ten.
            let is_text = |byte: &u8| byte.is_ascii_whitespace() || byte.is_ascii_alphanumeric();
            let blank = it.size == 1 && bytes.first().is_some_and(is_text);
            let texts = it.unframe(bytes).unwrap_or_default();
            !blank && !texts.is_empty() && texts.iter().all(is_worded)
        };
        LengthPrefix::ALL.into_iter().find(fits)
    }
}

/// A guess as a JSON object, under every name that servers were seen to look for.
pub const OBJECT: &str = "{\"guess\": {n}, \"essai\": {n}, \"nombre\": {n}, \"number\": {n}, \
     \"proposition\": {n}, \"valeur\": {n}, \"value\": {n}, \"n\": {n}, \"type\": \"guess\"}";

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
            Form::Length(prefix) => prefix.frame(guess.to_string().as_bytes()),
            Form::BigEndian => four.to_be_bytes().to_vec(),
            Form::LittleEndian => four.to_le_bytes().to_vec(),
        }
    }

    /// The bytes of words: a name, a reply.
    pub fn words(&self, words: &str) -> Vec<u8> {
        match self.form {
            Form::Pickle => format!("V{words}\n.").into_bytes(),
            Form::Length(prefix) => prefix.frame(words.as_bytes()),
            _ => self.end(words.as_bytes().to_vec()),
        }
    }

    /// Whether guesses are JSON objects.
    pub fn is_object(&self) -> bool {
        matches!(&self.form, Form::Text(form) if form.starts_with('{') && form.len() > 3)
    }

    /// The same with another end of the message; `None` where messages have no end of their own.
    pub fn with_other_end(&self) -> Option<Way> {
        let ending = match (&self.form, self.ending) {
            (Form::Text(_), Ending::None) => Ending::Lf,
            (Form::Text(_), Ending::Lf | Ending::CrLf) => Ending::None,
            _ => return None,
        };
        Some(Way {
            ending,
            ..self.clone()
        })
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

/// The ways for a server that says nothing to text: it may wait for a length, or for an integer.
pub fn unspoken() -> Vec<Way> {
    let lengths = LengthPrefix::ALL.map(Form::Length).into_iter();
    let integers = [Form::BigEndian, Form::LittleEndian];
    lengths.chain(integers).map(Way::of).collect()
}

/// The ways for a server whose answers have this prefix. Java's `writeUTF` often stands beside `readInt`.
pub fn behind(prefix: LengthPrefix) -> Vec<Way> {
    let is_utf = prefix == LengthPrefix::ALL[0];
    let integer = is_utf.then_some(Form::BigEndian);
    let forms = integer.into_iter().chain([Form::Length(prefix)]);
    forms.map(Way::of).collect()
}

/// A guess as a JSON object.
pub fn object() -> Way {
    Way::text(OBJECT, Ending::Lf)
}

/// The ways that fit a binary answer.
pub fn raw(answer: &[u8]) -> Vec<Way> {
    if let Some(prefix) = LengthPrefix::of(answer) {
        return behind(prefix);
    }
    let forms = match *answer {
        // A small little-endian integer.
        [first, 0, 0, 0] if first > 0 => vec![Form::LittleEndian, Form::BigEndian],
        [0x80, ..] => vec![Form::Pickle],
        _ => vec![
            Form::BigEndian,
            Form::Length(LengthPrefix::ALL[0]),
            Form::LittleEndian,
        ],
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
        object(),
        Way::opened(&name("REGISTER "), "GUESS {n}", lf),
        Way::text("guess:{n}", lf),
        Way::opened("HELLO", "GUESS {n}", lf),
    ];
    ways.push(Way::of(Form::Pickle));
    ways.extend(unspoken());
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
        found.push(object());
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

    /// Protects texts that begin like a length, and frames of each size and order.
    #[test]
    fn lengths_before_texts_are_known() {
        for prefix in LengthPrefix::ALL {
            let two = [prefix.frame(b"C'est trop petit"), prefix.frame(b"Encore ?")].concat();
            let texts = LengthPrefix::of(&two).and_then(|it| it.unframe(&two));
            let expected: [&[u8]; 2] = [b"C'est trop petit", b"Encore ?"];
            assert_eq!(texts.as_deref(), Some(&expected[..]), "{prefix:?}");
        }
        for text in ["\nTrop petit", "Trop petit", "50\n", ""] {
            assert_eq!(LengthPrefix::of(text.as_bytes()), None, "{text}");
        }
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
