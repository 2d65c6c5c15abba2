//! What a message holds: a number that `int()` reads, or what came in its place.

use serde_json::Value;

use crate::dialect::way::LengthPrefix;

/// A message, read as a guess.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Number {
    /// What `int()` reads.
    Int(i64),
    /// A word of the protocol and a number, as some games have it: `GUESS 50`, `50,1`.
    Worded(i64),
    /// A number with a point: `50.0`.
    Decimal(i64),
    /// Bytes shown as Python shows them: `b'50'`.
    Repr(i64),
    /// Digits behind their length.
    Framed(i64, LengthPrefix),
    /// The number in a JSON object, or a JSON text of its digits.
    Object(i64),
    /// Digits behind a byte order mark, as Python's `utf-8-sig` writes it.
    Marked(i64),
    /// Several numbers, sent without waiting for an answer.
    Several(Vec<i64>),
    /// A number in something else.
    Odd(i64),
    /// Bytes that are not text.
    Binary,
    /// No number: a name, a word.
    None,
}

impl Number {
    /// The number that was meant.
    pub fn value(&self) -> Option<i64> {
        match self {
            Number::Int(value)
            | Number::Worded(value)
            | Number::Decimal(value)
            | Number::Repr(value)
            | Number::Framed(value, _)
            | Number::Object(value)
            | Number::Marked(value)
            | Number::Odd(value) => Some(*value),
            Number::Several(values) => values.last().copied(),
            Number::Binary | Number::None => None,
        }
    }
}

/// Reads the pieces of one turn, in which a newline may have come by itself.
pub fn read(pieces: &[Vec<u8>]) -> Number {
    read_whole(introduced(pieces))
}

/// The pieces behind a word that introduces the game, such as a name: it may not wait for an answer.
fn introduced(pieces: &[Vec<u8>]) -> &[Vec<u8>] {
    let word = |piece: &Vec<u8>| {
        std::str::from_utf8(piece).is_ok_and(|it| it.contains(char::is_alphabetic))
            && !piece.iter().any(u8::is_ascii_digit)
    };
    match pieces {
        [first, rest @ ..] if !rest.is_empty() && word(first) && is_int(&rest.concat()) => rest,
        _ => pieces,
    }
}

fn is_int(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| int(text).is_some())
}

/// What stands for the byte order mark in UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Names under which objects were seen to hold a guess, likeliest first.
const NAMES: &[&str] = &[
    "guess",
    "essai",
    "proposition",
    "nombre",
    "number",
    "valeur",
    "value",
    "n",
];

/// Numbers behind their lengths, or in an object; `None` if the bytes are neither.
fn wrapped(bytes: &[u8]) -> Option<Number> {
    if let Some(value) = object(bytes) {
        return Some(Number::Object(value));
    }
    let prefix = LengthPrefix::of(bytes)?;
    let texts = prefix.unframe(bytes)?;
    let inside = |text: &&[u8]| object(text).or_else(|| int(std::str::from_utf8(text).ok()?));
    let values: Option<Vec<i64>> = texts.iter().map(inside).collect();
    match values?.as_slice() {
        [value] => Some(Number::Framed(*value, prefix)),
        values => Some(Number::Several(values.to_vec())),
    }
}

/// The number that a JSON object holds: under a name that means a guess, else the only one.
fn object(bytes: &[u8]) -> Option<i64> {
    let number = |value: &Value| match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => int(text),
        _ => None,
    };
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let Value::Object(fields) = &value else {
        return value.as_str().and_then(int);
    };
    let named = NAMES.iter().find_map(|name| fields.get(*name));
    let mut all = fields.values().filter_map(number);
    named.and_then(number).or_else(|| {
        let first = all.next()?;
        all.next().is_none().then_some(first)
    })
}

fn read_whole(pieces: &[Vec<u8>]) -> Number {
    let all = pieces.concat();
    if let Some(number) = wrapped(&all) {
        return number;
    }
    if let Some(rest) = all.strip_prefix(MARK)
        && let Ok(rest) = std::str::from_utf8(rest)
        && let Some(value) = int(rest)
    {
        return Number::Marked(value);
    }
    let Ok(text) = std::str::from_utf8(&all) else {
        return Number::Binary;
    };
    if text.contains(|c: char| c.is_control() && !c.is_ascii_whitespace()) {
        return Number::Binary;
    }
    several(pieces, text).unwrap_or_else(|| one(text.trim()))
}

