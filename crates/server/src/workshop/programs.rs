//! What the teacher sees of the pupils' programs: what came of their examinations, and where they wait or
//! have failed. It is in memory only.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddrV4;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lab::check::class::Examined;
use lab::check::pair::meeting::Fault;
use lab::check::report::Side;
use serde_json::json;

use super::call::{Asked, Fd};
use super::directory::Seat;
use super::exam::{Going, Subject};
use super::passes::{Fingerprint, Pass, oldest_of_most};
use super::relay::{PageId, ProgramId, class_address, class_number};
use super::{Inner, Workshop};
use game::limits::WORKSHOP_OUTCOMES;
use game::rules::{Millis, PlayerId, RoomCode};
use game::shares::Source;
use os::system;

/// What came of the latest examination of a pupil's server or client.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The number by which the teacher's page asks for its sentences.
    pub id: u64,
    /// Whose program it is.
    pub seat: Seat,
    /// Whether it is a server or a client.
    pub side: Side,
    /// Whether it runs on the pupil's own machine.
    pub is_own: bool,
    /// When the examination ended.
    pub at: Millis,
    /// What was found.
    pub examined: Arc<Examined>,
    /// Since when the check to mend first has been the same.
    since: Instant,
    from: Source,
}

/// The outcomes of all rooms, the oldest first: one of a seat's servers, and one of its clients.
#[derive(Debug, Default)]
pub struct Outcomes {
    all: Vec<Outcome>,
    latest: u64,
}

impl Outcomes {
    /// Keeps an outcome in place of the earlier one of the same seat and side. If there are
    /// [`WORKSHOP_OUTCOMES`], the oldest of the address that has most goes.
    fn keep(&mut self, mut outcome: Outcome) {
        let is_same = |it: &Outcome| {
            let seats = [&it.seat, &outcome.seat].map(|seat| (seat.room, seat.player));
            it.side == outcome.side && seats[0] == seats[1]
        };
        if let Some(place) = self.all.iter().position(is_same) {
            let before = self.all.remove(place);
            if before.examined.next == outcome.examined.next {
                outcome.since = before.since;
            }
        }
        if self.all.len() >= WORKSHOP_OUTCOMES {
            let yields = oldest_of_most(self.all.iter().map(|it| it.from));
            self.all.remove(yields);
        }
        self.latest += 1;
        outcome.id = self.latest;
        self.all.push(outcome);
    }

    /// Keeps nothing of a room, or of one of its players.
    pub fn forget(&mut self, room: RoomCode, player: Option<PlayerId>) {
        self.all.retain(|it| !it.seat.is(room, player));
    }
}

/// A thread of a program that waits.
#[derive(Clone, Debug)]
struct Wait {
    call: &'static str,
    fd: Option<Fd>,
    peer: Option<SocketAddrV4>,
    /// The line of the program, and its text.
    at: Option<(usize, String)>,
    since: Instant,
}

/// A run of a program that its pupil has started.
#[derive(Debug)]
struct Run {
    pane: u32,
    file: String,
    /// The threads that wait, by their numbers.
    waits: BTreeMap<u32, Wait>,
}

/// An error that ended the program of a pane.
#[derive(Debug)]
struct Failure {
    /// The name of the program's file.
    file: String,
    fault: Fault,
    /// When it came first.
    since: Instant,
    /// Whether the pane's program runs again.
    is_tried: bool,
}

/// What the programs of a page do.
#[derive(Debug, Default)]
pub struct Doings {
    runs: HashMap<ProgramId, Run>,
    failures: BTreeMap<u32, Failure>,
}

/// Panes whose errors are kept.
const PANES: u32 = 2;

impl Doings {
    /// The pupil has started a program.
    pub fn starts(&mut self, program: ProgramId, pane: u32, file: String) {
        if pane >= PANES {
            return;
        }
        self.shows(pane, &file);
        if let Some(failure) = self.failures.get_mut(&pane) {
            failure.is_tried = true;
        }
        let waits = BTreeMap::new();
        self.runs.insert(program, Run { pane, file, waits });
    }

    /// A pane has this file: the error of another one is left behind.
    fn shows(&mut self, pane: u32, file: &str) {
        if self.failures.get(&pane).is_some_and(|it| it.file != file) {
            self.failures.remove(&pane);
        }
    }

