//! The lab: helping a learner see what their program does.
//!
//! [`tap`] is a relay that shows every byte that goes between a client and a server.

pub mod tap;
