//! `net`: the lesson's first two parts, addresses and names.
//!
//! Each command is a file: [`me`](mod@me), [`common`](mod@common) and [`count`](mod@count) look at addresses, [`resolve`](mod@resolve)
//! looks up names, [`ping`](mod@ping) asks whether a machine is there. [`system`] is what they need of the
//! system. Kinds of addresses are explained in [`game::address`].

mod common;
mod count;
mod me;
mod ping;
mod resolve;
mod system;

use crate::cli::net::Net;
use game::phrases::Lang;
use os::console::Failure;

/// Runs the command.
///
/// # Errors
/// The question could not be answered.
pub fn net(command: Net, lang: Lang) -> Result<(), Failure> {
    match command {
        Net::Me(args) => me::me(&args, lang),
        Net::Common(args) => common::common(&args, lang),
        Net::Resolve(args) => resolve::resolve(&args, lang),
        Net::Ping(args) => ping::ping(&args, lang),
        Net::Count(args) => count::count(&args, lang),
    }
}
