//! Every bound of the program, in one place, each with its reason.
//!
//! Nothing that a client sends may grow memory past these, and no wait is without a deadline.

use std::time::Duration;

/// Bytes of one text message and of one answer: what the lesson's client takes in one `recv(1024)`.
pub const MESSAGE_BYTES: usize = 1024;
/// Bytes read from a socket at once. One buffer a thread, shared by its connections; what a
/// connection could not treat yet is kept, so this also bounds a connection's input.
pub const READ_BYTES: usize = 16 * 1024;
/// How long those connections have their turns at a time that want more than one, or have had much
/// lately, such as floods: so long at most an honest player waits for all of them together.
pub const TURN_OF_THE_BUSY: Duration = Duration::from_micros(200);
/// Entries that they may make in that time: an honest player waits for their answers too.
pub const ENTRIES_OF_THE_BUSY: usize = 512;
/// Each byte that is read of a connection is remembered for so long, one after the other: a program
/// that guesses eighty times a second is forgiven as fast as it speaks.
pub const BYTE_REMEMBERED: Duration = Duration::from_millis(4);
/// A connection of which more is remembered waits with the busy ones whenever it wants something:
/// nobody types five hundred bytes in a moment.
pub const MUCH_REMEMBERED: Duration = Duration::from_secs(2);
/// More than that much is not remembered: whoever has flooded is as good as any after a minute.
pub const MOST_REMEMBERED: Duration = Duration::from_secs(62);
/// A newcomer waits with the busy ones for so long: who comes and goes without end takes nothing
/// from those who are here.
pub const NEWCOMER: Duration = Duration::from_secs(1);
/// Messages that a thread takes from its mail, most of them newcomers, before the others have their
/// turn.
pub const TAKEN_AT_ONCE: usize = 8;
/// Guesses of one connection that wait for the journal at once. Beyond it the socket is not read:
/// a flood slows itself.
pub const GUESSES_IN_FLIGHT: u16 = 64;
/// Bytes of answers that wait to be sent before the next message is treated: a client that reads
/// nothing, or asks for much at once, has no more formatted for it.
pub const OUTPUT_BYTES: usize = 16 * 1024;
/// Bytes that one connection makes the server hold at most, in all its buffers: what was read and
/// what a ping in it asks for, answers up to [`OUTPUT_BYTES`] and the last one behind it (an
/// object with scores has a few thousand bytes), those of its guesses on their way, a message that
/// waits and one that has not ended.
pub const CONNECTION_BYTES: usize = 2 * READ_BYTES
    + OUTPUT_BYTES
    + (GUESSES_IN_FLIGHT as usize + 8) * MESSAGE_BYTES
    + FRAME_HEADER
    + 2 * FRAME_MESSAGE;
/// Characters of an unknown message that its error quotes.
pub const QUOTE_CHARS: usize = 40;
/// Bytes of one WebSocket message, of all its fragments together: a longer one than
/// [`MESSAGE_BYTES`] is refused with a sentence, one longer than this ends the connection.
pub const FRAME_MESSAGE: usize = 4 * MESSAGE_BYTES;
/// Bytes of the longest header of a WebSocket frame (RFC 6455): 2, a length of 8, a key of 4.
pub const FRAME_HEADER: usize = 14;

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
/// Questions of the lesson that one player can have answered.
pub const ANSWERS_EACH: usize = 200;
/// Bytes of all answers to the lesson that are kept of one player: programs, and a page of text.
pub const ANSWERS_EACH_BYTES: usize = 64 * 1024;
/// Practice ports that are open at once: a school's classes. Each is one descriptor and a few KB.
pub const PRACTICE_PORTS: usize = 500;
/// A practice port that was not looked at for so long is closed.
pub const PRACTICE_IDLE: Duration = Duration::from_secs(900);
/// Wins that a shared room remembers for the picture of tries: a class plays a hundred. 20 KB.
pub const FINISHES: usize = 1_000;
/// Players of shared rooms of whom one thread remembers the door: 3 MB. Beyond it all are forgotten.
pub const DOORS: usize = 100_000;
/// Players that a picture of a room shows to its pages: what a projector can show. About 4 KB.
pub const PICTURE_PLAYERS: usize = 40;
/// Pages of a room that are told of it each time; of a room with more it is told less often.
pub const PICTURES_AT_ONCE: u64 = 500;
/// Players that a teacher's screen shows of one room and thread: those first who may need help. It
/// is told how many there are and how they are, and finds the others by name.
pub const TILES: usize = 200;
/// Bytes of a message that a teacher's screen shows.
pub const WATCHED_BYTES: usize = 80;
/// Pages of one room and thread that the room test asks: as many as a teacher's screen shows.
pub const TRIAL_PAGES: usize = 200;
/// How long the room test waits for pages: three tries of five seconds at most, side by side, begun
/// within a second and told by one request.
pub const TRIAL_TIME: Duration = Duration::from_secs(10);
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
/// Who has said `FIN` is told goodbye after so long, even where the journal does not have it yet.
pub const LEAVE_DEADLINE: Duration = Duration::from_secs(20);
/// From the order to stop to the process's end, at most.
pub const STOP: Duration = Duration::from_millis(1900);