    /// The program of a pane was examined. One that plays has no error left to mend.
    pub fn examined(&mut self, pane: u32, file: &str, examined: &Examined) {
        self.shows(pane, file);
        if examined.is_fit() {
            self.failures.remove(&pane);
        }
    }

    /// A call of a program waits for its answer.
    pub fn waits(&mut self, program: ProgramId, asked: &Asked, peer: Option<SocketAddrV4>) {
        let Some(run) = self.runs.get_mut(&program) else {
            return;
        };
        let (call, fd) = (asked.call.name(), asked.call.fd());
        let before = run.waits.get(&asked.lane);
        // A call that has waited for long asks again.
        let same = before.filter(|it| it.call == call && it.fd == fd);
        let since = same.map_or_else(Instant::now, |it| it.since);
        let wait = Wait {
            call,
            fd,
            peer,
            at: asked.at.clone(),
            since,
        };
        run.waits.insert(asked.lane, wait);
    }

    /// A call has its answer.
    pub fn goes_on(&mut self, program: ProgramId, lane: u32) {
        if let Some(run) = self.runs.get_mut(&program) {
            run.waits.remove(&lane);
        }
    }

    /// A program tells how it ends.
    pub fn exits(&mut self, program: ProgramId, fault: Option<&Fault>) {
        let Some(Run { pane, file, .. }) = self.runs.get(&program) else {
            return;
        };
        let before = self.failures.remove(pane);
        if let Some(fault) = fault {
            let same = before.filter(|it| it.fault == *fault);
            let failure = Failure {
                file: file.clone(),
                fault: fault.clone(),
                since: same.map_or_else(Instant::now, |it| it.since),
                is_tried: false,
            };
            self.failures.insert(*pane, failure);
        }
    }

    /// A program has ended, or was ended.
    pub fn ended(&mut self, program: ProgramId) {
        if let Some(run) = self.runs.remove(&program) {
            // Stopped without a word: the earlier error stands.
            let failure = self.failures.get_mut(&run.pane);
            failure.into_iter().for_each(|it| it.is_tried = false);
        }
    }
}

/// Whether a page takes part in the teacher's check of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Round {
    /// It has not been asked, or has made its checks.
    #[default]
    No,
    /// It has been asked, and has no program of the pupil's.
    Nothing,
    /// It has been asked, and has checks to make.
    Asked,
}

/// Where a pupil's program is stuck, or may be.
#[derive(Clone, Debug)]
pub struct Stuck {
    /// How long.
    pub time: Duration,
    pub cause: Cause,
}

/// What a program is stuck in.
#[derive(Clone, Debug)]
pub enum Cause {
    /// An error has ended it.
    Error(Fault),
    /// It waits in a call.
    Waits {
        call: &'static str,
        /// The address of the other side, or that listened on.
        peer: Option<SocketAddrV4>,
        /// The pupil on the other side.
        who: Option<String>,
        /// Whether the other side waits for this one.
        is_mutual: bool,
        file: String,
        at: Option<(usize, String)>,
    },
    /// An examination has found this check to mend first.
    Check(Outcome),
}

/// The programs of a pupil.
#[derive(Clone, Debug)]
pub struct Pupil {
    pub seat: Seat,
    /// Whether a page of theirs is open.
    pub is_here: bool,
    pub round: Round,
    pub outcomes: Vec<Outcome>,
    pub going: Option<Going>,
    pub stuck: Vec<Stuck>,
}

impl Workshop {
    /// Keeps what came of a page's examination: for the teacher if the page works under a seat, and
    /// whether the program may enter a tournament.
    pub fn keep_outcome(&self, page: PageId, side: Side, subject: &Subject, examined: Examined) {
        self.keep_pass(page, side, subject, examined.is_fit());
        let mut inner = self.inner();
        let Some(opened) = inner.pages.get_mut(&page) else {
            return;
        };
        if let Subject::Page { pane, name, .. } = subject {
            opened.doings.examined(*pane, name, &examined);
        }
        let from = opened.from;
        if let Some(seat) = opened.seat.clone() {
            inner.outcomes.keep(Outcome {
                id: 0,
                seat,
                side,
                is_own: matches!(subject, Subject::Own { .. }),
                at: system::wall_clock(),
                examined: Arc::new(examined),
                since: Instant::now(),
                from,
            });
        }
    }

