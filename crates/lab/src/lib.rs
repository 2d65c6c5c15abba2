//! The lab: shows learners what their programs do, and what is wrong with them.
//!
//! [`dialect`] learns how an unknown server talks, without input or output; [`encounter`] lends it
//! a socket and a clock. [`program`] starts a learner's program, keeps it within bounds, types on
//! its keyboard and says from facts what it waits for; [`trace`] is what happened, in order and
//! with times; [`check`] examines, and says what is wrong in the learner's words. [`tap`] is a relay
//! that shows every byte that goes between a client and a server.

pub mod check;
pub mod dialect;
pub mod encounter;
pub mod escape;
pub mod program;
pub mod sentence;
pub mod tap;
pub mod trace;
