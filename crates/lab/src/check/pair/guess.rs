//! The number in a client's message, in the form that its server reads.

use serde_json::Value;

use crate::check::client::number::read;
use crate::dialect::Dialect;
use crate::dialect::way::Form;

/// The number that these pieces of one turn hold.
pub fn number_in(pieces: &[Vec<u8>], dialect: &Dialect) -> Option<i64> {
    let bytes = pieces.concat();
    let form = dialect.way.as_ref().map(|way| &way.form);
    let four = <[u8; 4]>::try_from(bytes.as_slice()).ok();
    match (form, four) {
        (Some(Form::BigEndian), Some(four)) => return Some(i32::from_be_bytes(four).into()),
        (Some(Form::LittleEndian), Some(four)) => return Some(i32::from_le_bytes(four).into()),
        _ => {}
    }
    if let Ok(Value::Object(object)) = serde_json::from_slice(&bytes) {
        return object.values().filter_map(Value::as_i64).next();
    }
    read(pieces).value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::way::{Ending, Way};

    #[test]
    fn numbers_are_read_in_every_form() {
        let number = |bytes: &[u8]| number_in(&[bytes.to_vec()], &Dialect::default());
        for bytes in [
            &b"50"[..],
            b"50\n",
            b"GUESS 50\n",
            b"{\"guess\": 50}\n",
            b"\0\x0250",
        ] {
            assert_eq!(number(bytes), Some(50), "{bytes:?}");
        }
        assert_eq!(number(b"Ana\n"), None);
        let mut dialect = Dialect::starting(None);
        dialect.way = Some(Way {
            opening: None,
            form: Form::BigEndian,
            ending: Ending::None,
        });
        assert_eq!(number_in(&[vec![0, 0, 0, 50]], &dialect), Some(50));
    }
}
