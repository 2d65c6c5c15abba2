//! The results as files, each by one click of the teacher. A thread of its own reads the journal and
//! writes; the browser takes it as fast as it can, and no more than two pieces are kept for it.

use std::io::{self, BufWriter, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use serde::Deserialize;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::Page;
use super::refused::Refused;
use super::teacher::Teacher;
use crate::journal::JournalError;
use crate::results::{Format, Source, Table, Wanted, export};
use game::rules::RoomCode;

/// Bytes of one piece.
const PIECE: usize = 64 * 1024;

/// What is asked for behind `?`.
#[derive(Deserialize)]
pub struct Asked {
    /// This room's results only.
    room: Option<String>,
}

/// `GET /prof/results.csv`, `.json` or `.xlsx`; `tries` and `answers` likewise. `results.xlsx` has
/// all three.
pub async fn download(
    _: Teacher,
    State(page): State<Arc<Page>>,
    Path(file): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Refused> {
    let refuse = |status, code| Refused::new(status, page.lang, code, &[]);
    let named = named(&file);
    let (table, format) = named.ok_or_else(|| refuse(StatusCode::NOT_FOUND, "web-no-results"))?;
    let room = asked.room.map(|code| code.parse::<RoomCode>()).transpose();
    let room = room.map_err(|()| refuse(StatusCode::BAD_REQUEST, "web-no-room-code"))?;

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
            entries: &|each| journal.entries(each),
        };
        let mut out = BufWriter::with_capacity(PIECE, Pieces(pieces.clone()));
        let done = export(source, wanted, &mut out);
        if let Err(error) = done {
            // Nobody waits for it any more if this fails.
            let _ = pieces.blocking_send(Err(error));
        }
    });
    // What goes wrong at the beginning, while nothing is said yet, can be said in words.
    let first = match written.recv().await {
        Some(Err(error)) => return Err(Refused::journal(&error, page.lang)),
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

/// What a file of this name has: a table, or the usual for none.
fn named(file: &str) -> Option<(Option<Table>, Format)> {
    let (name, format) = file.split_once('.')?;
    let format = Format::named(format)?;
    match name {
        "results" => Some((None, format)),
        name => Some((Some(Table::named(name)?), format)),
    }
}

/// What is written goes to the browser in pieces.
struct Pieces(Sender<Result<Bytes, JournalError>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Bytes::copy_from_slice(bytes);
        // The browser has gone: there is no reason to go on.
        let sent = self.0.blocking_send(Ok(piece));
        sent.map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A file on its way. An error in the middle of it breaks the connection off: a browser then knows
/// that it does not have all of it.
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
