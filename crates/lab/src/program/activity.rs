//! What a program waits for, judged from what the system tells of its threads.

use std::time::Duration;

use os::process::{Doing, File, Polled, Thread};

use crate::process::Waits;

/// A call that waits at most this long for the outside goes on by itself: it sees whether more comes,
/// before it answers. One that waits longer only looks again.
const BRIEF: Duration = Duration::from_millis(300);

/// What a thread waits for, and how often it has gone to sleep so far: two looks that agree in both saw
/// one and the same wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    waits: Waits,
    /// Whether it goes on by itself in a moment, without anybody else.
    brief: bool,
    /// Whether it only waits for other threads or processes of the program.
    serves: bool,
    switches: u64,
}

/// What the threads of a program do, at one moment, as far as the system tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity(Vec<Place>);

impl Activity {
    /// Judges what these threads do. Of one of which the system tells nothing, nothing is said.
    pub(super) fn of(threads: &[Thread]) -> Activity {
        let place = |thread: &Thread| {
            let waits = waits(thread)?;
            Some(Place {
                waits,
                serves: matches!(waits, Waits::Lock | Waits::Child) || hears_own(thread),
                brief: thread.at_most.is_some_and(|time| time <= BRIEF),
                switches: thread.switches,
            })
        };
        let mut places: Vec<Place> = threads.iter().filter_map(place).collect();
        // Machines that run other languages have threads that only serve it.
        if !places.iter().all(|place| place.serves) {
            places.retain(|place| !place.serves);
        }
        Activity(places)
    }

    /// Whether it waits for somebody else: nothing will happen unless something is typed, sent,
    /// connected or closed.
    pub fn is_settled(&self) -> bool {
        !self.0.is_empty()
            && self.0.iter().all(|place| {
                !place.brief && !matches!(place.waits, Waits::Runs | Waits::Sleep | Waits::Other(_))
            })
    }

    /// Threads that do something of their own.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing of the program is left, or seen.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether some thread waits for this.
    pub fn has(&self, waits: Waits) -> bool {
        self.0.iter().any(|place| place.waits == waits)
    }

    /// Whether it waits for its keyboard.
    pub fn at_keyboard(&self) -> bool {
        self.has(Waits::Keyboard) || self.has(Waits::KeyboardOrReceive)
    }

    /// Whether it waits for bytes of a connection.
    pub fn receives(&self) -> bool {
        [
            Waits::Receive,
            Waits::KeyboardOrReceive,
            Waits::AcceptOrReceive,
        ]
        .iter()
        .any(|waits| self.has(*waits))
    }

    /// The one wait that tells most: what computes, else what waits for the outside. `None` when
    /// nothing of the program is left, or seen.
    pub fn telling(&self) -> Option<Waits> {
        let rank = |waits: &Waits| match waits {
            Waits::Runs | Waits::Print => 0,
            Waits::Connect(_) | Waits::Send => 1,
            Waits::Keyboard | Waits::KeyboardOrReceive => 2,
            Waits::Receive | Waits::AcceptOrReceive => 3,
            Waits::Accept => 4,
            Waits::Sleep => 5,
            Waits::Other(_) => 6,
            Waits::Child | Waits::Lock => 7,
        };
        self.0.iter().map(|place| place.waits).min_by_key(rank)
    }
}

/// What a thread waits for; `None` where the system does not tell.
fn waits(thread: &Thread) -> Option<Waits> {
    let other = Waits::Other(thread.call.unwrap_or(-1));
    Some(match &thread.doing {
        Doing::Runs => Waits::Runs,
        Doing::Reads(File::Terminal) => Waits::Keyboard,
        // It would not wait on a socket of any other kind.
        Doing::Reads(File::Socket) => Waits::Receive,
        Doing::Writes(File::Terminal) => Waits::Print,
        Doing::Writes(File::Socket) => Waits::Send,
        Doing::Accepts => Waits::Accept,
        Doing::Connects(address) => Waits::Connect(*address),
        Doing::Polls(polled) => several(polled).unwrap_or(other),
        Doing::Sleeps => Waits::Sleep,
        Doing::WaitsForChild => Waits::Child,
        Doing::WaitsForThread => Waits::Lock,
        Doing::Reads(File::Else) | Doing::Writes(File::Else) | Doing::Else => other,
        Doing::Unknown => return None,
    })
}

