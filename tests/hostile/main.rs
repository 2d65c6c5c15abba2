//! The hostile crowd: 5,000 bad sockets beside 200 honest players, at the real server.
//!
//! The test asks what must be right: no honest player has a wrong answer, or none, or is dropped;
//! memory stays under what `crates/game/src/limits.rs` allows; descriptors come back; the server still serves.
//! It prints latencies and judges none: how long things take depends on the machine.
//!
//! `scripts/hostile` runs the same for longer, with the optimized program, and each on a core of its
//! own. `JUSTE_PRIX_SEED=n` makes the crowd's decisions again.

#![expect(
    unsafe_code,
    reason = "processors are chosen by system calls that no library wraps"
)]

#[path = "../common/mod.rs"]
#[expect(dead_code, reason = "the rest is for the other tests")]
mod common;
mod cores;
mod crowd;
mod honest;
mod observe;
mod shares;

use std::time::{Duration, Instant};

use common::{Lines, PATIENCE, Server};
use cores::Cores;
use crowd::{Crowd, Kind, crowd};
use game::limits::{BACKLOG, CONNECTION_BYTES, EVENTS_AT_ONCE, MESSAGE_BYTES};
use honest::{Latency, Players, no_latency};
use observe::{Process, Top};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

const HONEST: u64 = 200;
/// The room that everybody knows.
const ROOM: &str = "4821";
/// What a connection costs besides what it holds: its part in the kernel's interface, its timer,
/// its seat and that seat's room.
const CONNECTION_FIXED: usize = 6 * 1024;
/// What the server may cost besides: code that runs for the first time, the threads' buffers, what
/// the allocator keeps to itself.
const SERVER_FIXED: usize = 48 * 1024 * 1024;
/// How long descriptors may take to come back.
const BACK_TO_NORMAL: Duration = Duration::from_secs(30);

/// How long, how often, and where.
struct Plan {
    /// Without the crowd and then with it.
    pairs: Vec<[Duration; 2]>,
    cores: Option<Cores>,
    sockets: usize,
    seed: u64,
}

impl Plan {
    fn new(pairs: Vec<[Duration; 2]>, cores: Option<Cores>) -> Plan {
        Plan {
            pairs,
            cores,
            sockets: asked("JUSTE_PRIX_SOCKETS").unwrap_or(5_000) as usize,
            seed: asked("JUSTE_PRIX_SEED").unwrap_or(1),
        }
    }

    fn crowded(&self) -> Duration {
        self.pairs.iter().map(|[_, crowded]| crowded).sum()
    }
}

fn asked(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// What was seen.
struct Seen {
    calm: Latency,
    crowded: Latency,
    /// The p99 with the crowd by that without it, of each pair.
    ratios: Vec<f64>,
    guesses: u64,
    joins: u64,
    /// Memory before, at the top, and after.
    memory: [u64; 3],
    /// Descriptors before and after.
    descriptors: [usize; 2],
    /// The part of a processor that the server took without the crowd and with it.
    busy: [f64; 2],
}

/// Longer than a line may last that has begun, and than a reader may take nothing.
const LONG: Duration = Duration::from_secs(75);

/// A crowd of some seconds; with `JUSTE_PRIX_CROWD=long` also one that stays until it has met every
/// deadline, which takes two minutes.
#[test]
fn the_crowd_spoils_nobodys_game() {
    let short = Duration::from_secs(10);
    let is_long = std::env::var("JUSTE_PRIX_CROWD").is_ok_and(|crowd| crowd == "long");
    let long = is_long.then_some([short, LONG]);
    run(&Plan::new(
        [[short, short]].into_iter().chain(long).collect(),
        None,
    ));
}

/// Minutes, told by `JUSTE_PRIX_PAIRS`, on cores of their own.
#[test]
#[ignore = "takes minutes: scripts/hostile runs it"]
fn the_crowd_spoils_nobodys_game_for_long() {
    let pairs = asked("JUSTE_PRIX_PAIRS").unwrap_or(5) as usize;
    let mut pairs = vec![[Duration::from_secs(10); 2]; pairs];
    pairs.push([Duration::from_secs(10), LONG]);
    run(&Plan::new(pairs, Cores::two()));
}

/// More than the system keeps for a server that does not accept, and more than a thread looks at
/// in one go.
#[test]
fn those_who_come_while_the_server_sleeps_come_in() {
    const COMING: usize = BACKLOG as usize + EVENTS_AT_ONCE;
    enough_descriptors(COMING as u64 + 500);
    let server = Server::in_memory(&[]);
    let address = server.text;
    server.signal(libc::SIGSTOP);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let mut coming = JoinSet::new();
        for _ in 0..COMING {
            coming.spawn(TcpStream::connect(address));
        }
        let mut here = Vec::new();
        while let Some(connected) = coming.join_next().await {
            let stream = connected.expect("no panic").expect("nobody is turned away");
            here.push(BufReader::new(stream));
            // The system takes these without the server.
            if here.len() == 100 {
                server.signal(libc::SIGCONT);
            }
        }
        line_from_each(&mut here, "Bonjour").await;
        server.signal(libc::SIGSTOP);
        for stream in &mut here {
            stream
                .write_all(b"abc\n")
                .await
                .expect("the system takes it");
        }
        server.signal(libc::SIGCONT);
        line_from_each(&mut here, "Erreur").await;
    });
}

