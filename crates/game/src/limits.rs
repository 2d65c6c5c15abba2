//! Every bound of the program, with its reason.
//!
//! No client can make memory grow beyond these bounds, and every wait has a deadline.

use std::time::Duration;

/// Bytes of one text message and of one answer: what the lesson's client takes in one `recv(1024)`.
pub const MESSAGE_BYTES: usize = 1024;
/// Bytes read from a socket at once, into one buffer for each thread. Unprocessed input is kept for
/// each connection, so this also bounds a connection's input.
pub const READ_BYTES: usize = 16 * 1024;
/// Time slice for the busy connections, such as floods: those that want more than one turn, or have
/// had many lately. An honest player waits at most this long for all of them together.
pub const TURN_OF_THE_BUSY: Duration = Duration::from_micros(200);
/// Entries that busy connections may propose in one time slice, since an honest player also waits
/// for their commit.
pub const ENTRIES_OF_THE_BUSY: usize = 512;
/// Time by which each byte read from a connection extends its debt. The debt of a program that
/// guesses eighty times a second does not grow.
pub const BYTE_REMEMBERED: Duration = Duration::from_millis(4);
/// Debt from which a connection counts as busy: nobody types five hundred bytes in a moment.
pub const MUCH_REMEMBERED: Duration = Duration::from_secs(2);
/// Maximum debt of a connection: it is paid off a minute after a flood.
pub const MOST_REMEMBERED: Duration = Duration::from_secs(62);
/// Time for which a new connection counts as busy, so that reconnecting again and again takes
/// nothing from others.
pub const NEWCOMER: Duration = Duration::from_secs(1);
/// Messages, mostly new connections, that a thread takes from its inbox before its other work.
pub const TAKEN_AT_ONCE: usize = 8;
/// New connections and questions of the page that wait for one thread at once: what several classes
/// ask in the same moment. Beyond it listeners and requests wait. What other threads send is bounded
/// by itself: one message a connection, one batch of the journal, [`LOG_AHEAD`] of a shared log.
pub const INBOX: usize = 1024;
/// Guesses of one connection that wait for the journal at once. Beyond it the socket is not read,
/// so that a flood slows itself.
pub const GUESSES_IN_FLIGHT: u16 = 64;
/// Guesses a second of one seat of the public hall, unless `serve --rate` says otherwise. A
/// program that waits for each answer on a school's network makes a few hundred at most, in games of
/// a second; 35 seats that guess without pause write 1.5 GB an hour to the journal.
pub const HALL_RATE: u32 = 100;
/// Guesses that a seat of the public hall may make at once before [`HALL_RATE`] binds, in seconds of
/// it: ten games of a linear search.
pub const HALL_BURST_SECONDS: u32 = 10;
/// Newcomers of one address, or to one shared room, who may have a full burst at once: a school. Others
/// begin without one, so that nobody gets more guesses by leaving and coming again; an honest one waits
/// for their first guess for as long as between two.
pub const NEWCOMERS_BURST: u32 = 500;
/// Newcomers a second who may have a full burst besides.
pub const NEWCOMERS_RATE: u32 = 1;
/// Connections of one address that have the public hall's whole rate each, dealt to the workers: a class
/// behind one router. Those that come later have as much together, and so have the requests of either.
pub const ADDRESS_SEATS: u32 = 40;
/// The least of [`ADDRESS_SEATS`] that a worker has: connections are not dealt evenly.
pub const ADDRESS_SEATS_LEAST: u32 = 10;
/// How many guesses or requests one of a crowd behind one address counts as, at most.
pub const MOST_PRICE: u32 = 1_000;
/// Addresses whose requests a worker remembers after their connections have ended, 64 bytes each.
pub const ADDRESSES_REMEMBERED: usize = 20_000;
/// The largest rate that `serve --rate` takes.
pub const MOST_RATE: u32 = 1_000_000;
/// Guesses a second of one seat in a shared room with the pace *people*: faster than anyone types.
pub const PEOPLE_RATE: u32 = 1;
/// Guesses that such a seat may make at once.
pub const PEOPLE_BURST: u32 = 3;
/// Guesses a second of one seat in a shared room with the pace *programs*: a linear search of
/// 1..100 takes three seconds.
pub const PROGRAMS_RATE: u32 = 20;
/// Guesses that such a seat may make at once.
pub const PROGRAMS_BURST: u32 = 50;
/// Seconds between two rounds of a shared room, unless the teacher or `serve --pause` says
/// otherwise: time to read who won.
pub const INTERMISSION_USUAL: u32 = 3;
/// Longest time between two rounds of a shared room, in seconds.
pub const INTERMISSION_SECONDS: u32 = 60;
/// Bytes of unsent answers beyond which a connection's next message is not processed.
pub const OUTPUT_BYTES: usize = 16 * 1024;
/// Bytes of all buffers of one connection: the input and the pongs it asks for, answers up to
/// [`OUTPUT_BYTES`] and the last one beyond it (an object with scores has a few thousand bytes),
/// the answers to guesses in flight, a waiting message and an unfinished one.
pub const CONNECTION_BYTES: usize = 2 * READ_BYTES
    + OUTPUT_BYTES
    + (GUESSES_IN_FLIGHT as usize + 8) * MESSAGE_BYTES
    + FRAME_HEADER
    + 2 * FRAME_MESSAGE;
