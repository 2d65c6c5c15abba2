//! `check`: examines a learner's program, and says what is wrong in the learner's words.
//!
//! A check is a row ([`row`]) beside its function, in [`client`] or [`server`]; it returns an outcome,
//! and [`outcome`] alone says outcomes in sentences. An examination returns a [`report`] of findings,
//! each with its verdict, a sentence, a hint and what happened; [`text`], [`json`] and [`html`]
//! render it. [`pair`] lets a pupil's two programs meet. [`hosts`] examines the servers of a class, [`class`] does so for the teacher's screen.

mod came;
mod cause;
pub mod class;
pub mod client;
mod crash;
mod events;
pub mod hosts;
pub mod html;
pub mod json;
mod name;
mod outcome;
pub mod pair;
pub mod report;
mod row;
pub mod server;
mod source;
pub mod text;

pub use name::Check;
pub use row::Step;
