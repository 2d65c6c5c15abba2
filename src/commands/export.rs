//! `export`: writes the results.

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

use super::storage::{data_folder, event};
use crate::cli::Export;
use game::phrases::{Lang, say};
use os::console::{Failure, reason};
use server::journal::{self, JournalError};
use server::results::{self, Format, Source, Wanted};

/// Writes the results to a file or to standard output.
///
/// # Errors
/// The journal cannot be read, or the output cannot be written.
pub fn export(args: Export, lang: Lang) -> Result<(), Failure> {
    let event = event(&args.shared);
    let data = match event {
        Some(_) => PathBuf::new(),
        None => data_folder(args.data, lang)?,
    };
    let write = |out: &mut (dyn Write + Send)| {
        let source = match &event {
            None => Source {
                scores: &|each| journal::scores(&data, each),
                entries: &|begin, each| journal::entries(&data, begin, each),
            },
            Some(event) => Source {
                scores: &|each| {
                    journal::among(each, &mut |all| journal::shared_entries(event, all))
                },
                entries: &|_, each| journal::shared_entries(event, each),
            },
        };
        let wanted = Wanted {
            format: args.format,
            table: args.table,
            room: args.room,
        };
        results::export(source, wanted, out)
    };
    let Some(path) = &args.output else {
        let stdout = io::stdout();
        if args.format == Format::Xlsx && stdout.is_terminal() {
            return Err(Failure::Usage(say(lang, "usage-no-text", &[])));
        }
        let mut out = Output::new(stdout);
        let done = write(&mut out);
        return out.end(done, lang, |error| Failure::output(error, lang));
    };
    let failed = |error: &io::Error| {
        let file = path.display().to_string().into();
        let args = [("file", file), ("reason", reason(error, lang).into())];
        Failure::Run(say(lang, "output-failed", &args))
    };
    // Written beside the file first, so that a failed export does not lose what the file held.
    let mut part = path.clone().into_os_string();
    part.push(".part");
    let mut out = Output::new(File::create(&part).map_err(|error| failed(&error))?);
    let done = write(&mut out);
    let done = out.end(done, lang, failed);
    let done = done.and_then(|()| fs::rename(&part, path).map_err(|error| failed(&error)));
    if done.is_err() {
        // A partial file that stays does no harm.
        let _ = fs::remove_file(&part);
    }
    done
}

/// A buffered writer that keeps its first error, since the export reports only that one happened.
struct Output<W: Write> {
    inner: BufWriter<W>,
    failed: Option<io::Error>,
}

impl<W: Write> Output<W> {
    fn new(inner: W) -> Self {
        Output {
            inner: BufWriter::new(inner),
            failed: None,
        }
    }

    /// Flushes, and returns the export's result. An error of the output takes precedence.
    fn end(
        mut self,
        done: Result<(), JournalError>,
        lang: Lang,
        failed: impl Fn(&io::Error) -> Failure,
    ) -> Result<(), Failure> {
        let flushed = self.flush();
        if let Some(error) = self.failed.as_ref().or(flushed.as_ref().err()) {
            return Err(failed(error));
        }
        done.map_err(|error| Failure::Run(error.sentence(lang)))
    }

    fn noted<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        result.inspect_err(|error| {
            let kept = match error.raw_os_error() {
                Some(code) => io::Error::from_raw_os_error(code),
                None => error.kind().into(),
            };
            self.failed.get_or_insert(kept);
        })
    }
}

impl<W: Write> Write for Output<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes);
        self.noted(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.inner.flush();
        self.noted(flushed)
    }
}