/// Characters of an unknown message that its error quotes.
pub const QUOTE_CHARS: usize = 40;
/// Bytes of one WebSocket message with all its fragments. A message longer than [`MESSAGE_BYTES`]
/// is refused with a sentence; one longer than this closes the connection.
pub const FRAME_MESSAGE: usize = 4 * MESSAGE_BYTES;
/// Bytes of the longest header of a WebSocket frame (RFC 6455): 2, a length of 8, a key of 4.
pub const FRAME_HEADER: usize = 14;

/// Characters of a name after NFC, which fit a tile and a score line.
pub const NAME_CHARS: usize = 24;
/// Consecutive combining marks in a name: Vietnamese needs two.
pub const NAME_MARKS: usize = 2;
/// Letters and digits of a room's code, short enough to say aloud.
pub const ROOM_CODE_CHARS: usize = 12;
/// Seats of one shared room. A seat is about 200 bytes: 2 MB a room.
pub const SEATS_PER_ROOM: usize = 10_000;
/// Free seats of a room below which seats that were never played, and whose player is gone, yield to
/// newcomers. Below a sixteenth of it others yield too.
pub const SEATS_SPARE: usize = 1_000;
/// Rounds of a shared room that were given up and are not over, 200 bytes each. More have no result.
pub const GIVEN_UP: usize = 1_000;
/// Shared rooms of one server: a school, or an event with a room for each table.
pub const SHARED_ROOMS: usize = 1_000;
/// How long the address of a barred player takes no new seat in the room: a lesson's hour.
pub const BAR: Duration = Duration::from_secs(3_600);
/// Barred addresses that one thread remembers, 50 bytes each. More are not barred.
pub const BARS_REMEMBERED: usize = 1_000;
/// Questions of the lesson that one player can have answered.
pub const ANSWERS_EACH: usize = 200;
/// Bytes of all stored answers of one player to the lesson: programs, and a page of text.
pub const ANSWERS_EACH_BYTES: usize = 64 * 1024;
/// Bytes of answers to the lesson that one player may have journaled in an hour: a program in each of
/// thirty answers. 35 players who do nothing else write 18 MB an hour.
pub const ANSWERS_HOURLY_BYTES: u32 = 512 * 1024;
/// Bytes of all answers to a room's lesson that one player may have journaled: a school year of
/// corrections.
pub const ANSWERS_TOTAL_BYTES: u64 = 8 << 20;
/// Players whose bytes of the last hour one thread remembers: 64 bytes each. Beyond it those are
/// forgotten who have written nothing for an hour.
pub const WRITERS_REMEMBERED: usize = 100_000;
/// Neighbours that the lesson knows of a player, as many as a class has.
pub const NEIGHBOURS: usize = 40;
/// Connections among which they are looked for, so that a question does not cost more in a larger
/// room.
pub const NEIGHBOURS_LOOKED_AT: usize = 200;
/// Names of the lesson that are looked up at once. Each takes a descriptor for 5 s at most.
pub const LOOKUPS_AT_ONCE: usize = 4;
/// Time for which the addresses of a name are kept: a class asks for the same name in one minute.
pub const LOOKUP_KEPT: Duration = Duration::from_secs(30);
/// Names whose addresses are kept, 500 bytes each. Further ones are looked up each time.
pub const LOOKUP_NAMES: usize = 500;
/// Open practice ports, and ports of the workshop's servers: a school's classes. Each takes one descriptor and a few KB, and so does the
/// conversation on it. Beyond it those of the address that has most yield.
pub const PRACTICE_PORTS: usize = 500;
/// Time after which a silent conversation on a practice port ends: a pupil who types there may think
/// for a minute.
pub const PRACTICE_SILENCE: Duration = Duration::from_secs(300);
/// Clients of one practice port that speaks echo or chat: a pupil, two programs of theirs and a row of
/// neighbours. The next one takes the place of the oldest, a neighbour's first.
pub const PRACTICE_CLIENTS: usize = 8;
/// Messages of a practice chat that wait for one client to read; it misses those beyond.
pub const PRACTICE_WAITING: usize = 16;
/// Time between two messages that a practice port reads from one client: two programs in a chat that
/// answer each other take no thread.
pub const PRACTICE_PACE: Duration = Duration::from_millis(10);
/// Time after which an unused practice port is closed.
pub const PRACTICE_IDLE: Duration = Duration::from_secs(900);
/// Wins that a shared room keeps for the histogram of tries: a class plays a hundred. 20 KB.
pub const FINISHES: usize = 1_000;
/// Players of shared rooms whose transport one thread remembers: 3 MB. Beyond it all are forgotten.
pub const WINNERS_REMEMBERED: usize = 100_000;
/// Players in a room's picture for its pages, as many as a projector can show. About 4 KB.
pub const PICTURE_PLAYERS: usize = 40;
/// Pages of a room that get each picture; a room with more pages sends it less often.
pub const PICTURES_AT_ONCE: u64 = 500;
/// Players of one room and thread on the teacher's screen, those who may need help first. The
/// screen also has counts of all players, and finds the others by name.
pub const TILES: usize = 200;
/// Bytes of a message that a teacher's screen shows.
pub const WATCHED_BYTES: usize = 80;
/// Pages of one room and thread that the room test asks, as many as the teacher's screen shows.
pub const TRIAL_PAGES: usize = 200;
/// Machines that each page of a room test tries to reach, and that the server tries: a class. A page tries
/// them side by side; the list takes 20 bytes each.
pub const TRIAL_MACHINES: usize = 40;
/// Longest wait of the server for a machine of the room test to answer. The pages wait as long.
pub const TRIAL_DIAL: Duration = Duration::from_secs(4);
/// Seats of a room in which players may come back by their name alone: several classes. In a larger one
/// the code of the seat is needed; each search compares all names.
pub const RETURN_SEATS: usize = 200;
/// Returns by name that a room remembers, 48 bytes each: each seat's twice.
pub const RETURNS: usize = 2 * RETURN_SEATS;
/// Players of a room who wait for the teacher to let them come back, or were refused: as many as seats. Those
/// who have left the room do not count.
pub const RETURNS_ASKED: usize = RETURN_SEATS;
/// Rooms of which such players are remembered, each at most 20 KB. Beyond it the oldest is forgotten, and
/// its players ask again.
pub const RETURN_ROOMS: usize = 64;
/// How long the room test waits for pages: three parallel tries of at most five seconds, started
/// within a second and reported by one request.
pub const TRIAL_TIME: Duration = Duration::from_secs(10);
/// Lines of a scoreboard, which lists only players who have won.
pub const BOARD_LINES: usize = 1_000;
/// Players of the public hall that one thread keeps, connected or not (about 500 bytes each).
/// Beyond it, those who left longest ago lose their seats.
pub const HALL_SEATS: usize = 1_000_000;
/// Largest absolute value of a number that can be drawn: readable, and far from an `i32` overflow.
pub const NUMBER: i32 = 1_000_000_000;
/// Longest time limit of a round, in seconds: a day.
pub const ROUND_SECONDS: u32 = 86_400;

