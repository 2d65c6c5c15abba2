//! The checker, as the teacher's screen asks for it: the same examination as `check server --hosts`
//! makes, with its sentences said in the pages' languages.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::list::Check;
use super::report::{Finding, Report};
use super::{hosts, server, text};
use crate::phrases::say;
use crate::server::checks::{Asked, Cell, Checker, Examined, Misread, Told};

/// What `serve` is given.
pub const CHECKER: Checker = Checker {
    list,
    read,
    examine,
};

fn list() -> Vec<(&'static str, Told)> {
    let told = |check: &Check| Told::of(|lang| say(lang, check.title(), &[]));
    let checks = Check::SERVER.iter();
    checks.map(|check| (check.id(), told(check))).collect()
}

fn read(text: &str) -> Result<Vec<Asked>, Misread> {
    let asked = |hosts::Host { target, name }| Asked {
        name,
        address: target.to_string(),
        host: target.host,
        port: target.port,
    };
    Ok(hosts::parse(text)?.into_iter().map(asked).collect())
}

fn examine(
    asked: &Asked,
    addresses: Vec<SocketAddr>,
    given_up: &Arc<AtomicBool>,
    tell: &mut dyn FnMut(),
) -> Examined {
    let subject = asked.address.clone();
    let report = server::remote(subject, addresses, Check::SERVER, given_up, |_| tell());
    examined(&report)
}

fn examined(report: &Report) -> Examined {
    Examined {
        cells: report.findings.iter().map(cell).collect(),
        next: report.next().map(|finding| finding.check.id()),
        summary: Told::of(|lang| text::summary(report, lang)),
    }
}

fn cell(finding: &Finding) -> Cell {
    let hint = finding.hint.as_ref();
    Cell {
        check: finding.check.id(),
        verdict: finding.verdict.id(),
        said: Told::of(|lang| finding.said.say(lang)),
        hint: hint.map(|hint| (Told::of(|lang| hint.said.say(lang)), hint.python)),
    }
}
