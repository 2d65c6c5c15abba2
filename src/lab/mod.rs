//! The lab: helping a learner see and mend.
//!
//! [`dialect`] learns how an unknown server talks, without input or output; [`encounter`] lends it
//! a socket and a clock.

pub mod dialect;
pub mod encounter;
