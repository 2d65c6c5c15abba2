//! The full screen: one connection at a time, whose turn it is, and since when.
//!
//! [`model`] is what is known and where one looks; [`draw`] is how it looks. This is the loop
//! around them, and the terminal: it gets it back as it was, whatever happens.

mod draw;
mod model;

use std::io::{self, Write};
use std::time::{Duration, Instant};

use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self as keys, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use tokio::sync::watch;

use super::feed::{Events, Next};
use super::kernel::Kernel;
use super::paper::Paper;
use super::relay::DisplayState;
use super::shared::Clock;
use super::story;
use draw::Frame;
use game::phrases::Lang;
use model::Model;

/// How long a key may wait, and how long what has happened.
const BEAT: Duration = Duration::from_millis(40);
/// How often the clock is drawn.
const TICK: Duration = Duration::from_millis(250);
/// Events that are taken in between two looks at the keyboard.
const AT_ONCE: usize = 1000;
/// Connections whose end is told when the screen is gone.
const TOLD: usize = 20;

/// What the screen says about the relay itself.
#[derive(Debug)]
pub struct Title {
    /// The server, as it was typed.
    pub target: String,
    /// Where clients of this machine connect.
    pub address: String,
    /// About the capture and the bad network.
    pub more: Vec<String>,
    /// The options for these.
    pub options: String,
}

/// The terminal, which gets back what it was when this is dropped.
struct Screen(DefaultTerminal);

impl Drop for Screen {
    fn drop(&mut self) {
        ratatui::restore();
    }
}

/// Shows, until there are no more events. A key may ask the relay to stop.
pub fn show(
    events: &Events,
    clock: Clock,
    title: &Title,
    state: &watch::Sender<DisplayState>,
    lang: Lang,
) -> io::Result<()> {
    let mut model = Model::new(lang);
    let mut kernel = Kernel::open().ok();
    // A panic is shown on the terminal as it was: this sets a hook too.
    let mut screen = Screen(ratatui::try_init()?);
    let mut drawn: Option<Instant> = None;
    let mut changed = true;
    loop {
        if changed || drawn.is_none_or(|drawn| drawn.elapsed() >= TICK) {
            let now = clock.elapsed();
            let tab = model.selected();
            let words = tab.map(|tab| tab.words(now, kernel.as_mut(), lang));
            screen.0.draw(|frame| {
                let mut page = Frame::new(frame, title, lang);
                page.draw(&mut model, words.as_deref());
            })?;
            (drawn, changed) = (Some(Instant::now()), false);
        }
        if keys::poll(BEAT)? {
            let enough = match keys::read()? {
                keys::Event::Key(key) if key.kind != KeyEventKind::Release => {
                    press(key, &mut model)
                }
                _ => false,
            };
            // Asked twice, it does not wait for the relay's last words.
            if enough
                && state.send_replace(DisplayState::StopRequested) == DisplayState::StopRequested
            {
                break;
            }
            changed = true;
        }
        match take(events, &mut model) {
            Some(some) => changed |= some,
            None => break,
        }
    }
    drop(screen);
    tell_ends(&model, lang)
}

/// Takes in what has happened; whether anything has. None if nothing more will.
fn take(events: &Events, model: &mut Model) -> Option<bool> {
    for count in 0..AT_ONCE {
        match events.next(Duration::ZERO) {
            Next::Event(event) => model.update(event),
            Next::Quiet => return Some(count > 0),
            Next::Over => return None,
        }
    }
    Some(true)
}

/// Does what a key says. Whether it was the one to end.
fn press(key: KeyEvent, model: &mut Model) -> bool {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Char('c') if control => return true,
        KeyCode::Char('q' | 'Q') | KeyCode::Esc => return true,
        KeyCode::Char(' ') => model.pause(),
        KeyCode::Up | KeyCode::Char('k') => model.scroll(-1),
        KeyCode::Down | KeyCode::Char('j') => model.scroll(1),
        KeyCode::PageUp => model.scroll_pages(-1),
        KeyCode::PageDown => model.scroll_pages(1),
        KeyCode::Home => model.scroll(isize::MIN / 2),
        KeyCode::End => model.follow(),
        KeyCode::Left | KeyCode::BackTab => model.select(-1),
        KeyCode::Right | KeyCode::Tab => model.select(1),
        _ => {}
    }
    false
}

/// Leaves on the terminal how the last connections ended.
fn tell_ends(model: &Model, lang: Lang) -> io::Result<()> {
    let paper = Paper::standard_output();
    let mut out = io::stdout().lock();
    for event in model.ends(TOLD) {
        let told = story::tell(&event.kind, paper.row(), lang);
        for line in story::lines(event, Some(event.connection), told, lang) {
            out.write_all(paper.write(line).as_bytes())?;
        }
    }
    out.flush()
}
