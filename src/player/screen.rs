//! What `play` draws on a terminal, as pure functions from the game to text.

use super::connection::Answer;
use super::progress::Progress;
use game::phrases::{Lang, say};
use game::rules::{Mode, Range};
use game::wire::answer::Read;

/// Columns of a drawing at most; wider ones are hard to read.
const WIDEST: usize = 72;
/// Columns of a terminal whose width is unknown.
pub const USUAL_WIDTH: usize = 80;

/// What a terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether it shows colours.
    pub colour: bool,
    /// Whether it shows the characters of boxes.
    pub boxes: bool,
    /// Its width in columns.
    pub width: usize,
}

impl Style {
    /// The style from the variables `NO_COLOR` and `TERM`, and the width in columns.
    pub fn new(no_color: Option<&str>, term: Option<&str>, width: usize) -> Style {
        let dumb = term == Some("dumb");
        let unwanted = no_color.is_some_and(|value| !value.is_empty());
        Style {
            colour: !dumb && !unwanted,
            boxes: !dumb,
            width,
        }
    }

    fn paint(self, colour: &str, text: &str) -> String {
        match self.colour {
            true => format!("\x1b[{colour}m{text}\x1b[0m"),
            false => text.to_owned(),
        }
    }
}

const BLUE: &str = "34";
const YELLOW: &str = "33";
const GREEN: &str = "1;32";
const RED: &str = "31";
const DIM: &str = "2";

/// The prompt, with the number of the guess.
pub fn prompt(progress: &Progress, lang: Lang) -> String {
    let n = (progress.tries + 1).to_string();
    format!("{} > ", say(lang, "play-prompt", &[("n", n.into())]))
}

/// An answer, and its consequence: the remaining interval, or the number of guesses against the
/// optimum. `progress` is the game after the answer.
pub fn answer(answer: &Answer, progress: &Progress, lang: Lang, style: Style) -> String {
    let colour = match answer.read {
        Read::TooSmall => BLUE,
        Read::TooBig => YELLOW,
        Read::Found { .. } => GREEN,
        Read::Error | Read::Lost => RED,
        _ => return answer.line.clone(),
    };
    let line = style.paint(colour, &answer.line);
    let more = match answer.read {
        Read::TooSmall | Read::TooBig => remaining(progress, style),
        Read::Found { tries } => against_optimum(tries, progress, lang),
        _ => None,
    };
    match more {
        Some(more) => format!("{line}\n{more}"),
        None => line,
    }
}

/// The remaining interval; `None` if the rules are unknown or nothing was ruled out.
pub fn remaining(progress: &Progress, style: Style) -> Option<String> {
    let rules = progress.rules?;
    let narrowed = rules.mode != Mode::Closest && progress.possible != rules.range;
    narrowed.then(|| interval(rules.range, progress.possible, style))
}

fn against_optimum(tries: u32, progress: &Progress, lang: Lang) -> Option<String> {
    let rules = progress.rules.filter(|rules| rules.mode != Mode::Closest)?;
    let optimum = rules.range.optimum();
    let id = match tries <= optimum {
        true => "play-within-optimum",
        false => "play-beyond-optimum",
    };
    Some(say(lang, id, &[("optimum", optimum.into())]))
}

