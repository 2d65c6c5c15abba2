//! Talk: which machines may talk to each other, and what pupils say to others.

use std::net::{Ipv4Addr, SocketAddrV4};

use super::connection::{Owner, SideId};
use super::route::Far;
use super::{Browser, Output, PageId, ProgramId, Relay};
use game::limits::WORKSHOP_SHOWN;

/// One side of a talk between pupils.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// A program of this page.
    Page(PageId),
    /// A real program at this address.
    Outside(SocketAddrV4),
    /// The practice port of this browser's pupil, at this address: what comes out of it may be others'.
    Port(Browser, SocketAddrV4),
}

impl Relay {
    /// Whether the teacher has ended the talk of this page's browser.
    pub fn is_mute(&self, page: PageId) -> bool {
        let page = self.pages.get(&page);
        page.is_some_and(|it| self.machines.is_mute(it.browser))
    }

    /// Whether no machine may talk to another.
    pub fn is_quiet(&self) -> bool {
        self.is_quiet
    }

    /// Whether programs may connect to real programs on the machines of players.
    pub fn is_outside(&self) -> bool {
        self.is_outside
    }

    /// Whether the teacher has ended the talk of this browser, or all talk.
    pub fn is_silent(&self, browser: Browser) -> bool {
        self.is_quiet || self.machines.is_mute(browser)
    }

    pub(super) fn quiet(&mut self, on: bool) {
        self.is_quiet = on;
        self.break_talks();
    }

    pub(super) fn outside(&mut self, on: bool) {
        self.is_outside = on;
        if !on {
            self.break_ways();
        }
    }

    pub(super) fn mute(&mut self, page: PageId, on: bool) {
        let Some(browser) = self.browser(page) else {
            return;
        };
        self.machines.mute(browser, on);
        if on {
            let pages = self.pages.values().filter(|it| it.browser == browser);
            let programs: Vec<ProgramId> = pages.flat_map(|it| it.programs.clone()).collect();
            programs.into_iter().for_each(|program| self.end(program));
            // Those of others may be in this browser's practice port.
            self.break_talks();
        }
    }

    /// Whether two machines may talk; `None` is a real program.
    pub(super) fn may_talk(&self, one: Ipv4Addr, other: Option<Ipv4Addr>) -> bool {
        let is_mute = |address| self.machines.is_mute_at(address);
        Some(one) == other || !(self.is_quiet || is_mute(one) || other.is_some_and(is_mute))
    }

    /// Whether a program of this machine may talk to what the driver is to connect to.
    pub(super) fn may_dial(&self, machine: Ipv4Addr, far: Far) -> bool {
        match far {
            Far::Outside(..) => self.may_talk(machine, None),
            Far::Player(at) => self.may_talk(machine, Some(*at.ip())),
            // Whose practice port it is, if any, is known once it is dialled.
            Far::Game | Far::Own | Far::Examiner(_) | Far::Here(_) => true,
        }
    }

    /// Breaks off the connections whose sides may not talk any more.
    fn break_talks(&mut self) {
        let sides: Vec<SideId> = self.sides.ids().collect();
        for side in sides {
            let peer = self.sides.peer(side);
            if let Some(machine) = self.machine_at(side)
                && self.author(peer).is_some()
                && !self.may_talk(machine, self.machine_at(peer))
            {
                self.sever(side);
            }
        }
    }

    /// Breaks off the connections to real programs on players' machines.
    fn break_ways(&mut self) {
        let is_over = |far: Option<Far>| matches!(far, Some(Far::Player(_)));
        let over = self.real.values().filter(|it| is_over(it.far));
        let sides: Vec<SideId> = over.map(|it| it.side).collect();
        for side in sides {
            self.sever(side);
        }
    }

    /// Breaks a connection off for both of its sides.
    fn sever(&mut self, side: SideId) {
        for side in [side, self.sides.peer(side)] {
            let between = self.sides.break_off(side);
            self.closed(between);
        }
    }

    /// The machine of a side's program, or of the pupil whose practice port has the side.
    pub(super) fn machine_at(&self, side: SideId) -> Option<Ipv4Addr> {
        match self.sides.host(side) {
            Some(host) => self.machines.address(host),
            None => Some(self.program_at(side)?.machine),
        }
    }

    /// Who is at a side, if another pupil may be.
    fn author(&self, side: SideId) -> Option<Author> {
        let Owner::Tcp(tcp) = self.sides.between(side).from else {
            return Some(Author::Page(self.program_at(side)?.page));
        };
        let ours = self.sides.ours(side);
        match self.real.get(&tcp)?.far {
            None | Some(Far::Outside(..) | Far::Player(_)) => Some(Author::Outside(ours)),
            Some(Far::Here(_)) => {
                let page = self.program_at(self.sides.peer(side))?.page;
                let browser = self.browser(page)?;
                let other = self.sides.host(side).filter(|host| *host != browser);
                other.map(|host| Author::Port(host, ours))
            }
            Some(Far::Game | Far::Own | Far::Examiner(_)) => None,
        }
    }

