//! Real TCP connections, which the driver has and which take part like a program's socket.

use std::net::SocketAddrV4;

use lab::check::pair::meeting::Fact;

use super::connection::Owner;
use super::event::What;
use super::route::Far;
use super::{Browser, ListenerId, Output, PageId, RealConnection, Relay, Socket, TcpId};
use crate::workshop::call::{Answer, errno};
use game::limits::WORKSHOP_WINDOW;

/// What a real connection takes from its peer.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// Bytes to send.
    Bytes(Vec<u8>),
    /// Nothing now.
    Nothing,
    /// The peer sends no more.
    End,
    /// The connection was broken off, or is over.
    Broken,
}

impl Relay {
    /// The number of a new real connection.
    pub fn connection(&mut self) -> TcpId {
        TcpId(self.number())
    }

    /// The page whose program a real connection was dialled for.
    pub fn page_that_dials(&self, tcp: TcpId) -> Option<PageId> {
        match self.sides.between(self.real.get(&tcp)?.side).to {
            Owner::Program(program, _) => self.page_with(program),
            Owner::Listener(_) | Owner::Tcp(_) | Owner::Nobody => None,
        }
    }

    /// The side of the program that a real connection was dialled for.
    pub fn near_side(&self, tcp: TcpId) -> Option<SocketAddrV4> {
        Some(self.sides.theirs(self.real.get(&tcp)?.side))
    }

    /// Takes note that a real connection was dialled to the practice port of this browser's pupil; returns
    /// whether the program that has dialled may talk to them.
    pub fn practises(&mut self, tcp: TcpId, owner: Browser) -> bool {
        let Some(far) = self.real.get(&tcp).map(|it| it.side) else {
            return false;
        };
        self.sides.set_host(far, owner);
        let machine = self.machine_at(self.sides.peer(far));
        machine.is_some_and(|it| self.may_talk(it, self.machine_at(far)))
    }

    /// What is to be sent on a real connection.
    pub fn take(&mut self, tcp: TcpId) -> Taken {
        let Some(side) = self.real.get(&tcp).map(|it| it.side) else {
            return Taken::Broken;
        };
        let taken = match self.read(side, WORKSHOP_WINDOW, false) {
            Ok(Some(bytes)) if bytes.is_empty() => Taken::End,
            Ok(Some(bytes)) => Taken::Bytes(bytes),
            Ok(None) => Taken::Nothing,
            Err(_) => Taken::Broken,
        };
        if let Some(it) = self.real.get_mut(&tcp) {
            it.is_passing = matches!(taken, Taken::Bytes(_));
            it.is_told |= taken == Taken::End;
        }
        self.settle_all();
        taken
    }

    /// Takes bytes of a real connection; returns how many there was room for, or none if nobody reads
    /// them any more.
    pub fn put(&mut self, tcp: TcpId, bytes: &[u8]) -> Option<usize> {
        let side = self.real.get(&tcp)?.side;
        if self.sides.between(side).to == Owner::Nobody {
            return None;
        }
        let written = self.write(side, bytes).ok();
        if let Some(count) = written.filter(|count| *count > 0) {
            self.said(side, &bytes[..count]);
        }
        self.settle_all();
        written
    }

    pub(super) fn opened(&mut self, id: ListenerId, port: Option<u16>) {
        let Some(listener) = self.listeners.get_mut(&id) else {
            return self.outputs.push_back(Output::ClosePort(id));
        };
        listener.port = port;
        let (program, fd, of) = (listener.program, listener.fd, listener.at.port());
        self.show(program, Some(fd), What::Port { of, port });
    }

