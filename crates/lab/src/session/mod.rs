//! The session with a program that is examined: it is dialled or awaited, bytes are carried to it, and
//! its silence is judged by what it is seen to do.
//!
//! [`Subject`] is what is examined, [`facts::Facts`] where what the system knows of a connection comes
//! from. [`Target`] is a server, with [`Connection`]s to it and what it says on them ([`reply`]);
//! [`Stage`] is one run of a client, awaited by a [`Listener`]. [`prompt`] is what is typed for a
//! program that asks its user. Nothing here judges a program.

mod accepted;
mod connection;
mod facts;
mod listener;
mod pace;
mod prompt;
mod reply;
mod stage;
mod subject;
mod target;

pub(crate) use connection::{Connection, dial, prepare};
pub(crate) use listener::Listener;
pub(crate) use prompt::Prompt;
pub(crate) use reply::Reply;
pub(crate) use stage::{Stage, Turn};
pub(crate) use subject::{Subject, asks_for_port, fill};
pub(crate) use target::{Target, Unstarted};
