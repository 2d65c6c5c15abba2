//! What the screen shows: the connections, their events, and the scroll position.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use os::socket::Kernel;
use ratatui::style::{Modifier, Stylize};
use ratatui::text::Line;

use super::super::event::{End, EventKind, TapEvent};
use super::super::output::wrap;
use super::super::turn::{ConnectionState, Turn};
use super::super::wording;
use game::limits::{TAP_HISTORY, TAP_TABS};
use game::phrases::{Lang, say};

/// All connections and what is selected.
#[derive(Debug)]
pub struct Model {
    /// The connections by number; at most `TAP_TABS`.
    tabs: BTreeMap<u32, Tab>,
    selected: Option<u32>,
    /// Events kept of all connections; at most `TAP_HISTORY`.
    kept: usize,
    page: Page,
    lang: Lang,
}

/// The size of the area for events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Bytes in a row of a dump.
    pub row: usize,
}

/// One connection.
#[derive(Debug)]
pub struct Tab {
    /// The client's address.
    pub client: SocketAddr,
    /// Its state, for whose turn it is.
    pub state: ConnectionState,
    /// How it ended; `None` while it is open.
    pub end: Option<Ending>,
    /// Whether its oldest events were dropped.
    forgotten: bool,
    log: VecDeque<Entry>,
    /// Rows of the whole log.
    rows: usize,
    /// The row at the top of the page; `None` while the newest events are followed.
    top: Option<usize>,
    /// Events that came since following stopped.
    unseen: usize,
}

/// How a connection ended, as the list shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Both sides finished.
    Closed,
    /// It was reset, or the relay stopped.
    Reset,
    /// The server could not be reached.
    Refused,
}

#[derive(Debug)]
struct Entry {
    event: TapEvent,
    rows: usize,
}

impl Model {
    /// No connections.
    pub fn new(lang: Lang) -> Model {
        Model {
            tabs: BTreeMap::new(),
            selected: None,
            kept: 0,
            page: Page {
                width: 80,
                height: 20,
                row: 16,
            },
            lang,
        }
    }

    /// The connections by number.
    pub fn tabs(&self) -> &BTreeMap<u32, Tab> {
        &self.tabs
    }

    /// The selected connection.
    pub fn selected(&self) -> Option<&Tab> {
        self.tabs.get(&self.selected?)
    }

    /// The selected connection's number.
    pub fn number(&self) -> Option<u32> {
        self.selected
    }

    fn selected_mut(&mut self) -> Option<&mut Tab> {
        self.tabs.get_mut(&self.selected?)
    }

    /// Applies an event.
    pub fn update(&mut self, event: TapEvent) {
        let number = event.connection;
        if let EventKind::Opened { client, .. } = event.kind {
            self.tabs.insert(number, Tab::new(client, &event));
            // A user who watches a connection that has ended wants to see the next one.
            let free = self
                .selected()
                .is_none_or(|tab| tab.end.is_some() && tab.top.is_none());
            if free {
                self.selected = Some(number);
            }
        }
        let Some(tab) = self.tabs.get_mut(&number) else {
            return;
        };
        tab.add(event, self.page, self.lang);
        self.kept += 1;
        self.forget();
    }

    /// Keeps to the bounds: the longest log loses its oldest event, and the oldest connection that
    /// has ended is dropped.
    fn forget(&mut self) {
        if self.kept > TAP_HISTORY
            && let Some(tab) = self.tabs.values_mut().max_by_key(|tab| tab.log.len())
        {
            tab.forget();
            self.kept -= 1;
        }
        if self.tabs.len() > TAP_TABS {
            let ended = self.tabs.iter().find(|(_, tab)| tab.end.is_some());
            let oldest = ended.or(self.tabs.iter().next()).map(|(number, _)| *number);
            let gone = oldest.and_then(|number| self.tabs.remove(&number));
            self.kept -= gone.map_or(0, |tab| tab.log.len());
            if self.selected == oldest {
                self.selected = self.tabs.keys().next_back().copied();
            }
        }
    }