/// Month and day at whose end (UTC) a class is over: unused seats of shared rooms are given up then, or
/// after [`SEAT_IDLE`] if that is later. It is the end of the school year in France.
pub const CLASS_ENDS: (u32, u32) = (8, 31);
/// Time after which an unused seat of the public hall is given up: a week between two lessons, and a
/// day.
pub const SEAT_IDLE: Duration = Duration::from_secs(8 * 86_400);
/// Time within which a started line must end. A silent player has no deadline.
pub const LINE_DEADLINE: Duration = Duration::from_secs(60);
/// Time after which a client that does not read a waiting answer is disconnected.
pub const WRITE_DEADLINE: Duration = Duration::from_secs(20);
/// Pause between an unframed client's last answer and `FIN`, so that it does not read both as one
/// message.
pub const END_GAP: Duration = Duration::from_millis(50);
/// How long a closed connection is still read, so that a reset does not destroy the last bytes
/// sent.
pub const LINGER: Duration = Duration::from_millis(1500);
/// Time after which `FIN` is answered, even if the journal has not committed it.
pub const LEAVE_DEADLINE: Duration = Duration::from_secs(20);
/// Longest time from the order to stop to the end of the process.
pub const STOP: Duration = Duration::from_millis(1900);

/// Size of a connection's token bucket for requests that cost more than a guess.
pub const CREDIT: i32 = 200;
/// Tokens added to the bucket each second.
pub const CREDIT_PER_SECOND: i32 = 50;
/// Tokens for a wrong code to resume. After four of them one attempt a second is left; the code has
/// 80 bits.
pub const WRONG_CODE_COST: i32 = 50;
/// Tokens for a request other than a guess, and for a thousand bytes that are not part of a
/// message.
pub const REQUEST_COST: i32 = 1;

