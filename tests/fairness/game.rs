//! A game on one of the twins, and all that is seen of it.

use std::time::Instant;

use game::rules::{Mode, Seed};
use tempfile::TempDir;

use super::seen::{banner, is_date, is_digest, masked, text, views};
use super::twins::{KEYS, code, folder, number};
use crate::common::{Lines, PATIENCE, Server, program, run, wait_for_guess};

/// What the first player says in round 2, with guesses below both numbers.
const SAID: [&str; 17] = [
    "PREUVE",
    "SCORES",
    "50",
    "AIDE",
    "NOM Lou",
    "douze",
    "1e1",
    "101",
    "-3",
    "",
    "PREUVE 2",
    "MOTS signes",
    "MOTS fr",
    "REPRENDRE",
    "SALLE 9999",
    "1",
    "REPRENDRE HALL-AAAAAAAAAAAAAAAA",
];

/// A game on one of the twins.
pub struct Game {
    mode: Mode,
    pub seed: Seed,
    pub folder: TempDir,
    pub server: Server,
    players: [Lines; 2],
    /// All that has come out, in order.
    pub seen: String,
}

impl Game {
    /// Serves the folder; both players come back.
    pub fn start(mode: Mode, seed: Seed) -> Game {
        let folder = folder(mode, seed);
        let mut seen = banner(folder.path());
        let server = Server::with_data(folder.path(), &[]);
        let players = KEYS.map(|key| {
            let mut player = Lines::connect(server.text);
            seen += &player.greeting;
            seen += &player.ask(&format!("REPRENDRE {}", code(mode, key)));
            player
        });
        Game {
            mode,
            seed,
            folder,
            server,
            players,
            seen,
        }
    }

    /// A player says something and is answered.
    pub fn ask(&mut self, player: usize, message: &str) -> String {
        let answer = self.players[player].ask(message);
        self.seen += &format!("{player} {message:?}: {answer}\n");
        answer
    }

    /// The second player's guess waits for the first's: who is here may look on.
    fn guess_and_wait(&mut self, value: i32) {
        self.players[1].send(&value.to_string());
        wait_for_guess(self.folder.path(), "TWIN", value);
        self.see_scores(0);
    }

    /// The first player wins round 1, which shows the same number in both twins.
    pub fn win_first(&mut self) {
        if self.mode == Mode::Closest {
            self.guess_and_wait(1);
        }
        self.ask(0, &number(&self.seed, 1).to_string());
        if self.mode == Mode::Closest {
            self.seen += &self.players[1].read();
        }
        // The hall's scores are read from the results, which come just after the win.
        let deadline = Instant::now() + PATIENCE;
        while !self.players[0].ask("SCORES").contains("Les meilleurs") {
            assert!(Instant::now() < deadline, "the win has no result");
        }
    }

    /// Asks for what a player may look at at any time.
    fn see_scores(&mut self, player: usize) {
        for message in ["SCORES", "PREUVE"] {
            self.ask(player, message);
        }
    }

    /// Round 2 as far as both numbers deserve the same.
    pub fn play(&mut self) {
        let holds = self.mode == Mode::Closest;
        for message in SAID {
            let is_guess = message.parse().is_ok_and(|n: i32| (1..=100).contains(&n));
            // In this mode the first player's guess would be answered with the number.
            if !(is_guess && holds) {
                self.ask(0, message);
            }
        }
        self.see_scores(1);
        if holds {
            self.guess_and_wait(50);
        } else {
            // The news of round 1, where there is some, then a guess.
            self.ask(1, "2");
            self.ask(1, "3");
        }
        // Both come back on another connection, which asks in other words.
        for (index, words) in [(0, "plus"), (0, "en"), (1, "signes")] {
            let mut player = Lines::connect(self.server.text);
            player.ask(&format!("MOTS {words}"));
            self.seen += &player.ask(&format!("RESUME {}", code(self.mode, KEYS[index])));
            self.players[index] = player;
            self.ask(index, "HELP");
            self.see_scores(index);
        }
        self.ask(0, "MOTS fr");
    }

    /// What other doors than the text door show: exports, and the journal's views.
    pub fn outside(&mut self) {
        let folder = self.folder.path();
        for format in ["csv", "json"] {
            let arguments = ["export", "--format", format, "--data"];
            let done = run(program().args(arguments).arg(folder));
            self.seen += &text(&done.stdout);
            self.seen += &text(&done.stderr);
        }
        self.seen += &views(folder);
    }

    /// What is seen, without what differs from run to run: the folder, the ports, dates, and what
    /// nobody can foresee: commitments and nonces, 64 hexadecimal digits each.
    pub fn comparable(&self) -> String {
        let folder = self.folder.path().to_str().expect("a UTF-8 path");
        let seen = self.seen.replace(folder, "FOLDER");
        let seen = masked(&seen, "DIGEST", |c| c.is_ascii_hexdigit(), is_digest);
        masked(&seen, "DATE", |c| !matches!(c, '"' | ',' | '\n'), is_date)
    }
}
