//! The lab: helping a learner see and mend.
//!
//! [`dialect`] learns how an unknown server talks, without input or output; [`encounter`] lends it
//! a socket and a clock. [`tap`] is a relay that shows every byte that goes between a client and a
//! server.

pub mod dialect;
pub mod encounter;
pub mod tap;