/// What a connection may spend on requests that cost more than a guess before it must wait.
pub const CREDIT: i32 = 200;
/// Credit that comes back each second.
pub const CREDIT_PER_SECOND: i32 = 50;
/// The cost of a wrong code to resume: after four of them, one guess a second. 80 bits hold.
pub const WRONG_CODE_COST: i32 = 50;
/// The cost of a request that is no guess, and of a thousand bytes that are neither a message nor
/// a part of one.
pub const REQUEST_COST: i32 = 1;

/// A telnet subnegotiation longer than this is none: what follows is data again.
pub const SUBNEGOTIATION_BYTES: u16 = 512;
/// Lines of a scoreboard that are worth offering to one answer of [`MESSAGE_BYTES`].
pub const SCORE_LINES: usize = 20;

/// Connections that the system keeps for us before they are accepted: a class that joins in the
/// same second, many times.
pub const BACKLOG: i32 = 4096;
/// Sockets that a thread looks at before the journal has its turn.
pub const EVENTS_AT_ONCE: usize = 1024;
/// Descriptors kept for the journal, the listeners and the logs.
pub const SPARE_DESCRIPTORS: u64 = 64;
/// Descriptors of one thread's epolls, and of what wakes it.
pub const WORKER_DESCRIPTORS: u64 = 5;
/// Silent connections that make room at once when descriptors run short.
pub const EVICTED_AT_ONCE: usize = 16;
/// The wait before accepting again when there was no descriptor.
pub const ACCEPT_BACKOFF: Duration = Duration::from_millis(50);
/// Batches that wait for the journal's writer. A worker sends one and waits for it, so this is
/// never reached; it states the bound.
pub const JOURNAL_QUEUE: usize = 256;
/// Results that a server without a folder remembers, about 300 bytes each: a school's afternoon.
pub const RESULTS_IN_MEMORY: usize = 100_000;
/// Entries that a server without a folder remembers, so that it can tell of tries and answers:
/// about 150 bytes each, a class's whole day. Of later ones it tells nothing; results have a bound
/// of their own.
pub const ENTRIES_IN_MEMORY: usize = 100_000;
/// Entries of the public hall among them, without its guesses: two a player, so that a thousand
/// learners can do the lesson there. A crowd that only plays costs nothing more, and leaves the
/// rooms their place.
pub const HALL_ENTRIES_IN_MEMORY: usize = 2_000;
/// Bytes of entries in one message of a replicated log: its servers take a megabyte. A batch that
/// is larger is several messages.
pub const MESSAGE_OF_LOG_BYTES: usize = 512 * 1024;
/// Messages of a replicated log that were read and wait to be applied. Beyond it no more are asked
/// for: a slow node falls behind without growing.
pub const LOG_AHEAD: usize = 64;
/// Entries of other nodes that wait to be applied together, in each thread's rooms. More don't wait.
pub const HELD_ENTRIES: usize = 1_000;
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
/// Connections of the page's port that speak HTTP at once: six a browser for 300 pupils. Beyond
/// it those that have asked for nothing for longest are closed. WebSockets do not count.
pub const HTTP_CONNECTIONS: usize = 2_048;
/// Bytes of an HTTP request's line and headers: twice what a browser with many cookies sends.
pub const HEAD_BYTES: usize = 16 * 1024;
/// From a connection's beginning, or its last answer, to the end of the next request's headers.
pub const HEAD_DEADLINE: Duration = Duration::from_secs(15);
/// Bytes of an HTTP request's body: a message, a token, a teacher's order.
pub const BODY_BYTES: usize = 4 * 1024;
/// From the end of the headers to the end of the body.
pub const BODY_DEADLINE: Duration = Duration::from_secs(10);
/// Bytes of a PROXY header: addresses take 232 at most, and proxies add a few names.
pub const PROXY_BYTES: usize = 1024;
/// How long a trusted proxy may take to say for whom it connects: it does so at once.
pub const PROXY_DEADLINE: Duration = Duration::from_secs(3);
/// Lines of the log that wait for their reader; those beyond are lost, and counted. 200 KB.
pub const LOG_QUEUE: usize = 1024;
/// Between two lines about what clients can make happen as often as they like.
pub const LOG_EVERY: Duration = Duration::from_secs(10);
/// Connections of the metrics' listener at once: a scraper or two, a balancer's health checks, and a
/// person. Those beyond wait in the system's queue.
pub const METRICS_CONNECTIONS: usize = 16;
/// From a connection to the metrics' listener to the end of its request's head: programs write it
/// at once.
pub const METRICS_DEADLINE: Duration = Duration::from_secs(3);
/// How long a worker may take to tell what it has counted; then the page is made without it.
pub const COUNT_DEADLINE: Duration = Duration::from_secs(2);
/// Results that are written for the teacher at once; the next ones wait.
pub const DOWNLOADS: usize = 2;
/// How long a wrong token waits for its refusal. 128 bits hold without it; it keeps the one who
/// tries from costing anything.
pub const WRONG_TOKEN_WAIT: Duration = Duration::from_secs(1);
/// Wrong tokens that wait at once. Beyond it a wrong one is refused at once.
pub const WRONG_TOKENS_AT_ONCE: usize = 8;

