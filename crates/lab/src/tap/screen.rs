//! The full screen: one connection at a time, whose turn it is, and since when.
//!
//! [`model`] holds what is shown, [`draw`] draws it. This is the loop around them, and the
//! terminal, which is restored in any case.

mod draw;
mod model;

use std::io::{self, Write};
use std::time::{Duration, Instant};

use os::socket::Kernel;
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self as keys, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use tokio::sync::watch;

use super::output::TextOutput;
use super::queue::{EventReceiver, Next};
use super::relay::DisplayState;
use super::shared::Clock;
use super::wording;
pub use draw::Title;

use draw::Frame;
use game::phrases::Lang;
use model::Model;

/// The longest wait for a key, before events are handled.
const BEAT: Duration = Duration::from_millis(40);
/// How often the clock is redrawn.
const TICK: Duration = Duration::from_millis(250);
/// Events handled between two checks of the keyboard.
const AT_ONCE: usize = 1000;
/// Connections whose end is written to the terminal when the screen closes.
const TOLD: usize = 20;

/// The terminal, restored on drop.
struct Screen(DefaultTerminal);

impl Drop for Screen {
    fn drop(&mut self) {
        ratatui::restore();
    }
}

/// Shows events until no more will come. A key asks the relay to stop; pressed twice it does not
/// wait.
///
/// # Errors
///
/// The terminal could not be used.
pub fn show(
    events: &EventReceiver,
    clock: Clock,
    title: &Title,
    state: &watch::Sender<DisplayState>,
    lang: Lang,
) -> io::Result<()> {
    let mut model = Model::new(lang);
    let mut kernel = Kernel::open().ok();
    // This also sets a panic hook that restores the terminal first.
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
            // Asked twice, it does not wait for the relay's last events.
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

/// Handles the events that have arrived. Whether there were any; `None` if no more will come.
fn take(events: &EventReceiver, model: &mut Model) -> Option<bool> {
    for count in 0..AT_ONCE {
        match events.next(Duration::ZERO) {
            Next::Event(event) => model.update(event),
            Next::Quiet => return Some(count > 0),
            Next::Over => return None,
        }
    }
    Some(true)
}

/// Handles a key. Whether it asks to stop.
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

/// Writes how the last connections ended to the restored terminal.
fn tell_ends(model: &Model, lang: Lang) -> io::Result<()> {
    let output = TextOutput::standard_output();
    let mut out = io::stdout().lock();
    for event in model.ends(TOLD) {
        let told = wording::describe(&event.kind, output.row(), lang);
        for line in wording::lines(event, Some(event.connection), told, lang) {
            out.write_all(output.write(line).as_bytes())?;
        }
    }
    out.flush()
}
