//! The honest players: they think, guess, and notice any answer that is not right.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use game::rules::Opening;
use os::socket::come_from;

use crate::common::PATIENCE;

/// How long one thinks between two guesses, at most.
const THINKING: u64 = 100;

/// Latencies of one time, in microseconds.
pub type Latency = Histogram<u64>;

/// No latency yet.
pub fn no_latency() -> Latency {
    Histogram::new_with_bounds(1, 60_000_000, 3).expect("1 to a minute with three digits")
}

/// Players in a thread of their own.
pub struct Players {
    stop: watch::Sender<bool>,
    thread: thread::JoinHandle<Result<u64, String>>,
    count: u64,
    /// So many of them play by now.
    playing: Arc<AtomicU64>,
    /// Of the guesses answered since it was last taken.
    latency: Arc<Mutex<Latency>>,
}

impl Players {
    /// `count` players, each at an address of its own; every fourth plays in the known room, the others
    /// in the hall. The first wrong answer, or none in time, ends them all.
    pub fn start(address: SocketAddr, count: u64, room: &'static str, seed: u64) -> Players {
        let (stop, stopped) = watch::channel(false);
        let latency = Arc::new(Mutex::new(no_latency()));
        let taken = latency.clone();
        let playing = Arc::new(AtomicU64::new(0));
        let begun = playing.clone();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let mut players = tokio::task::JoinSet::new();
                for number in 0..count {
                    let room = (number % 4 == 0).then_some(room);
                    let (stopped, latency) = (stopped.clone(), taken.clone());
                    let begun = begun.clone();
                    players.spawn(async move {
                        let chance = ChaCha8Rng::seed_from_u64(seed ^ number << 48);
                        let own = Ipv4Addr::new(127, 0, 2, 1 + (number % 250) as u8);
                        let stream = connect(own, address).await;
                        let stream = stream.map_err(|error| format!("can't connect: {error}"))?;
                        let mut player = Player::enter(stream, room, chance, latency).await?;
                        begun.fetch_add(1, Ordering::Relaxed);
                        let played = player.play(&stopped).await;
                        played.map_err(|error| format!("player {number}: {error}"))
                    });
                }
                let mut guesses = 0;
                while let Some(played) = players.join_next().await {
                    guesses += played.map_err(|panic| panic.to_string())??;
                }
                Ok(guesses)
            })
        });
        Players {
            stop,
            thread,
            count,
            playing,
            latency,
        }
    }

    /// Whether all of them play by now.
    pub fn all_play(&self) -> bool {
        self.playing.load(Ordering::Relaxed) == self.count
    }

    /// Takes the latencies since the last time.
    pub fn take_latency(&self) -> Latency {
        std::mem::replace(&mut *self.latency.lock().expect("no panic"), no_latency())
    }

    /// Whether none of them has failed.
    pub fn go_on(&self) -> bool {
        !self.thread.is_finished()
    }

    /// Ends them after the guesses on their way; returns how many guesses were answered.
    pub fn end(self) -> Result<u64, String> {
        let _ = self.stop.send(true);
        self.thread.join().expect("players do not panic")
    }
}

struct Player {
    stream: BufReader<TcpStream>,
    chance: ChaCha8Rng,
    latency: Arc<Mutex<Latency>>,
    /// What is possible, and the tries of this round.
    low: i32,
    high: i32,
    tries: i32,
    /// In the hall: what the server is bound to in this round.
    commitment: Option<String>,
}

/// Connects from this address of the loopback interface. Two hundred players behind one address would
/// hold more than each address of a crowd, and yield first where all places are taken.
async fn connect(own: Ipv4Addr, server: SocketAddr) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    come_from((&socket).into(), own)?;
    let stream = socket.connect(server).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

