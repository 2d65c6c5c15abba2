//! Results as comma-separated values.

use std::borrow::Cow;
use std::io::Write;

use super::Rows;
use super::row::Cell;
use crate::journal::JournalError;
use game::spreadsheet::defuse;

/// Writes a table. The header is written with the first row, so that an error before it leaves
/// nothing.
pub fn write(rows: &Rows<'_>, out: &mut dyn Write) -> Result<(), JournalError> {
    let mut csv = csv::Writer::from_writer(out);
    let failed = |error: csv::Error| JournalError::output(error.into());
    let mut begun = false;
    rows.read(&mut |row| {
        if !std::mem::replace(&mut begun, true) {
            csv.write_record(rows.header()).map_err(failed)?;
        }
        let cells = row.iter().map(written);
        csv.write_record(cells.map(|cell| cell.into_owned()))
            .map_err(failed)
    })?;
    if !begun {
        csv.write_record(rows.header()).map_err(failed)?;
    }
    csv.flush().map_err(JournalError::output)
}

fn written<'a>(cell: &'a Cell<'_>) -> Cow<'a, str> {
    match cell {
        Cell::Date(date) => (*date).into(),
        Cell::Text(text) => defuse(text),
        Cell::Number(number) => number.to_string().into(),
        Cell::Bool(is) => is.to_string().into(),
        Cell::Nothing => "".into(),
    }
}