/// Several numbers: in lines, in pieces, or glued together on the way.
fn several(pieces: &[Vec<u8>], text: &str) -> Option<Number> {
    let lines: Option<Vec<i64>> = text.trim().lines().map(int).collect();
    let texts = pieces.iter().map(|piece| String::from_utf8_lossy(piece));
    let texts: Vec<_> = texts.filter(|text| !text.trim().is_empty()).collect();
    // Messages that end in a newline are read by newlines, however they were cut on the way.
    let parts: Option<Vec<i64>> = match text.ends_with('\n') {
        true => None,
        false => texts.iter().map(|text| int(text)).collect(),
    };
    let twice = || {
        let (first, second) = text.split_at_checked(text.len() / 2)?;
        (first == second && first.len() > 1).then(|| Some(vec![int(first)?, int(second)?]))?
    };
    let found = [lines, parts].into_iter().flatten();
    let found = found.chain(twice()).find(|values| values.len() > 1);
    found.map(Number::Several)
}

fn one(text: &str) -> Number {
    // A line that introduces the game, and then the guess.
    if let Some((first, rest)) = text.split_once('\n')
        && !first.contains(|c: char| c.is_ascii_digit())
        && let Some(value) = int(rest)
    {
        return Number::Int(value);
    }
    if let Some(value) = int(text) {
        return Number::Int(value);
    }
    let python = text.strip_prefix("b'").or_else(|| text.strip_prefix("b\""));
    if let Some(inside) = python.and_then(|it| int(it.trim_end_matches(['\'', '"']))) {
        return Number::Repr(inside);
    }
    if let Some((whole, part)) = text.split_once('.')
        && let Some(value) = int(whole)
        && part.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Number::Decimal(value);
    }
    if let Some(value) = worded(text) {
        return Number::Worded(value);
    }
    let digits = |c: char| !c.is_ascii_digit();
    let number = text.split(digits).find(|part| !part.is_empty());
    match number.and_then(int) {
        Some(value) => Number::Odd(value),
        None => Number::None,
    }
}

/// `GUESS 50`, `TRY:50`, `50,1`.
fn worded(text: &str) -> Option<i64> {
    if let Some((word, number)) = text.split_once([' ', ':', '|']) {
        let capitals = word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase());
        return int(number.trim()).filter(|_| capitals);
    }
    let (number, tries) = text.split_once(',')?;
    int(tries)?;
    int(number)
}

/// What Python's `int()` reads, as far as players write it.
fn int(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A length of `size` bytes before the text, the highest byte first.
    fn length(size: usize) -> LengthPrefix {
        LengthPrefix {
            size,
            big_endian: true,
        }
    }

    #[test]
    fn what_int_reads_is_told_from_what_it_does_not() {
        for (bytes, number) in [
            (&b"50"[..], Number::Int(50)),
            (b" 50 \r\n", Number::Int(50)),
            (b"-5\n", Number::Int(-5)),
            (b"50\n60\n", Number::Several(vec![50, 60])),
            (b"50.0", Number::Decimal(50)),
            (b"b'50'", Number::Repr(50)),
            (b"GUESS 50\n", Number::Worded(50)),
            (b"50,1", Number::Worded(50)),
            (b"mon nombre : 50", Number::Odd(50)),
            (b"[50]", Number::Odd(50)),
            (b"\0\0\x0032", Number::Binary),
            (b"\0\0\0\x32", Number::Binary),
            (b"\0\x0250", Number::Framed(50, length(2))),
            (b"\0\0\0\x0250", Number::Framed(50, length(4))),
            (b"\0\x0250\0\x0275", Number::Several(vec![50, 75])),
            (b"\0\x09{\"n\": 50}", Number::Framed(50, length(2))),
            (b"{\"min\": 1, \"essai\": \"50\"}\n", Number::Object(50)),
            (b"{\"coup\": 50}", Number::Object(50)),
            (b"{\"nom\": \"Ana\"}", Number::None),
            (b"\"50\"", Number::Object(50)),
            ("\u{feff}50".as_bytes(), Number::Marked(50)),
            (b"\xff", Number::Binary),
            (b"Ana\n", Number::None),
            (b"", Number::None),
        ] {
            assert_eq!(read(&[bytes.to_vec()]), number, "{bytes:?}");
        }
        let pieces = |pieces: &[&str]| {
            let pieces: Vec<Vec<u8>> = pieces.iter().map(|it| it.as_bytes().to_vec()).collect();
            read(&pieces)
        };
        assert_eq!(pieces(&["50", "\n"]), Number::Int(50));
        assert_eq!(pieces(&["5", "0", "\n"]), Number::Int(50));
        assert_eq!(pieces(&["50", "60"]), Number::Several(vec![50, 60]));
        assert_eq!(pieces(&["5050"]), Number::Several(vec![50, 50]));
        assert_eq!(pieces(&["GUESS 5", "0"]), Number::Worded(50));
        assert_eq!(pieces(&["prêt\n50\n"]), Number::Int(50));
        assert_eq!(pieces(&["Ana", "50"]), Number::Int(50));
    }
}
