//! No client can slow or end another's game: crowds, floods, readers that do not read, descriptors
//! that run short, codes that are guessed.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use crate::common::{Lines, PATIENCE, Server, connect, program, receive, run};
use game::limits::{
    CREDIT, CREDIT_PER_SECOND, EVICTED_AT_ONCE, REQUEST_COST, SHARED_ROOMS, SPARE_DESCRIPTORS,
    WORKER_DESCRIPTORS, WRITE_DEADLINE, WRONG_CODE_COST,
};

/// Memory that one connection may cost at the very most.
const GROWTH_KB: u64 = 20 * 1024;

/// A class behind one address: nobody is refused, nobody waits, one wins.
#[test]
fn forty_players_behind_one_address_join_at_once_and_play() {
    const PUPILS: usize = 40;
    let server = Server::in_memory(&["--room", "4821=course,1..100"]);
    let (start, play) = (
        Arc::new(Barrier::new(PUPILS)),
        Arc::new(Barrier::new(PUPILS)),
    );
    let address = server.text;
    let pupils: Vec<_> = (0..PUPILS)
        .map(|_| {
            let (start, play) = (start.clone(), play.clone());
            thread::spawn(move || {
                start.wait();
                let mut pupil = Lines::connect(address);
                let entered = pupil.ask("SALLE 4821");
                assert!(entered.starts_with("Salle 4821, course, "), "{entered}");
                play.wait();
                race(&mut pupil)
            })
        })
        .collect();
    let ends: Vec<String> = pupils
        .into_iter()
        .map(|pupil| pupil.join().expect("plays"))
        .collect();
    let winners = ends
        .iter()
        .filter(|end| end.starts_with("Gagné en "))
        .count();
    assert_eq!(winners, 1, "the first round has one winner: {ends:#?}");
    let news: Vec<&String> = ends
        .iter()
        .filter(|end| !end.starts_with("Gagné en "))
        .collect();
    assert!(
        news.iter().all(|end| *end == news[0]),
        "all learn the same: {ends:#?}"
    );
}

/// Bisects until the round is over; returns the answer that says so.
fn race(pupil: &mut Lines) -> String {
    let (mut low, mut high) = (1, 100);
    loop {
        let guess = i32::midpoint(low, high);
        match pupil.ask(&guess.to_string()) {
            answer if answer == "Trop petit" => low = guess + 1,
            answer if answer == "Trop grand" => high = guess - 1,
            answer if answer.starts_with("Manche terminée") => return answer,
            answer if answer.starts_with("Gagné en ") => return answer,
            other => panic!("{guess} was answered {other:?}"),
        }
    }
}

/// It sends guesses and reads no answer: the server stops reading it, keeps no more than a bounded
/// queue, and drops it in the end. Its neighbour notices nothing.
#[test]
fn a_reader_that_never_reads_is_dropped_and_costs_no_memory() {
    let server = Server::in_memory(&[]);
    let mut neighbour = Lines::connect(server.text);
    neighbour.play(1, 100);
    let before = memory_kb(&server);
    let reader = connect(server.text);
    reader
        .set_write_timeout(Some(Duration::from_millis(100)))
        .expect("a TCP socket");
    let started = Instant::now();
    let mut sent = 0;
    let mut most = 0;
    // The deadline runs from when the server can send no more, and it takes nothing either then:
    // how long it takes to fill the kernel's buffers depends on the machine.
    let mut taken = started;
    let guesses = "50\n".repeat(10_000);
    loop {
        match (&reader).write(guesses.as_bytes()) {
            Ok(bytes) => (sent, taken) = (sent + bytes, Instant::now()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => break,
        }
        neighbour.play(1, 100);
        most = most.max(memory_kb(&server));
        assert!(
            taken.elapsed() < WRITE_DEADLINE + PATIENCE,
            "it took {sent} bytes, then nothing for {:?}, and is not dropped",
            taken.elapsed()
        );
    }
    assert!(
        sent >= 200_000 * "50\n".len(),
        "only {sent} bytes were taken"
    );
    assert!(
        started.elapsed() >= WRITE_DEADLINE,
        "a slow reader has its time"
    );
    assert!(most < before + GROWTH_KB, "{before} KB grew to {most} KB");
    neighbour.play(1, 100);
}

/// The memory that a server occupies.
fn memory_kb(server: &Server) -> u64 {
    let status = format!("/proc/{}/status", server.child.id());
    let status = std::fs::read_to_string(status).expect("Linux");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .expect("a line");
    line.split_whitespace()
        .nth(1)
        .expect("a number")
        .parse()
        .expect("in KB")
}

/// A client in a loop, in a thread: what it sends again and again, and how often it was answered.
struct Flood {
    answers: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    threads: Vec<thread::JoinHandle<()>>,
    started: Instant,
}

impl Flood {
    fn start(address: SocketAddr, line: &str) -> Flood {
        let (answers, stop) = (
            Arc::new(AtomicUsize::new(0)),
            Arc::new(AtomicBool::new(false)),
        );
        let stream = connect(address);
        let started = Instant::now();
        let lines = line.repeat(1000);
        let threads = vec![
            sender(stream.try_clone().expect("a socket"), lines, stop.clone()),
            counter(stream, answers.clone(), stop.clone()),
        ];
        Flood {
            answers,
            stop,
            threads,
            started,
        }
    }

    /// Ends it; returns the number of answers and the time that it took.
    fn end(self) -> (usize, Duration) {
        let (answers, time) = (self.answers.load(Ordering::Relaxed), self.started.elapsed());
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().expect("a flood does not fail");
        }
        (answers, time)
    }
}