    /// Adapts to the size of the page.
    pub fn fit(&mut self, page: Page) {
        let same = Page {
            height: page.height,
            ..self.page
        } == page;
        self.page = page;
        if !same {
            for tab in self.tabs.values_mut() {
                tab.measure(page, self.lang);
            }
        }
    }

    /// The rows that the page shows.
    pub fn rows(&self) -> Vec<Line<'static>> {
        let Some(tab) = self.selected() else {
            return Vec::new();
        };
        tab.rows(self.page, self.lang)
    }

    /// Scrolls by rows. Scrolling up stops following the newest events, reaching the end resumes
    /// it.
    pub fn scroll(&mut self, by: isize) {
        let height = self.page.height;
        if let Some(tab) = self.selected_mut() {
            let last = tab.rows.saturating_sub(height);
            let top = tab.top.unwrap_or(last).saturating_add_signed(by);
            tab.top = (top < last || by < 0).then_some(top.min(last));
            if tab.top.is_none() {
                tab.unseen = 0;
            }
        }
    }

    /// Scrolls by pages that overlap in one row.
    pub fn scroll_pages(&mut self, by: isize) {
        let page = isize::try_from(self.page.height).unwrap_or(1);
        self.scroll(by * (page - 1).max(1));
    }

    /// Stops following the newest events, or resumes it.
    pub fn pause(&mut self) {
        let height = self.page.height;
        if let Some(tab) = self.selected_mut() {
            match tab.top {
                None => tab.top = Some(tab.rows.saturating_sub(height)),
                Some(_) => tab.follow(),
            }
        }
    }

    /// Follows the newest events.
    pub fn follow(&mut self) {
        if let Some(tab) = self.selected_mut() {
            tab.follow();
        }
    }

    /// Selects the next connection, or the previous one if `by` is negative.
    pub fn select(&mut self, by: isize) {
        let Some(selected) = self.selected else {
            return;
        };
        let next = if by < 0 {
            self.tabs.range(..selected).next_back()
        } else {
            self.tabs.range(selected + 1..).next()
        };
        if let Some((number, _)) = next {
            self.selected = Some(*number);
        }
    }

    /// The ends of the last `most` connections that ended, the oldest first.
    pub fn ends(&self, most: usize) -> impl Iterator<Item = &TapEvent> {
        let ended = self.tabs.values().filter_map(|tab| {
            let last = tab.log.back()?;
            let end = matches!(
                last.event.kind,
                EventKind::Closed(_) | EventKind::Unreached { .. }
            );
            end.then_some(&last.event)
        });
        let ended: Vec<&TapEvent> = ended.collect();
        let skipped = ended.len().saturating_sub(most);
        ended.into_iter().skip(skipped)
    }
}

impl Tab {
    fn new(client: SocketAddr, opened: &TapEvent) -> Tab {
        Tab {
            client,
            state: ConnectionState::new(opened.at),
            end: None,
            forgotten: false,
            log: VecDeque::new(),
            rows: 0,
            top: None,
            unseen: 0,
        }
    }

    fn add(&mut self, event: TapEvent, page: Page, lang: Lang) {
        self.state.update(&event);
        match &event.kind {
            EventKind::Unreached { .. } => self.end = Some(Ending::Refused),
            EventKind::Closed(totals) => {
                self.end = Some(match totals.end {
                    End::Finished => Ending::Closed,
                    _ => Ending::Reset,
                });
            }
            _ => {}
        }
        let rows = told(&event, page, lang).len();
        self.log.push_back(Entry { event, rows });
        self.rows += rows;
        self.unseen += usize::from(self.top.is_some());
    }

    fn forget(&mut self) {
        if let Some(entry) = self.log.pop_front() {
            self.rows -= entry.rows;
            self.top = self.top.map(|top| top.saturating_sub(entry.rows));
            self.forgotten = true;
        }
    }

    fn measure(&mut self, page: Page, lang: Lang) {
        let before = self.rows.max(1);
        self.rows = 0;
        for entry in &mut self.log {
            entry.rows = told(&entry.event, page, lang).len();
            self.rows += entry.rows;
        }
        // Keeps about the same place: events take another number of rows now.
        self.top = self.top.map(|top| top * self.rows / before);
    }

