//! Results with commas.

use std::io::Write;

use super::{HEADER, Line, Source};
use crate::journal::JournalError;

/// Writes them, once the source has begun to give them: an error before that leaves nothing.
pub fn write(source: Source<'_>, out: &mut dyn Write) -> Result<(), JournalError> {
    // The header is there without a result too, so it is not left to the first line.
    let mut csv = csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(out);
    let failed = |error: csv::Error| JournalError::output(error.into());
    let mut begun = false;
    source(&mut |scored| {
        if !std::mem::replace(&mut begun, true) {
            csv.write_record(HEADER).map_err(failed)?;
        }
        csv.serialize(Line::of(&scored).defused()).map_err(failed)
    })?;
    if !begun {
        csv.write_record(HEADER).map_err(failed)?;
    }
    csv.flush().map_err(JournalError::output)
}
