//! Where an address leads to: to a listener of a page, to a real connection that the driver is to dial, or
//! nowhere.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use super::{LEAST_PORT, ListenerId, ProgramId, Relay};
use game::address::kind::Kind;

/// A server that every program may connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// A page's listener.
    Listener(ListenerId),
    /// A program on a pupil's own machine.
    Outside(SocketAddr),
    /// This program's own server of the game.
    Own,
}

/// Where the driver is to connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Far {
    /// The game's text port.
    Game,
    /// A published program on a pupil's own machine, by its address of the class.
    Outside(Ipv4Addr, SocketAddr),
    /// This program's own server of the game, for a meeting.
    Own,
    /// Who examines this program.
    Examiner(ProgramId),
    /// A port of this server that is not the game's: a practice port, if anything.
    Here(u16),
    /// A real program on the machine of a player, if a player is present there.
    Player(SocketAddrV4),
}

/// Where an address leads to.
pub(super) enum Route {
    Listener(ListenerId),
    Dialled(Far),
    /// The machine is there, and nobody listens at this port of it.
    Nobody,
    /// No machine that the workshop leads to.
    Outside,
}

/// Whether an address exists in the workshop only: RFC 2544 has set its network aside for tests.
pub fn is_invented(address: Ipv4Addr) -> bool {
    matches!(address.octets(), [198, 18 | 19, ..])
}

/// Whether a player's machine may have this address.
fn is_of_machine(address: Ipv4Addr) -> bool {
    let kind = Kind::of(address.into());
    matches!(kind, Kind::Private | Kind::Shared | Kind::Global) && !is_invented(address)
}

/// The address of the class's server number N, in the half of RFC 2544's network that no machine gets.
pub fn class_address(number: u16) -> Ipv4Addr {
    let [high, low] = number.to_be_bytes();
    Ipv4Addr::new(198, 19, high, low)
}

/// The number of the class's server at this address.
pub fn class_number(address: Ipv4Addr) -> u16 {
    let [_, _, high, low] = address.octets();
    u16::from_be_bytes([high, low])
}

impl Relay {
    /// The server that is published at an address of the class.
    pub fn published(&self, address: Ipv4Addr) -> Option<Published> {
        self.published.get(&address).copied()
    }

