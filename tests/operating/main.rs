//! What whoever operates a server needs beside the game: metrics, health and logs.

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/document.rs"]
#[expect(dead_code, reason = "of the documents only one is read here")]
mod document;
#[path = "../web/http.rs"]
#[expect(dead_code, reason = "what writes HTTP wrong is for other tests")]
mod http;

mod log;
mod mdns;
mod metrics;
#[path = "../common/nats.rs"]
mod nats;
mod packaging;
mod players;
mod proxy;
mod shared;
