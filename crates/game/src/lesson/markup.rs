//! The markup of a lesson's texts: paragraphs, lists, `code`, *emphasis*, **strong**, blocks of
//! code between lines of three backquotes, and `{places}`.

use super::text::{Block, Line, Piece, Place, Span, Style, Text};
use crate::phrases::{Lang, typography};

/// A mistake in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// The byte at which it is.
    pub at: usize,
    /// The kind of mistake.
    pub kind: SlipKind,
}

/// A kind of mistake in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SlipKind {
    /// An opening mark that is never closed.
    Open(&'static str),
    /// An unknown place.
    Place(String),
}

/// Parses a text.
///
/// # Errors
/// The first mistake in the text.
pub fn text(source: &str, lang: Lang) -> Result<Text, Slip> {
    let mut blocks = Blocks::default();
    let mut fence: Option<(usize, String)> = None;
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end();
        let is_fence = line.starts_with("```");
        match &mut fence {
            Some((_, code)) if is_fence => {
                let code = std::mem::take(code);
                fence = None;
                blocks.done.push(Block::Code(code));
            }
            Some((_, code)) => {
                code.push_str(line);
                code.push('\n');
            }
            None if is_fence => {
                blocks.end(lang)?;
                fence = Some((start, String::new()));
            }
            None => blocks.line(line, start, lang)?,
        }
    }
    if let Some((at, _)) = fence {
        let kind = SlipKind::Open("```");
        return Err(Slip { at, kind });
    }
    blocks.end(lang)?;
    Ok(Text(blocks.done))
}

/// The blocks so far, and the lines of the unfinished one.
#[derive(Default)]
struct Blocks {
    done: Vec<Block>,
    /// The items of a list.
    items: Vec<Line>,
    /// The lines of a paragraph or of an item, each with its offset.
    lines: Vec<(usize, String)>,
    is_item: bool,
}

impl Blocks {
    fn line(&mut self, line: &str, start: usize, lang: Lang) -> Result<(), Slip> {
        let indent = line.len() - line.trim_start().len();
        let words = line.trim_start();
        if words.is_empty() {
            return self.end(lang);
        }
        if let Some(item) = words.strip_prefix("- ") {
            if self.is_item {
                self.end_lines(lang)?;
            } else {
                self.end(lang)?;
            }
            self.is_item = true;
            self.lines.push((start + indent + 2, item.to_owned()));
        } else {
            self.lines.push((start + indent, words.to_owned()));
        }
        Ok(())
    }

    /// Makes a paragraph, or an item of the current list, of the lines.
    fn end_lines(&mut self, lang: Lang) -> Result<(), Slip> {
        let lines = std::mem::take(&mut self.lines);
        if lines.is_empty() {
            return Ok(());
        }
        let line = Marks::new(&lines, lang).line()?;
        if self.is_item {
            self.items.push(line)
        } else {
            self.done.push(Block::Paragraph(line))
        }
        Ok(())
    }

    /// Ends the current block.
    fn end(&mut self, lang: Lang) -> Result<(), Slip> {
        self.end_lines(lang)?;
        self.is_item = false;
        let items = std::mem::take(&mut self.items);
        if !items.is_empty() {
            self.done.push(Block::List(items));
        }
        Ok(())
    }
}

/// Parser of the marks within a paragraph: its characters, each with its offset in the source.
struct Marks {
    chars: Vec<(usize, char)>,
    at: usize,
    lang: Lang,
}

