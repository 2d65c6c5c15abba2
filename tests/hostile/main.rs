//! The hostile crowd: 5,000 bad sockets beside 200 honest players, at the real server.
//!
//! The test asks what must be right: no honest player has a wrong answer, or none, or is dropped;
//! memory stays under what `src/limits.rs` allows; descriptors come back; the server still serves.
//! It prints latencies and judges none: how long things take depends on the machine.
//!
//! `scripts/hostile` runs the same for longer, with the optimized program.
//! `JUSTE_PRIX_SEED=n` makes the crowd's decisions again.

#[path = "../common/mod.rs"]
mod common;
mod crowd;
mod honest;
mod observe;

use std::time::{Duration, Instant};

use common::{Lines, Server};
use crowd::{CROWD, Crowd, Kind};
use honest::{Latency, Players, no_latency};
use juste_prix::limits::{CONNECTION_BYTES, MESSAGE_BYTES};
use observe::{Process, Top};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

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

/// How long, and how often.
struct Plan {
    pairs: u32,
    phase: Duration,
    seed: u64,
}

impl Plan {
    fn new(pairs: u32, phase: Duration) -> Plan {
        let seed = std::env::var("JUSTE_PRIX_SEED").ok();
        let seed = seed.and_then(|seed| seed.parse().ok()).unwrap_or(1);
        Plan { pairs, phase, seed }
    }
}

/// What was seen.
struct Seen {
    calm: Latency,
    crowded: Latency,
    guesses: u64,
    joins: u64,
    /// Memory before, at the top, and after.
    memory: [u64; 3],
    /// Descriptors before and after.
    descriptors: [usize; 2],
}

#[test]
fn the_crowd_spoils_nobodys_game() {
    run(&Plan::new(2, Duration::from_secs(12)));
}

#[test]
#[ignore = "ten minutes: scripts/hostile runs it"]
fn the_crowd_spoils_nobodys_game_for_long() {
    run(&Plan::new(20, Duration::from_secs(15)));
}

fn run(plan: &Plan) {
    let crowd: usize = CROWD.iter().map(|(_, count)| count).sum();
    enough_descriptors(crowd as u64 + HONEST + 500);
    println!(
        "{crowd} bad sockets, {HONEST} honest players, seed {}",
        plan.seed
    );
    let mut server = Server::in_memory(&["--room", &format!("{ROOM}=course")]);
    let seen = look(plan, &server);
    report(&seen, plan);
    let [before, top, _] = seen.memory;
    let bound = before + memory_bound();
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
    // All are connected and know their ways.
    wait(&players, plan.phase / 4);
    players.take_latency();
    let before = (process.memory(), process.descriptors());
    let top = Top::watch(process);
    for pair in 0..plan.pairs {
        wait(&players, plan.phase);
        add(&mut calm, &players.take_latency());
        let crowd = Crowd::start(server.text, ROOM, plan.seed + u64::from(pair));
        wait(&players, plan.phase);
        joins += crowd.end();
        add(&mut crowded, &players.take_latency());
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
        guesses,
        joins,
        memory,
        descriptors: [before.1, after],
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
fn memory_bound() -> u64 {
    let held = |kind: Kind| match kind {
        Kind::Silent => 0,
        Kind::Dribble | Kind::Endless | Kind::Telnet => 2 * MESSAGE_BYTES,
        _ => CONNECTION_BYTES,
    };
    let crowd: usize = CROWD
        .iter()
        .map(|(kind, count)| count * (held(*kind) + CONNECTION_FIXED))
        .sum();
    let honest = HONEST as usize * (MESSAGE_BYTES + CONNECTION_FIXED);
    (crowd + honest + SERVER_FIXED) as u64
}

fn report(seen: &Seen, plan: &Plan) {
    let millis = |latency: &Latency, q| latency.value_at_quantile(q) as f64 / 1000.0;
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
    let per_second = seen.joins as f64 / (plan.phase * plan.pairs).as_secs_f64();
    let mib = seen.memory.map(|bytes| bytes as f64 / 1048576.0);
    println!(
        "p99 with : without = {ratio:.2}; {} honest guesses in all",
        seen.guesses
    );
    println!(
        "the known room was joined {} times, {per_second:.0} a second",
        seen.joins
    );
    println!(
        "memory before {:.1} MiB, at the top {:.1} MiB, after {:.1} MiB; allowed {:.0} MiB more",
        mib[0],
        mib[1],
        mib[2],
        memory_bound() as f64 / 1048576.0,
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
