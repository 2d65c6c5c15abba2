//! `juste-prix tap` with the real binary and real sockets: it changes nothing, shows what was, and
//! what it writes is read by tshark.

mod bounds;
mod capture;
mod relay;
mod screen;
mod shown;
mod trouble;
pub mod util;