impl Marks {
    fn new(lines: &[(usize, String)], lang: Lang) -> Marks {
        let mut chars: Vec<(usize, char)> = Vec::new();
        for (start, line) in lines {
            if !chars.is_empty() {
                chars.push((start.saturating_sub(1), ' '));
            }
            chars.extend(line.char_indices().map(|(at, c)| (start + at, c)));
        }
        Marks { chars, at: 0, lang }
    }

    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).map_or('\0', |it| it.1)
    }

    fn line(mut self) -> Result<Line, Slip> {
        let mut spans = Vec::new();
        while self.at < self.chars.len() {
            let (mark, style) = self.mark().unwrap_or(("", Style::Plain));
            let start = self.chars[self.at].0;
            self.at += mark.len();
            let pieces = self.pieces(mark, style)?;
            if !mark.is_empty() && !self.takes(mark) {
                let kind = SlipKind::Open(mark);
                return Err(Slip { at: start, kind });
            }
            spans.push(Span { style, pieces });
        }
        Ok(spans)
    }

    /// The mark that begins here, if any. A star within a word or before a space is a plain star.
    fn mark(&self) -> Option<(&'static str, Style)> {
        if self.peek(0) == '`' {
            return Some(("`", Style::Code));
        }
        // Before this run of stars.
        let before = self.chars[..self.at]
            .iter()
            .rev()
            .map(|it| it.1)
            .find(|c| *c != '*');
        let touches = self.at > 0 && !self.chars[self.at - 1].1.is_whitespace();
        let inside = touches && before.is_some_and(char::is_alphanumeric);
        if self.peek(0) != '*' || inside {
            return None;
        }
        let (mark, style) = match self.peek(1) {
            '*' => ("**", Style::Strong),
            _ => ("*", Style::Emphasis),
        };
        let next = self.peek(mark.len());
        (next != '\0' && !next.is_whitespace()).then_some((mark, style))
    }

    fn takes(&mut self, mark: &str) -> bool {
        let found = mark.chars().enumerate().all(|(i, c)| self.peek(i) == c);
        self.at += if found { mark.len() } else { 0 };
        found
    }

    /// Parses the pieces up to the closing mark, or to the next opening one.
    fn pieces(&mut self, mark: &str, style: Style) -> Result<Vec<Piece>, Slip> {
        let mut pieces = Vec::new();
        let mut words = String::new();
        let begin = self.at;
        while self.at < self.chars.len() {
            let c = self.peek(0);
            let ends = match mark {
                "" => self.at > begin && self.mark().is_some(),
                "`" => c == '`',
                _ => c == '*' && self.at > begin,
            };
            if ends {
                break;
            }
            if c == '\\' && self.escapes(style) {
                words.push(self.peek(1));
                self.at += 2;
            } else if c == '{' {
                let place = self.place()?;
                push_words(&mut pieces, &mut words, style, self.lang);
                pieces.push(Piece::Place(place));
            } else {
                words.push(c);
                self.at += 1;
            }
        }
        push_words(&mut pieces, &mut words, style, self.lang);
        Ok(pieces)
    }

    /// Whether a backslash escapes the next character. In code it stays, as in `\n`.
    fn escapes(&self, style: Style) -> bool {
        match style {
            Style::Code => self.peek(1) == '{',
            _ => matches!(self.peek(1), '{' | '*' | '`' | '\\'),
        }
    }

    fn place(&mut self) -> Result<Place, Slip> {
        let at = self.chars[self.at].0;
        let inside = self.chars[self.at + 1..].iter().map(|it| it.1);
        let name: String = inside
            .take_while(|c| !matches!(c, '}' | ' ' | '{'))
            .collect();
        let end = 1 + name.chars().count();
        if self.peek(end) != '}' {
            let kind = SlipKind::Open("{");
            return Err(Slip { at, kind });
        }
        let Some(place) = Place::ALL.into_iter().find(|it| it.word() == name) else {
            let kind = SlipKind::Place(name);
            return Err(Slip { at, kind });
        };
        self.at += end + 1;
        Ok(place)
    }
}

fn push_words(pieces: &mut Vec<Piece>, words: &mut String, style: Style, lang: Lang) {
    if words.is_empty() {
        return;
    }
    let words = std::mem::take(words);
    pieces.push(Piece::Words(match (style, lang) {
        (Style::Code, _) => words,
        (_, Lang::Fr) => typography(&apostrophes(&words)),
        (_, Lang::En) => apostrophes(&words),
    }));
}

