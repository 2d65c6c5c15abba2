//! Which programs may enter a tournament: those whose essential checks passed, as they were then.
//!
//! Of a program in a page a fingerprint of its text is kept, from which it can't be read, and of one on a
//! pupil's own machine its address; in memory only. A program that has been changed has another
//! fingerprint, so it is examined again first. What the page runs in the end, only the page knows.

use std::net::SocketAddr;

use lab::check::report::Side;
use sha2::{Digest, Sha256};

use super::directory::Seat;
use super::exam::Subject;
use super::relay::Browser;
use game::limits::WORKSHOP_PASSES;
use game::rules::{PlayerId, RoomCode};
use game::shares::Source;

/// What tells one program from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fingerprint {
    /// Of a program in a page: whether it was examined as a client or a server, and the SHA-256 of its text.
    Text(Side, [u8; 32]),
    /// Of a server on a pupil's own machine: its address.
    Server(SocketAddr),
    /// Of a client on a pupil's own machine: nothing.
    Client,
}

impl Fingerprint {
    /// That of a program in a page.
    pub fn of_text(side: Side, text: &str) -> Fingerprint {
        Fingerprint::Text(side, Sha256::digest(text).into())
    }

    /// That of a program that is examined.
    pub fn of(side: Side, subject: &Subject) -> Fingerprint {
        match (subject, side) {
            (Subject::Page { text, .. }, side) => Fingerprint::of_text(side, text),
            (Subject::Own { address, port }, Side::Server) => {
                Fingerprint::Server(SocketAddr::new(*address, *port))
            }
            (Subject::Own { .. }, Side::Client) => Fingerprint::Client,
        }
    }
}

/// A program whose essential checks passed in a browser.
#[derive(Clone, Debug)]
pub struct Pass {
    /// The browser that had it examined.
    pub browser: Browser,
    /// The seat of its page, if it had one.
    pub seat: Option<Seat>,
    /// The program.
    pub program: Fingerprint,
    /// The address, by which a full table is shared.
    pub from: Source,
}

impl Pass {
    /// Whether its page had a seat in this room, and this player's if one is given.
    pub fn is_of(&self, room: RoomCode, player: Option<PlayerId>) -> bool {
        self.seat.as_ref().is_some_and(|it| it.is(room, player))
    }

    fn is_same(&self, browser: Browser, program: &Fingerprint) -> bool {
        self.browser == browser && self.program == *program
    }
}

/// The passes of all browsers, the oldest first.
#[derive(Debug, Default)]
pub struct Passes(Vec<Pass>);

impl Passes {
    /// Keeps what came of an examination: the latest of a program decides. If there are
    /// [`WORKSHOP_PASSES`], the oldest of the address that has most goes.
    pub fn keep(&mut self, pass: Pass, is_fit: bool) {
        self.0.retain(|it| !it.is_same(pass.browser, &pass.program));
        if is_fit {
            if self.0.len() >= WORKSHOP_PASSES {
                let yields = oldest_of_most(self.0.iter().map(|it| it.from));
                self.0.remove(yields);
            }
            self.0.push(pass);
        }
    }

    /// Whether the essential checks of this program passed in this browser.
    pub fn has(&self, browser: Browser, program: &Fingerprint) -> bool {
        self.0.iter().any(|it| it.is_same(browser, program))
    }

    /// Keeps none that meets a condition.
    pub fn forget(&mut self, is_wanted: impl Fn(&Pass) -> bool) {
        self.0.retain(|it| !is_wanted(it));
    }
}

/// The place of the oldest of the address that has most, in a table that has the oldest first.
pub fn oldest_of_most(all: impl Iterator<Item = Source> + Clone) -> usize {
    let count = |from| all.clone().filter(|it| *it == from).count();
    let most = all.clone().map(count).max();
    let oldest = all.clone().position(|it| Some(count(it)) == most);
    oldest.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    fn pass(host: u8, text: &str) -> Pass {
        let address = IpAddr::from(Ipv4Addr::new(10, 0, 0, host));
        Pass {
            browser: (address, None),
            seat: None,
            program: Fingerprint::of_text(Side::Client, text),
            from: Source::from(address),
        }
    }

    /// Protects the tournament from what was never examined: a pass is of one browser and of one text as
    /// it was, and goes when the same text fails.
    #[test]
    fn a_pass_is_of_one_text_until_it_fails() {
        let mut passes = Passes::default();
        let ours = pass(1, "a = 1\n");
        passes.keep(ours.clone(), true);
        assert!(passes.has(ours.browser, &ours.program));
        for other in [
            pass(2, "a = 1\n"),
            pass(1, "a = 2\n"),
            pass(1, "a = 1"),
            Pass {
                program: Fingerprint::of_text(Side::Server, "a = 1\n"),
                ..ours.clone()
            },
        ] {
            assert!(!passes.has(other.browser, &other.program), "{other:?}");
            passes.keep(other, false);
        }
        assert!(passes.has(ours.browser, &ours.program));
        passes.keep(ours.clone(), false);
        assert!(!passes.has(ours.browser, &ours.program));
    }

    /// Protects the passes of a class from a pupil who has one text after the other examined.
    #[test]
    fn of_a_full_table_the_address_with_most_yields() {
        let mut passes = Passes::default();
        let first = pass(1, "first");
        passes.keep(first.clone(), true);
        for number in 0..WORKSHOP_PASSES + 10 {
            passes.keep(pass(2, &number.to_string()), true);
        }
        assert_eq!(passes.0.len(), WORKSHOP_PASSES);
        assert!(passes.has(first.browser, &first.program));
        let earliest = pass(2, "0");
        assert!(!passes.has(earliest.browser, &earliest.program));
        passes.forget(|it| it.browser == first.browser);
        assert!(!passes.has(first.browser, &first.program));
    }
}