/// Bytes of a telnet subnegotiation, after which the stream is taken as data again.
pub const SUBNEGOTIATION_BYTES: u16 = 512;
/// Lines of a scoreboard that may fit one answer of [`MESSAGE_BYTES`].
pub const SCORE_LINES: usize = 20;

/// Backlog of a listener: many classes that connect in the same second.
pub const BACKLOG: i32 = 4096;
/// Socket events that a thread handles before the journal's answers.
pub const EVENTS_AT_ONCE: usize = 1024;
/// Descriptors kept for the journal, the listeners and the logs.
pub const SPARE_DESCRIPTORS: u64 = 64;
/// Descriptors of one thread: its poll, a duplicate to register sockets with, and its waker.
pub const WORKER_DESCRIPTORS: u64 = 3;
/// Connections that yield at once when descriptors run short, and places of a table that are kept
/// free, so that newcomers need not wait for those who yield.
pub const EVICTED_AT_ONCE: usize = 16;
/// Places of a table that one browser needs: six connections for each of two pages. What it has
/// beyond yields first among all that is in use behind its address.
pub const BROWSER_PLACES: u32 = 12;
/// Places that the holder of the teacher's token keeps whatever others do, from any address: some
/// screens, each with a browser's six connections. Games leave as many descriptors free.
pub const TEACHER_PLACES: usize = 64;
/// New places of one address that stay while it yields others: their first request or guess is on
/// its way.
pub const NEW_PLACES_KEPT: u32 = 32;
/// Pause before accepting again after descriptors ran out.
pub const ACCEPT_BACKOFF: Duration = Duration::from_millis(50);
/// Batches that wait for the journal's writer. A worker sends one and waits for it, so this is
/// never reached; it states the bound.
pub const JOURNAL_QUEUE: usize = 256;
/// Results that a server without a folder keeps, about 300 bytes each: a school's afternoon.
pub const RESULTS_IN_MEMORY: usize = 100_000;
/// Entries that a server without a folder keeps for exports of tries and answers, about 150 bytes
/// each: a class's whole day. Later ones are not exported; results have a bound of their own.
pub const ENTRIES_IN_MEMORY: usize = 100_000;
/// Entries of the public hall among them, other than guesses: two for each player, so that a
/// thousand learners can do the lesson there, and a crowd leaves space for the rooms.
pub const HALL_ENTRIES_IN_MEMORY: usize = 2_000;
/// Bytes of entries in one message of a replicated log, whose servers accept a megabyte. A larger
/// batch is split.
pub const MESSAGE_OF_LOG_BYTES: usize = 512 * 1024;
/// Messages read from a replicated log that wait to be applied. Beyond it no more are requested, so
/// that a slow node falls behind without growing.
pub const LOG_AHEAD: usize = 64;
/// Entries of other nodes that wait in each thread to be applied together. More are applied at
/// once.
pub const HELD_ENTRIES: usize = 1_000;
/// Entries of one commit, which keeps a transaction under a few megabytes.
pub const ENTRIES_PER_COMMIT: usize = 20_000;

/// Entries since the last snapshot after which the server makes another: a start replays them in a
/// tenth of a second.
pub const SNAPSHOT_ENTRIES: u64 = 50_000;
/// Bytes of a snapshot for each entry since the last one. A larger snapshot waits for more entries, so
/// that it writes no more than the journal itself.
pub const SNAPSHOT_BYTES_PER_ENTRY: u64 = 100;
/// Bytes of the last snapshot beyond which an orderly end makes none: it would take a second.
pub const SNAPSHOT_AT_END_BYTES: usize = 10_000_000;

