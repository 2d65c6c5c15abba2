//! `juste-prix tap` with the real binary and real sockets: it changes nothing, shows what was, and
//! what it writes is read by tshark.

mod bounds;
mod capture;
#[path = "../common/mod.rs"]
mod common;
mod document;
mod relay;
mod screen;
mod shown;
mod trouble;
mod util;