impl Player {
    async fn enter(
        stream: TcpStream,
        room: Option<&str>,
        chance: ChaCha8Rng,
        latency: Arc<Mutex<Latency>>,
    ) -> Result<Player, String> {
        let mut player = Player {
            stream: BufReader::new(stream),
            chance,
            latency,
            low: 1,
            high: 100,
            tries: 0,
            commitment: None,
        };
        player.answer().await?;
        match room {
            Some(room) => {
                let entered = player.ask(&format!("SALLE {room}")).await?;
                if !entered.starts_with("Salle") {
                    return Err(format!("could not enter the room: {entered:?}"));
                }
            }
            None => player.verify(None).await?,
        }
        Ok(player)
    }

    /// Plays until told to stop; returns the guesses that were answered.
    async fn play(&mut self, stopped: &watch::Receiver<bool>) -> Result<u64, String> {
        let mut guesses = 0;
        while !*stopped.borrow() {
            sleep(Duration::from_millis(self.chance.next_u64() % THINKING)).await;
            let guess = self.low.midpoint(self.high);
            let asked = Instant::now();
            let answer = self.ask(&guess.to_string()).await?;
            let took = asked.elapsed().as_micros() as u64;
            let latency = self.latency.lock();
            latency.expect("no panic").saturating_record(took);
            let found = self.judge(guess, &answer).map_err(|why| {
                let (low, high) = (self.low, self.high);
                format!("{guess} of {low}..{high} was answered {answer:?}: {why}")
            })?;
            if found && self.commitment.is_some() {
                self.verify(Some(guess)).await?;
            }
            guesses += 1;
        }
        Ok(guesses)
    }

    /// Whether the guess found the number. No two hints may contradict each other.
    fn judge(&mut self, guess: i32, answer: &str) -> Result<bool, &'static str> {
        self.tries += 1;
        match answer {
            "Trop petit" => self.low = guess + 1,
            "Trop grand" => self.high = guess - 1,
            _ if answer.starts_with("Gagné en ") => {
                if integer(answer) != Some(self.tries) {
                    return Err("another number of tries");
                }
                self.next_round();
                return Ok(true);
            }
            // Another player was faster; this guess was not judged.
            _ if answer.starts_with("Manche terminée") => self.next_round(),
            _ => return Err("no answer to a guess"),
        }
        match self.low <= self.high {
            true => Ok(false),
            false => Err("hints that contradict each other"),
        }
    }

    /// Asks what the server is bound to now; the round before must have had the number that was
    /// found, and that the server was bound to.
    async fn verify(&mut self, found: Option<i32>) -> Result<(), String> {
        let proof = self.ask("PREUVE").await?;
        let mut words = proof
            .split([' ', ',', '\u{a0}'])
            .map(|word| word.trim_end_matches('.'));
        let is_hash = |word: &&str| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
        let commitment = words.clone().find(is_hash).map(str::to_owned);
        let kept = std::mem::replace(&mut self.commitment, commitment);
        let opening = words.find_map(|word| word.parse::<Opening>().ok());
        let opened = opening.map(|opening| (opening.number, opening.commitment().to_string()));
        match self.commitment.is_some() && opened == found.zip(kept) {
            true => Ok(()),
            false => Err(format!("{found:?} was found, and then came {proof:?}")),
        }
    }

    fn next_round(&mut self) {
        (self.low, self.high, self.tries) = (1, 100, 0);
    }

    async fn ask(&mut self, line: &str) -> Result<String, String> {
        let line = format!("{line}\n");
        let sent = self.stream.get_mut().write_all(line.as_bytes()).await;
        sent.map_err(|error| format!("was dropped: {error}"))?;
        self.answer().await
    }

    async fn answer(&mut self) -> Result<String, String> {
        let mut line = String::new();
        match timeout(PATIENCE, self.stream.read_line(&mut line)).await {
            Ok(Ok(1..)) => Ok(line.trim_end().to_owned()),
            Ok(Ok(0)) => Err("was dropped: the server closed".to_owned()),
            Ok(Err(error)) => Err(format!("was dropped: {error}")),
            Err(_) => Err(format!("had no answer in {PATIENCE:?}")),
        }
    }
}

fn integer(text: &str) -> Option<i32> {
    let mut digits = text.split(|c: char| !c.is_ascii_digit());
    digits.find_map(|digits| digits.parse().ok())
}
