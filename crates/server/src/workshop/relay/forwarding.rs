//! Forwarding: a server of a program that connects to the game's own server, and says to others just what
//! it hears from there.

use std::net::Ipv4Addr;

use super::connection::{Between, Owner};
use super::route::Far;
use super::{Published, Relay};
use game::limits::WORKSHOP_SHOWN;

/// Messages of a program that are just what the game's own server has said, and no others, after which it
/// forwards: the greeting and two answers.
const FORWARDED: u32 = 3;

/// What a program hears from the game's own server, beside what it says to others.
#[derive(Debug, Default)]
pub(super) struct Forwarding {
    /// The first bytes of what the game's own server has said to it last.
    heard: Vec<u8>,
    /// How often it has said just that to another.
    same: u32,
    /// How often it has said something else to another.
    other: u32,
    /// Whether it was seen to say only what the game's own server says to it.
    is_seen: bool,
}

impl Forwarding {
    fn hear(&mut self, bytes: &[u8]) {
        self.heard = bytes.to_vec();
    }

    fn say(&mut self, bytes: &[u8]) {
        // A program that has heard nothing of the game forwards nothing.
        if self.heard.is_empty() {
            return;
        }
        match self.heard == bytes {
            true => self.same += 1,
            false => self.other += 1,
        }
        self.is_seen |= self.same == FORWARDED && self.other == 0;
    }
}

impl Relay {
    /// Whether the program that is published at an address of the class was seen to say only what the game's
    /// own server says to it.
    pub fn forwards(&self, address: Ipv4Addr) -> bool {
        let Some(Published::Listener(id)) = self.published.get(&address) else {
            return false;
        };
        let listener = self.listeners.get(id);
        let program = listener.and_then(|it| self.programs.get(&it.program));
        program.is_some_and(|it| it.forwarding.is_seen)
    }

    /// Takes note of what a program hears from the game's own server, and whether it says the same to
    /// others.
    pub(super) fn note_forwarding(&mut self, between: Between, bytes: &[u8]) {
        let bytes = bytes.trim_ascii();
        let bytes = &bytes[..bytes.len().min(WORKSHOP_SHOWN)];
        let is_game = |owner| match owner {
            Owner::Tcp(tcp) => {
                let far = self.real.get(&tcp).and_then(|it| it.far);
                matches!(far, Some(Far::Game | Far::Own))
            }
            _ => false,
        };
        match (between.from, between.to) {
            (from, Owner::Program(program, _)) if is_game(from) => {
                if let Some(it) = self.programs.get_mut(&program) {
                    it.forwarding.hear(bytes);
                }
            }
            (Owner::Program(program, _), to) if !is_game(to) => {
                if let Some(it) = self.programs.get_mut(&program) {
                    it.forwarding.say(bytes);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench::*;
    use super::super::{Input, Output, class_address};
    use super::*;
    use crate::workshop::call::Call;

    /// Protects the fact that the teacher is shown: a server that says only what the game says to it is
    /// told apart from one that plays with the game and has words of its own, and from the page's other
    /// program, whenever either is published.
    #[test]
    fn a_server_that_only_forwards_is_told() {
        for (own, expected) in [(None, true), (Some(b"Trop petit".as_slice()), false)] {
            let mut bench = Bench::new();
            let program = bench.program(1, [10, 0, 0, 1]);
            bench.listen(program, ANY, 50_000);
            bench.waits(program, connect(5, SERVER, GAME));
            let game = bench.outputs.iter().find_map(|it| match it {
                Output::Dial(tcp, _) => Some(*tcp),
                _ => None,
            });
            let game = game.expect("the driver is to connect");
            bench.handle(Input::Dialled(game, Ok(())));
            let client = bench.program(2, [10, 0, 0, 2]);
            let address = bench.address(1);
            bench.call(client, connect(3, address, 50_000));
            bench.call(program, Call::Accept { fd: 3, new: 4 });
            for said in ["Bonjour\n", "Trop grand\n", "Trop petit\n", "Gagné\n"] {
                bench.relay.put(game, said.as_bytes());
                bench.call(program, recv(5));
                bench.call(program, send(5, b"50"));
                bench.call(program, send(4, own.unwrap_or(said.trim().as_bytes())));
                bench.call(client, recv(3));
            }
            let other = bench.sibling(1, 11);
            bench.listen(other, ANY, 50_001);
            let at = class_address(1);
            for (program, expected) in [(program, expected), (other, false), (program, expected)] {
                let (listener, _) = bench.relay.listener_of(program).expect("it listens");
                bench.handle(Input::Publish(at, Published::Listener(listener)));
                assert_eq!(bench.relay.forwards(at), expected, "{own:?}");
                bench.handle(Input::Withdraw(at));
                assert!(!bench.relay.forwards(at));
            }
        }
    }
}
