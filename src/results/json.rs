//! Results as one JSON document.

use std::io::{self, Write};

use super::{Line, Source};
use crate::journal::JournalError;

/// Writes them, an object a line.
pub fn write(source: Source<'_>, out: &mut dyn Write) -> Result<(), JournalError> {
    let mut before = "[\n";
    source(&mut |scored| {
        write_line(out, before, &Line::of(&scored)).map_err(JournalError::output)?;
        before = ",\n";
        Ok(())
    })?;
    let end = if before == "[\n" { "[]\n" } else { "\n]\n" };
    out.write_all(end.as_bytes())
        .and_then(|()| out.flush())
        .map_err(JournalError::output)
}

fn write_line(out: &mut dyn Write, before: &str, line: &Line<'_>) -> io::Result<()> {
    out.write_all(before.as_bytes())?;
    Ok(serde_json::to_writer(out, line)?)
}
