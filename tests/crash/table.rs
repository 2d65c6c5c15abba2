//! Players around one folder, from one start of the server to the next.

use std::collections::HashSet;
use std::thread;
use std::time::Duration;

use game::rules::{Entry, PlayerId, Record};
use server::journal::{Journal, Store};
use tempfile::TempDir;

use super::judge::judge;
use super::player::{Framing, Player, ROOMS, Say};
use super::recovered::Recovered;
use crate::common::Server;

/// Who comes back after each crash: the last does not wait for newlines.
const REGULARS: [Framing; 6] = [
    Framing::Lines,
    Framing::Lines,
    Framing::Lines,
    Framing::Lines,
    Framing::Lines,
    Framing::None,
];
/// Who comes for the first time at each start.
const VISITORS: [Framing; 2] = [Framing::Lines, Framing::None];

/// A folder and its players.
pub struct Table {
    pub folder: TempDir,
    players: Vec<Player>,
    seed: u64,
    /// Whether the server was killed. Else a farewell may be its own, and not the answer to `FIN`.
    was_killed: bool,
    /// What the journal held when the server was last down.
    known: Recovered,
}

impl Table {
    /// An empty folder, and players who do what the seed says.
    pub fn new(seed: u64) -> Table {
        let regulars = (0..).zip(REGULARS);
        let players = regulars.map(|(index, framing)| Player::new(framing, seed ^ index << 32));
        Table {
            folder: tempfile::tempdir().expect("a folder for the journal"),
            players: players.collect(),
            seed,
            was_killed: false,
            known: Recovered::default(),
        }
    }

    /// What `serve` is started with, but the folder.
    pub fn rooms() -> Vec<String> {
        let option = |(code, mode)| ["--room".to_owned(), format!("{code}={mode}")];
        ROOMS.into_iter().flat_map(option).collect()
    }

    /// The server on this folder.
    pub fn serve(&self) -> Server {
        let rooms = Table::rooms();
        let rooms: Vec<&str> = rooms.iter().map(String::as_str).collect();
        Server::with_data(self.folder.path(), &rooms)
    }

    /// Everyone connects. Who has a seat comes back to it, and must be told what the journal
    /// says of it.
    pub fn sit_down(&mut self, server: &Server) {
        self.players.truncate(REGULARS.len());
        for (index, framing) in (0..).zip(VISITORS) {
            let seed = self.seed ^ self.known.head() << 8 ^ index;
            self.players.push(Player::new(framing, !seed));
        }
        for player in &mut self.players {
            player.connect(server);
            let Some(code) = player.code(player.room) else {
                continue;
            };
            let (room, id) = (code.room_id(), code.key.player());
            let got = player.ask(Say::Resume(code));
            if self.known.sits(Some(room), id) {
                let expected = self.known.resume(room, id);
                assert_eq!(
                    got.as_deref(),
                    Some(&*expected),
                    "REPRENDRE {code} after the restart"
                );
            } else {
                // They had said FIN.
                let got = got.expect("an answer");
                assert!(
                    got.starts_with("Erreur"),
                    "expected: no seat for {code}, which was left; got: {got:?}"
                );
                player.forget_seat();
                player.connect(server);
            }
        }
    }

    /// Everyone plays until the server is gone; `end` is what becomes of it.
    pub fn play(&mut self, server: &mut Server, end: impl FnOnce(&mut Server)) {
        self.was_killed = false;
        thread::scope(|scope| {
            for player in &mut self.players {
                scope.spawn(|| player.play());
            }
            end(server);
        });
    }

    /// Everyone plays for so long, then the power is cut.
    pub fn play_and_kill(&mut self, server: &mut Server, after: Duration) {
        self.play(server, |server| {
            // No event is waited for: the moment is what the seed chooses.
            thread::sleep(after);
            server.kill();
        });
        self.was_killed = true;
    }

    /// Everyone says so many things and is answered each time; then the power is cut.
    pub fn play_unhurt_and_kill(&mut self, server: &mut Server, bursts: u32) {
        thread::scope(|scope| {
            for player in &mut self.players {
                scope.spawn(move || player.play_unhurt(bursts));
            }
        });
        server.kill();
        self.was_killed = true;
    }

