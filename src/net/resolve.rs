//! `net resolve`: a name's addresses or an address's names, and who told them.

use std::time::{Duration, Instant};

use super::runtime;
use crate::cli::net::{Resolve, Subject};
use game::phrases::{Lang, decimal, say};
use os::console::{Failure, print};
use server::names::{Found, Question, Source, look_up};

/// Looks up what was asked for.
pub fn resolve(args: &Resolve, lang: Lang) -> Result<(), Failure> {
    let question = match &args.what {
        Subject::Name(name) => Question::addresses(name),
        Subject::Address(address) => Question::names(*address),
    };
    let started = Instant::now();
    let found = runtime(lang)?.block_on(look_up(&question, args.server));
    let took = started.elapsed();
    let found = found.map_err(|trouble| Failure::Run(trouble.sentence(&question, lang)))?;
    let text = match args.json {
        true => document(&found, &question, took).to_string(),
        false => text(&found, took, lang),
    };
    print(&text, lang)
}

fn text(found: &Found, took: Duration, lang: Lang) -> String {
    let server = match found.source {
        Source::Server(server) => server.to_string(),
        Source::Hosts | Source::Standard => String::new(),
    };
    let id = match found.source {
        Source::Hosts => "resolve-by-hosts",
        Source::Standard => "resolve-by-standard",
        Source::Server(_) => "resolve-by-server",
    };
    let ms = decimal(lang, took.as_secs_f64() * 1000.0, 1);
    let args = [("server", server.into()), ("ms", ms.into())];
    format!("{}\n{}", found.answers.join("\n"), say(lang, id, &args))
}

fn document(found: &Found, question: &Question, took: Duration) -> serde_json::Value {
    let (source, server) = match found.source {
        Source::Hosts => ("hosts", None),
        Source::Standard => ("standard", None),
        Source::Server(server) => ("dns", Some(server.to_string())),
    };
    serde_json::json!({
        "question": question.shown,
        "answers": found.answers,
        "source": source,
        "server": server,
        "ms": took.as_secs_f64() * 1000.0,
    })
}
