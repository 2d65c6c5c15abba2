//! Practice ports: a pupil opens one, connects a client of their own to it, and reads its events.
//!
//! A newer connection replaces the previous one. Events are kept in memory only.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Instant;

use crate::journal::date;
use game::lesson::practice::{greeting, reply};
use game::lesson::{PracticeEvent, PracticeLog};
use game::limits::{ACCEPT_BACKOFF, MESSAGE_BYTES, PRACTICE_EVENTS, PRACTICE_IDLE, PRACTICE_PORTS};
use game::phrases::Lang;
use game::rules::PlayerId;
use os::system::wall_clock;

/// From this duration on, a program's silence in its turn is an event.
const SILENCE: Duration = Duration::from_secs(3);

/// All practice ports.
#[derive(Default)]
pub struct Practices(Mutex<HashMap<PlayerId, Practice>>);

struct Practice {
    port: u16,
    closed_port: u16,
    seen: Arc<Mutex<Seen>>,
    /// When its pupil last read its events.
    asked: Instant,
    task: AbortHandle,
}

impl Drop for Practice {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Default)]
struct Seen {
    observed: PracticeLog,
    /// Since when it has been the program's turn, if it is.
    turn: Option<Instant>,
}

impl Seen {
    fn event(&mut self, event: PracticeEvent) {
        if self.observed.events.len() >= PRACTICE_EVENTS {
            self.observed.events.remove(0);
        }
        self.observed.events.push(event);
    }
}

/// A pupil's practice port, as it is now.
pub struct Look {
    /// The port that it listens on.
    pub port: u16,
    /// A port on which nothing listened when this one was opened.
    pub closed_port: u16,
    /// Its latest events.
    pub observed: PracticeLog,
}

impl Practices {
    /// Opens a pupil's port at this address, in place of one they already have. `offset` is their
    /// clock's offset behind UTC, in minutes. Returns `None` if there are [`PRACTICE_PORTS`] already.
    ///
    /// # Errors
    ///
    /// If the address can't be bound.
    pub async fn open(
        &self,
        player: PlayerId,
        ip: IpAddr,
        offset: i32,
        lang: Lang,
    ) -> io::Result<Option<Look>> {
        self.sweep();
        if !self.all().contains_key(&player) && self.all().len() >= PRACTICE_PORTS {
            return Ok(None);
        }
        let listener = TcpListener::bind(SocketAddr::new(ip, 0)).await?;
        let port = listener.local_addr()?.port();
        // Bound for a moment only; the system does not assign it again at once.
        let closed_port = TcpListener::bind(SocketAddr::new(ip, 0))
            .await?
            .local_addr()?
            .port();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let task = tokio::spawn(accept(listener, seen.clone(), offset, lang)).abort_handle();
        let practice = Practice {
            port,
            closed_port,
            seen,
            asked: Instant::now(),
            task,
        };
        self.all().insert(player, practice);
        Ok(self.look(player))
    }

    /// A pupil's port and its events; `None` if they have no port.
    pub fn look(&self, player: PlayerId) -> Option<Look> {
        let mut all = self.all();
        let practice = all.get_mut(&player)?;
        practice.asked = Instant::now();
        let seen = locked(&practice.seen);
        let mut observed = seen.observed.clone();
        if let Some(silence) = seen.turn.map(|turn| turn.elapsed())
            && silence >= SILENCE
        {
            let seconds = u32::try_from(silence.as_secs()).unwrap_or(u32::MAX);
            observed.events.push(PracticeEvent::Silent(seconds));
        }
        Some(Look {
            port: practice.port,
            closed_port: practice.closed_port,
            observed,
        })
    }

    fn sweep(&self) {
        let is_used = |practice: &mut Practice| practice.asked.elapsed() < PRACTICE_IDLE;
        self.all().retain(|_, practice| is_used(practice));
    }

    fn all(&self) -> MutexGuard<'_, HashMap<PlayerId, Practice>> {
        locked(&self.0)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no panic under this lock")
}

async fn accept(listener: TcpListener, seen: Arc<Mutex<Seen>>, offset: i32, lang: Lang) {
    // Dropping the set ends its task with this one.
    let mut talk = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, from)) => {
                talk.abort_all();
                let at = time_of_day(offset);
                let from = from.port();
                locked(&seen).event(PracticeEvent::Connected { at, from });
                talk.spawn(converse(stream, seen.clone(), lang));
            }
            Err(_) => tokio::time::sleep(ACCEPT_BACKOFF).await,
        }
    }
}

/// The server's side of the lesson's conversation: it speaks first, then both take turns.
async fn converse(mut stream: TcpStream, seen: Arc<Mutex<Seen>>, lang: Lang) {
    let mut say = Some(greeting(lang));
    let mut buffer = [0; MESSAGE_BYTES];
    loop {
        if let Some(message) = say.take() {
            if stream.write_all(message.as_bytes()).await.is_err() {
                return end(&seen, PracticeEvent::Broke);
            }
            let mut seen = locked(&seen);
            seen.event(PracticeEvent::Said(message));
            seen.turn = Some(Instant::now());
        }
        match stream.read(&mut buffer).await {
            Ok(0) => return end(&seen, PracticeEvent::Closed),
            Err(_) => return end(&seen, PracticeEvent::Broke),
            Ok(count) => {
                let message = &buffer[..count];
                let mut seen = locked(&seen);
                seen.event(PracticeEvent::Sent(message.to_vec()));
                seen.turn = None;
                say = reply(message, lang);
            }
        }
    }
}

fn end(seen: &Mutex<Seen>, event: PracticeEvent) {
    let mut seen = locked(seen);
    seen.event(event);
    seen.turn = None;
}

/// The time of day, `HH:MM:SS`, at `offset` minutes behind UTC.
fn time_of_day(offset: i32) -> String {
    let local = wall_clock().saturating_add_signed(-i64::from(offset) * 60_000);
    let date = date(local);
    let (_, time) = date.split_once('T').unwrap_or_default();
    time.trim_end_matches('Z').to_owned()
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    /// Protects a school's server: the number of open ports is bounded, and unused ones make room.
    #[tokio::test(start_paused = true)]
    async fn ports_are_bounded_and_unused_ones_make_room() {
        let practices = Practices::default();
        let open = async |number: usize| {
            let mut player = PlayerId([0; 16]);
            player.0[..8].copy_from_slice(&number.to_be_bytes());
            let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
            let opened = practices.open(player, here, 0, Lang::En).await;
            opened.expect("descriptors and ports").is_some()
        };
        for number in 0..PRACTICE_PORTS {
            assert!(open(number).await, "{number}");
        }
        assert!(!open(PRACTICE_PORTS).await, "one port too many");
        assert!(open(0).await, "a pupil with a port may open it again");
        tokio::time::advance(PRACTICE_IDLE).await;
        assert!(open(PRACTICE_PORTS).await, "the others are unused");
        assert_eq!(practices.all().len(), 1);
    }

    /// Protects memory from a program that sends without end: only the latest events are kept.
    #[test]
    fn a_port_remembers_the_latest_events() {
        let mut seen = Seen::default();
        for number in 0..=PRACTICE_EVENTS {
            seen.event(PracticeEvent::Sent(number.to_string().into_bytes()));
        }
        let events = &seen.observed.events;
        assert_eq!(events.len(), PRACTICE_EVENTS);
        assert_eq!(events.first(), Some(&PracticeEvent::Sent(b"1".to_vec())));
    }
}
