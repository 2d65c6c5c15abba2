//! Every bound of the program, in one place, each with its reason.
//!
//! Nothing that a client sends may grow memory past these, and no wait is without a deadline.

use std::time::Duration;

/// Bytes of one text message and of one answer: what the lesson's client takes in one `recv(1024)`.
pub const MESSAGE_BYTES: usize = 1024;
/// Bytes read from a socket at once. One buffer a thread, shared by its connections; what a
/// connection could not treat yet is kept, so this also bounds a connection's input.
pub const READ_BYTES: usize = 16 * 1024;
/// Guesses of one connection that wait for the journal at once. Beyond it the socket is not read:
/// a flood slows itself. Times [`MESSAGE_BYTES`] it bounds a connection's output.
pub const GUESSES_IN_FLIGHT: u16 = 64;
/// Characters of an unknown message that its error quotes.
pub const QUOTE_CHARS: usize = 40;

/// Characters of a name after NFC: what fits a tile and a score line.
pub const NAME_CHARS: usize = 24;
/// Combining marks that may follow each other in a name: Vietnamese needs two; more is a pile.
pub const NAME_MARKS: usize = 2;
/// Letters and digits of a room's code: short enough to be said aloud.
pub const ROOM_CODE_CHARS: usize = 12;
/// Seats of one shared room. A seat is about 200 bytes: 2 MB a room.
pub const SEATS_PER_ROOM: usize = 10_000;
/// Shared rooms of one server: a school, or an event with a room for each table.
pub const SHARED_ROOMS: usize = 1_000;
/// Lines that a scoreboard remembers; a player who never won is not on it.
pub const BOARD_LINES: usize = 1_000;
/// Players of the public hall that one thread remembers, connected or not (about 500 bytes each).
/// Beyond it those who left longest ago lose their seat first.
pub const HALL_SEATS: usize = 1_000_000;
/// Numbers may be drawn between these: what a 16-year-old can read, and far from `i32` overflow.
pub const NUMBER: i32 = 1_000_000_000;
/// Seconds that a round may last at most: a day.
pub const ROUND_SECONDS: u32 = 86_400;

/// A seat to which nobody came back for so long is given up: a week between two lessons, and a day.
pub const SEAT_IDLE: Duration = Duration::from_secs(8 * 86_400);
/// A line that has begun must end in this time (a silent player has no deadline).
pub const LINE_DEADLINE: Duration = Duration::from_secs(60);
/// A reader that takes nothing of a waiting answer for so long is dropped.
pub const WRITE_DEADLINE: Duration = Duration::from_secs(20);
/// An unframed client must read its last answer before `FIN` comes, else both are one message.
pub const END_GAP: Duration = Duration::from_millis(50);
/// After the end, reading on for so long keeps the last bytes from being lost to a reset.
pub const LINGER: Duration = Duration::from_millis(1500);
/// From the order to stop to the process's end, at most.
pub const STOP: Duration = Duration::from_millis(1900);

/// What a connection may spend on requests that cost more than a guess before it must wait.
pub const CREDIT: i32 = 200;
/// Credit that comes back each second.
pub const CREDIT_PER_SECOND: i32 = 50;
/// The cost of a wrong code to resume: after four of them, one guess a second. 80 bits hold.
pub const WRONG_CODE_COST: i32 = 50;
/// The cost of a request that is no guess.
pub const REQUEST_COST: i32 = 1;

/// Descriptors kept for the journal, the listeners and the logs.
pub const SPARE_DESCRIPTORS: u64 = 64;
/// Silent connections that make room at once when descriptors run short.
pub const EVICTED_AT_ONCE: usize = 16;
/// The wait before accepting again when there was no descriptor.
pub const ACCEPT_BACKOFF: Duration = Duration::from_millis(50);
/// Batches that wait for the journal's writer. A worker sends one and waits for it, so this is
/// never reached; it states the bound.
pub const JOURNAL_QUEUE: usize = 256;
/// Entries of one commit at most: keeps one transaction under a few megabytes.
pub const ENTRIES_PER_COMMIT: usize = 20_000;

/// Bytes that a trace of the lab keeps: a sound program sends and prints a few hundred in a game.
pub const TRACE_BYTES: usize = 256 * 1024;
/// Moments that a trace keeps. With [`TRACE_BYTES`] it bounds a trace to less than a megabyte.
pub const TRACE_MOMENTS: usize = 4096;
/// What a learner's program may print in one run before it is stopped: it prints without end.
pub const PROGRAM_OUTPUT: usize = 256 * 1024;
/// The memory of a learner's program, all its processes together: room for a Java machine.
pub const PROGRAM_MEMORY: u64 = 1 << 30;
/// The processes of a learner's program at once: a shell, a launcher, and one for each player.
pub const PROGRAM_PROCESSES: usize = 64;
/// The processor time of each process of a learner's program, in seconds: a backstop of the system's
/// own, for a program that outlives its checker.
pub const PROGRAM_CPU_SECONDS: u64 = 120;
/// The largest file that a learner's program may write.
pub const PROGRAM_FILE: u64 = 64 << 20;