/// Free bytes of the journal's disk below which no new game begins: those that go on have space for
/// millions of guesses. On a small disk it is [`DISK_SHARE`] of it instead.
pub const DISK_LOW: u64 = 256 << 20;
/// Free bytes below which nothing is journaled any more: SQLite needs some to move its log. On a small
/// disk it is a fourth of [`DISK_SHARE`] instead.
pub const DISK_NOTHING: u64 = 16 << 20;
/// The most that [`DISK_LOW`] is of a disk: a fourth.
pub const DISK_SHARE: u64 = 4;

/// Bytes of a trace in the lab: a correct program sends and prints a few hundred in a game.
pub const TRACE_BYTES: usize = 256 * 1024;
/// Events of a trace. With [`TRACE_BYTES`] it bounds a trace to less than a megabyte.
pub const TRACE_MOMENTS: usize = 4096;
/// Bytes that a learner's program may print in one run before it is stopped.
pub const PROGRAM_OUTPUT: usize = 256 * 1024;
/// Bytes of memory of all processes of a learner's program: enough for a Java virtual machine.
pub const PROGRAM_MEMORY: u64 = 1 << 30;
/// Simultaneous processes of a learner's program: a shell, a launcher, and one for each player.
pub const PROGRAM_PROCESSES: usize = 64;
/// Processor time of each process of a learner's program, in seconds, enforced by the system in
/// case the program outlives its checker.
pub const PROGRAM_CPU_SECONDS: u64 = 120;
/// Bytes of the largest file that a learner's program may write.
pub const PROGRAM_FILE: u64 = 64 << 20;
/// HTTP connections of the page's port, WebSockets excluded: six for each browser of 300 pupils.
/// Beyond it those of the address that has most yield.
pub const HTTP_CONNECTIONS: usize = 2_048;
/// Bytes of an HTTP request's line and headers: twice what a browser with many cookies sends.
pub const HEAD_BYTES: usize = 16 * 1024;
/// Longest time from a connection's beginning, or its last answer, to the end of the next request's
/// headers.
pub const HEAD_DEADLINE: Duration = Duration::from_secs(15);
/// Longest time from a connection's beginning to the end of its TLS handshake, on the page and on a text
/// listener: two packets may be lost and sent again.
pub const HANDSHAKE_DEADLINE: Duration = Duration::from_secs(10);
/// Bytes of an HTTP request's body: a message, a token, a teacher's order.
pub const BODY_BYTES: usize = 4 * 1024;
/// Longest time from the end of the headers to the end of the body.
pub const BODY_DEADLINE: Duration = Duration::from_secs(10);
/// Bytes of a PROXY header: addresses take 232 at most, and proxies add a few names.
pub const PROXY_BYTES: usize = 1024;
/// How long a trusted proxy may take to send its PROXY header, which it does at once.
pub const PROXY_DEADLINE: Duration = Duration::from_secs(3);
/// Queued lines of the log, 200 KB. More are dropped and counted.
pub const LOG_QUEUE: usize = 1024;
/// Minimum interval between log lines about the same event that clients can cause at will.
pub const LOG_EVERY: Duration = Duration::from_secs(10);
/// Connections of the metrics listener: a scraper or two, a load balancer's health checks, and a
/// person. Beyond it those of the address that has most yield.
pub const METRICS_CONNECTIONS: usize = 16;
/// Longest time from a connection to the metrics listener to the end of its request's headers.
pub const METRICS_DEADLINE: Duration = Duration::from_secs(3);
/// How long a worker may take to report its counters; then the page is made without them.
pub const COUNT_DEADLINE: Duration = Duration::from_secs(2);
/// Simultaneous downloads of results; more wait.
pub const DOWNLOADS: usize = 2;
/// Delay of the refusal of a wrong token. Its 128 bits suffice without it; the delay keeps attempts
/// cheap for the server.
pub const WRONG_TOKEN_WAIT: Duration = Duration::from_secs(1);
/// Wrong tokens that wait at the same time. Beyond it they are refused without delay.
pub const WRONG_TOKENS_AT_ONCE: usize = 8;

