//! Meetings: a program connects to a server of the class, wherever its own address leads, and the
//! tournament is told the facts of what both do.

use std::net::Ipv4Addr;

use lab::check::pair::meeting::{Fact, Fault, Party, Waiting};

use super::connection::{Between, Owner};
use super::{Output, PageId, ProgramId, Published, Relay, Socket};
use crate::workshop::call::{Call, Fd};

impl Relay {
    /// Whether a page runs a program that meets a server.
    pub fn meets(&self, page: PageId) -> bool {
        let mut all = self.programs.values();
        all.any(|it| it.page == page && it.meets.is_some())
    }

    /// What a program that meets a server, and the server, wait for; `None` once it has ended.
    pub fn still(&self, program: ProgramId) -> Option<Fact> {
        let it = self.programs.get(&program)?;
        let address = it.meets?;
        let (client, asked) = self.waits(program);
        let mut far = it.sockets.values().filter_map(|socket| match socket {
            Socket::Connected(side) => Some(self.sides.between(*side).to),
            _ => None,
        });
        let server = match far.next_back() {
            Some(Owner::Program(server, _)) => self.waits(server).0,
            Some(Owner::Nobody) => Waiting::Ended,
            Some(Owner::Tcp(_) | Owner::Listener(_)) | None => self.server_waits(address),
        };
        Some(Fact::Still {
            server,
            client,
            asked,
        })
    }

    /// What the program at an address of the class waits for.
    pub fn server_waits(&self, address: Ipv4Addr) -> Waiting {
        match self.published.get(&address) {
            Some(Published::Listener(id)) => match self.listeners.get(id) {
                Some(listener) => self.waits(listener.program).0,
                None => Waiting::Ended,
            },
            Some(Published::Outside(_)) => Waiting::Other,
            // It answers each message at once.
            Some(Published::Own) => Waiting::Message,
            None => Waiting::Ended,
        }
    }

    /// What a program waits for, and what it asks its user.
    fn waits(&self, program: ProgramId) -> (Waiting, String) {
        let Some(it) = self.programs.get(&program) else {
            return (Waiting::Ended, String::new());
        };
        // There are no threads.
        let Some((_, call)) = it.lanes.waiting().next() else {
            return (Waiting::Computing, String::new());
        };
        let waiting = match call {
            Call::Recv { .. } => Waiting::Message,
            Call::Send { .. } => Waiting::Reader,
            Call::Accept { .. } => Waiting::Player,
            Call::Sleep => Waiting::Time,
            Call::Input { asked } => return (Waiting::Keyboard, asked.clone()),
            Call::Select { read, .. } => {
                let talks = |fd: &Fd| matches!(it.sockets.get(fd), Some(Socket::Connected(_)));
                match read.iter().any(talks) {
                    true => Waiting::Message,
                    false => Waiting::Player,
                }
            }
            _ => Waiting::Other,
        };
        (waiting, String::new())
    }

    /// Where a program that meets a server connects to.
    pub(super) fn meeting_place(&self, program: ProgramId) -> Option<(Ipv4Addr, u16)> {
        let address = self.programs.get(&program)?.meets?;
        let port = match self.published.get(&address) {
            Some(Published::Listener(id)) => self.listeners.get(id)?.at.port(),
            Some(Published::Outside(at)) => at.port(),
            Some(Published::Own) | None => 0,
        };
        Some((address, port))
    }

    /// The program of a connection that meets a server, and which of the two did something.
    fn met(&self, between: Between) -> Option<(ProgramId, Party)> {
        let meets = |owner| match owner {
            Owner::Program(program, _) => {
                let it = self.programs.get(&program)?;
                it.meets.map(|_| program)
            }
            Owner::Listener(_) | Owner::Tcp(_) | Owner::Nobody => None,
        };
        let client = meets(between.from).map(|it| (it, Party::Client));
        client.or_else(|| meets(between.to).map(|it| (it, Party::Server)))
    }

    /// Tells what a side of a meeting does.
    pub(super) fn tell(&mut self, between: Between, fact: impl FnOnce(Party) -> Fact) {
        if let Some((program, party)) = self.met(between) {
            self.outputs.push_back(Output::Fact(program, fact(party)));
        }
    }

    /// Tells of the error that ended a program, in the meetings that it has connections of and in its own.
    pub(super) fn tell_fault(&mut self, program: ProgramId, fault: &Fault) {
        let Some(it) = self.programs.get(&program) else {
            return;
        };
        let connected = it.sockets.values().filter_map(|socket| match socket {
            Socket::Connected(side) => self.met(self.sides.between(*side)),
            _ => None,
        });
        let own = it.meets.map(|_| (program, Party::Client));
        let met: Vec<(ProgramId, Party)> = connected.chain(own).collect();
        for (client, party) in met {
            let fact = Fact::Failed(party, fault.clone());
            self.outputs.push_back(Output::Fact(client, fact));
        }
    }
}
