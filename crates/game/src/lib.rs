//! The game without its sockets: rules, rooms, protocol, wire, phrases, engine and lesson.
//!
//! Nothing here knows a clock, randomness, a socket or a file: drivers hand those in.

pub mod address;
pub mod engine;
pub mod fold;
pub mod lesson;
pub mod limits;
pub mod phrases;
pub mod protocol;
pub mod room;
pub mod rules;
pub mod sabotage;
pub mod shares;
pub mod spreadsheet;
pub mod visible;
pub mod wire;