    /// Keeps whether a page's program may enter a tournament.
    pub fn keep_pass(&self, page: PageId, side: Side, subject: &Subject, is_fit: bool) {
        let mut inner = self.inner();
        let Some(opened) = inner.pages.get(&page) else {
            return;
        };
        let (from, seat) = (opened.from, opened.seat.clone());
        if let Some(browser) = inner.relay.browser(page) {
            let pass = Pass {
                browser,
                seat,
                program: Fingerprint::of(side, subject),
                from,
            };
            inner.passes.keep(pass, is_fit);
        }
    }

    /// An outcome of a room, by its number.
    pub fn outcome(&self, room: RoomCode, id: u64) -> Option<Outcome> {
        let inner = self.inner();
        let found = inner.outcomes.all.iter().find(|it| it.id == id);
        found.filter(|it| it.seat.is(room, None)).cloned()
    }

    /// Has all pages of a room check their programs; returns how many there are. The examinations
    /// take their turns as those that pupils ask for.
    pub fn check_all(&self, room: RoomCode) -> usize {
        let mut inner = self.inner();
        let pages = inner.pages.values_mut();
        let all = pages.filter(|it| it.seat.as_ref().is_some_and(|seat| seat.is(room, None)));
        let asked = all.filter_map(|page| {
            // A page that takes nothing is asleep.
            let order = json!({"event": "check-all"});
            page.orders.try_send(order).ok()?;
            page.round = Round::Asked;
            Some(())
        });
        asked.count()
    }

    /// Ends the teacher's check of all in a room.
    pub fn check_none(&self, room: RoomCode) {
        let mut inner = self.inner();
        let mut asked = Vec::new();
        for (id, page) in &mut inner.pages {
            let is_asked = page.round == Round::Asked;
            if is_asked && page.seat.as_ref().is_some_and(|seat| seat.is(room, None)) {
                page.round = Round::No;
                // A page that takes nothing is asleep; its examination ends all the same.
                let _ = page.orders.try_send(json!({"event": "check-none"}));
                asked.push(*id);
            }
        }
        let exams = inner.checks.values();
        let exams = exams.filter(|exam| asked.contains(&exam.page));
        exams.for_each(|exam| exam.give_up());
    }

    /// The programs of a room's pupils: of those with a page, and of those whose program was examined;
    /// by name.
    pub fn pupils(&self, room: RoomCode) -> Vec<Pupil> {
        let inner = self.inner();
        let mut pupils: BTreeMap<PlayerId, Pupil> = BTreeMap::new();
        for (id, page) in &inner.pages {
            let Some(seat) = page.seat.as_ref().filter(|it| it.room == room) else {
                continue;
            };
            let pupil = (pupils.entry(seat.player)).or_insert_with(|| Pupil::new(seat));
            pupil.is_here = true;
            pupil.round = pupil.round.max(page.round);
            let exam = inner.checks.values().find(|exam| exam.page == *id);
            pupil.going = pupil.going.or(exam.map(|exam| exam.going()));
            inner.stuck(*id, &mut pupil.stuck);
        }
        for outcome in inner
            .outcomes
            .all
            .iter()
            .filter(|it| it.seat.is(room, None))
        {
            let seat = &outcome.seat;
            let pupil = (pupils.entry(seat.player)).or_insert_with(|| Pupil::new(seat));
            pupil.outcomes.push(outcome.clone());
            if outcome.examined.next.is_some() {
                pupil.stuck.push(Stuck {
                    time: outcome.since.elapsed(),
                    cause: Cause::Check(outcome.clone()),
                });
            }
        }
        let mut pupils: Vec<Pupil> = pupils.into_values().collect();
        pupils.sort_by(|one, other| one.seat.name.cmp(&other.seat.name));
        pupils
    }
}

impl Pupil {
    fn new(seat: &Seat) -> Pupil {
        Pupil {
            seat: seat.clone(),
            is_here: false,
            round: Round::No,
            outcomes: Vec::new(),
            going: None,
            stuck: Vec::new(),
        }
    }
}