    /// The server is down: acknowledged ⊆ recovered ⊆ sent.
    pub fn check(&mut self) -> Counts {
        let recovered = Recovered::from(self.folder.path());
        let since = self.known.head();
        assert!(
            recovered.records.starts_with(&self.known.records),
            "expected: the {since} entries of the last time, and more; got {}: {:?}",
            recovered.head(),
            recovered.records,
        );
        let mut here: HashSet<PlayerId> = HashSet::new();
        for player in &mut self.players {
            here.extend(judge(player, &recovered, since));
            find_seat(player, &recovered, self.was_killed);
        }
        for record in recovered.records.iter().skip(since as usize) {
            let is_request = matches!(record.entry, Entry::Guess { .. } | Entry::Rename { .. });
            let is_known = record.entry.player().is_some_and(|id| here.contains(&id));
            assert!(
                is_known || !is_request,
                "expected: entries of {here:?}; got: {record:?}, which nobody sent"
            );
        }
        let counts = Counts {
            entries: recovered.head() - since,
            answers: self.players.iter().map(|p| p.answers.len()).sum(),
            unanswered: self.players.iter().map(|p| p.unanswered().len()).sum(),
        };
        self.known = recovered;
        counts
    }

    /// The server is down: the journal takes the last requests a second time, as where a writer
    /// got no answer and asked again. What is known stays: they must change nothing.
    pub fn repeat_requests(&mut self) {
        let is_move = |entry: &Entry| entry.is_departure() || matches!(entry, Entry::Join { .. });
        let is_request =
            |entry: &Entry| matches!(entry, Entry::Guess { .. } | Entry::Rename { .. });
        // Before somebody took or left a seat they counted from another beginning.
        let latest = self.known.records.iter().rev();
        let latest = latest.take_while(|record| !is_move(&record.entry));
        let mut repeats: Vec<Record> = latest
            .filter(|record| is_request(&record.entry))
            .cloned()
            .collect();
        repeats.reverse();
        let store = Store::Local(self.folder.path().to_owned());
        let journal = Journal::open(&store, &mut |_, _| {}).expect("it was read just now");
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.expect("a runtime without sockets");
        let committed = runtime.block_on(journal.append(repeats.clone()));
        committed.expect("the disk is sound");
        journal.close().expect("the disk is sound");
        self.known.records.append(&mut repeats);
    }

    /// Everyone was told that the server ends, unless they had said `FIN` themselves.
    pub fn assert_dismissed(&self) {
        for player in &self.players {
            assert!(
                player.dismissed || player.said.last() == Some(&Say::End),
                "expected: the end in the protocol's words, to {:?} of {:?}; got: none, after {:?}",
                player.unanswered(),
                player.framing,
                player.answers.last()
            );
        }
    }
}

/// What one check has compared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    pub entries: u64,
    pub answers: usize,
    pub unanswered: usize,
}

/// Where the player sits, now that the server is down: where they were told, or where a message
/// without an answer has brought them; nowhere after `FIN`.
fn find_seat(player: &mut Player, recovered: &Recovered, was_killed: bool) {
    let Some(key) = player.key else {
        return;
    };
    let sits = |room| recovered.sits(player.room_id(room), key.player());
    let (sits_there, unanswered) = (sits(player.room), player.unanswered());
    let has_left = player.said.last() == Some(&Say::End);
    if has_left && unanswered.is_empty() && was_killed {
        assert!(!sits_there, "expected: no seat after FIN; got: one");
        return;
    }
    let went = unanswered.iter().find_map(|say| match say {
        Say::Enter(room) if sits(*room) => Some(*room),
        _ => None,
    });
    assert!(
        sits_there || went.is_some() || has_left,
        "expected: a seat in {:?}; got: none; unanswered: {unanswered:?}",
        player.room
    );
    if let (false, Some(room)) = (sits_there, went) {
        player.room = room;
    }
}
