//! *Le juste prix*, the number-guessing game of a networking lesson, as a server that anything can
//! play. This page is the tour; read the parts in this order.
//!
//! 1. [`game`]: the rules. [`game::entry`] is the page on which all the rest stands: what can
//!    happen to a room. [`game::secret`] draws numbers that nobody can foresee and anybody can
//!    verify.
//! 2. [`protocol`]: every request and every reply, one enum each.
//! 3. [`wire`]: bytes to requests and replies to bytes, for clients with and without newlines;
//!    [`phrases`] has every sentence, in French and English.
//! 4. [`room`]: players around one game, a fold over its entries.
//! 5. [`shard`]: one thread's rooms and conversations, without input or output. A message becomes
//!    an entry, the entry is committed, then it is applied and answered.
//! 6. [`journal`]: where entries are kept. Nothing happens until it is there.
//! 7. [`results`]: what is read of it for a spreadsheet.
//! 8. [`server`]: threads and sockets around the shards.
//! 9. [`player`]: the other side, `juste-prix play` and `juste-prix bot`.
//! 10. [`chat`]: the lesson's two programs, from which all began.
//! 11. [`address`]: what an address is; [`net`]: addresses, names and pings.
//! 12. [`load`]: many players at once, and how fast they are answered.
//! 13. [`lesson`]: what is taught, and how an answer is judged.
//! 14. [`lab`]: helping a learner see what their program does, and mend it.
//! 15. [`cli`] and [`commands`]: the program's commands.
//!
//! [`limits`] has every bound, with its reason; [`sabotage`] is for tests of the
//! tests. `ARCHITECTURE.md` is the map, with the invariants; `docs/protocol.md` is the protocol.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod address;
pub mod chat;
pub mod cli;
pub mod commands;
pub mod game;
pub mod journal;
pub mod lab;
pub mod lesson;
pub mod limits;
pub mod load;
pub mod names;
pub mod net;
pub mod phrases;
pub mod player;
pub mod protocol;
pub mod results;
pub mod room;
pub mod sabotage;
pub mod server;
pub mod shard;
pub mod wire;