/// Long-poll sessions: a large school whose network blocks WebSockets. Each takes at most twice
/// [`POLL_BUFFER`]. Beyond it those of the address that has most yield.
pub const POLL_SESSIONS: usize = 1_000;
/// How long a session or a WebSocket waits for a place while all are taken.
pub const ADMISSION_WAIT: Duration = Duration::from_secs(2);
/// How long a long poll waits, less than the time-out of any proxy.
pub const POLL_WAIT: Duration = Duration::from_secs(25);
/// Time without a request after which a session counts as a lost connection.
pub const POLL_IDLE: Duration = Duration::from_secs(60);
/// Interval of the search for lost sessions.
pub const POLL_SWEEP: Duration = Duration::from_secs(5);
/// Unread bytes of each direction of a session, and so of the longest line and of what one request
/// fetches: several bodies, and several answers of the longest kind (an object with scores has a few
/// thousand bytes).
pub const POLL_BUFFER: usize = 32 * 1024;
/// How long a message waits for a worker that does not read because it owes answers.
pub const SPEAK_DEADLINE: Duration = Duration::from_secs(10);

/// Bytes of a lesson's file: ten times the lesson that comes with the program.
pub const LESSON_BYTES: usize = 512 * 1024;
/// Chapters of a lesson.
pub const LESSON_CHAPTERS: usize = 40;
/// Questions of a lesson: each is one small record for each pupil.
pub const LESSON_QUESTIONS: usize = 200;
/// Programs that a lesson shows.
pub const LESSON_LISTINGS: usize = 20;
/// Words, cases or options of one question.
pub const LESSON_ITEMS: usize = 100;
/// Characters of an id in a lesson, which appears in the journal and in table headers.
pub const LESSON_ID_CHARS: usize = 40;
/// Bytes of an answer in a few words. It also bounds the recursion of the parser of numbers.
pub const SHORT_ANSWER_BYTES: usize = 400;
/// Bytes of an answer in whole sentences: about a page.
pub const ANSWER_BYTES: usize = 4 * 1024;
/// Bytes of a program as an answer: ten times the lesson's.
pub const PROGRAM_BYTES: usize = 16 * 1024;
/// Bits of a number in an answer. Answers are near 2^128; 9^9^9 is refused before it is computed.
pub const NUMBER_BITS: u64 = 4096;
/// Largest absolute power of ten of a number in an answer: the digits of [`NUMBER_BITS`] bits.
pub const NUMBER_TENS: i64 = 1233;
/// Bytes of a request's body with a program, in which each newline and quote takes two.
pub const PROGRAM_BODY_BYTES: usize = 2 * PROGRAM_BYTES + 1024;
/// Events kept of a practice port: two messages a turn, and more turns than anyone types.
pub const PRACTICE_EVENTS: usize = 100;
/// Servers of the local network that `play` offers: a school's classes. Anybody on the network can
/// announce servers.
pub const SERVERS_FOUND: usize = 50;
/// Connections that `tap` relays at once, far more than a class opens. Each takes two descriptors.
/// More wait in the backlog.
pub const TAP_CONNECTIONS: usize = 1_000;
/// Bytes that `tap` reads at once, and buffers in each direction: what one `send` of a local
/// program delivers in one piece.
pub const TAP_READ: usize = 64 * 1024;
/// Bytes of a chunk that `tap` keeps to show: what the lesson's `recv(1024)` takes.
pub const TAP_SHOWN: usize = 1024;
/// Bytes of a chunk beyond which it is not a message of a game and is shown only in part.
pub const TAP_MESSAGE: usize = 4096;
/// Bytes that are shown of a chunk larger than [`TAP_MESSAGE`]; more would slow the relay.
pub const TAP_SHOWN_OF_MUCH: usize = 64;
/// Bytes of chunks that wait to be shown. More are only counted.
pub const TAP_BYTES_WAITING: usize = 16 << 20;
/// Chunks that wait to be shown: a hundred games of a bot. More are only counted.
pub const TAP_CHUNKS_WAITING: usize = 4_096;
/// Events that wait to be shown. The difference to [`TAP_CHUNKS_WAITING`] is for the beginnings and
/// ends of all connections.
pub const TAP_EVENTS_WAITING: usize = 8_192;
/// Chunks queued for the capture file, 4 MB. Beyond it the relay waits for the disk.
pub const TAP_CAPTURE_QUEUE: usize = 64;
/// Events that the screen of `tap` keeps, up to 1.5 kB each: an afternoon of games.
pub const TAP_HISTORY: usize = 10_000;
/// Connections that the screen of `tap` keeps, including closed ones.
pub const TAP_TABS: usize = 2_000;
/// How long the target of `tap` may take to accept a connection.
pub const TAP_CONNECT: Duration = Duration::from_secs(10);
/// Idle time of a relayed connection before TCP keepalive probes.
pub const TAP_KEEPALIVE: Duration = Duration::from_secs(60);
/// Servers that `check server --hosts` examines in one run: two classes.
pub const HOSTS: usize = 64;
/// Servers that `check server --hosts` examines at once, since an examination mostly waits. A run
/// takes 8 times as long as one examination, at worst 10 minutes.
pub const HOSTS_AT_ONCE: usize = 8;
/// Servers of a list on the teacher's screen that are examined at once: fewer, since a game is
/// being played.
pub const CLASS_AT_ONCE: usize = 4;
/// Characters of a check's sentence on the teacher's screen, which may quote a pupil's program. 64
/// servers with 28 checks in two languages take at most 10 MB.
pub const CELL_CHARS: usize = 600;
/// Bytes of a request with a list of servers: 64 long lines.
pub const LIST_BODY_BYTES: usize = 16 * 1024;
/// Bytes of a file with a list of servers: 64 long lines and many comments.
pub const HOSTS_FILE: u64 = 64 * 1024;

