//! Several machines, one game: three servers of the log, three game nodes and HAProxy in front of
//! them, each a real process on a machine of its own, under 300 players and faults by seed.
//!
//! [`campaign`] does one thing after the other; [`fault`] is what can be done to whom; [`player`]
//! writes down all that is said and told. Afterwards [`replay`] folds the log once more, with the
//! crate's own rooms, and [`judge`] compares: acknowledged ⊆ log ⊆ sent, one order, one winner a
//! round, no answer twice.
//!
//! [`pages`] has one server, and programs of pages that reach real programs on players' machines.
//!
//! `scripts/test-cluster` runs both: they need a network namespace of its own, where links can be cut
//! and no other program is met, and the campaign the log's server.

mod campaign;
mod fault;
mod figures;
mod judge;
mod machines;
mod matching;
mod network;
mod pages;
mod player;
mod process;
mod replay;
#[path = "../common/spoken.rs"]
mod spoken;
