//! Lets go of old entries: moves the base on, over those that it then stands for.

use std::path::Path;

use super::chain::Chain;
use super::replay::Reader;
use super::{JournalError, base};
use game::rules::Millis;

/// Moves the base on, over the rows whose entries are from before this time, up to the first that is not. Reads the
/// file beside the writer, and deletes nothing. Stops where `goes_on` says so. Returns the sequence of
/// the last entry that may be deleted now.
///
/// # Errors
///
/// If the journal can't be read, or the base can't be written; the one before then stays.
pub fn advance(
    dir: &Path,
    before: Millis,
    goes_on: &dyn Fn() -> bool,
) -> Result<Option<u64>, JournalError> {
    let from = base::place(dir)?;
    let Some(mut reader) = Reader::open(dir, Chain::at(from))? else {
        return Ok(None);
    };
    if reader.first()?.is_none_or(|record| record.at >= before) {
        return Ok(None);
    }
    let (_, mut replay) = base::start(dir)?;
    let mut end = from;
    'pages: loop {
        let page = reader.page()?;
        if !goes_on() {
            return Ok(None);
        }
        if page.is_empty() {
            break;
        }
        let mut rest = &page[..];
        for &row_end in &reader.ends {
            let (row, others) = rest.split_at((row_end.0 - end.0) as usize);
            rest = others;
            if row.iter().any(|(_, record)| record.at >= before) {
                break 'pages;
            }
            for (sequence, record) in row {
                replay.apply(*sequence, record);
            }
            end = row_end;
        }
    }
    if end == from {
        return Ok(None);
    }
    base::write(dir, end, &replay)?;
    Ok(Some(end.0))
}