/// Sends as much as the server takes.
fn sender(mut to: TcpStream, lines: String, stop: Arc<AtomicBool>) -> thread::JoinHandle<()> {
    to.set_write_timeout(Some(Duration::from_millis(50)))
        .expect("a TCP socket");
    thread::spawn(move || {
        while !stop.load(Ordering::Relaxed) {
            // A server that takes no more for now is what is wanted.
            let _ = to.write(lines.as_bytes());
        }
    })
}

/// Counts the lines that come.
fn counter(
    mut from: TcpStream,
    count: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
) -> thread::JoinHandle<()> {
    from.set_read_timeout(Some(Duration::from_millis(50)))
        .expect("a TCP socket");
    thread::spawn(move || {
        let mut buffer = [0; 16 * 1024];
        while !stop.load(Ordering::Relaxed) {
            if let Ok(bytes) = from.read(&mut buffer) {
                let lines = buffer[..bytes]
                    .iter()
                    .filter(|byte| **byte == b'\n')
                    .count();
                count.fetch_add(lines, Ordering::Relaxed);
            }
        }
    })
}

/// So many requests of that cost may be answered in that time, with what is always possible: the
/// greeting, and one request that is paid for afterwards.
fn affordable(cost: i32, time: Duration) -> usize {
    let credit = f64::from(CREDIT) + f64::from(CREDIT_PER_SECOND) * time.as_secs_f64();
    (credit / f64::from(cost)) as usize + 2
}

/// Games of a neighbour for that long; how many there were.
fn games(address: SocketAddr, time: Duration) -> usize {
    let deadline = Instant::now() + time;
    let mut neighbour = Lines::connect(address);
    let mut played = 0;
    while Instant::now() < deadline {
        neighbour.play(1, 100);
        played += 1;
    }
    played
}

#[test]
fn a_flood_of_errors_slows_itself_only() {
    let server = Server::in_memory(&[]);
    let flood = Flood::start(server.text, "abc\n");
    let played = games(server.text, Duration::from_secs(3));
    let (answers, time) = flood.end();
    assert!(
        answers <= affordable(REQUEST_COST, time),
        "{answers} errors in {time:?}"
    );
    assert!(
        answers >= CREDIT as usize,
        "it is slowed, not refused: {answers} errors"
    );
    assert!(
        played >= 5,
        "the neighbour played {played} games in three seconds"
    );
}

/// Guesses cost nothing, but they wait for each other: the neighbour has its turn between them.
#[test]
fn a_flood_of_guesses_leaves_its_neighbour_a_turn() {
    let server = Server::in_memory(&[]);
    let flood = Flood::start(server.text, "50\n");
    let played = games(server.text, Duration::from_secs(2));
    let (answers, time) = flood.end();
    assert!(
        answers > 10_000,
        "{answers} answers in {time:?}: that was no flood"
    );
    assert!(
        played >= 5,
        "the neighbour played {played} games in two seconds"
    );
}

/// 80 bits can't be guessed, and whoever tries gets a guess a second.
#[test]
fn guessing_at_codes_gets_slower_and_a_neighbour_does_not() {
    let server = Server::in_memory(&["--room", "4821=course"]);
    // Valid codes, of a room that is there and of the hall.
    for code in ["4821-A4DQOBYHA4DQOBYH", "HALL-A4DQOBYHA4DQOBYH"] {
        let flood = Flood::start(server.text, &format!("REPRENDRE {code}\n"));
        let played = games(server.text, Duration::from_secs(3));
        let (answers, time) = flood.end();
        assert!(
            answers <= affordable(WRONG_CODE_COST, time),
            "{answers} codes in {time:?}"
        );
        assert!(answers > 1, "it is slowed, not refused");
        assert!(
            played >= 5,
            "the neighbour played {played} games in three seconds"
        );
    }
}

