//! `net me`: this machine's addresses.

use super::system::interfaces;
use crate::cli::net::Me;
use game::address::Interface;
use game::address::kind::Kind;
use game::phrases::{Lang, say};
use os::console::{Failure, print};

/// Lists them, each with its kind.
///
/// # Errors
/// The system does not list them.
pub fn me(args: &Me, lang: Lang) -> Result<(), Failure> {
    let all = interfaces(lang)?;
    let text = match args.json {
        true => document(&all).to_string(),
        false => table(&all, lang),
    };
    print(&text, lang)
}

fn document(all: &[Interface]) -> serde_json::Value {
    let one = |it: &Interface| {
        serde_json::json!({
            "interface": it.name,
            "address": it.address.to_string(),
            "prefix": it.network.length(),
            "network": it.network.to_string(),
            "kind": Kind::of(it.address).word(),
        })
    };
    serde_json::json!({ "addresses": all.iter().map(one).collect::<Vec<_>>() })
}

fn table(all: &[Interface], lang: Lang) -> String {
    let written = |it: &Interface| format!("{}/{}", it.address, it.network.length());
    let widest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0);
    let names = widest(&mut all.iter().map(|it| it.name.chars().count()));
    let addresses = widest(&mut all.iter().map(|it| written(it).len()));
    let line = |it: &Interface| {
        let kind = say(lang, Kind::of(it.address).phrase(), &[]);
        format!("{:names$}  {:addresses$}  {kind}", it.name, written(it))
    };
    all.iter().map(line).collect::<Vec<_>>().join("\n")
}
