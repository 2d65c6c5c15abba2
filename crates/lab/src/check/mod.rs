//! `check`: examines a learner's program, and says what is wrong in the learner's words.
//!
//! [`list`] has every check. [`client`] and [`server`] examine and return a [`report`] of findings,
//! each with its verdict, a sentence, a hint and what happened; [`text`], [`json`] and [`html`]
//! render it. [`hosts`] examines the servers of a class, [`class`] does so for the teacher's screen.

mod asked;
pub mod class;
pub mod client;
mod crash;
mod events;
pub mod hosts;
pub mod html;
pub mod json;
pub mod list;
pub mod report;
pub mod server;
mod source;
pub mod text;