impl Inner {
    /// Where the programs of a page are stuck, or may be.
    fn stuck(&self, page: PageId, stuck: &mut Vec<Stuck>) {
        let Some(doings) = self.pages.get(&page).map(|it| &it.doings) else {
            return;
        };
        for failure in doings.failures.values().filter(|it| !it.is_tried) {
            stuck.push(Stuck {
                time: failure.since.elapsed(),
                cause: Cause::Error(failure.fault.clone()),
            });
        }
        for (program, run) in &doings.runs {
            for wait in run.waits.values() {
                let facing = wait.fd.and_then(|fd| self.relay.facing(*program, fd));
                let who = match facing {
                    Some((other, _)) if other == page => None,
                    Some((other, _)) => self.pages.get(&other).and_then(|it| it.name.clone()),
                    None => wait.peer.and_then(|peer| self.published_by(peer)),
                };
                stuck.push(Stuck {
                    time: wait.since.elapsed(),
                    cause: Cause::Waits {
                        call: wait.call,
                        peer: wait.peer,
                        who,
                        is_mutual: wait.call == RECV
                            && facing.is_some_and(|it| self.hears(it, *program)),
                        file: run.file.clone(),
                        at: wait.at.clone(),
                    },
                });
            }
        }
    }

    /// Whether a program waits for a message of this other one.
    fn hears(&self, (page, program): (PageId, ProgramId), other: ProgramId) -> bool {
        let run = self
            .pages
            .get(&page)
            .and_then(|it| it.doings.runs.get(&program));
        let mut waits = run.into_iter().flat_map(|run| run.waits.values());
        waits.any(|wait| {
            let facing = wait.fd.and_then(|fd| self.relay.facing(program, fd));
            wait.call == RECV && facing.is_some_and(|(_, it)| it == other)
        })
    }

    /// The pupil whose published server is at this address of the class.
    fn published_by(&self, at: SocketAddrV4) -> Option<String> {
        let address = *at.ip();
        let entry = self.directory.get(class_number(address));
        let entry = entry.filter(|_| class_address(class_number(address)) == address);
        entry.map(|it| it.seat.name.clone())
    }
}

/// The call that waits for a message.
const RECV: &str = "recv";

#[cfg(test)]
mod tests {
    use super::super::call::Call;
    use super::*;
    use lab::check::class::{Cell, Told};
    use lab::check::report::Verdict;
    use std::net::{IpAddr, Ipv4Addr};

    fn outcome(player: u8, from: u8, next: Option<&'static str>) -> Outcome {
        Outcome {
            id: 0,
            seat: Seat {
                room: "A".parse().expect("a code"),
                player: PlayerId([player; 16]),
                name: String::new(),
            },
            side: Side::Server,
            is_own: false,
            at: Millis::default(),
            examined: Arc::new(Examined {
                next,
                ..Examined::default()
            }),
            since: Instant::now(),
            from: Source::from(IpAddr::from(Ipv4Addr::new(10, 0, 0, from))),
        }
    }

    /// Protects the outcomes of a class from a pupil who takes seat after seat.
    #[test]
    fn of_a_full_table_the_address_with_most_yields() {
        let mut outcomes = Outcomes::default();
        outcomes.keep(outcome(0, 1, None));
        for player in 1..=WORKSHOP_OUTCOMES as u8 {
            outcomes.keep(outcome(player, 2, None));
        }
        assert_eq!(outcomes.all.len(), WORKSHOP_OUTCOMES);
        let players: Vec<u8> = outcomes.all.iter().map(|it| it.seat.player.0[0]).collect();
        assert!(players.contains(&0) && !players.contains(&1), "{players:?}");
        // One of a seat's servers, and none of a player who is forgotten.
        outcomes.keep(outcome(0, 1, None));
        let count = |outcomes: &Outcomes| {
            let all = outcomes.all.iter();
            all.filter(|it| it.seat.player == PlayerId([0; 16])).count()
        };
        assert_eq!(count(&outcomes), 1);
        let room = "A".parse().expect("a code");
        outcomes.forget(room, Some(PlayerId([0; 16])));
        assert_eq!(count(&outcomes), 0);
        outcomes.forget(room, None);
        assert!(outcomes.all.is_empty());
    }