async fn line_from_each(streams: &mut [BufReader<TcpStream>], start: &str) {
    for stream in streams {
        let mut line = String::new();
        let read = timeout(PATIENCE, stream.read_line(&mut line)).await;
        read.expect("in time").expect("a line");
        assert!(line.starts_with(start), "{line:?}");
    }
}

fn run(plan: &Plan) {
    let sockets = plan.sockets;
    enough_descriptors(sockets as u64 + HONEST + 500);
    println!(
        "{sockets} bad sockets, {HONEST} honest players, seed {}",
        plan.seed
    );
    let room = format!("{ROOM}=course");
    let start = || Server::in_memory(&["--room", &room]);
    let mut server = match plan.cores {
        Some(cores) => {
            println!("the server on a core of its own, the crowd and the players on another");
            cores.place(start)
        }
        None => start(),
    };
    let seen = look(plan, &server);
    report(&seen, plan);
    let [before, top, _] = seen.memory;
    let bound = before + memory_bound(sockets);
    assert!(
        top <= bound,
        "memory grew from {before} to {top} bytes: {bound} are allowed"
    );
    let [before, after] = seen.descriptors;
    assert!(
        after <= before,
        "{before} descriptors became {after}, {BACK_TO_NORMAL:?} later"
    );
    Lines::connect(server.text).play(1, 100);
    assert!(
        server.stop().success(),
        "the server ended as it should not: {}",
        server.errors()
    );
}

fn look(plan: &Plan, server: &Server) -> Seen {
    let process = Process(server.child.id());
    let players = Players::start(server.text, HONEST, ROOM, plan.seed);
    let (mut calm, mut crowded, mut joins) = (no_latency(), no_latency(), 0);
    let (mut ratios, mut cpu, mut time) = (Vec::new(), [Duration::ZERO; 2], [Duration::ZERO; 2]);
    // Who comes later would look like a descriptor that was never closed.
    while players.go_on() && !players.all_play() {
        std::thread::sleep(Duration::from_millis(50));
    }
    // The server knows its ways.
    wait(&players, Duration::from_secs(3));
    players.take_latency();
    let before = (process.memory(), process.descriptors());
    let top = Top::watch(process);
    for (number, pair) in (0..).zip(&plan.pairs) {
        let mut worked = |which: usize, begun: Duration| {
            cpu[which] += process.cpu() - begun;
            time[which] += pair[which];
        };
        let begun = process.cpu();
        wait(&players, pair[0]);
        worked(0, begun);
        let without = players.take_latency();
        let last = plan.cores.is_some();
        let seed = plan.seed + number;
        let crowd = Crowd::start(server.text, plan.sockets, ROOM, seed, last);
        let begun = process.cpu();
        wait(&players, pair[1]);
        worked(1, begun);
        let with = players.take_latency();
        joins += crowd.end();
        ratios.push(millis(&with, 0.99) / millis(&without, 0.99));
        add(&mut calm, &without);
        add(&mut crowded, &with);
        // It was the crowd's still while its sockets are being closed.
        process.wait_for_descriptors(before.1, BACK_TO_NORMAL);
        players.take_latency();
    }
    let after = process.wait_for_descriptors(before.1, BACK_TO_NORMAL);
    let memory = [before.0, top.end(), process.memory()];
    let guesses = match players.end() {
        Ok(guesses) => guesses,
        Err(error) => panic!("seed {}: an honest {error}", plan.seed),
    };
    Seen {
        calm,
        crowded,
        ratios,
        guesses,
        joins,
        memory,
        descriptors: [before.1, after],
        busy: [0, 1].map(|which| cpu[which].as_secs_f64() / time[which].as_secs_f64()),
    }
}

