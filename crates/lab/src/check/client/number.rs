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

fn read_whole(pieces: &[Vec<u8>]) -> Number {
    let all = pieces.concat();
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
    let parts: Option<Vec<i64>> = texts.iter().map(|text| int(text)).collect();
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
            assert_eq!(read(&[bytes.to_vec()]), number, "{bytes:?}");
        }
        let pieces = |pieces: &[&str]| {
            let pieces: Vec<Vec<u8>> = pieces.iter().map(|it| it.as_bytes().to_vec()).collect();
            read(&pieces)
        };
        assert_eq!(pieces(&["50", "\n"]), Number::Int(50));
        assert_eq!(pieces(&["50", "60"]), Number::Several(vec![50, 60]));
        assert_eq!(pieces(&["5050"]), Number::Several(vec![50, 50]));
        assert_eq!(pieces(&["GUESS 5", "0"]), Number::Worded(50));
        assert_eq!(pieces(&["prêt\n50\n"]), Number::Int(50));
        assert_eq!(pieces(&["Ana", "50"]), Number::Int(50));
    }
}