    /// Protects the order of those who need help: who checks again and again, and fails as before, has
    /// been stuck since the first time.
    #[test]
    fn the_same_fault_again_is_as_old_as_the_first() {
        let mut outcomes = Outcomes::default();
        let since = |outcomes: &Outcomes| outcomes.all[0].since;
        outcomes.keep(outcome(0, 1, Some("game")));
        let first = since(&outcomes);
        outcomes.keep(outcome(0, 1, Some("game")));
        assert_eq!(since(&outcomes), first);
        outcomes.keep(outcome(0, 1, Some("won")));
        assert_ne!(since(&outcomes), first);

        let fault = |error: &str| Fault {
            error: error.to_owned(),
            place: None,
        };
        let mut doings = Doings::default();
        let mut run = |number: u128, fault: Option<&Fault>| {
            let program = ProgramId(number);
            doings.starts(program, 0, "a.py".to_owned());
            let is_tried = doings.failures.get(&0).is_none_or(|it| it.is_tried);
            doings.exits(program, fault);
            doings.ended(program);
            let failure = doings.failures.get(&0);
            (is_tried, failure.map(|it| (it.since, it.is_tried)))
        };
        let (_, first) = run(1, Some(&fault("x")));
        assert_eq!(run(2, Some(&fault("x"))), (true, first));
        assert_ne!(run(3, Some(&fault("y"))).1, first);
        assert_eq!(run(4, None).1, None);
    }

    /// Protects the top of the same list from errors that were mended: the check says that the program
    /// plays, or the pupil works on another file.
    #[test]
    fn an_error_is_over_once_the_program_plays_or_gives_way_to_another_file() {
        let fault = Fault {
            error: "x".to_owned(),
            place: None,
        };
        let failed = |doings: &mut Doings| {
            doings.starts(ProgramId(1), 0, "a.py".to_owned());
            doings.exits(ProgramId(1), Some(&fault));
            doings.ended(ProgramId(1));
        };
        let examined = |verdicts: [Verdict; 2]| Examined {
            cells: [true, false]
                .into_iter()
                .zip(verdicts)
                .map(|(is_essential, verdict)| Cell {
                    check: "game",
                    title: Told::default(),
                    is_essential,
                    is_in_the_way: is_essential && verdict != Passed,
                    verdict,
                    said: Told::default(),
                    place: None,
                    hint: None,
                })
                .collect(),
            ..Examined::default()
        };
        use Verdict::{Failed, NotExamined, Passed};
        for (verdicts, file, is_over) in [
            ([Passed, Passed], "a.py", true),
            ([Passed, Failed], "a.py", true),
            ([Failed, Passed], "a.py", false),
            ([NotExamined, NotExamined], "a.py", false),
            ([Failed, Failed], "b.py", true),
        ] {
            let mut doings = Doings::default();
            failed(&mut doings);
            doings.examined(1, file, &examined([Passed, Passed]));
            assert!(!doings.failures.is_empty(), "the other pane's check");
            doings.examined(0, file, &examined(verdicts));
            assert_eq!(doings.failures.is_empty(), is_over, "{verdicts:?}, {file}");
        }
        let mut doings = Doings::default();
        failed(&mut doings);
        doings.starts(ProgramId(2), 0, "b.py".to_owned());
        doings.ended(ProgramId(2));
        assert!(doings.failures.is_empty());
    }

    /// Protects the time that the teacher is told: a call that has waited for long asks again.
    #[test]
    fn a_call_that_asks_again_waits_since_the_first_time() {
        let mut doings = Doings::default();
        let program = ProgramId(1);
        doings.starts(program, 0, "a.py".to_owned());
        let asked = |fd: Fd| Asked {
            lane: 0,
            seq: 1,
            wait: Duration::ZERO,
            at: Some((7, "c.recv(10)".to_owned())),
            call: Call::Recv {
                fd,
                max: 10,
                peek: false,
            },
        };
        let mut since = |fd| {
            doings.waits(program, &asked(fd), None);
            doings.runs[&program].waits[&0].since
        };
        let first = since(3);
        assert_eq!(since(3), first);
        assert_ne!(since(4), first);
        doings.goes_on(program, 0);
        assert!(doings.runs[&program].waits.is_empty());
    }
}