    /// Takes note of what one side has sent to another page or to a real program, and reversely.
    pub(super) fn said(&mut self, side: SideId, bytes: &[u8]) {
        if let Some(from) = self.author(side)
            && let Some(to) = self.author(self.sides.peer(side))
            && from != to
        {
            let bytes = bytes[..bytes.len().min(WORKSHOP_SHOWN)].to_vec();
            self.outputs.push_back(Output::Said(from, to, bytes));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench::*;
    use super::super::{Input, Taken};
    use super::*;
    use crate::workshop::call::{Answer, Call, errno};

    /// Protects a class from a talk that gets out of hand: the teacher ends it for all or for one, and
    /// each pupil's own two programs and the game go on.
    #[test]
    fn the_teacher_ends_talk_between_browsers() {
        let mut bench = Bench::new();
        let (server, client) = bench.connected();
        bench.call(client, send(4, b"hello"));
        let authors = [1, 2].map(|page| Author::Page(PageId(page)));
        let said = Output::Said(authors[1], authors[0], b"hello".to_vec());
        assert!(bench.outputs.contains(&said));
        let neighbour = bench.sibling(1, 11);
        bench.call(neighbour, connect(4, HERE, 50_000));
        bench.call(server, Call::Accept { fd: 3, new: 5 });
        bench.waits(client, connect(6, SERVER, GAME));
        let waits = bench.waits(client, recv(4));
        let reset = Answer::Failed(errno::ECONNRESET);
        let refused = Answer::Failed(errno::EPERM);
        bench.handle(Input::Quiet(true));
        assert_eq!(bench.answer(waits), Some(reset.clone()));
        let ip = bench.address(1);
        assert_eq!(bench.call(client, connect(7, ip, 50_000)), refused);
        bench.call(neighbour, send(4, b"mine"));
        assert_eq!(bench.call(server, recv(5)), done(b"mine"));
        let own = bench
            .outputs
            .iter()
            .filter(|it| matches!(it, Output::Said(..)));
        assert_eq!(own.count(), 1, "a page's own programs are no talk");
        bench.handle(Input::Quiet(false));
        bench.call(client, connect(7, ip, 50_000));
        bench.call(server, Call::Accept { fd: 3, new: 6 });
        let waits = bench.waits(server, recv(6));
        bench.handle(Input::Mute(PageId(2), true));
        assert_eq!(
            bench.answer(waits),
            Some(done(b"")),
            "its programs have ended"
        );
        assert!(bench.relay.is_mute(PageId(2)) && !bench.relay.is_mute(PageId(1)));
        let again = bench.sibling(2, 22);
        assert_eq!(bench.call(again, connect(4, ip, 50_000)), refused);
        bench.handle(Input::Mute(PageId(2), false));
        let done = bench.call(again, connect(4, ip, 50_000));
        assert!(matches!(done, Answer::Done(_)), "{done:?}");
    }

    /// Protects a class from talk that goes by a pupil's practice port: there, too, the teacher ends it, what
    /// was said can be reported, and the pupil's own programs go on.
    #[test]
    fn talk_by_a_practice_port_is_talk() {
        let mut bench = Bench::new();
        let owner = bench.program(1, [10, 0, 0, 1]);
        let guest = bench.program(2, [10, 0, 0, 2]);
        let browser = bench.relay.browser(PageId(1)).expect("an open page");
        let port = SocketAddrV4::new(SERVER, 5000);
        let enter = |bench: &mut Bench, program, fd| {
            bench.waits(program, connect(fd, SERVER, 5000));
            let dialled = bench.outputs.iter().rev().find_map(|it| match it {
                Output::Dial(tcp, Far::Here(5000)) => Some(*tcp),
                _ => None,
            });
            let tcp = dialled.expect("the driver is to connect");
            let may = bench.relay.practises(tcp, browser);
            let result = if may { Ok(()) } else { Err(errno::EPERM) };
            bench.handle(Input::Dialled(tcp, result));
            (tcp, may)
        };
        let (own, _) = enter(&mut bench, owner, 4);
        let (other, _) = enter(&mut bench, guest, 4);
        bench.call(owner, send(4, b"mine"));
        bench.call(guest, send(4, b"theirs"));
        bench.relay.put(own, b"an echo");
        bench.relay.put(other, b"of a third");
        bench.handle(Input::Expire(guest, 0, 0));
        let said: Vec<&Output> = (bench.outputs.iter())
            .filter(|it| matches!(it, Output::Said(..)))
            .collect();
        let (page, hosted) = (Author::Page(PageId(2)), Author::Port(browser, port));
        let expected = [
            Output::Said(page, hosted, b"theirs".to_vec()),
            Output::Said(hosted, page, b"of a third".to_vec()),
        ];
        assert_eq!(said, expected.iter().collect::<Vec<_>>());
        bench.call(guest, recv(4));
        assert_eq!(bench.relay.take(other), Taken::Bytes(b"theirs".to_vec()));

        let reset = Answer::Failed(errno::ECONNRESET);
        bench.handle(Input::Quiet(true));
        assert_eq!(bench.call(guest, recv(4)), reset);
        assert_eq!(bench.relay.take(other), Taken::Broken);
        assert_eq!(bench.call(owner, recv(4)), done(b"an echo"));
        assert_eq!(bench.relay.take(own), Taken::Bytes(b"mine".to_vec()));
        assert!(!enter(&mut bench, guest, 5).1 && enter(&mut bench, owner, 5).1);

        // Whichever of the two is mute.
        bench.handle(Input::Quiet(false));
        for (mute, guest) in [(1, guest), (2, bench.sibling(2, 22))] {
            let (tcp, may) = enter(&mut bench, guest, 6);
            assert!(may, "{mute}");
            bench.handle(Input::Mute(PageId(mute), true));
            let taken = bench.relay.take(tcp);
            assert!(matches!(taken, Taken::Broken | Taken::End), "{taken:?}");
            let fresh = bench.sibling(2, 30 + u128::from(mute));
            assert!(!enter(&mut bench, fresh, 7).1, "{mute}");
            assert_eq!(bench.relay.is_silent(browser), mute == 1);
            bench.handle(Input::Mute(PageId(mute), false));
        }
    }
}
