//! Events as lines, one below the other: for a file, a pipe, or whoever prefers them.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::thread;
use std::time::{Duration, Instant};

use ratatui::style::{Modifier, Style};
use ratatui::text::Line;

use super::event::{EventKind, TapEvent};
use super::feed::{Events, Next};
use super::kernel::Kernel;
use super::paper::Paper;
use super::shared::Clock;
use super::story::{self, seconds};
use super::turn::Standing;
use game::limits::TAP_TABS;
use game::phrases::{Lang, say};

/// A silence is told when it has lasted so long.
const SILENCES: [Duration; 3] = [
    Duration::from_secs(3),
    Duration::from_secs(30),
    Duration::from_secs(300),
];
/// How long lines are written at a time, and the pause after that.
const BEAT: Duration = Duration::from_millis(20);
/// How often silences are looked for.
const LOOK: Duration = Duration::from_millis(500);

/// Writes each event, until there are no more or nobody reads.
pub fn show(events: &Events, clock: Clock, lang: Lang) -> io::Result<()> {
    let mut lines = Lines {
        out: io::BufWriter::new(io::stdout().lock()),
        paper: Paper::standard_output(),
        lang,
        silences: BTreeMap::new(),
        kernel: Kernel::open().ok(),
    };
    let mut looked = Instant::now();
    let mut begun = Instant::now();
    loop {
        // What is written waits for no more than what comes at once. When much goes by, the pauses
        // leave the processor to the relay, and the queue fills up.
        let next = match events.next(Duration::ZERO) {
            Next::Quiet => {
                lines.out.flush()?;
                let next = events.next(LOOK);
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
        if looked.elapsed() >= LOOK {
            looked = Instant::now();
            lines.tell_silences(clock.elapsed())?;
        }
    }
}

struct Lines {
    out: io::BufWriter<io::StdoutLock<'static>>,
    paper: Paper,
    lang: Lang,
    /// Connections that live, each with how many of the [`SILENCES`] were told.
    silences: BTreeMap<u32, (Standing, usize)>,
    kernel: Option<Kernel>,
}

impl Lines {
    fn event(&mut self, event: &TapEvent) -> io::Result<()> {
        match event.kind {
            EventKind::Opened { .. } => {
                let standing = Standing::new(event.at);
                self.silences.insert(event.connection, (standing, 0));
                // The end of a connection may be lost; the oldest then makes place.
                if self.silences.len() > TAP_TABS {
                    self.silences.pop_first();
                }
            }
            EventKind::Closed(_) | EventKind::Unreached { .. } => {
                self.silences.remove(&event.connection);
            }
            _ => {
                if let Some((standing, told)) = self.silences.get_mut(&event.connection) {
                    standing.update(event);
                    *told = 0;
                }
            }
        }
        let told = story::tell(&event.kind, self.paper.row(), self.lang);
        for line in story::lines(event, Some(event.connection), told, self.lang) {
            self.out.write_all(self.paper.write(line).as_bytes())?;
        }
        Ok(())
    }

    fn tell_silences(&mut self, now: Duration) -> io::Result<()> {
        let mut silences = std::mem::take(&mut self.silences);
        for (connection, (standing, told)) in &mut silences {
            let lasted = now.saturating_sub(standing.since);
            let due = SILENCES
                .iter()
                .filter(|silence| lasted >= **silence)
                .count();
            if due > *told {
                *told = due;
                let (turn, more) = standing.words(self.kernel.as_mut(), self.lang);
                let time = seconds(SILENCES[due - 1], 0, self.lang).into();
                let args = [("time", time), ("turn", turn.into())];
                let text = story::list(say(self.lang, "tap-silence", &args), more, self.lang);
                let line = Line::styled(text, Style::new().add_modifier(Modifier::BOLD));
                let line = story::behind_time(Some(*connection), now, line, self.lang);
                self.out.write_all(self.paper.write(line).as_bytes())?;
            }
        }
        self.silences = silences;
        self.out.flush()
    }
}