/// Draws the numbers still possible among all: `1 ├──────[26════49]────────┤ 100`.
pub fn interval(range: Range, possible: Range, style: Style) -> String {
    let (left, line, rest, right) = match style.boxes {
        true => ("├", "─", "═", "┤"),
        false => ("|", "-", "=", "|"),
    };
    let (min, max) = (range.min.to_string(), range.max.to_string());
    let ends = min.len() + max.len() + 4;
    let columns = style.width.min(WIDEST).saturating_sub(ends);
    let (from, to) = (possible.min.to_string(), possible.max.to_string());
    let labels = match possible.min >= possible.max {
        true => from.len(),
        false => from.len() + to.len() + 1,
    };
    // The labels may be wider than the interval.
    let place = |number: i64| (number * columns as i64 / range.size() as i64) as usize;
    let start = i64::from(possible.min) - i64::from(range.min);
    let end = i64::from(possible.max) - i64::from(range.min) + 1;
    let length = (place(end) - place(start).min(place(end))).max(labels + 2);
    let before = place(start).min(columns.saturating_sub(length));
    let after = columns.saturating_sub(before + length);
    let inside = match possible.min >= possible.max {
        true => from,
        false => format!("{from}{}{to}", rest.repeat(length - labels - 1)),
    };
    let (before, after) = (line.repeat(before), line.repeat(after));
    let outside = |text: String| style.paint(DIM, &text);
    format!(
        "{}{}{}",
        outside(format!("{min} {left}{before}")),
        style.paint(GREEN, &format!("[{inside}]")),
        outside(format!("{after}{right} {max}")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use game::rules::Rules;

    const PLAIN: Style = Style {
        colour: false,
        boxes: true,
        width: 40,
    };

    fn drawn(min: i32, max: i32) -> String {
        interval(Range::LESSON, Range { min, max }, PLAIN)
    }

    #[test]
    fn the_interval_is_drawn_in_its_place() {
        let cases = [
            (1, 100, "1 ├[1══════════════════════════100]┤ 100"),
            (1, 49, "1 ├[1══════════49]─────────────────┤ 100"),
            (51, 100, "1 ├────────────────[51═════════100]┤ 100"),
            (26, 30, "1 ├────────[26═30]─────────────────┤ 100"),
            (57, 57, "1 ├─────────────────[57]───────────┤ 100"),
            (100, 100, "1 ├───────────────────────────[100]┤ 100"),
        ];
        for (min, max, expected) in cases {
            assert_eq!(drawn(min, max), expected);
        }
    }

    /// Protects the terminal: every interval takes the same room and none panics.
    #[test]
    fn every_interval_fits() {
        for min in 1..=100 {
            for max in min..=100 {
                assert_eq!(drawn(min, max).chars().count(), 40, "{min} {max}");
            }
        }
        let wide = Range {
            min: -1_000_000_000,
            max: 1_000_000_000,
        };
        for width in [0, 1, 20, 40, 500] {
            let style = Style { width, ..PLAIN };
            for (min, max) in [(wide.min, wide.max), (-3, 999_999_999), (7, 7), (9, 8)] {
                let text = interval(wide, Range { min, max }, style);
                assert!(text.chars().count() <= WIDEST.max(60), "{text}");
            }
        }
    }

    #[test]
    fn colours_and_boxes_are_for_those_who_have_them() {
        let style = |no_color, term| Style::new(no_color, term, 40);
        assert!(style(None, Some("xterm")).colour);
        assert!(style(Some(""), Some("xterm")).colour);
        assert!(!style(Some("1"), Some("xterm")).colour);
        let dumb = style(None, Some("dumb"));
        assert!(!dumb.colour && !dumb.boxes);
        let text = interval(Range::LESSON, Range { min: 26, max: 49 }, dumb);
        assert!(text.is_ascii() && text.contains("[26"), "{text}");
        let coloured = interval(Range::LESSON, Range { min: 26, max: 49 }, style(None, None));
        assert!(coloured.contains("\x1b["), "{coloured}");
    }

    #[test]
    fn a_win_is_held_against_the_optimum() {
        let mut progress = Progress::hall(Range::LESSON);
        let won = |tries| Answer {
            line: "Gagné".to_owned(),
            read: Read::Found { tries },
        };
        let shown = |tries, progress: &Progress| answer(&won(tries), progress, Lang::Fr, PLAIN);
        assert!(shown(5, &progress).contains('7') && shown(9, &progress).contains('7'));
        assert_ne!(shown(7, &progress), shown(8, &progress).replace('8', "7"));
        progress.rules = Rules::new(Mode::Closest, Range::LESSON, Some(60));
        assert_eq!(shown(1, &progress), "Gagné");
    }
}