    pub(super) fn came(&mut self, id: ListenerId, tcp: TcpId, peer: SocketAddrV4) {
        let Some(listener) = self.listeners.get(&id) else {
            return;
        };
        if listener.backlog.len() >= listener.most || !self.may_talk(listener.machine, None) {
            // The driver finds that there is no such connection.
            return;
        }
        let program = listener.program;
        let theirs = SocketAddrV4::new(listener.machine, listener.at.port());
        let far = (self.sides).pair((Owner::Tcp(tcp), peer), (Owner::Listener(id), theirs));
        let real = RealConnection::new(far, program, None);
        self.real.insert(tcp, real);
        let near = self.sides.peer(far);
        if let Some(listener) = self.listeners.get_mut(&id) {
            listener.backlog.push_back(near);
        }
        self.changed.push_back(program);
    }

    pub(super) fn dialled(&mut self, tcp: TcpId, result: Result<(), u16>) {
        let Some(real) = self.real.get(&tcp) else {
            return;
        };
        let near = self.sides.peer(real.side);
        let Owner::Program(program, fd) = self.sides.between(near).from else {
            return;
        };
        let is_over = matches!(real.far, Some(Far::Player(_))) && !self.is_outside;
        let result = if is_over { Err(errno::EPERM) } else { result };
        if let Err(number) = result {
            self.real.remove(&tcp);
            self.sides.remove(near);
            let is_set = self.set(program, fd, Socket::Refused(number));
            debug_assert!(is_set.is_ok(), "the socket was there");
            self.changed.push_back(program);
        } else {
            // The call that waits is answered here: its socket is connected by now.
            let (ours, peer) = (self.sides.ours(near), self.sides.theirs(near));
            if self.set(program, fd, Socket::Connected(near)).is_ok() {
                self.show(program, Some(fd), What::Connected { ours, peer });
                let between = self.sides.between(near);
                self.tell(between, |_| Fact::Connected(peer.port()));
                self.answer_connect(program, fd, Answer::sides(ours, peer));
            }
        }
    }

    pub(super) fn finished(&mut self, tcp: TcpId) {
        if let Some(side) = self.real.get(&tcp).map(|it| it.side) {
            self.shut(side);
        }
    }

    pub(super) fn broke(&mut self, tcp: TcpId) {
        if let Some(real) = self.real.remove(&tcp) {
            let between = self.sides.reset(real.side);
            self.closed(between);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Input;
    use super::super::bench::*;
    use super::*;
    use crate::workshop::call::Call;

    #[test]
    fn a_real_connection_takes_part() {
        let mut bench = Bench::new();
        let program = bench.program(1, [10, 0, 0, 1]);
        bench.listen(program, ANY, 50_000);
        let opens = |it: &Output| match it {
            Output::OpenPort(id, 50_000) => Some(*id),
            _ => None,
        };
        let id = bench
            .outputs
            .iter()
            .find_map(opens)
            .expect("a port is wanted");
        bench.handle(Input::Opened(id, Some(50_001)));
        let waits = bench.waits(program, Call::Accept { fd: 3, new: 4 });
        let tcp = bench.relay.connection();
        bench.handle(Input::Came(
            id,
            tcp,
            "10.0.0.9:4000".parse().expect("an address"),
        ));
        let sides = bench.answer(waits);
        assert_eq!(sides, Some(Answer::text("10.0.0.1:50000 10.0.0.9:4000")));
        assert_eq!(bench.relay.put(tcp, b"hello"), Some(5));
        assert_eq!(bench.call(program, recv(4)), done(b"hello"));
        bench.call(program, send(4, b"hi"));
        assert_eq!(bench.relay.take(tcp), Taken::Bytes(b"hi".to_vec()));
        assert_eq!(bench.relay.take(tcp), Taken::Nothing);
        bench.handle(Input::Finished(tcp));
        assert_eq!(bench.call(program, recv(4)), done(b""));
        bench.call(program, Call::Exit { fault: None });
        assert_eq!(bench.relay.take(tcp), Taken::End);
        assert_eq!(bench.relay.put(tcp, b"late"), None);
        bench.handle(Input::Broke(tcp));
        assert_eq!(bench.relay.take(tcp), Taken::Broken);
        assert!(bench.relay.sides.ids().next().is_none() && bench.relay.listeners.is_empty());
        assert!(bench.outputs.contains(&Output::ClosePort(id)));
    }
}
