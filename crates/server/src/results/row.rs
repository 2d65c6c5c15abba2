//! A row of results, for every format.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

/// A row's cells, in the order of its table's header.
pub type Row<'a> = &'a [Cell<'a>];

/// A cell's content.
pub enum Cell<'a> {
    /// ISO 8601 to the second, UTC.
    Date(&'a str),
    Text(Cow<'a, str>),
    Number(i64),
    Bool(bool),
    Nothing,
}

impl<'a> Cell<'a> {
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Cell::Text(text.into())
    }

    /// A text, or nothing.
    pub fn some_text(text: Option<&'a str>) -> Self {
        text.map_or(Cell::Nothing, Cell::text)
    }
}

/// The cell as a value of JSON.
impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Cell::Date(date) => serializer.serialize_str(date),
            Cell::Text(text) => serializer.serialize_str(text),
            Cell::Number(number) => serializer.serialize_i64(*number),
            Cell::Bool(is) => serializer.serialize_bool(*is),
            Cell::Nothing => serializer.serialize_none(),
        }
    }
}