/// Pages of the workshop: some classes. Each is a WebSocket and a few KB. Beyond it those of the
/// address that has most yield.
pub const WORKSHOP_PAGES: usize = 300;
/// Programs of one page that run at once: a server, a client and a third one. A further one ends the
/// oldest.
pub const WORKSHOP_PROGRAMS_EACH: usize = 3;
/// Browsers whose address the workshop remembers, 100 bytes each. Beyond it those without a page are
/// forgotten.
pub const WORKSHOP_MACHINES: usize = 1_000;
/// Servers that are published at once, over all rooms, 200 bytes each. A seat has one, and so has
/// a page.
pub const WORKSHOP_PUBLISHED: usize = 200;
/// What one page is to do and to show for a tournament or an examination and has not yet been sent, 10 KB
/// each at most. More of a tournament is left out; an examination waits.
pub const WORKSHOP_ORDERS: usize = 64;
/// Programs of a tournament that a room remembers: as many as can be entered.
pub const TOURNAMENT_ENTRANTS: usize = WORKSHOP_PUBLISHED;
/// Pairs of its latest tournament that a room remembers, 50 bytes each: all that can be entered, and the
/// program's own bot and server.
pub const TOURNAMENT_CELLS: usize =
    TOURNAMENT_ENTRANTS * TOURNAMENT_ENTRANTS / 4 + TOURNAMENT_ENTRANTS;
