//! `juste-prix check client` against small Python programs: each fault is named, and no other; no
//! sound program is accused, in whichever dialect; whatever it does, the checker ends.

mod dialects;
mod faults;
mod hostile;
mod words;

use crate::common::examined::{Program, document, each, finish, found, python};

const SIDE: crate::common::examined::Side = crate::common::examined::Side("client", "client.py");

/// One of the programs beside this file.
fn source(name: &str) -> String {
    SIDE.source(name)
}

/// A program to examine.
fn program(text: &str) -> Program {
    SIDE.program(text)
}
