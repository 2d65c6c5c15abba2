//! The load generator: many players at once, and how quickly they are answered.
//!
//! A [`Plan`] says what the players do. [`swarm`] carries it out in one process; each player is a
//! [`connection`] over a [`transport`], and the [`report`] sums up what they measured. A plan with more
//! connections than a process may have descriptors is split over several [`processes`].

mod connection;
mod plan;
mod processes;
mod report;
mod swarm;
mod transport;

pub use plan::Plan;
pub(crate) use plan::Stage;
pub use processes::run_part;
pub(crate) use processes::{assigned_part, run};
pub use transport::Transport;
