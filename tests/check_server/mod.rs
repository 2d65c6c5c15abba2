//! `juste-prix check server` against small programs: each fault is named, and no other; no sound
//! program is accused, in whichever dialect; whatever it does, the checker ends.

mod crowd;
mod dialects;
mod faults;
mod hostile;
mod hosts;
mod kinds;

use serde_json::Value;

use crate::common::examined::{Program, document, each, finish, found, python};

const SIDE: crate::common::examined::Side = crate::common::examined::Side("server", "serveur.py");

/// One of the programs beside this file.
fn source(name: &str) -> String {
    SIDE.source(name)
}

/// A program to examine.
fn program(text: &str) -> Program {
    SIDE.program(text)
}

/// What there is to say of the findings with that verdict, for whoever reads a failure.
fn sentences(document: &Value, verdict: &str) -> String {
    let checks = document["checks"].as_array().expect("a list");
    let has = checks.iter().filter(|check| check["verdict"] == verdict);
    let lines = has.map(|check| format!("\n    {}: {}", check["id"], check["sentence"]));
    lines.collect()
}
