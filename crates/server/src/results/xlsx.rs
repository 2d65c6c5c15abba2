//! Results as a workbook.
//!
//! Rows go to a temporary file as they are read, so that memory does not grow with them.

use std::io::{self, Write};

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::row::{Cell, Row};
use super::{Rows, Table};
use crate::journal::JournalError;
use game::spreadsheet::defuse;

/// The most rows of a sheet, with its header: the bound of the format. Further rows go to another
/// sheet.
const ROWS: u32 = 1_048_576;

/// The columns' widths, in characters.
fn widths(table: Table) -> &'static [u32] {
    match table {
        Table::Rounds => &[19, 13, 14, 24, 7, 7, 7, 12, 12, 16],
        Table::Tries => &[19, 13, 14, 24, 7, 7, 12, 12],
        Table::Answers => &[19, 13, 24, 24, 12, 9, 9, 80],
        Table::Tournament => &[19, 13, 12, 24, 24, 15, 7, 7],
    }
}

/// Writes each table to a sheet of its own.
pub fn write(tables: &[Rows<'_>], out: &mut (dyn Write + Send)) -> Result<(), JournalError> {
    let mut workbook = Workbook::new();
    let date = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    for rows in tables {
        write_table(&mut workbook, rows, &date)?;
    }
    workbook.save_to_writer(&mut *out).map_err(failed)?;
    out.flush().map_err(JournalError::output)
}

fn write_table(
    workbook: &mut Workbook,
    rows: &Rows<'_>,
    date: &Format,
) -> Result<(), JournalError> {
    let mut sheets = 1;
    let mut sheet = new_sheet(workbook, rows.table, sheets).map_err(failed)?;
    let mut place = 1;
    rows.read(&mut |row| {
        if place == ROWS {
            sheets += 1;
            let next = new_sheet(workbook, rows.table, sheets).map_err(failed)?;
            workbook.push_worksheet(std::mem::replace(&mut sheet, next));
            place = 1;
        }
        write_row(&mut sheet, place, row, date).map_err(failed)?;
        place += 1;
        Ok(())
    })?;
    workbook.push_worksheet(sheet);
    Ok(())
}

fn new_sheet(workbook: &mut Workbook, table: Table, number: u32) -> Result<Worksheet, XlsxError> {
    let mut sheet = workbook.new_worksheet_with_constant_memory()?;
    match number {
        1 => sheet.set_name(table.name())?,
        more => sheet.set_name(format!("{} {more}", table.name()))?,
    };
    let bold = Format::new().set_bold();
    sheet.set_freeze_panes(1, 0)?;
    for (column, (title, width)) in (0..).zip(table.header().iter().zip(widths(table))) {
        sheet.set_column_width(column, *width)?;
        sheet.write_string_with_format(0, column, *title, &bold)?;
    }
    Ok(sheet)
}

fn write_row(
    sheet: &mut Worksheet,
    place: u32,
    row: Row<'_>,
    date: &Format,
) -> Result<(), XlsxError> {
    for (column, cell) in (0..).zip(row) {
        match cell {
            Cell::Date(text) => {
                let day = ExcelDateTime::parse_from_str(text)?;
                sheet.write_datetime_with_format(place, column, day, date)?;
            }
            Cell::Text(text) => {
                sheet.write_string(place, column, defuse(text))?;
            }
            Cell::Number(number) => {
                sheet.write_number(place, column, *number as f64)?;
            }
            Cell::Bool(is) => {
                sheet.write_boolean(place, column, *is)?;
            }
            Cell::Nothing => {}
        }
    }
    Ok(())
}

/// The error of a workbook, which is of its temporary file or of the output.
fn failed(error: XlsxError) -> JournalError {
    JournalError::output(match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(other),
    })
}
