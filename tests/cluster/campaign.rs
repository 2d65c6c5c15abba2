//! The campaign.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use game::rules::RoomCode;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::fault::{self, Fault};
use crate::figures::{self, Window};
use crate::judge::judge;
use crate::machines::{DOORS, Machines, ROOMS, THREE};
use crate::player::{Identity, Player, Watch, scores};
use crate::process::PATIENCE;
use crate::replay::Replay;

const PLAYERS: usize = 300;
/// Faults without `JUSTE_PRIX_FAULTS`.
const FAULTS: usize = 5;
/// By then every node has read what the others have written last.
const SETTLED: Duration = Duration::from_secs(20);
/// Half of the players are in shared rooms, and half alone in the hall.
const SHARED: usize = 2;
/// A player's stack: they hold a line, and their transcript is on the heap.
const STACK: usize = 256 * 1024;

/// Protects the game on several machines: whatever happens to any of them, nothing that a player
/// was told is lost, nothing is told twice, and all see one order.
#[test]
#[ignore = "scripts/test-cluster runs it, in a network of its own"]
fn whatever_happens_to_a_machine_the_log_explains_all_that_was_told() {
    let faults = variable("JUSTE_PRIX_FAULTS").unwrap_or(FAULTS);
    let seed = variable("JUSTE_PRIX_SEED")
        .unwrap_or_else(|| getrandom::u64().expect("the system has randomness"));
    let _replay = Again { seed, faults };
    let sabotage = std::env::var("JUSTE_PRIX_SABOTAGE_OF_NODES").ok();
    let folder = folder(seed);
    let mut machines = Machines::start(&folder, sabotage.as_deref());
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let plan = fault::plan(faults, &mut rng);
    let watch = Watch {
        begun: Instant::now(),
        stop: AtomicBool::new(false),
        answered: (0..PLAYERS).map(|_| AtomicU64::new(0)).collect(),
    };
    let players_seed = rng.next_u64();
    let (players, windows) = thread::scope(|scope| {
        let playing = (0..PLAYERS).map(|index| {
            let player = Player::new(index, room(index), players_seed);
            let builder = thread::Builder::new().stack_size(STACK);
            let watch = &watch;
            builder
                .spawn_scoped(scope, move || player.play(watch))
                .expect("a thread")
        });
        let playing: Vec<_> = playing.collect();
        let _stop = Stop(&watch);
        everybody_is_answered(&watch, &machines, "the beginning");
        let windows = befall(&plan, &mut machines, &watch);
        watch.stop.store(true, Ordering::Relaxed);
        let players = playing
            .into_iter()
            .map(|player| player.join().expect("plays on"));
        (players.collect::<Vec<_>>(), windows)
    });
    let same = all_nodes_tell_the_same_scores();
    let replay = Replay::read();
    let identities: Vec<Identity> = players.iter().flatten().cloned().collect();
    let counts = judge(&identities, &replay);
    // What players were told says more of what is wrong.
    same.unwrap_or_else(|told| panic!("expected: all nodes tell the same scores; got: {told}"));
    println!("seed {seed}: {faults} faults, {PLAYERS} players; {counts:?}");
    figures::print(&windows, &players);
    assert!(
        counts.answers > PLAYERS && counts.rounds > 0,
        "expected: play; got: {counts:?}"
    );
    for door in 0..DOORS {
        assert!(
            identities.iter().any(|identity| came_in(identity, door)),
            "expected: players came in at each of {DOORS} doors, the last is HAProxy's; got: nobody \
             was answered at {door}"
        );
    }
    drop(machines);
    let _ = fs::remove_dir_all(folder);
}

fn came_in(identity: &Identity, door: usize) -> bool {
    let mut there = identity.conversations.iter();
    there.any(|one| one.node == door && one.exchanges.iter().any(|said| said.answer.is_some()))
}

fn befall(plan: &[Fault], machines: &mut Machines, watch: &Watch) -> Vec<Window> {
    let mut windows = Vec::new();
    for (number, fault) in (1..).zip(plan) {
        let began = Instant::now();
        fault.befall(machines);
        let mended = began.elapsed();
        everybody_is_answered(watch, machines, &format!("fault {number}, {fault:?}"));
        let ended = Instant::now();
        println!(
            "fault {number}: {fault:?}; mended after {mended:.1?}, all played on after {:.1?}",
            ended - began
        );
        windows.push(Window {
            kind: fault.kind,
            began,
            ended,
        });
    }
    windows
}

/// Waits until every player has been answered once more.
fn everybody_is_answered(watch: &Watch, machines: &Machines, after: &str) {
    let since = watch.begun.elapsed().as_millis() as u64;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let waiting = watch.answered.iter().enumerate();
        let waiting = waiting.filter(|(_, at)| at.load(Ordering::Relaxed) <= since);
        let waiting: Vec<usize> = waiting.map(|(index, _)| index).collect();
        if waiting.is_empty() {
            return;
        }
        assert!(
            Instant::now() < deadline,
            "expected: all play on after {after}; got: {} of them wait still; the nodes said: {}",
            waiting.len(),
            machines.said()
        );
        thread::sleep(Duration::from_millis(20));
    }
}

/// Every node has read the same results, and shows them; else what they show.
fn all_nodes_tell_the_same_scores() -> Result<(), String> {
    let rooms = ROOMS.map(|(code, _)| Some(code.parse().expect("a code")));
    for room in rooms.into_iter().chain([None]) {
        let deadline = Instant::now() + SETTLED;
        loop {
            let told: Vec<_> = (0..THREE).map(|node| scores(node, room)).collect();
            if told[0].is_some() && told.iter().all(|one| *one == told[0]) {
                break;
            }
            if Instant::now() > deadline {
                return Err(format!("{room:?}: {told:#?}"));
            }
            thread::sleep(Duration::from_millis(100));
        }
    }
    Ok(())
}

fn room(index: usize) -> Option<RoomCode> {
    let (code, _) = ROOMS[index / SHARED % ROOMS.len()];
    index
        .is_multiple_of(SHARED)
        .then(|| code.parse().expect("a code"))
}

/// On a real disk: the servers sync each message.
fn folder(seed: u64) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cluster-{seed}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("ours");
    folder
}

/// Players stop, however the campaign ends.
struct Stop<'a>(&'a Watch);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.stop.store(true, Ordering::Relaxed);
    }
}

/// Tells how to do a failed campaign again.
struct Again {
    seed: u64,
    faults: usize,
}

impl Drop for Again {
    fn drop(&mut self) {
        if thread::panicking() {
            let Again { seed, faults } = self;
            eprintln!(
                "seed {seed} failed; the same faults, at nearly the same moments: \
                 scripts/test-cluster --seed {seed} --faults {faults}"
            );
        }
    }
}

fn variable<T: FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    let Ok(value) = text.parse() else {
        panic!("{name} must be a number; it is {text:?}");
    };
    Some(value)
}