/// Sessions of long polls: a large school whose network blocks WebSockets. One takes two
/// descriptors and, unfetched, twice [`POLL_BUFFER`]. Beyond it the one that nobody has asked for
/// longest makes room.
pub const POLL_SESSIONS: usize = 1_000;
/// How long a request waits for something to come: shorter than any proxy's patience.
pub const POLL_WAIT: Duration = Duration::from_secs(25);
/// A session that nobody asks for so long is a lost connection.
pub const POLL_IDLE: Duration = Duration::from_secs(60);
/// How often sessions are looked at that nobody asks for.
pub const POLL_SWEEP: Duration = Duration::from_secs(5);
/// Bytes of each direction of a session's pair of sockets, of which the system makes twice as
/// many. More than twice a body, so that the system takes a message whole or not at all.
pub const POLL_BUFFER: usize = 16 * 1024;
/// Bytes of the lines that one request fetches, and so of the longest line.
pub const POLL_LINES: usize = 64 * 1024;
/// How long a message waits for a worker that does not read, because answers are owed.
pub const SPEAK_DEADLINE: Duration = Duration::from_secs(10);

/// Bytes of a lesson's file: ten times the lesson that comes with the program.
pub const LESSON_BYTES: usize = 512 * 1024;
/// Chapters of a lesson.
pub const LESSON_CHAPTERS: usize = 40;
/// Questions of a lesson: progress is one small record a pupil and question.
pub const LESSON_QUESTIONS: usize = 200;
/// Programs that a lesson shows.
pub const LESSON_LISTINGS: usize = 20;
/// Words, cases or options of one question.
pub const LESSON_ITEMS: usize = 100;
/// Characters of an id in a lesson: it stands in the journal and in the head of a table.
pub const LESSON_ID_CHARS: usize = 40;
/// Bytes of an answer in a few words. It also bounds the reading of numbers, which recurses.
pub const SHORT_ANSWER_BYTES: usize = 400;
/// Bytes of an answer in whole sentences: about a page.
pub const ANSWER_BYTES: usize = 4 * 1024;
/// Bytes of a program as an answer: ten times the lesson's.
pub const PROGRAM_BYTES: usize = 16 * 1024;
/// Bits of a number in an answer: 2^128 and its neighbours are what is asked for, 9^9^9 is refused
/// before it is computed.
pub const NUMBER_BITS: u64 = 4096;
/// The power of ten of a number in an answer, up and down: as many digits as those bits have.
pub const NUMBER_TENS: i64 = 1233;
/// Bytes of the body that brings such a program: each of its newlines and quotes takes two.
pub const PROGRAM_BODY_BYTES: usize = 2 * PROGRAM_BYTES + 1024;
/// What is remembered of a practice port: two messages a turn, and more turns than anyone types.
pub const PRACTICE_EVENTS: usize = 100;
/// Servers of the local network among which `play` lets choose: a school's classes. Anybody there can
/// announce some.
pub const SERVERS_FOUND: usize = 50;
/// Connections that `tap` relays at once; each takes two descriptors, and a class with all its
/// programs is far below. Those beyond wait in the system's queue.
pub const TAP_CONNECTIONS: usize = 1_000;
/// Bytes that `tap` reads at once: what one `send` of a local program brings in one piece. A
/// direction holds no more than this beside the system's own buffers.
pub const TAP_READ: usize = 64 * 1024;
/// Bytes of one chunk that `tap` keeps to show them: what the lesson's `recv(1024)` takes.
pub const TAP_SHOWN: usize = 1024;
/// A chunk beyond this is no message of a game, and is not looked at closely.
pub const TAP_MESSAGE: usize = 4096;
/// Bytes of such a chunk that are shown: how it begins. More would cost time that the relay needs.
pub const TAP_SHOWN_OF_MUCH: usize = 64;
/// Bytes of chunks that wait to be shown; beyond it chunks are only counted.
pub const TAP_BYTES_WAITING: usize = 16 << 20;
/// Chunks that wait to be shown, likewise: a bot's hundred games in the blink of an eye.
pub const TAP_CHUNKS_WAITING: usize = 4_096;
/// Events that wait to be shown: the rest is for the beginnings and ends of all connections.
pub const TAP_EVENTS_WAITING: usize = 8_192;
/// Chunks on their way to the capture's file, 4 MB; beyond it the relay waits for the disk.
pub const TAP_CAPTURE_QUEUE: usize = 64;
/// Events that the screen of `tap` remembers, up to 1.5 kB each: an afternoon of games.
pub const TAP_HISTORY: usize = 10_000;
/// Connections that the screen of `tap` remembers, closed ones included.
pub const TAP_TABS: usize = 2_000;
/// How long the target of `tap` may take to accept a connection.
pub const TAP_CONNECT: Duration = Duration::from_secs(10);
/// Silence on a relayed connection before its ends are asked whether they are still there.
pub const TAP_KEEPALIVE: Duration = Duration::from_secs(60);
/// Servers that `check server --hosts` examines in one run: two classes…
pub const HOSTS: usize = 64;
/// …so many at once: an examination waits most of its time. All is over in 8 times
/// the time of one, 10 minutes at worst.
pub const HOSTS_AT_ONCE: usize = 8;
/// The same of a list on the teacher's screen: fewer, as a game goes on beside them.
pub const CLASS_AT_ONCE: usize = 4;
/// Characters of a sentence that the teacher's screen has of one check: what a pupil's program said
/// stands in it. 64 servers with 28 checks in two languages take 10 MB at worst.
pub const CELL_CHARS: usize = 600;
/// Bytes of the request that brings such a list: 64 long lines.
pub const LIST_BODY_BYTES: usize = 16 * 1024;
/// Bytes of such a file that are read: 64 long lines, and many remarks.
pub const HOSTS_FILE: u64 = 64 * 1024;