    /// Where an address leads to that a program of this machine connects to.
    pub(super) fn route(&self, machine: Ipv4Addr, ip: Ipv4Addr, port: u16) -> Route {
        let is_own = ip.is_loopback() || ip.is_unspecified() || ip == machine;
        let target = if is_own { machine } else { ip };
        let mut there = self.listeners.iter().filter(|(_, it)| it.machine == target);
        let found = there.find(|(_, it)| {
            let reached = match it.at.ip() {
                any if any.is_unspecified() => true,
                bound if bound.is_loopback() => is_own && ip != machine,
                bound => *bound == ip,
            };
            it.at.port() == port && reached
        });
        if let Some((id, _)) = found {
            return Route::Listener(*id);
        }
        let is_server = self.machines.is_server(ip);
        let is_there = is_own || self.machines.is_there(ip);
        let is_outside = self.is_outside && is_of_machine(ip) && port >= LEAST_PORT;
        if is_there && is_outside && !is_server {
            return Route::Dialled(Far::Player(SocketAddrV4::new(ip, port)));
        }
        if is_there {
            return Route::Nobody;
        }
        if let Some(server) = self.published.get(&ip) {
            return match *server {
                Published::Listener(id) => match self.listeners.get(&id) {
                    Some(listener) if listener.at.port() == port => Route::Listener(id),
                    _ => Route::Nobody,
                },
                Published::Outside(at) if at.port() == port => Route::Dialled(Far::Outside(ip, at)),
                Published::Outside(_) => Route::Nobody,
                Published::Own => Route::Dialled(Far::Own),
            };
        }
        if is_server {
            if self.game_port == Some(port) {
                return Route::Dialled(Far::Game);
            }
            let published = self.listeners.iter().find(|(_, it)| it.port == Some(port));
            return match published {
                Some((id, _)) => Route::Listener(*id),
                None if port >= LEAST_PORT => Route::Dialled(Far::Here(port)),
                None => Route::Nobody,
            };
        }
        if is_outside {
            return Route::Dialled(Far::Player(SocketAddrV4::new(ip, port)));
        }
        Route::Outside
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench::*;
    use super::super::{Author, Input, Output, PageId};
    use super::*;
    use crate::workshop::call::{Answer, errno};

    /// Protects the school's network from a page's program: nothing but the pages' listeners and the
    /// game's port is ever reached.
    #[test]
    fn no_other_address_is_reached() {
        let mut bench = Bench::new();
        let program = bench.program(1, [10, 0, 0, 1]);
        let addresses = [
            "169.254.169.254",
            "10.0.0.2",
            "192.168.1.1",
            "192.168.1.255",
            "224.0.0.1",
            "1.1.1.1",
            "255.255.255.255",
            "172.17.0.1",
            "100.64.0.1",
            "198.18.0.1",
        ];
        for address in addresses {
            for port in [22, 80, 8080, GAME, 65_535] {
                let ip = address.parse().expect("an address");
                let refused = bench.call(program, connect(3, ip, port));
                assert_eq!(
                    refused,
                    Answer::Failed(errno::ENETUNREACH),
                    "{address}:{port}"
                );
            }
        }
        for ip in [HERE, ANY, Ipv4Addr::new(127, 1, 2, 3), SERVER] {
            for port in [22, 80, 8080, 65_535] {
                if ip == SERVER && port >= LEAST_PORT {
                    // It may be a practice port; the driver knows.
                    continue;
                }
                let refused = bench.call(program, connect(3, ip, port));
                assert_eq!(refused, Answer::Failed(errno::ECONNREFUSED), "{ip}:{port}");
            }
        }
        let refused = bench.call(program, connect(3, HERE, GAME));
        assert_eq!(
            refused,
            Answer::Failed(errno::ECONNREFUSED),
            "127.0.0.1 is the page"
        );
        let dials = |it: &Output| matches!(it, Output::Dial(..));
        assert!(!bench.outputs.iter().any(dials));
        bench.waits(program, connect(3, SERVER, GAME));
        // The game counts it as the page's own, with its shares and bars.
        let dialled = bench.outputs.iter().find_map(|it| match it {
            Output::Dial(tcp, _) => Some(*tcp),
            _ => None,
        });
        let page = dialled.and_then(|tcp| bench.relay.page_that_dials(tcp));
        assert_eq!(page, Some(PageId(1)));
    }

    /// Where the teacher lets programs connect to real ones, the driver is asked for machines that a player
    /// may have, at ports from 1024 on, and for nothing else; it asks whether a player is present there.
    #[test]
    fn real_programs_are_reached_while_the_teacher_allows_it() {
        let mut bench = Bench::new();
        let program = bench.program(1, [10, 0, 0, 1]);
        bench.program(2, [10, 0, 0, 2]);
        bench.handle(Input::Outside(true));
        let dialled = |bench: &Bench| {
            let last = bench.outputs.iter().rev().find_map(|it| match it {
                Output::Dial(tcp, far) => Some((*tcp, *far)),
                _ => None,
            });
            last.expect("the driver is to connect")
        };
        let never = [
            ("127.0.0.1", errno::ECONNREFUSED),
            ("0.0.0.0", errno::ECONNREFUSED),
            ("0.1.2.3", errno::ENETUNREACH),
            ("169.254.169.254", errno::ENETUNREACH),
            ("192.0.2.1", errno::ENETUNREACH),
            ("198.18.0.9", errno::ENETUNREACH),
            ("198.19.3.3", errno::ENETUNREACH),
            ("224.0.0.1", errno::ENETUNREACH),
            ("255.255.255.255", errno::ENETUNREACH),
        ];
        for (address, number) in never {
            let ip = address.parse().expect("an address");
            let refused = bench.call(program, connect(3, ip, GAME));
            assert_eq!(refused, Answer::Failed(number), "{address}");
        }
        let near = Ipv4Addr::new(10, 0, 0, 2);
        for port in [22, 80, 1023] {
            let refused = bench.call(program, connect(3, near, port));
            assert_eq!(refused, Answer::Failed(errno::ECONNREFUSED), "{port}");
        }
        let far = Ipv4Addr::new(10, 0, 0, 3);
        for port in [22, 1023] {
            let refused = bench.call(program, connect(3, far, port));
            assert_eq!(refused, Answer::Failed(errno::ENETUNREACH), "{port}");
        }
        assert!(
            !bench
                .outputs
                .iter()
                .any(|it| matches!(it, Output::Dial(..)))
        );
        // Of this server only the game; anything else of it is no machine of a player.
        bench.waits(program, connect(3, SERVER, 8080));
        assert_eq!(dialled(&bench).1, Far::Here(8080));

        let waits = bench.waits(program, connect(4, far, 5000));
        let (tcp, to) = dialled(&bench);
        assert_eq!(to, Far::Player(SocketAddrV4::new(far, 5000)));
        bench.handle(Input::Dialled(tcp, Err(errno::EHOSTUNREACH)));
        let failed = Some(Answer::Failed(errno::EHOSTUNREACH));
        assert_eq!(bench.answer(waits), failed);

        // A page is open there, and nobody listens in it: its machine may have a real program.
        bench.waits(program, connect(5, near, 5000));
        let (tcp, to) = dialled(&bench);
        assert_eq!(to, Far::Player(SocketAddrV4::new(near, 5000)));
        bench.handle(Input::Dialled(tcp, Ok(())));
        bench.call(program, send(5, b"hello"));
        let said = Output::Said(
            Author::Page(PageId(1)),
            Author::Outside(SocketAddrV4::new(near, 5000)),
            b"hello".to_vec(),
        );
        assert!(
            bench.outputs.contains(&said),
            "pupils' talk can be reported"
        );
        let waits = bench.waits(program, recv(5));
        bench.handle(Input::Outside(false));
        let reset = Some(Answer::Failed(errno::ECONNRESET));
        assert_eq!(bench.answer(waits), reset);
        let refused = bench.call(program, connect(6, near, 5000));
        assert_eq!(refused, Answer::Failed(errno::ECONNREFUSED));

        // What is allowed ends with the pupil's talk, too.
        bench.handle(Input::Outside(true));
        bench.handle(Input::Quiet(true));
        let refused = bench.call(program, connect(7, near, 5000));
        assert_eq!(refused, Answer::Failed(errno::EPERM));
    }
}
