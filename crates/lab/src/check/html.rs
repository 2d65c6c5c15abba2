//! A report as a page that needs nothing else: no script, no picture, no other file.

use std::fmt::Write;

use super::events;
use super::report::{Finding, Report, Verdict};
use super::text;
use game::phrases::{Lang, say};

const STYLE: &str = "\
body{font:1rem/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;\
color:#1b1b1b;background:#fff}\
.next{border-left:.4rem solid #b3261e;padding:.5rem 1rem;background:#fdeceb}\
.sound{border-left:.4rem solid #1e7d32;padding:.5rem 1rem;background:#e9f5ea}\
article{border:1px solid #ccc;border-radius:.4rem;padding:.5rem 1rem;margin:1rem 0}\
article h2{font-size:1.1rem;margin:.2rem 0}\
.failed h2::before{content:'✗ ';color:#b3261e}.passed h2::before{content:'✓ ';color:#1e7d32}\
.not_examined h2::before{content:'– ';color:#666}\
code,td{font-family:ui-monospace,monospace}pre{background:#f3f3f3;padding:.5rem;overflow-x:auto}\
td{vertical-align:top;padding:0 .8rem 0 0;overflow-wrap:anywhere}td:first-child{text-align:right}\
small{color:#555}";

/// The page.
pub fn page(report: &Report, lang: Lang) -> String {
    let title = escape(&text::title(report, lang));
    let summary = escape(&text::summary(report, lang));
    let class = match report.next() {
        Some(_) => "next",
        None => "sound",
    };
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n<h1>{title}</h1>\n<p class=\"{class}\">{summary}</p>\n",
        lang.tag()
    );
    for verdict in [Verdict::Failed, Verdict::Passed, Verdict::NotExamined] {
        for finding in report.with(verdict) {
            article(&mut page, finding, lang);
        }
    }
    for fact in &report.facts {
        line(&mut page, "p", &fact.say(lang));
    }
    page + "</html>\n"
}

fn article(page: &mut String, finding: &Finding, lang: Lang) {
    // Writing to a String can't fail.
    let _ = writeln!(
        page,
        "<article class=\"{}\" id=\"{}\">\n<h2>{} <small>{}</small></h2>",
        finding.verdict().id(),
        finding.check.id(),
        escape(&say(lang, finding.check.title(), &[])),
        escape(&text::word(finding.verdict(), lang)),
    );
    line(page, "p", &finding.said().say(lang));
    if let Some(place) = &finding.place {
        line(page, "p", &text::place(place).say(lang));
    }
    if let Some(hint) = finding.hint() {
        let said = hint.said.say(lang);
        line(
            page,
            "p",
            &say(lang, "check-hint", &[("hint", said.into())]),
        );
        line(page, "pre", hint.code);
    }
    if let Some(trace) = &finding.trace {
        let open = match finding.verdict() {
            Verdict::Failed => " open",
            _ => "",
        };
        let summary = escape(&say(lang, "check-evidence", &[]));
        let _ = writeln!(page, "<details{open}><summary>{summary}</summary>\n<table>");
        let (before, moments) = events::lines(trace, lang);
        if before > 0 {
            let before = say(lang, "check-before", &[("count", before.into())]);
            let _ = writeln!(page, "<tr><td></td><td>{}</td></tr>", escape(&before));
        }
        for moment in moments {
            let (time, text) = (moment.time, escape(&moment.text));
            let _ = writeln!(page, "<tr><td>{time}</td><td>{text}</td></tr>");
        }
        page.push_str("</table></details>\n");
    }
    page.push_str("</article>\n");
}

fn line(page: &mut String, tag: &str, text: &str) {
    // Writing to a String can't fail.
    let _ = writeln!(page, "<{tag}>{}</{tag}>", escape(text));
}

/// Text with nothing in it that a browser would obey.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            _ => escaped.push(c),
        }
    }
    escaped
}
