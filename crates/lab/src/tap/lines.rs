//! Shows events as lines: for a file, a pipe, or a user who prefers them.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::thread;
use std::time::{Duration, Instant};

use os::socket::Kernel;
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;

use super::event::{EventKind, TapEvent};
use super::output::TextOutput;
use super::queue::{EventReceiver, Next};
use super::shared::Clock;
use super::turn::ConnectionState;
use super::wording::{self, seconds};
use game::limits::TAP_TABS;
use game::phrases::{Lang, say};

/// A silence is reported when it has lasted this long.
const SILENCES: [Duration; 3] = [
    Duration::from_secs(3),
    Duration::from_secs(30),
    Duration::from_secs(300),
];
/// The time that lines are written without a pause, and the pause after it.
const BEAT: Duration = Duration::from_millis(20);
/// How often silences are checked.
const CHECK: Duration = Duration::from_millis(500);

/// Writes each event until no more will come.
///
/// # Errors
///
/// Standard output could not be written.
pub fn show(events: &EventReceiver, clock: Clock, lang: Lang) -> io::Result<()> {
    let mut lines = Lines {
        out: io::BufWriter::new(io::stdout().lock()),
        output: TextOutput::standard_output(),
        lang,
        silences: BTreeMap::new(),
        kernel: Kernel::open().ok(),
    };
    let mut looked = Instant::now();
    let mut begun = Instant::now();
    loop {
        // Output is flushed as soon as the queue is empty. Under load, the pauses leave the CPU to
        // the relay, and chunks are left out once the queue is full.
        let next = match events.next(Duration::ZERO) {
            Next::Quiet => {
                lines.out.flush()?;
                let next = events.next(CHECK);
                begun = Instant::now();
                next
            }
            next => next,
        };
        match next {
            Next::Event(event) => lines.event(&event)?,
            Next::Quiet => {}
            Next::Over => return lines.out.flush(),
        }
        if begun.elapsed() >= BEAT {
            lines.out.flush()?;
            thread::sleep(BEAT);
            begun = Instant::now();
        }
        if looked.elapsed() >= CHECK {
            looked = Instant::now();
            lines.tell_silences(clock.elapsed())?;
        }
    }
}

struct Lines {
    out: io::BufWriter<io::StdoutLock<'static>>,
    output: TextOutput,
    lang: Lang,
    /// Open connections, each with how many of [`SILENCES`] were reported of its current silence.
    silences: BTreeMap<u32, (ConnectionState, usize)>,
    kernel: Option<Kernel>,
}

impl Lines {
    fn event(&mut self, event: &TapEvent) -> io::Result<()> {
        match event.kind {
            EventKind::Opened { .. } => {
                let state = ConnectionState::new(event.at);
                self.silences.insert(event.connection, (state, 0));
                // The end of a connection may be lost; the oldest is dropped then.
                if self.silences.len() > TAP_TABS {
                    self.silences.pop_first();
                }
            }
            EventKind::Closed(_) | EventKind::Unreached { .. } => {
                self.silences.remove(&event.connection);
            }
            _ => {
                if let Some((state, told)) = self.silences.get_mut(&event.connection) {
                    state.update(event);
                    *told = 0;
                }
            }
        }
        let told = wording::describe(&event.kind, self.output.row(), self.lang);
        for line in wording::lines(event, Some(event.connection), told, self.lang) {
            self.out.write_all(self.output.write(line).as_bytes())?;
        }
        Ok(())
    }

    fn tell_silences(&mut self, now: Duration) -> io::Result<()> {
        let mut silences = std::mem::take(&mut self.silences);
        for (connection, (state, told)) in &mut silences {
            let lasted = now.saturating_sub(state.since);
            let due = SILENCES
                .iter()
                .filter(|silence| lasted >= **silence)
                .count();
            if due > *told {
                *told = due;
                let (turn, more) = state.words(self.kernel.as_mut(), self.lang);
                let time = seconds(SILENCES[due - 1], 0, self.lang).into();
                let args = [("time", time), ("turn", turn.into())];
                let text = wording::list(say(self.lang, "tap-silence", &args), more, self.lang);
                let line = Line::styled(text, Style::new().add_modifier(Modifier::BOLD));
                let line = wording::behind_time(Some(*connection), now, line, self.lang);
                self.out.write_all(self.output.write(line).as_bytes())?;
            }
        }
        self.silences = silences;
        self.out.flush()
    }
}