/// Characters of a rule of the room's protocol page: a line of the projector.
pub const RULE_CHARS: usize = 120;
/// Proposals for the protocol page that a room remembers, 600 bytes each at most. Further ones are
/// refused until the teacher has put some away, or kicked those who made them.
pub const PROPOSALS: usize = 150;
/// Proposals of one pupil that a room journals: ten on each topic.
pub const PROPOSALS_EACH: u32 = 60;
/// Shingles that are kept of a program which is entered, 4 bytes each: all of a school's programs.
pub const ALIKE_SHINGLES: usize = 256;
/// Pairs of a tournament that meet at once. Each is a program in a page, and some KB here.
pub const TOURNAMENT_MEETINGS: usize = 40;
/// No pair of a tournament begins to meet after this time: a class has no more than 4 minutes.
pub const TOURNAMENT_TIME: Duration = Duration::from_secs(200);
/// Longest meeting of two programs that go on and on; those that do not move are judged much earlier.
pub const TOURNAMENT_MEETING_TIME: Duration = Duration::from_secs(25);
/// How long a page may take to run its program for a meeting.
pub const TOURNAMENT_START: Duration = Duration::from_secs(6);
/// How long the bot may take to learn how a server speaks.
pub const WORKSHOP_BOT_TIME: Duration = Duration::from_secs(40);
/// Longest wait for a published program on a pupil's own machine to accept a connection.
pub const WORKSHOP_DIAL: Duration = Duration::from_secs(3);
/// Sockets of one program of the workshop: a server with a class of clients. Each has at most
/// [`WORKSHOP_WINDOW`] of unread bytes, which makes 1 MB a program.
pub const WORKSHOP_SOCKETS: usize = 64;
/// Unread bytes of one direction of a connection. Beyond it `send` waits.
pub const WORKSHOP_WINDOW: usize = 16 * 1024;
/// Connections that may wait for `accept` of one listener: no program has more sockets.
pub const WORKSHOP_BACKLOG: usize = 32;
/// Threads of one program, each with one call in progress and the latest answer: a server with a class
/// of clients.
pub const WORKSHOP_LANES: usize = 40;
/// Sockets in one `select`.
pub const WORKSHOP_SELECTED: usize = 128;
/// Typed lines that wait for one program's `input`.
pub const WORKSHOP_LINES: usize = 100;
/// Bytes of the typed lines that wait for one program's `input`.
pub const WORKSHOP_LINES_BYTES: usize = 16 * 1024;
/// Bytes of a message that the workshop's page shows.
pub const WORKSHOP_SHOWN: usize = 200;
/// Bytes of a request of a program: what one `send` passes on, and a line of JSON.
pub const WORKSHOP_BODY_BYTES: usize = WORKSHOP_WINDOW + 2 * 1024;
/// Longest wait of one request of a program; then it asks again. Less than the time-out of any proxy.
pub const WORKSHOP_HOLD: Duration = Duration::from_secs(20);
/// Events that wait to be sent to one page of the workshop, 600 bytes each. More are only counted.
pub const WORKSHOP_EVENTS: usize = 512;
/// Bytes of a message of the workshop's page: a call of a program that has threads.
pub const WORKSHOP_MESSAGE: usize = WORKSHOP_BODY_BYTES + 64;
/// Calls in progress on the line of one page. A further one ends the line.
pub const WORKSHOP_CALLS: usize = 2 * WORKSHOP_PROGRAMS_EACH * WORKSHOP_LANES;
/// Messages between pupils that a page remembers, and freezes for the teacher when its pupil reports
/// them. Each has at most [`WORKSHOP_SHOWN`] bytes.
pub const WORKSHOP_TALK: usize = 20;
/// Reports that wait for the teacher, 6 KB each; a page's fourth takes the place of its first. Beyond it
/// there are no more until the teacher has seen some.
pub const WORKSHOP_REPORTS: usize = 100;
/// How long a page's programs go on without its line: a Wi-Fi that comes back. A page that is closed
/// ends them at once.
pub const WORKSHOP_GRACE: Duration = Duration::from_secs(10);
/// Pages that load Python at once, 5.6 MB each: a class on one access point takes turns.
pub const WORKSHOP_LOADS: usize = 6;
/// Longest turn of a page that loads Python; then the next one begins too.
pub const WORKSHOP_LOAD_TIME: Duration = Duration::from_secs(30);
/// Longest wait for such a turn; then the page loads beside the others. A class of 36 has had its turns by
/// then on a network that takes five seconds for each.
pub const WORKSHOP_LOAD_WAIT: Duration = Duration::from_secs(30);
/// Commands of the workshop's consoles that are carried out at once; one page has one. Each takes a
/// descriptor for 6 s at most.
pub const WORKSHOP_CONSOLES: usize = 8;
/// Echo requests that the server sends for one `ping` of a console.
pub const WORKSHOP_PINGS: u16 = 3;
/// Turn of a browser that loads Python before it opens the workshop.
pub const WORKSHOP_AHEAD: Duration = Duration::from_secs(5);
/// Examinations of pupils' programs at once. Further ones wait, and those of the address with fewest in
/// progress come first.
pub const WORKSHOP_CHECKS: usize = 4;
/// Outcomes of pupils' examinations that are kept for the teacher, each of at most 100 KB and mostly of 5:
/// the server and the client of each pupil of some classes. Beyond it the oldest of the address that has
/// most goes.
pub const WORKSHOP_OUTCOMES: usize = 150;
/// Programs whose essential checks passed, and which may enter a tournament, 200 bytes each: some for each
/// pupil of some classes. Beyond it the oldest of the address that has most goes.
pub const WORKSHOP_PASSES: usize = 600;
/// How long a page may take to start a program that is examined: its Python may have to be loaded again.
pub const WORKSHOP_CHECK_START: Duration = Duration::from_secs(40);
/// How long the examination of a client on a pupil's own machine waits for each of its runs.
pub const WORKSHOP_CHECK_RUN: Duration = Duration::from_secs(60);
