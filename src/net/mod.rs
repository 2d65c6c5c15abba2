//! `net`: the lesson's first two parts, addresses and names.
//!
//! One file a command: [`me`], [`common`] and [`count`] look at addresses, [`resolve`] asks for
//! names, [`ping`] asks whether a machine is there. What an address is, is told in
//! [`game::address`].

pub mod common;
pub mod count;
pub mod me;
pub mod ping;
pub mod resolve;

use std::io;

use tokio::runtime::{Builder, Runtime};

use crate::cli::net::Net;
use game::phrases::{Lang, say};
use os::console::{Failure, reason};

/// Does what was asked for.
pub fn net(command: Net, lang: Lang) -> Result<(), Failure> {
    match command {
        Net::Me(args) => me::me(&args, lang),
        Net::Common(args) => common::common(&args, lang),
        Net::Resolve(args) => resolve::resolve(&args, lang),
        Net::Ping(args) => ping::ping(&args, lang),
        Net::Count(args) => count::count(&args, lang),
    }
}

/// What the libraries for names and for pings need to run on.
fn runtime(lang: Lang) -> Result<Runtime, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| system(&error, lang))
}

/// The system refuses what everything else needs.
fn system(error: &io::Error, lang: Lang) -> Failure {
    let reason = reason(error, lang).into();
    Failure::Run(say(lang, "net-system", &[("reason", reason)]))
}
