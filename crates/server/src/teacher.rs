//! What the teacher's screen and the lesson ask of the workers, and their answers.

use std::net::IpAddr;

use tokio::sync::oneshot;

use super::metrics::Counted;
use super::trial::RunNumber;
use super::worker::Worker;
use game::engine::ConnKey;
use game::engine::lesson::{Judged, Pupil};
use game::engine::survey::{Find, Survey, Tile};
use game::engine::teacher::NotOpened;
use game::rules::{Order, ResumeCode, RoomCode, Rules};

/// A question to one worker, with where its answer goes. Who asks may have gone meanwhile.
pub enum Ask {
    /// The shared rooms that are open there, and how many players each has.
    Rooms(oneshot::Sender<Vec<(RoomCode, Rules, usize)>>),
    /// How a room looks now, to who asks for these players; no code asks for the worker's part of
    /// the public hall.
    Survey(Option<RoomCode>, Find, oneshot::Sender<Option<Survey>>),
    /// Where the players of a room are, or of the worker's part of the public hall, with their names:
    /// the addresses that the server itself sees, for the teacher's check of their servers.
    Whereabouts(
        Option<RoomCode>,
        oneshot::Sender<Option<Vec<(String, IpAddr)>>>,
    ),
    /// Opens a room; answered once that is in the journal.
    Open(RoomCode, Rules, oneshot::Sender<Result<(), NotOpened>>),
    /// Gives an order; answered once it is in the journal.
    Order(RoomCode, Order, oneshot::Sender<()>),
    /// Who has this code, and what they have answered in the lesson.
    Pupil(ResumeCode, oneshot::Sender<Option<Pupil>>),
    /// Keeps a pupil's answer; answered once it is in the journal.
    Answered(ResumeCode, Judged, oneshot::Sender<()>),
    /// The answers of a room's pupils.
    Pupils(RoomCode, oneshot::Sender<Vec<Pupil>>),
    /// What it has counted, for the page of metrics.
    Count(oneshot::Sender<Box<Counted>>),
    /// Has the pages of a room, or of the public hall, begin this room test; the text door's port
    /// goes with it.
    Trial(
        RunNumber,
        Option<RoomCode>,
        Option<u16>,
        oneshot::Sender<()>,
    ),
    /// Frees a program that is stuck: by ending its conversation, or by closing it at once.
    Free(ConnKey, bool),
}

/// Who is told that the journal has what they proposed.
pub enum Waiting {
    /// A room was to be opened.
    Opened(oneshot::Sender<Result<(), NotOpened>>),
    /// An order was given, or a question answered.
    Ordered(oneshot::Sender<()>),
}

impl Waiting {
    /// The journal has it.
    pub fn tell(self) {
        // Who does not wait any more does not mind.
        match self {
            Waiting::Opened(asker) => drop(asker.send(Ok(()))),
            Waiting::Ordered(asker) => drop(asker.send(())),
        }
    }
}

/// Answers at once, or has the answer wait for the journal.
pub fn answer(worker: &Worker, ask: Ask) -> Option<Waiting> {
    let mut engine = worker.engine.borrow_mut();
    let now = worker.now();
    match ask {
        Ask::Rooms(asker) => drop(asker.send(engine.shared_rooms())),
        Ask::Survey(room, find, asker) => {
            let survey = match room {
                Some(code) => engine.survey(code, &find, now),
                None => Some(engine.survey_hall(&find, now)),
            };
            drop(asker.send(survey));
        }
        Ask::Whereabouts(room, asker) => {
            let survey = match room {
                Some(code) => engine.survey(code, &Find::Everyone, now),
                None => Some(engine.survey_hall(&Find::Everyone, now)),
            };
            let places = survey.map(|survey| places(worker, survey));
            drop(asker.send(places));
        }
        Ask::Open(code, rules, asker) => match engine.open_room(code, rules, now) {
            Ok(()) => return Some(Waiting::Opened(asker)),
            Err(error) => drop(asker.send(Err(error))),
        },
        Ask::Order(code, order, asker) => {
            engine.order(code, order, now);
            return Some(Waiting::Ordered(asker));
        }
        Ask::Pupil(code, asker) => drop(asker.send(engine.pupil(code))),
        Ask::Pupils(code, asker) => drop(asker.send(engine.pupils(code))),
        Ask::Answered(code, judged, asker) => {
            engine.answered(code, judged, now);
            return Some(Waiting::Ordered(asker));
        }
        Ask::Count(asker) => {
            let counted = worker.counted(&engine);
            drop(asker.send(Box::new(counted)));
        }
        Ask::Trial(run, room, port, asker) => {
            let (pages, left_out) = engine.ask_pages(room, port);
            // Before anything is sent: a page may be quick.
            worker.trials.add(run, engine.index(), pages, left_out);
            let _ = asker.send(());
        }
        Ask::Free(key, at_once) => engine.free(key, at_once, now),
    }
    None
}

/// Where these players are, and their names.
fn places(worker: &Worker, survey: Survey) -> Vec<(String, IpAddr)> {
    let place = |tile: Tile| {
        let contact = tile.contact?;
        let peer = contact.peer.or_else(|| worker.door.peer(contact.key))?;
        Some((tile.name, peer))
    };
    survey.tiles.into_iter().filter_map(place).collect()
}
