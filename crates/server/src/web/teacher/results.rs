//! The results as files. A blocking thread reads the journal and writes the file; the browser takes
//! it at its own pace, and at most two pieces wait for it.

use std::io::{self, BufWriter, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use serde::Deserialize;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::session::Teacher;
use crate::journal::JournalError;
use crate::results::{Format, Source, Table, Wanted, export};
use crate::web::Page;
use crate::web::http::extract::room_code;
use crate::web::http::refusal::Refusal;

/// The most bytes of one piece.
const PIECE: usize = 64 * 1024;

/// The query of a download.
#[derive(Deserialize)]
pub struct Filter {
    /// The code of the room whose results are wanted; all rooms' without it.
    room: Option<String>,
}

/// `GET /prof/results.csv`, `.json` or `.xlsx`; `tries` and `answers` likewise. `results.xlsx` has
/// all four tables.
pub async fn download(
    _: Teacher,
    State(page): State<Arc<Page>>,
    Path(file): Path<String>,
    Query(filter): Query<Filter>,
) -> Result<Response, Refusal> {
    let (table, format) = named(&file).ok_or(Refusal::NoResults)?;
    let room = filter.room.as_deref().map(room_code).transpose()?;

    let (pieces, mut written) = channel(1);
    let journal = page.journal.clone();
    let wanted = Wanted {
        format,
        table,
        room,
    };
    tokio::task::spawn_blocking(move || {
        let source = Source {
            scores: &|each| journal.scores(each),
            entries: &|begin, each| journal.entries(begin, each),
        };
        let mut out = BufWriter::with_capacity(PIECE, Pieces(pieces.clone()));
        let done = export(source, wanted, &mut out);
        if let Err(error) = done {
            // The browser may have gone; ignore it.
            let _ = pieces.blocking_send(Err(error));
        }
    });
    // An error before the first piece still becomes a refusal.
    let first = match written.recv().await {
        Some(Err(error)) => return Err(Refusal::Journal(error)),
        Some(Ok(piece)) => Some(piece),
        None => None,
    };
    let media = match format {
        Format::Csv => "text/csv; charset=utf-8",
        Format::Json => "application/json",
        Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    };
    let of = table.map_or(String::new(), |table| format!("-{}", table.name()));
    let name = format!("attachment; filename=\"juste-prix{of}.{}\"", format.name());
    let body = Body::new(Download { first, written });
    Ok(([(CONTENT_TYPE, media), (CONTENT_DISPOSITION, &name)], body).into_response())
}

/// The table and the format of a file's name; `results` has no table of its own.
fn named(file: &str) -> Option<(Option<Table>, Format)> {
    let (name, format) = file.split_once('.')?;
    let format = Format::named(format)?;
    match name {
        "results" => Some((None, format)),
        name => Some((Some(Table::named(name)?), format)),
    }
}

/// Sends what is written to the browser, in pieces.
struct Pieces(Sender<Result<Bytes, JournalError>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Bytes::copy_from_slice(bytes);
        // An error means that the browser has gone; the export ends.
        let sent = self.0.blocking_send(Ok(piece));
        sent.map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The body of a download. An error after the first piece breaks the connection off, so that the
/// browser knows that the file is incomplete.
struct Download {
    first: Option<Bytes>,
    written: Receiver<Result<Bytes, JournalError>>,
}

impl hyper::body::Body for Download {
    type Data = Bytes;
    type Error = JournalError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, JournalError>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        let next = self.written.poll_recv(context);
        next.map(|piece| Some(piece?.map(Frame::data)))
    }
}
