//! Standard output as lines are written to it: its width and whether it has colours.

use std::io::{self, IsTerminal};

use ratatui::backend::IntoCrossterm;
use ratatui::crossterm;
use ratatui::crossterm::style::ContentStyle;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::dump;

/// Standard output.
#[derive(Clone, Copy, Debug)]
pub struct TextOutput {
    colour: bool,
    terminal: bool,
}

impl TextOutput {
    /// Standard output. Colours need a terminal, and `NO_COLOR` unset.
    pub fn standard_output() -> TextOutput {
        let variable = |name| std::env::var(name).ok();
        let unwanted = variable("NO_COLOR").is_some_and(|value| !value.is_empty());
        let terminal = io::stdout().is_terminal();
        TextOutput {
            colour: terminal && !unwanted && terminal_has_cursor(),
            terminal,
        }
    }

    /// The terminal's current width in columns; `None` for a file.
    fn width(&self) -> Option<usize> {
        let (columns, _) = self.terminal.then(crossterm::terminal::size)?.ok()?;
        Some(columns.into()).filter(|columns| *columns > 0)
    }

    /// Bytes in a row of a dump.
    pub fn row(&self) -> usize {
        dump::row(self.width().unwrap_or(usize::MAX))
    }

    /// A line as it is written: wrapped, with colours and newlines.
    pub fn write(&self, line: Line<'static>) -> String {
        let lines = match self.width() {
            Some(width) => wrap(line, width),
            None => vec![line],
        };
        let mut text = String::new();
        for line in lines {
            for Span { content, style } in line.spans {
                let style = line.style.patch(style);
                if self.colour && style != Style::new() {
                    let style: ContentStyle = style.into_crossterm();
                    text += &style.apply(content).to_string();
                } else {
                    text += &content;
                }
            }
            text.push('\n');
        }
        text
    }
}

/// Whether the terminal can move its cursor and show colours: `TERM` is set and not `dumb`.
pub fn terminal_has_cursor() -> bool {
    std::env::var("TERM").is_ok_and(|term| term != "dumb")
}

/// Wraps a line at spaces. Further lines keep its indentation.
pub fn wrap(line: Line<'static>, width: usize) -> Vec<Line<'static>> {
    if line.width() <= width {
        return vec![line];
    }
    let style = line.style;
    let mut rest: Vec<(char, Style)> = Vec::new();
    for span in &line.spans {
        rest.extend(span.content.chars().map(|c| (c, span.style)));
    }
    let indent = rest.iter().take_while(|(c, _)| *c == ' ').count();
    let indent = if indent + 20 > width { 0 } else { indent };
    let mut lines = Vec::new();
    while !rest.is_empty() {
        let end = cut(&rest, width);
        let mut next = rest.split_off(end);
        let spaces = next.iter().take_while(|(c, _)| *c == ' ').count();
        next.drain(..spaces);
        lines.push(joined(&rest).style(style));
        if !next.is_empty() {
            next.splice(0..0, std::iter::repeat_n((' ', Style::new()), indent));
        }
        rest = next;
    }
    lines
}

/// How many characters fit a line: up to the last space that fits, else as many as fit, at least
/// one.
fn cut(chars: &[(char, Style)], width: usize) -> usize {
    let mut columns = 0;
    let mut space = None;
    let mut letters = false;
    for (i, (c, _)) in chars.iter().enumerate() {
        if *c == ' ' && letters {
            space = Some(i);
        }
        letters |= *c != ' ';
        columns += unicode_width::UnicodeWidthChar::width(*c).unwrap_or(0);
        if columns > width {
            // At least one character, however narrow the output.
            return space.unwrap_or(i).max(1);
        }
    }
    chars.len()
}

fn joined(chars: &[(char, Style)]) -> Line<'static> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    for (c, style) in chars {
        match spans.last_mut() {
            Some(last) if last.style == *style => last.content.to_mut().push(*c),
            _ => spans.push(Span::styled(c.to_string(), *style)),
        }
    }
    Line::from(spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str, width: usize) -> Vec<String> {
        let lines = wrap(Line::from(text.to_owned()), width);
        lines.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn lines_are_cut_at_spaces_and_go_on_where_they_began() {
        let text = "  ▲ sûr : ce seul recv a pris 2 send";
        assert_eq!(wrapped(text, 60), [text]);
        let lines = wrapped("    un deux trois quatre cinq six", 24);
        assert_eq!(lines, ["    un deux trois quatre", "    cinq six"]);
        assert_eq!(wrapped("anticonstitutionnellement", 10).concat().len(), 25);
        assert_eq!(wrapped("é 数字", 1).concat(), "é数字");
    }

    #[test]
    fn a_file_gets_no_colours() {
        let line = Line::styled("50", Style::new().red());
        let output = |colour| TextOutput {
            colour,
            terminal: false,
        };
        assert_eq!(output(false).write(line.clone()), "50\n");
        assert!(output(true).write(line).contains("\x1b["));
    }
}
