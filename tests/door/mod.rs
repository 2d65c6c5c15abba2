//! The text door over real sockets: what docs/protocol.md promises to whoever connects.

mod end;
mod framing;
mod odd;
mod pace;
mod rooms;
mod seats;
mod unframed;

use unframed::Unframed;
