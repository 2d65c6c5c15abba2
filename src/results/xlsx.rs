//! Results as a workbook.
//!
//! Rows go to a temporary file as they come: the memory that it takes does not grow with them.

use std::io::{self, Write};

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::{HEADER, Line, Source};
use crate::journal::JournalError;

/// Rows of a sheet at most, its header included: spreadsheets have no more. Others follow on
/// another sheet.
const ROWS: u32 = 1_048_576;

/// Columns' widths, in characters.
const WIDTHS: [u32; HEADER.len()] = [19, 13, 14, 24, 7, 7, 7, 12, 12, 16];

/// Writes them.
pub fn write(source: Source<'_>, out: &mut (dyn Write + Send)) -> Result<(), JournalError> {
    let mut workbook = Workbook::new();
    let mut sheet = new_sheet(&mut workbook).map_err(failed)?;
    let date = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    let mut row = 1;
    source(&mut |scored| {
        if row == ROWS {
            let next = new_sheet(&mut workbook).map_err(failed)?;
            workbook.push_worksheet(std::mem::replace(&mut sheet, next));
            row = 1;
        }
        write_line(&mut sheet, row, Line::of(&scored).defused(), &date).map_err(failed)?;
        row += 1;
        Ok(())
    })?;
    workbook.push_worksheet(sheet);
    workbook.save_to_writer(&mut *out).map_err(failed)?;
    out.flush().map_err(JournalError::output)
}

fn new_sheet(workbook: &mut Workbook) -> Result<Worksheet, XlsxError> {
    let mut sheet = workbook.new_worksheet_with_constant_memory()?;
    let bold = Format::new().set_bold();
    sheet.set_freeze_panes(1, 0)?;
    for (column, (title, width)) in (0..).zip(HEADER.iter().zip(WIDTHS)) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, *title, &bold)?;
    }
    Ok(sheet)
}

fn write_line(
    sheet: &mut Worksheet,
    row: u32,
    line: Line<'_>,
    date: &Format,
) -> Result<(), XlsxError> {
    sheet.write_datetime_with_format(row, 0, ExcelDateTime::parse_from_str(line.date)?, date)?;
    for (column, text) in [(1, &*line.room), (2, line.mode), (3, &*line.player)] {
        sheet.write_string(row, column, text)?;
    }
    sheet.write_number(row, 4, line.round)?;
    sheet.write_number(row, 5, line.tries)?;
    sheet.write_boolean(row, 6, line.won)?;
    sheet.write_number(row, 7, line.guess)?;
    sheet.write_number(row, 8, line.number)?;
    sheet.write_string(row, 9, &*line.range)?;
    Ok(())
}

/// A workbook fails with its temporary file, or with where it is written.
fn failed(error: XlsxError) -> JournalError {
    JournalError::output(match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(other),
    })
}