/// Lets time pass while no player fails.
fn wait(players: &Players, time: Duration) {
    let end = Instant::now() + time;
    while Instant::now() < end && players.go_on() {
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn add(to: &mut Latency, latency: &Latency) {
    to.add(latency).expect("the same bounds");
}

/// Bytes that the bounds allow the crowd and the players to make the server hold.
fn memory_bound(sockets: usize) -> u64 {
    let held = |kind: Kind| match kind {
        Kind::Silent => 0,
        Kind::Dribble | Kind::Endless | Kind::Telnet => 2 * MESSAGE_BYTES,
        _ => CONNECTION_BYTES,
    };
    let crowd: usize = crowd(sockets)
        .map(|(kind, count)| count * (held(kind) + CONNECTION_FIXED))
        .sum();
    let honest = HONEST as usize * (MESSAGE_BYTES + CONNECTION_FIXED);
    (crowd + honest + SERVER_FIXED) as u64
}

fn millis(latency: &Latency, quantile: f64) -> f64 {
    latency.value_at_quantile(quantile) as f64 / 1000.0
}

fn report(seen: &Seen, plan: &Plan) {
    for (name, latency) in [
        ("without the crowd", &seen.calm),
        ("with the crowd", &seen.crowded),
    ] {
        println!(
            "{name}: {} guesses, p50 {:.2} ms, p99 {:.2} ms, p99.9 {:.2} ms, longest {:.2} ms",
            latency.len(),
            millis(latency, 0.5),
            millis(latency, 0.99),
            millis(latency, 0.999),
            latency.max() as f64 / 1000.0,
        );
    }
    let ratio = millis(&seen.crowded, 0.99) / millis(&seen.calm, 0.99);
    let each: Vec<_> = seen.ratios.iter().map(|r| format!("{r:.2}")).collect();
    println!(
        "p99 with : without = {ratio:.2} (of each pair: {}); {} honest guesses in all",
        each.join(", "),
        seen.guesses
    );
    let [calm, crowded] = seen.busy.map(|part| part * 100.0);
    println!("the server's processor: {calm:.0} % without the crowd, {crowded:.0} % with it");
    let per_second = seen.joins as f64 / plan.crowded().as_secs_f64();
    println!(
        "the known room was joined {} times, {per_second:.0} a second",
        seen.joins
    );
    let mib = seen.memory.map(|bytes| bytes as f64 / 1048576.0);
    println!(
        "memory before {:.1} MiB, at the top {:.1} MiB, after {:.1} MiB; allowed {:.0} MiB more",
        mib[0],
        mib[1],
        mib[2],
        memory_bound(plan.sockets) as f64 / 1048576.0,
    );
    let [before, after] = seen.descriptors;
    println!("descriptors before {before}, after {after}");
}

/// Raises what this process may open; what it starts inherits it.
fn enough_descriptors(needed: u64) {
    let maximum = getrlimit(Resource::Nofile).maximum;
    assert!(
        maximum.is_none_or(|maximum| maximum >= needed),
        "the crowd needs {needed} descriptors; raise the hard limit (ulimit -Hn)"
    );
    let limit = Rlimit {
        current: maximum,
        maximum,
    };
    setrlimit(Resource::Nofile, limit).expect("up to the maximum it is allowed");
}