    fn follow(&mut self) {
        self.top = None;
        self.unseen = 0;
    }

    /// Events that came since following stopped; `None` while the newest are followed.
    pub fn unseen(&self) -> Option<usize> {
        self.top.map(|_| self.unseen)
    }

    fn rows(&self, page: Page, lang: Lang) -> Vec<Line<'static>> {
        let last = self.rows.saturating_sub(page.height);
        let top = self.top.unwrap_or(last).min(last);
        let mut above = 0;
        let mut rows = Vec::with_capacity(page.height);
        for entry in &self.log {
            let end = above + entry.rows;
            if end > top {
                let lines = told(&entry.event, page, lang);
                rows.extend(lines.into_iter().skip(top.saturating_sub(above)));
            }
            if end >= top + page.height {
                break;
            }
            above = end;
        }
        if self.forgotten && top == 0 {
            let text = say(lang, "tap-forgotten", &[]);
            rows.insert(0, Line::from(text).add_modifier(Modifier::DIM));
        }
        rows.truncate(page.height);
        rows
    }

    /// Whose turn it is and since when, in a sentence.
    pub fn words(&self, now: Duration, kernel: Option<&mut Kernel>, lang: Lang) -> String {
        if self.end.is_some() {
            let last = self.log.back().map(|entry| &entry.event.kind);
            let head = last.and_then(|kind| wording::describe(kind, 16, lang).head);
            return head.map_or_else(|| self.state(lang), |head| head.to_string());
        }
        let (turn, more) = self.state.words(kernel, lang);
        let lasted = now.saturating_sub(self.state.since);
        let time = wording::seconds(lasted, 1, lang).into();
        let since = say(lang, "tap-since", &[("turn", turn.into()), ("time", time)]);
        wording::list(since, more, lang)
    }

    /// The state of the connection, in two words.
    pub fn state(&self, lang: Lang) -> String {
        use super::super::event::Side;
        let id = match (self.end, self.state.turn()) {
            (Some(Ending::Closed), _) => "tap-state-closed",
            (Some(Ending::Reset), _) => "tap-state-reset",
            (Some(Ending::Refused), _) => "tap-state-refused",
            (None, Turn::Connecting) => "tap-state-connecting",
            (None, Turn::Anyone) => "tap-state-anyone",
            (None, Turn::Of(Side::Client)) => "tap-state-client",
            (None, Turn::Of(Side::Server)) => "tap-state-server",
            (None, Turn::Nobody) => "tap-state-nobody",
        };
        say(lang, id, &[])
    }
}

/// The rows of an event.
fn told(event: &TapEvent, page: Page, lang: Lang) -> Vec<Line<'static>> {
    let told = wording::describe(&event.kind, page.row, lang);
    let lines = wording::lines(event, None, told, lang);
    lines
        .into_iter()
        .flat_map(|line| wrap(line, page.width))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::event::Side;
    use super::*;

    fn opened(connection: u32) -> TapEvent {
        let here = SocketAddr::from(([127, 0, 0, 1], 1));
        let kind = EventKind::Opened { client: here, here };
        let at = Duration::ZERO;
        TapEvent {
            connection,
            at,
            kind,
        }
    }

    /// Protects the memory of a relay that runs for days: the oldest events go first.
    #[test]
    fn it_remembers_so_many_events_and_connections() {
        let mut model = Model::new(Lang::En);
        let (all, events) = (TAP_TABS as u32 + 5, TAP_HISTORY);
        (1..=all).for_each(|number| model.update(opened(number)));
        assert_eq!(model.tabs.len(), TAP_TABS);
        assert_eq!(model.tabs.keys().next(), Some(&6), "the oldest are gone");
        for _ in 0..events {
            let kind = EventKind::Finished(Side::Client);
            model.update(TapEvent {
                kind,
                ..opened(all)
            });
        }
        let logs = model.tabs.values().map(|tab| tab.log.len());
        assert_eq!(logs.sum::<usize>(), TAP_HISTORY);
        assert!(
            model.tabs[&all].forgotten,
            "the longest log loses its oldest"
        );
    }
}
