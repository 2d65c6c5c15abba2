//! A report for a terminal: first the one thing to mend, then what failed, then all checks.

use super::events;
use super::report::{Finding, Report, Verdict};
use super::source::SourceLine;
use crate::sentence::Sentence;
use game::phrases::{Lang, say};

/// Columns of a school PC's terminal.
const WIDTH: usize = 80;

/// The whole report, without its last newline.
pub fn text(report: &Report, lang: Lang) -> String {
    let mut lines = vec![title(report, lang), String::new()];
    lines.extend(wrap(&summary(report, lang), ""));
    for finding in report.with(Verdict::Failed) {
        lines.push(String::new());
        failed(finding, lang, &mut lines);
    }
    lines.push(String::new());
    let mut before = None;
    for finding in &report.findings {
        // A reason that many checks have is told once.
        let why = (finding.verdict() == Verdict::NotExamined).then(|| finding.said());
        lines.extend(listed(finding, why != before, lang));
        before = why;
    }
    if !report.facts.is_empty() {
        lines.push(String::new());
    }
    for fact in &report.facts {
        lines.extend(wrap(&fact.say(lang), ""));
    }
    lines.join("\n")
}

/// What was examined.
pub fn title(report: &Report, lang: Lang) -> String {
    let title = Sentence::new("check-title").text("subject", report.subject.as_str());
    title.say(lang)
}

/// What to mend next, or that all is well; and the numbers.
pub fn summary(report: &Report, lang: Lang) -> String {
    let count = |verdict| report.with(verdict).count();
    let counts = Sentence::new("check-counts")
        .count("passed", count(Verdict::Passed))
        .count("failed", count(Verdict::Failed))
        .count("skipped", count(Verdict::NotExamined))
        .seconds("seconds", report.took);
    let unclear = report.not_understood();
    let first = match (report.next(), unclear, count(Verdict::Passed)) {
        (Some(next), _, _) => {
            Sentence::new("check-next").said("title", Sentence::new(next.check.title()))
        }
        (None, Some(unclear), _) => unclear.said(),
        (None, None, 0) => Sentence::new("check-nothing"),
        (None, None, _) if report.is_mostly_unseen() => Sentence::new("check-few"),
        (None, None, _) => Sentence::new("check-sound"),
    };
    format!("{} {}", first.say(lang), counts.say(lang))
}

/// A line of the learner's program, in words.
pub fn place(place: &SourceLine) -> Sentence {
    Sentence::new("check-place")
        .text("file", place.file.as_str())
        .text("line", place.line.to_string())
        .text("text", place.text.as_str())
}

/// The word for a verdict.
pub fn word(verdict: Verdict, lang: Lang) -> String {
    match verdict {
        Verdict::Passed => say(lang, "verdict-passed", &[]),
        Verdict::Failed => say(lang, "verdict-failed", &[]),
        Verdict::NotExamined => say(lang, "verdict-not-examined", &[]),
    }
}

/// All that is known about a failure.
fn failed(finding: &Finding, lang: Lang, lines: &mut Vec<String>) {
    lines.push(format!("✗ {}", say(lang, finding.check.title(), &[])));
    lines.extend(wrap(&finding.said().say(lang), "  "));
    if let Some(it) = &finding.place {
        lines.extend(wrap(&place(it).say(lang), "  "));
    }
    if let Some(hint) = finding.hint() {
        let said = hint.said.say(lang);
        let said = say(lang, "check-hint", &[("hint", said.into())]);
        lines.extend(wrap(&said, "  "));
        lines.push(format!("      {}", hint.code));
    }
    let Some(trace) = &finding.trace else {
        return;
    };
    let (before, moments) = events::lines(trace, lang);
    if before > 0 {
        let before = say(lang, "check-before", &[("count", before.into())]);
        lines.push(format!("    {before}"));
    }
    for moment in moments {
        let start = format!("  {:>8}  ", moment.time);
        let mut first = start.as_str();
        for line in wrap(&moment.text, "            ") {
            lines.push(format!("{first}{}", line.trim_start()));
            first = "            ";
        }
    }
}

/// One check in the list of all; why it was not examined, if that is `news`.
fn listed(finding: &Finding, news: bool, lang: Lang) -> Vec<String> {
    let (mark, why) = match finding.verdict() {
        Verdict::Passed => ('✓', None),
        Verdict::Failed => ('✗', None),
        Verdict::NotExamined => ('–', news.then(|| finding.said().say(lang))),
    };
    let title = say(lang, finding.check.title(), &[]);
    let mut lines = vec![format!("{mark} {title}")];
    if let Some(why) = why {
        lines.extend(wrap(&why, "  "));
    }
    lines
}

/// The text in lines of at most [`WIDTH`] columns, each behind the margin. A word that is longer
/// has a line of its own.
pub(super) fn wrap(text: &str, margin: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let length = margin.chars().count() + line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && length > WIDTH {
            lines.push(format!("{margin}{line}"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(format!("{margin}{line}"));
    lines
}
