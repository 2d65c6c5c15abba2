//! What stands around a message: nothing, its length before it, or a JSON object.

use serde_json::{Map, Value};

use crate::dialect::meaning_of;
use crate::dialect::way::LengthPrefix;

/// What stands around each message to a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrap {
    /// Nothing but a newline behind it, perhaps.
    Bare,
    /// Its length before it.
    Length(LengthPrefix),
    /// It is the value of the fields of a JSON object: their names, and the texts with which the
    /// program compares each.
    Object(Vec<(String, Vec<String>)>),
}

/// What a message is, for the fields that tell its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrapped {
    /// A greeting, or a prompt.
    Greeting,
    /// The answer to a guess.
    Answer,
    /// What is said of a message that is no guess.
    Error,
}

/// Fields in which messages were seen to hold their text.
const FIELDS: &[&str] = &[
    "type", "message", "msg", "texte", "text", "indice", "hint", "resultat", "result", "reponse",
    "response", "statut", "status", "etat", "state",
];
/// Fields that hold the ends of the range.
const ENDS: &[(&str, i64)] = &[("min", 1), ("max", 100), ("bas", 1), ("haut", 100)];
/// Beginnings of a field's text that say a message is a greeting, or an error.
const GREETS: &[&str] = &[
    "bienv", "welc", "hello", "bonj", "start", "debut", "début", "init",
];
const ERRS: &[&str] = &["err", "inval"];

impl Wrap {
    /// The bytes of a message. A newline ends it where the program reads lines.
    pub fn around(&self, text: &str, what: Wrapped, newline: bool) -> Vec<u8> {
        let end = if newline { "\n" } else { "" };
        match self {
            Wrap::Bare => format!("{text}{end}").into_bytes(),
            Wrap::Length(prefix) => prefix.frame(text.as_bytes()),
            Wrap::Object(fields) => format!("{}{end}", object(fields, text, what)).into_bytes(),
        }
    }
}

/// A message as an object: each field has a text with which the program compares it, if it can.
fn object(fields: &[(String, Vec<String>)], text: &str, what: Wrapped) -> Value {
    let mut object = Map::new();
    for name in FIELDS {
        object.insert((*name).to_owned(), text.into());
    }
    for (name, values) in fields {
        object.insert(name.clone(), value(values, text, what).into());
    }
    for (name, end) in ENDS {
        object.insert((*name).to_owned(), (*end).into());
    }
    Value::Object(object)
}

/// The text of a field: the message itself, if the field is compared with it, or with no text that
/// tells the kind of a message.
fn value<'a>(values: &'a [String], text: &'a str, what: Wrapped) -> &'a str {
    let begins = |value: &str, words: &[&str]| {
        let value = value.to_lowercase();
        words.iter().any(|word| value.starts_with(word))
    };
    let kind = |value: &str| match value {
        _ if begins(value, GREETS) => Wrapped::Greeting,
        _ if begins(value, ERRS) => Wrapped::Error,
        _ => Wrapped::Answer,
    };
    let mut kinds = values
        .iter()
        .filter(|it| meaning_of(it.as_bytes()).is_none_or(|it| !it.judges()));
    match values.iter().any(|it| it == text) {
        true => text,
        false => kinds
            .find(|it| kind(it) == what)
            .map_or(text, String::as_str),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_tells_the_kind_of_a_message_keeps_to_it() {
        let fields = [
            ("type", &["bienvenue", "indice", "erreur", "gagne"][..]),
            ("texte", &["trop petit"][..]),
        ];
        let fields = fields.map(|(name, values)| {
            let values = values.iter().map(|it| (*it).to_owned()).collect();
            (name.to_owned(), values)
        });
        for (text, what, kind) in [
            ("Bonjour", Wrapped::Greeting, "bienvenue"),
            ("trop petit", Wrapped::Answer, "indice"),
            ("Faux", Wrapped::Error, "erreur"),
            ("gagne", Wrapped::Answer, "gagne"),
        ] {
            let object = object(&fields, text, what);
            assert_eq!(object["type"], kind, "{object}");
            assert_eq!(object["message"], text, "{object}");
            assert_eq!(object["min"], 1, "{object}");
        }
    }
}