/// Whether a thread waits without a bound for what only the program itself writes, pipes and counters of
/// events: Node has such a thread beside the one that runs the program's text.
fn hears_own(thread: &Thread) -> bool {
    let own = |polled: &[Polled]| !polled.is_empty() && polled.iter().all(|it| *it == Polled::Else);
    thread.at_most.is_none() && matches!(&thread.doing, Doing::Polls(polled) if own(polled))
}

/// What a call waits for that waits for all of these; `None` if it is nothing that a program of the
/// lesson waits for.
fn several(polled: &[Polled]) -> Option<Waits> {
    if polled.is_empty() {
        return Some(Waits::Sleep);
    }
    let connecting = polled.iter().find_map(|it| match it {
        Polled::Connecting(address) => Some(*address),
        _ => None,
    });
    if let Some(address) = connecting {
        return Some(Waits::Connect(address));
    }
    let has = |wanted| polled.contains(&wanted);
    let (keyboard, connection) = (has(Polled::Terminal), has(Polled::Connection));
    match (keyboard, has(Polled::Listener), connection) {
        (true, _, true) => Some(Waits::KeyboardOrReceive),
        (true, _, false) => Some(Waits::Keyboard),
        (false, true, true) => Some(Waits::AcceptOrReceive),
        (false, true, false) => Some(Waits::Accept),
        (false, false, true) => Some(Waits::Receive),
        (false, false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thread(doing: Doing) -> Thread {
        Thread {
            doing,
            call: Some(271),
            at_most: None,
            switches: 1,
        }
    }

    /// Protects a program from a fault that nobody saw: a system that tells nothing gives no place, and
    /// such a program counts neither as settled nor as busy.
    #[test]
    fn of_a_thread_of_which_nothing_is_told_nothing_is_said() {
        let activity = Activity::of(&[thread(Doing::Unknown)]);
        assert_eq!(activity.telling(), None);
        assert!(activity.is_empty() && !activity.is_settled());
    }

    #[test]
    fn a_call_that_waits_for_several_is_named_by_what_a_learner_waits_for() {
        let here = Some("127.0.0.1:50000".parse().expect("an address"));
        for (polled, expected) in [
            (vec![], Waits::Sleep),
            (vec![Polled::Else], Waits::Other(271)),
            (vec![Polled::Else, Polled::Terminal], Waits::Keyboard),
            (
                vec![Polled::Terminal, Polled::Connection],
                Waits::KeyboardOrReceive,
            ),
            (
                vec![Polled::Listener, Polled::Connection],
                Waits::AcceptOrReceive,
            ),
            (vec![Polled::Listener], Waits::Accept),
            (
                vec![Polled::Terminal, Polled::Connecting(here)],
                Waits::Connect(here),
            ),
        ] {
            let activity = Activity::of(&[thread(Doing::Polls(polled.clone()))]);
            assert_eq!(activity.telling(), Some(expected), "{polled:?}");
        }
    }

    #[test]
    fn threads_that_serve_a_language_s_machine_are_left_out_beside_others() {
        let both = Activity::of(&[thread(Doing::WaitsForThread), thread(Doing::Accepts)]);
        assert_eq!((both.len(), both.telling()), (1, Some(Waits::Accept)));
        let alone = Activity::of(&[thread(Doing::WaitsForThread)]);
        assert_eq!(alone.telling(), Some(Waits::Lock));
    }

    /// Protects programs in Node from waits of seconds: one of its threads only hears the others.
    #[test]
    fn a_thread_that_hears_only_its_own_program_is_left_out_beside_others() {
        let polls = |polled| thread(Doing::Polls(vec![polled, Polled::Else]));
        let hears = thread(Doing::Polls(vec![Polled::Else, Polled::Else]));
        let node = Activity::of(&[polls(Polled::Connection), hears.clone()]);
        assert_eq!((node.len(), node.telling()), (1, Some(Waits::Receive)));
        assert!(node.is_settled());
        assert!(!Activity::of(&[hears]).is_settled());
        let timer = Thread {
            at_most: Some(BRIEF),
            ..thread(Doing::Polls(vec![Polled::Else]))
        };
        let busy = Activity::of(&[polls(Polled::Connection), timer]);
        assert!(!busy.is_settled());
    }

    #[test]
    fn a_brief_wait_is_not_settled() {
        let brief = Thread {
            at_most: Some(BRIEF),
            ..thread(Doing::Polls(vec![Polled::Connection]))
        };
        assert!(!Activity::of(&[brief]).is_settled());
        assert!(Activity::of(&[thread(Doing::Reads(File::Socket))]).is_settled());
    }
}
