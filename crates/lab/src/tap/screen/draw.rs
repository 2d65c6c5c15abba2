//! Draws the screen: the relay at the top, the connections beside or below it, then the events of
//! one, whose turn it is, and the keys.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Paragraph};

use super::super::dump;
use super::super::output::wrap;
use super::super::turn::Turn;
use super::super::wording::colour;
use super::model::{Ending, Model, Page, Tab};
use game::phrases::{Lang, say};

/// Smaller windows are too small to show anything.
const LEAST: (u16, u16) = (40, 9);
/// From this width the list of connections is a column, [`LIST`] wide.
const WIDE: u16 = 106;
const LIST: u16 = 32;
/// Rows for whose turn it is.
const TURN: u16 = 2;

const BAR: Style = Style::new().add_modifier(Modifier::REVERSED);
const DIM: Style = Style::new().add_modifier(Modifier::DIM);
const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);
const PAUSED: Style = Style::new().fg(Color::Yellow).add_modifier(Modifier::BOLD);

/// What the screen shows of the relay itself.
#[derive(Debug)]
pub struct Title {
    /// The server, as the user typed it.
    pub target: String,
    /// Where a client on this machine connects.
    pub address: String,
    /// Sentences about the capture and the bad network.
    pub more: Vec<String>,
    /// The options that asked for these, as the user typed them.
    pub options: String,
}

/// One drawing of the screen.
pub struct Frame<'a, 'b> {
    frame: &'a mut ratatui::Frame<'b>,
    title: &'a Title,
    lang: Lang,
}

impl<'a, 'b> Frame<'a, 'b> {
    /// A drawing on a frame.
    pub fn new(frame: &'a mut ratatui::Frame<'b>, title: &'a Title, lang: Lang) -> Frame<'a, 'b> {
        Frame { frame, title, lang }
    }

    /// Draws the model; `words` says whose turn it is.
    pub fn draw(&mut self, model: &mut Model, words: Option<&str>) {
        let area = self.frame.area();
        if area.width < LEAST.0 || area.height < LEAST.1 {
            let text = say(self.lang, "tap-too-small", &[]);
            self.text(wrap(Line::from(text), area.width.into()), area);
            return;
        }
        let rows = [
            Constraint::Length(1),
            Constraint::Min(3),
            Constraint::Length(TURN + 1),
            Constraint::Length(1),
        ];
        let [top, middle, turn, keys] = Layout::vertical(rows).areas(area);
        self.bar(top);
        let log = self.connections(middle, model);
        let columns = usize::from(log.width);
        model.fit(Page {
            width: columns,
            height: log.height.into(),
            row: dump::row(columns),
        });
        match model.selected() {
            Some(_) => self.text(model.rows(), log),
            None => self.waiting(log),
        }
        self.turn(turn, model.selected(), words);
        self.keys(keys, model.selected());
    }

    fn text(&mut self, lines: Vec<Line<'static>>, area: Rect) {
        self.frame.render_widget(Paragraph::new(lines), area);
    }

    fn bar(&mut self, area: Rect) {
        let Title {
            address,
            target,
            options,
            ..
        } = self.title;
        let text = format!(" juste-prix tap   {address} → {target}");
        let line = Line::from(text).style(BOLD);
        let room = usize::from(area.width).saturating_sub(line.width() + 2);
        self.frame
            .render_widget(Paragraph::new(line).style(BAR), area);
        let options = Line::from(options.clone());
        if options.width() <= room {
            self.frame
                .render_widget(options.style(BAR).right_aligned(), area);
        }
    }

    /// Draws the list of connections, as a column or as a row. Returns the area left for the
    /// events.
    fn connections(&mut self, area: Rect, model: &Model) -> Rect {
        if area.width >= WIDE {
            let columns = [Constraint::Length(LIST), Constraint::Min(0)];
            let [list, log] = Layout::horizontal(columns).spacing(1).areas(area);
            self.list(list, model);
            return log;
        }
        let rows = [Constraint::Length(2), Constraint::Min(0)];
        let [tabs, log] = Layout::vertical(rows).areas(area);
        self.tabs(tabs, model);
        log
    }

    fn list(&mut self, area: Rect, model: &Model) {
        let title = format!(" {} ", say(self.lang, "tap-connections", &[]));
        let block = Block::new().borders(Borders::RIGHT).title(title);
        let inside = block.inner(area);
        self.frame.render_widget(block, area);
        let room = usize::from(inside.height) / 2;
        let numbers: Vec<u32> = model.tabs().keys().copied().collect();
        let mut lines = Vec::new();
        for number in around(&numbers, model.number(), room) {
            let tab = &model.tabs()[&number];
            let [name, state] = self.tab(number, tab, model.number());
            lines.push(Line::from(vec![
                name,
                Span::raw(format!(" {}", tab.client)),
            ]));
            lines.push(Line::from(vec![Span::raw("      "), state]));
        }
        self.text(lines, inside);
    }

