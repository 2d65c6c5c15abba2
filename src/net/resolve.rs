//! `net resolve`: a name's addresses or an address's names, and the server that answered.

use std::time::{Duration, Instant};

use super::system::runtime;
use crate::cli::net::{Resolve, Subject};
use game::phrases::{Lang, decimal, say};
use game::visible::visible;
use os::console::{Failure, print, print_json};
use server::names::{Found, Question, Source, look_up};

/// Looks up a name or an address.
///
/// # Errors
/// No server answered, or the name does not exist.
pub fn resolve(args: &Resolve, lang: Lang) -> Result<(), Failure> {
    let question = match &args.what {
        Subject::Name(name) => Question::addresses(name),
        Subject::Address(address) => Question::names(*address),
    };
    let started = Instant::now();
    let found = runtime(lang)?.block_on(look_up(&question, args.server));
    let took = started.elapsed();
    let found = found.map_err(|trouble| Failure::Run(trouble.sentence(&question, lang)))?;
    if args.json {
        return print_json(&document(&found, &question, took), lang);
    }
    print(&text(&found, took, lang), lang)
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
    let answers = found.answers.iter().map(|answer| visible(answer));
    let answers: Vec<_> = answers.collect();
    format!("{}\n{}", answers.join("\n"), say(lang, id, &args))
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
