//! `export` and `forget` as the command line asks for them.

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

use super::data_folder;
use super::log::event;
use crate::cli::{Export, Forget};
use game::phrases::{Lang, say};
use os::console::{Failure, print, reason};
use server::journal::{self, JournalError};
use server::results::{self, Format, Source, Wanted};

/// Writes the results to a file or to standard output.
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
                entries: &|each| journal::entries(&data, each),
            },
            Some(event) => Source {
                scores: &|each| {
                    journal::among(each, &mut |all| journal::shared_entries(event, all))
                },
                entries: &|each| journal::shared_entries(event, each),
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
    // Beside the file first: what it held before is not lost if the export fails.
    let mut part = path.clone().into_os_string();
    part.push(".part");
    let mut out = Output::new(File::create(&part).map_err(|error| failed(&error))?);
    let done = write(&mut out);
    let done = out.end(done, lang, failed);
    let done = done.and_then(|()| fs::rename(&part, path).map_err(|error| failed(&error)));
    if done.is_err() {
        // Nothing is lost if it stays.
        let _ = fs::remove_file(&part);
    }
    done
}

/// Erases the journal, once a person at a terminal has agreed.
pub fn forget(args: Forget, lang: Lang) -> Result<(), Failure> {
    let event = event(&args.shared);
    let (place, data) = match &event {
        Some(event) => (event.to_string(), PathBuf::new()),
        None => {
            let data = data_folder(args.data, lang)?;
            (data.display().to_string(), data)
        }
    };
    let dir = [("dir", place.clone().into())];
    if !args.yes && io::stdin().is_terminal() && !agreed(place, lang)? {
        return print(&say(lang, "forget-kept", &[]), lang);
    }
    let erased = match &event {
        Some(event) => journal::erase_shared(event),
        None => super::forget::forget(&data),
    };
    let id = match erased {
        Ok(true) => "forget-done",
        Ok(false) => "forget-nothing",
        Err(error) => return Err(Failure::Run(error.sentence(lang))),
    };
    print(&say(lang, id, &dir), lang)
}

fn agreed(dir: String, lang: Lang) -> Result<bool, Failure> {
    let dir = dir.into();
    let mut out = io::stdout().lock();
    write!(out, "{}", say(lang, "forget-ask", &[("dir", dir)]))
        .and_then(|()| out.flush())
        .map_err(|error| Failure::output(&error, lang))?;
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer);
    read.map_err(|error| Failure::input(&error, lang))?;
    let answer = answer.trim().to_lowercase();
    Ok([Lang::Fr, Lang::En]
        .iter()
        .any(|&lang| answer == say(lang, "forget-word", &[])))
}

/// A writer that remembers why it failed: an export knows only that it did.
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

    /// How the export ended: the output's failure goes before what it made of the export.
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