/// Between two letters the typewriter's mark is an apostrophe; so it is at the end of words that
/// code follows (« l'`adresse` »), unless it closes what another one opened.
fn apostrophes(words: &str) -> String {
    let chars: Vec<char> = words.chars().collect();
    let shown = chars.iter().enumerate().map(|(at, c)| {
        let (before, after) = (&chars[..at], &chars[at + 1..]);
        let word = before.iter().rev().take_while(|c| c.is_alphanumeric());
        let word = word.count();
        let opened = before[..at - word].last() == Some(&'\'');
        let goes_on = match after.first() {
            Some(next) => next.is_alphanumeric(),
            None => !opened,
        };
        match c {
            '\'' if word > 0 && goes_on => '’',
            _ => *c,
        }
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &str) -> Piece {
        Piece::Words(words.to_owned())
    }

    fn span(style: Style, text: &str) -> Span {
        let pieces = vec![words(text)];
        Span { style, pieces }
    }

    #[test]
    fn marks_become_a_tree() {
        let source = "Une *adresse* **IP**, tape\n`ping x` !\n\n- un\n  suite\n- `2**32`\n\n```python\nx = {1: \"*\"}\n\n```\nfin";
        let tree = text(source, Lang::Fr).expect("no slip");
        let expected = Text(vec![
            Block::Paragraph(vec![
                span(Style::Plain, "Une "),
                span(Style::Emphasis, "adresse"),
                span(Style::Plain, " "),
                span(Style::Strong, "IP"),
                span(Style::Plain, ", tape "),
                span(Style::Code, "ping x"),
                span(Style::Plain, "\u{a0}!"),
            ]),
            Block::List(vec![
                vec![span(Style::Plain, "un suite")],
                vec![span(Style::Code, "2**32")],
            ]),
            Block::Code("x = {1: \"*\"}\n\n".to_owned()),
            Block::Paragraph(vec![span(Style::Plain, "fin")]),
        ]);
        assert_eq!(tree, expected);
    }

    #[test]
    fn stars_and_braces_may_be_themselves() {
        let plain = |source: &str| text(source, Lang::En).expect("no slip").plain();
        assert_eq!(
            plain("256*256 and 2 * 3 and 2**32"),
            "256*256 and 2 * 3 and 2**32"
        );
        assert_eq!(plain(r"\*x\* \`y\` \{z} a\\b"), r"*x* `y` {z} a\b");
        assert_eq!(plain(r"`f\{x}` and `\n`"), r"f{x} and \n");
        assert_eq!(plain("it's the pupils' 'x'"), "it’s the pupils' 'x'");
        assert_eq!(plain("l'`eau` d'hier"), "l’eau d’hier");
    }

    #[test]
    fn places_are_known() {
        let tree = text("`ping {local-name}`", Lang::Fr).expect("no slip");
        let pieces = vec![words("ping "), Piece::Place(Place::LocalName)];
        let style = Style::Code;
        assert_eq!(tree.0, [Block::Paragraph(vec![Span { style, pieces }])]);
        for place in Place::ALL {
            let source = format!("{{{}}}", place.word());
            assert_eq!(text(&source, Lang::Fr).expect("no slip").plain(), source);
        }
    }

    #[test]
    fn a_slip_is_told_where_it_is() {
        let slip = |source: &str| text(source, Lang::Fr).expect_err(source);
        let open = |mark, at| Slip {
            at,
            kind: SlipKind::Open(mark),
        };
        assert_eq!(slip("é `code"), open("`", 3));
        assert_eq!(slip("un\n\n**deux"), open("**", 4));
        assert_eq!(slip("*un"), open("*", 0));
        assert_eq!(slip("x\n```\ny"), open("```", 2));
        assert_eq!(slip("a {server"), open("{", 2));
        let kind = SlipKind::Place("serveur".to_owned());
        assert_eq!(slip("- {serveur}"), Slip { at: 2, kind });
    }
}
