//! The text door over real sockets: what docs/protocol.md promises to whoever connects.

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/document.rs"]
mod document;
mod end;
mod framing;
mod odd;
mod rooms;
mod seats;
mod unframed;

use unframed::Unframed;
