//! juste-prix
pub mod game;
pub mod limits;
pub mod phrases;
pub mod protocol;
pub mod wire;
