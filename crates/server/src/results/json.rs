//! Results as one JSON document.

use std::io::{self, Write};

use super::Rows;
use super::row::Row;
use crate::journal::JournalError;

/// Writes a table, an object a line.
pub fn write(rows: &Rows<'_>, out: &mut dyn Write) -> Result<(), JournalError> {
    let mut before = "[\n";
    rows.read(&mut |row| {
        write_line(out, before, rows.header(), row).map_err(JournalError::output)?;
        before = ",\n";
        Ok(())
    })?;
    let end = if before == "[\n" { "[]\n" } else { "\n]\n" };
    out.write_all(end.as_bytes())
        .and_then(|()| out.flush())
        .map_err(JournalError::output)
}

/// Writes a row's object, with its fields in the header's order.
fn write_line(out: &mut dyn Write, before: &str, header: &[&str], row: Row<'_>) -> io::Result<()> {
    out.write_all(before.as_bytes())?;
    let mut sign = '{';
    for (name, cell) in header.iter().zip(row) {
        write!(out, "{sign}\"{name}\":")?;
        serde_json::to_writer(&mut *out, cell)?;
        sign = ',';
    }
    out.write_all(b"}")
}