/// Whoever has played stays; of those who never did the one that has been silent longest goes.
#[test]
fn when_descriptors_run_short_the_longest_silent_makes_room() {
    const PLAYERS: usize = 40;
    let server = with_descriptors("");
    let mut players: Vec<Lines> = (0..PLAYERS)
        .map(|_| {
            let mut player = Lines::connect(server.text);
            player.play(1, 100);
            player
        })
        .collect();
    // Three times as many as there is room for: each comes in.
    let mut silent: Vec<TcpStream> = (0..3 * fits()).map(|_| greeted(&server)).collect();
    let mut newest = silent.pop().expect("many");
    // The first of them had to go, and was told so.
    assert_eq!(receive(&mut silent[0]), b"FIN");
    assert_eq!(receive(&mut silent[0]), b"");
    for player in &mut players {
        player.play(1, 100);
    }
    newest.write_all(b"AIDE").expect("it is still connected");
    assert!(receive(&mut newest).starts_with("Aide".as_bytes()));
    Lines::connect(server.text).play(1, 100);
}

/// A full server is no reason to let anybody go; a newcomer is, and then only a few go.
#[test]
fn nobody_goes_before_somebody_comes() {
    let server = with_descriptors("");
    let mut player = Lines::connect(server.text);
    player.play(1, 100);
    let mut silent: Vec<TcpStream> = (1..fits()).map(|_| greeted(&server)).collect();
    // Longer than it takes to make room several times.
    for _ in 0..100 {
        player.play(1, 100);
    }
    let gone = |silent: &mut Vec<TcpStream>| {
        let all = silent.len();
        silent.retain_mut(is_open);
        all - silent.len()
    };
    assert_eq!(gone(&mut silent), 0, "nobody came, and somebody had to go");
    let newcomer = greeted(&server);
    let gone = gone(&mut silent);
    assert_eq!(gone, 1, "one makes room for one");
    drop(newcomer);
    player.play(1, 100);
}

/// Something else than connections has the descriptors that were counted on.
#[test]
fn when_there_is_no_descriptor_at_all_it_waits_for_one() {
    let server = with_descriptors("for n in {20..99}; do eval \"exec $n</dev/null\"; done;");
    let mut player = Lines::connect(server.text);
    player.play(1, 100);
    // More than the system gives it, and fewer than it thinks that it may have.
    let silent: Vec<TcpStream> = (2..fits()).map(|_| greeted(&server)).collect();
    player.play(1, 100);
    drop(silent);
    Lines::connect(server.text).play(1, 100);
}

/// One that was greeted and says nothing.
fn greeted(server: &Server) -> TcpStream {
    let mut silent = connect(server.text);
    assert!(receive(&mut silent).starts_with("Bonjour".as_bytes()));
    silent
}

/// Whether nothing came, not even the end.
fn is_open(stream: &mut TcpStream) -> bool {
    stream.set_nonblocking(true).expect("a TCP socket");
    let found = stream.peek(&mut [0]);
    found.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}

/// Descriptors of a server in these tests.
const DESCRIPTORS: u64 = 150;

fn workers() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Connections for which it has room: a sixteenth of its places is kept free.
fn fits() -> usize {
    let own = SPARE_DESCRIPTORS as usize + WORKER_DESCRIPTORS as usize * workers();
    let places = DESCRIPTORS as usize - own;
    places - EVICTED_AT_ONCE.min(places / 16)
}

/// A server that may have few files open, started after these commands of the shell.
fn with_descriptors(before: &str) -> Server {
    let serve = program();
    let mut command = Command::new("bash");
    let start = format!("{before} ulimit -n {DESCRIPTORS}; exec \"$0\" \"$@\"");
    command.args(["-c", &start]);
    command
        .arg(serve.get_program())
        .args(["serve", "--web", "off", "--json", "--data", "memory"]);
    command.args(["--listen", "127.0.0.1:0", "--quiet-listen", "127.0.0.1:0"]);
    command.stdin(Stdio::null());
    Server::spawn(&mut command)
}

/// Protects memory from a command line that asks for too much.
#[test]
fn more_rooms_than_a_server_keeps_are_refused() {
    let rooms =
        |count: usize| (0..count).flat_map(|n| ["--room".to_owned(), format!("R{n}=course")]);
    let mut serve = program();
    serve.args([
        "serve",
        "--web",
        "off",
        "--data",
        "memory",
        "--listen",
        "127.0.0.1:0",
    ]);
    let refused = run(serve.args(rooms(SHARED_ROOMS + 1)));
    let told = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{told}");
    assert!(told.contains(&SHARED_ROOMS.to_string()), "{told}");

    let all: Vec<String> = rooms(SHARED_ROOMS).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let server = Server::in_memory(&all);
    let mut player = Lines::connect(server.text);
    let last = format!("R{}", SHARED_ROOMS - 1);
    assert!(
        player
            .ask(&format!("SALLE {last}"))
            .starts_with(&format!("Salle {last}"))
    );
}
