//! juste-prix
pub mod cli;
pub mod commands;
pub mod game;
pub mod journal;
pub mod limits;
pub mod phrases;
pub mod player;
pub mod protocol;
pub mod room;
pub mod server;
pub mod shard;
pub mod wire;
