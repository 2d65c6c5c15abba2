//! What players' pages and programs use: the game over a WebSocket or the long poll, the server's
//! addresses, and the reports of the room test.

pub mod here;
pub mod long_poll;
pub mod network_test;
pub mod session;
pub mod websocket;