    fn tabs(&mut self, area: Rect, model: &Model) {
        let block = Block::new().borders(Borders::BOTTOM).border_style(DIM);
        let inside = block.inner(area);
        self.frame.render_widget(block, area);
        let numbers: Vec<u32> = model.tabs().keys().copied().collect();
        // The widest tab, with its separator.
        let room = usize::from(inside.width) / 22;
        let mut spans = Vec::new();
        for number in around(&numbers, model.number(), room.max(1)) {
            let [name, state] = self.tab(number, &model.tabs()[&number], model.number());
            if !spans.is_empty() {
                spans.push(Span::styled(
                    format!("  {}  ", symbols::line::VERTICAL),
                    DIM,
                ));
            }
            spans.extend([name, Span::raw(" "), state]);
        }
        self.text(vec![Line::from(spans)], inside);
    }

    fn tab(&self, number: u32, tab: &Tab, selected: Option<u32>) -> [Span<'static>; 2] {
        let style = if selected == Some(number) {
            BAR.patch(BOLD)
        } else {
            Style::new()
        };
        let state = tab.state(self.lang);
        [
            Span::styled(format!(" #{number} "), style),
            Span::styled(state, state_style(tab)),
        ]
    }

    fn waiting(&mut self, area: Rect) {
        let Title {
            address,
            target,
            more,
            ..
        } = self.title;
        let args = [
            ("address", address.as_str().into()),
            ("target", target.as_str().into()),
        ];
        let mut lines = vec![
            Line::default(),
            Line::from(say(self.lang, "tap-waiting", &[])).style(BOLD),
            Line::from(say(self.lang, "tap-waiting-how", &args)),
            Line::default(),
        ];
        lines.extend(more.iter().map(|text| Line::from(text.clone()).style(DIM)));
        let width = usize::from(area.width);
        let lines = lines.into_iter().flat_map(|line| wrap(line, width));
        self.text(lines.collect(), area);
    }

    /// Draws whose turn it is, in bold so that it can be read over a pupil's shoulder.
    fn turn(&mut self, area: Rect, tab: Option<&Tab>, words: Option<&str>) {
        let block = Block::new().borders(Borders::TOP).border_style(DIM);
        let inside = block.inner(area);
        self.frame.render_widget(block, area);
        let (Some(tab), Some(words)) = (tab, words) else {
            return;
        };
        let style = state_style(tab).patch(BOLD);
        let width = usize::from(inside.width);
        let mut lines = wrap(
            Line::from(format!(" {}", capital(words))).style(style),
            width,
        );
        lines.truncate(TURN.into());
        self.text(lines, inside);
    }

    fn keys(&mut self, area: Rect, tab: Option<&Tab>) {
        let keys = Line::from(format!(" {}", say(self.lang, "tap-keys", &[])));
        let short = Line::from(format!(" {}", say(self.lang, "tap-keys-short", &[])));
        let mut paused = Line::default();
        if let Some(unseen) = tab.and_then(Tab::unseen) {
            let mut text = format!(" {} ", say(self.lang, "tap-paused", &[]));
            if unseen > 0 {
                let count = [("count", unseen.into())];
                text += &format!("({}) ", say(self.lang, "tap-new-events", &count));
            }
            paused = Line::from(text).style(PAUSED);
        }
        let room = usize::from(area.width).saturating_sub(paused.width());
        let keys = if keys.width() <= room { keys } else { short };
        let [left, right] = Layout::horizontal([
            Constraint::Min(0),
            Constraint::Length(paused.width() as u16),
        ])
        .areas(area);
        self.text(vec![keys.style(DIM)], left);
        self.text(vec![paused], right);
    }
}

fn state_style(tab: &Tab) -> Style {
    match (tab.end, tab.state.turn()) {
        (Some(Ending::Closed), _) => DIM,
        (Some(Ending::Reset | Ending::Refused), _) => Style::new().fg(Color::Red),
        (None, Turn::Of(side)) => colour(side),
        (None, _) => Style::new(),
    }
}

/// A sentence with its first letter as a capital.
fn capital(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().into_iter().flat_map(char::to_uppercase);
    let first: String = first.collect();
    first + rest.as_str()
}

/// The `room` numbers around the selected one.
fn around(numbers: &[u32], selected: Option<u32>, room: usize) -> Vec<u32> {
    let at = numbers.iter().position(|number| Some(*number) == selected);
    let first = at.unwrap_or(0).saturating_sub(room / 2);
    let first = first.min(numbers.len().saturating_sub(room));
    numbers.iter().skip(first).take(room).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selected_one_is_always_among_those_shown() {
        let numbers: Vec<u32> = (1..=9).collect();
        assert_eq!(around(&numbers, Some(1), 3), [1, 2, 3]);
        assert_eq!(around(&numbers, Some(5), 3), [4, 5, 6]);
        assert_eq!(around(&numbers, Some(9), 3), [7, 8, 9]);
        assert_eq!(around(&numbers, None, 20), numbers);
        assert!(around(&[], None, 3).is_empty());
    }
}
