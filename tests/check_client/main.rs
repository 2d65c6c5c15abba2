//! `juste-prix check client` against small Python programs: each fault is named, and no other; no
//! sound program is accused, in whichever dialect; whatever it does, the checker ends.

#[path = "../common/mod.rs"]
mod common;
mod dialects;
mod document;
#[path = "../common/examined.rs"]
mod examined;
mod faults;
mod hostile;

use examined::{Program, document, each, finish, found, python};

const SIDE: examined::Side = examined::Side("client", "client.py");

/// One of the programs beside this file.
fn source(name: &str) -> String {
    SIDE.source(name)
}

/// A program to examine.
fn program(text: &str) -> Program {
    SIDE.program(text)
}
