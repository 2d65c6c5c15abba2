//! What a message holds: a number that `int()` reads, or what came in its place.

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
            | Number::Odd(value) => Some(*value),
            Number::Several(values) => values.last().copied(),
            Number::Binary | Number::None => None,
        }
    }
}

/// Reads the bytes of one turn.
pub fn read(bytes: &[u8]) -> Number {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Number::Binary;
    };
    if text.contains(|c: char| c.is_control() && !c.is_ascii_whitespace()) {
        return Number::Binary;
    }
    let text = text.trim();
    if let Some(value) = int(text) {
        return Number::Int(value);
    }
    let lines: Option<Vec<i64>> = text.lines().map(int).collect();
    if let Some(values) = lines.filter(|values| values.len() > 1) {
        return Number::Several(values);
    }
    one(text)
}

fn one(text: &str) -> Number {
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
            (b"\xff", Number::Binary),
            (b"Ana\n", Number::None),
            (b"", Number::None),
        ] {
            assert_eq!(read(bytes), number, "{bytes:?}");
        }
    }
}
