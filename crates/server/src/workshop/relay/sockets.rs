//! The sockets of programs, and what each call does with them.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddrV4};

use lab::check::pair::meeting::Fact;

use super::connection::{Owner, SideId};
use super::event::What;
use super::route::{Far, Route};
use super::{
    EPHEMERAL, LEAST_PORT, Listener, ListenerId, Output, PageId, Program, ProgramId, Published,
    RealConnection, Relay, Socket, TcpId,
};
use crate::workshop::call::{Answer, Call, Fd, errno};
use game::limits::{WORKSHOP_BACKLOG, WORKSHOP_SELECTED, WORKSHOP_SOCKETS};

/// The answer to a call if there is one now, or the number of its error.
type Outcome = Result<Option<Answer>, u16>;

impl Relay {
    /// The page of a listener's program.
    pub fn page_of(&self, listener: ListenerId) -> Option<PageId> {
        self.page_with(self.listeners.get(&listener)?.program)
    }

    /// The first listener of a program, and its address.
    pub fn listener_of(&self, program: ProgramId) -> Option<(ListenerId, SocketAddrV4)> {
        let mut all = self.listeners.iter();
        let (id, listener) = all.find(|(_, it)| it.program == program)?;
        Some((*id, listener.at))
    }

    /// The listeners of a program.
    pub fn listening(&self, program: ProgramId) -> Vec<(ListenerId, SocketAddrV4)> {
        let all = self.listeners.iter();
        let theirs = all.filter(|(_, it)| it.program == program);
        theirs.map(|(id, it)| (*id, it.at)).collect()
    }

    /// Whether a program has a connection.
    pub fn is_connected(&self, program: ProgramId) -> bool {
        let sockets = self.programs.get(&program).map(|it| it.sockets.values());
        let mut sockets = sockets.into_iter().flatten();
        sockets.any(|it| matches!(it, Socket::Connected(_)))
    }

    /// The program at the other end of a connected socket, and its page.
    pub fn facing(&self, program: ProgramId, fd: Fd) -> Option<(PageId, ProgramId)> {
        let side = self.connected(program, fd).ok()?;
        match self.sides.between(side).to {
            Owner::Program(other, _) => Some((self.page_with(other)?, other)),
            Owner::Listener(_) | Owner::Tcp(_) | Owner::Nobody => None,
        }
    }

    pub(super) fn socket(&self, program: ProgramId, fd: Fd) -> Option<Socket> {
        self.programs.get(&program)?.sockets.get(&fd).copied()
    }

    pub(super) fn set(&mut self, program: ProgramId, fd: Fd, socket: Socket) -> Result<(), u16> {
        let it = self.programs.get_mut(&program).ok_or(errno::EBADF)?;
        if !it.sockets.contains_key(&fd) && it.sockets.len() >= WORKSHOP_SOCKETS {
            return Err(errno::EMFILE);
        }
        it.sockets.insert(fd, socket);
        Ok(())
    }

    fn forget(&mut self, program: ProgramId, fd: Fd) -> Option<Socket> {
        self.programs.get_mut(&program)?.sockets.remove(&fd)
    }

    fn connected(&self, program: ProgramId, fd: Fd) -> Result<SideId, u16> {
        match self.socket(program, fd) {
            Some(Socket::Connected(side)) => Ok(side),
            _ => Err(errno::ENOTCONN),
        }
    }

    fn machine_of(&self, program: ProgramId) -> Result<Ipv4Addr, u16> {
        let it = self.programs.get(&program);
        it.map(|it| it.machine).ok_or(errno::EBADF)
    }

    pub(super) fn bind(&mut self, program: ProgramId, fd: Fd, ip: Ipv4Addr, port: u16) -> Outcome {
        if self.socket(program, fd).is_some() {
            return Err(errno::EINVAL);
        }
        let at = self.free_address(program, ip, port)?;
        self.set(program, fd, Socket::Bound(at))?;
        Ok(Some(Answer::text(at)))
    }

    /// An address of the program's machine that no socket has.
    fn free_address(
        &mut self,
        program: ProgramId,
        ip: Ipv4Addr,
        port: u16,
    ) -> Result<SocketAddrV4, u16> {
        let machine = self.machine_of(program)?;
        if !(ip.is_unspecified() || ip.is_loopback() || ip == machine) {
            return Err(errno::EADDRNOTAVAIL);
        }
        if port != 0 && port < LEAST_PORT {
            return Err(errno::EACCES);
        }
        if port != 0 {
            let at = SocketAddrV4::new(ip, port);
            let is_free = !self.is_taken(machine, at);
            return is_free.then_some(at).ok_or(errno::EADDRINUSE);
        }
        for _ in EPHEMERAL..=u16::MAX {
            let at = SocketAddrV4::new(ip, self.ephemeral_port());
            if !self.is_taken(machine, at) {
                return Ok(at);
            }
        }
        Err(errno::EADDRINUSE)
    }

    fn ephemeral_port(&mut self) -> u16 {
        let port = self.ephemeral;
        self.ephemeral = port.checked_add(1).unwrap_or(EPHEMERAL);
        port
    }

    fn is_taken(&self, machine: Ipv4Addr, at: SocketAddrV4) -> bool {
        let here = self.programs.values().filter(|it| it.machine == machine);
        let mut bound = here
            .flat_map(|it| it.sockets.values())
            .filter_map(|socket| match socket {
                Socket::Bound(bound) => Some(*bound),
                Socket::Listening(listener) => Some(self.listeners.get(listener)?.at),
                _ => None,
            });
        bound.any(|bound| {
            let is_any = bound.ip().is_unspecified() || at.ip().is_unspecified();
            bound.port() == at.port() && (is_any || bound.ip() == at.ip())
        })
    }

    pub(super) fn listen(&mut self, program: ProgramId, fd: Fd, backlog: u16) -> Outcome {
        // As Linux: one more than asked for.
        let most = usize::from(backlog).min(WORKSHOP_BACKLOG) + 1;
        let at = match self.socket(program, fd) {
            Some(Socket::Listening(listener)) => {
                let listener = self.listeners.get_mut(&listener).ok_or(errno::EBADF)?;
                listener.most = most;
                return Ok(Some(Answer::text(listener.at)));
            }
            Some(Socket::Bound(at)) => at,
            None => self.free_address(program, Ipv4Addr::UNSPECIFIED, 0)?,
            Some(_) => return Err(errno::EINVAL),
        };
        let machine = self.machine_of(program)?;
        let id = ListenerId(self.number());
        self.set(program, fd, Socket::Listening(id))?;
        let listener = Listener {
            program,
            fd,
            machine,
            at,
            most,
            backlog: VecDeque::new(),
            port: None,
        };
        self.listeners.insert(id, listener);
        self.show(program, Some(fd), What::Listens { at });
        if !at.ip().is_loopback() {
            self.outputs.push_back(Output::OpenPort(id, at.port()));
        }
        Ok(Some(Answer::text(at)))
    }

    pub(super) fn accept(&mut self, program: ProgramId, fd: Fd, new: Fd) -> Outcome {
        let Some(Socket::Listening(id)) = self.socket(program, fd) else {
            return Err(errno::EINVAL);
        };
        if self.socket(program, new).is_some() {
            return Err(errno::EINVAL);
        }
        let listener = self.listeners.get_mut(&id).ok_or(errno::EBADF)?;
        let Some(side) = listener.backlog.pop_front() else {
            return Ok(None);
        };
        if let Err(number) = self.set(program, new, Socket::Connected(side)) {
            let listener = self.listeners.get_mut(&id).ok_or(errno::EBADF)?;
            listener.backlog.push_front(side);
            return Err(number);
        }
        self.sides.give(side, Owner::Program(program, new));
        let (ours, peer) = (self.sides.ours(side), self.sides.theirs(side));
        self.show(program, Some(new), What::Accepted { ours, peer });
        // Somebody may wait for room in the backlog.
        let connects = |it: &Program| {
            let mut calls = it.lanes.waiting();
            calls.any(|(_, call)| matches!(call, Call::Connect { .. }))
        };
        let others = self.programs.iter().filter(|(other, _)| **other != program);
        let waiting = others.filter(|(_, it)| connects(it));
        self.changed.extend(waiting.map(|(other, _)| *other));
        Ok(Some(Answer::sides(ours, peer)))
    }

    pub(super) fn connect(
        &mut self,
        program: ProgramId,
        fd: Fd,
        ip: Ipv4Addr,
        port: u16,
    ) -> Outcome {
        let bound = match self.socket(program, fd) {
            Some(Socket::Connected(_)) => return Err(errno::EISCONN),
            Some(Socket::Listening(_)) => return Err(errno::EINVAL),
            Some(Socket::Connecting(_)) => return Ok(None),
            Some(Socket::Refused(number)) => {
                self.forget(program, fd);
                return Err(number);
            }
            Some(Socket::Bound(at)) => Some(at.port()),
            None => None,
        };
        let machine = self.machine_of(program)?;
        let (ip, port) = self.meeting_place(program).unwrap_or((ip, port));
        let is_examined = (self.programs.get(&program)).is_some_and(|it| it.is_examined);
        let theirs = SocketAddrV4::new(ip, port);
        let from = match ip.is_loopback() || ip.is_unspecified() {
            true => Ipv4Addr::LOCALHOST,
            false => machine,
        };
        let route = match is_examined {
            true => Route::Dialled(Far::Examiner(program)),
            false => self.route(machine, ip, port),
        };
        match route {
            Route::Nobody => Err(errno::ECONNREFUSED),
            Route::Outside => Err(errno::ENETUNREACH),
            Route::Listener(id) => {
                let listener = &self.listeners[&id];
                if !self.may_talk(machine, Some(listener.machine)) {
                    return Err(errno::EPERM);
                }
                if listener.backlog.len() >= listener.most {
                    return Ok(None);
                }
                let server = listener.program;
                let ours = SocketAddrV4::new(from, bound.unwrap_or_else(|| self.ephemeral_port()));
                let far = (Owner::Listener(id), theirs);
                let near = self.pair(program, fd, ours, far, Socket::Connected)?;
                let accepted = self.sides.peer(near);
                if let Some(listener) = self.listeners.get_mut(&id) {
                    listener.backlog.push_back(accepted);
                }
                let what = What::Connected { ours, peer: theirs };
                self.show(program, Some(fd), what);
                let between = self.sides.between(near);
                self.tell(between, |_| Fact::Connected(port));
                self.changed.push_back(server);
                Ok(Some(Answer::sides(ours, theirs)))
            }
            Route::Dialled(to) if !self.may_dial(machine, to) => Err(errno::EPERM),
            Route::Dialled(to) => {
                let ours = SocketAddrV4::new(from, bound.unwrap_or_else(|| self.ephemeral_port()));
                let tcp = TcpId(self.number());
                let far = (Owner::Tcp(tcp), theirs);
                let near = self.pair(program, fd, ours, far, Socket::Connecting)?;
                let real = RealConnection::new(self.sides.peer(near), program, Some(to));
                self.real.insert(tcp, real);
                self.outputs.push_back(Output::Dial(tcp, to));
                Ok(None)
            }
        }
    }

    /// A new connection of a socket; returns the socket's side.
    fn pair(
        &mut self,
        program: ProgramId,
        fd: Fd,
        ours: SocketAddrV4,
        far: (Owner, SocketAddrV4),
        socket: impl FnOnce(SideId) -> Socket,
    ) -> Result<SideId, u16> {
        let near = self.sides.pair((Owner::Program(program, fd), ours), far);
        if let Err(number) = self.set(program, fd, socket(near)) {
            self.sides.remove(near);
            return Err(number);
        }
        Ok(near)
    }

    pub(super) fn recv(&mut self, program: ProgramId, fd: Fd, max: usize, peek: bool) -> Outcome {
        let side = self.connected(program, fd)?;
        let Some(bytes) = self.read(side, max, peek)? else {
            return Ok(None);
        };
        self.show(program, Some(fd), What::received(&bytes));
        Ok(Some(Answer::Done(bytes)))
    }

    pub(super) fn send(&mut self, program: ProgramId, fd: Fd, bytes: &[u8]) -> Outcome {
        let side = self.connected(program, fd)?;
        if bytes.is_empty() {
            return Ok(Some(Answer::text(0)));
        }
        let count = self.write(side, bytes)?;
        if count == 0 {
            return Ok(None);
        }
        self.show(program, Some(fd), What::sent(&bytes[..count]));
        self.said(side, &bytes[..count]);
        Ok(Some(Answer::text(count)))
    }

    pub(super) fn shutdown(&mut self, program: ProgramId, fd: Fd, how: u8) -> Outcome {
        let side = self.connected(program, fd)?;
        if how != 1 {
            self.sides.deafen(side);
        }
        if how != 0 {
            self.shut(side);
        }
        Ok(Some(Answer::Done(Vec::new())))
    }

    /// Closes a socket; returns whether there was one.
    pub(super) fn close(&mut self, program: ProgramId, fd: Fd) -> bool {
        match self.forget(program, fd) {
            Some(Socket::Listening(id)) => {
                self.close_listener(id);
                true
            }
            Some(Socket::Connected(side)) => {
                if let Some(between) = self.sides.hang_up(side) {
                    self.closed(between);
                }
                true
            }
            Some(Socket::Connecting(side)) => {
                if let Owner::Tcp(tcp) = self.sides.between(side).to {
                    self.real.remove(&tcp);
                    self.outputs.push_back(Output::Wake(tcp));
                }
                self.sides.remove(side);
                true
            }
            Some(Socket::Bound(_) | Socket::Refused(_)) => true,
            None => false,
        }
    }

    fn close_listener(&mut self, id: ListenerId) {
        let Some(listener) = self.listeners.remove(&id) else {
            return;
        };
        for side in listener.backlog {
            let between = self.sides.reset(side);
            self.closed(between);
        }
        self.outputs.push_back(Output::ClosePort(id));
        let here = (self.published.iter()).find(|(_, it)| **it == Published::Listener(id));
        if let Some(address) = here.map(|(address, _)| *address) {
            self.published.remove(&address);
            self.outputs.push_back(Output::Unpublished(address));
        }
    }

    pub(super) fn select(&mut self, program: ProgramId, read: &[Fd], write: &[Fd]) -> Outcome {
        if read.len() + write.len() > WORKSHOP_SELECTED {
            return Err(errno::EINVAL);
        }
        let can_read: Vec<Fd> = (read.iter().copied())
            .filter(|fd| self.is_readable(program, *fd))
            .collect();
        let can_write: Vec<Fd> = (write.iter().copied())
            .filter(|fd| self.is_writable(program, *fd))
            .collect();
        if can_read.is_empty() && can_write.is_empty() {
            return Ok(None);
        }
        let text = |fds: &[Fd]| fds.iter().map(Fd::to_string).collect::<Vec<_>>().join(",");
        Ok(Some(Answer::text(format!(
            "{} {}",
            text(&can_read),
            text(&can_write)
        ))))
    }

    fn is_readable(&self, program: ProgramId, fd: Fd) -> bool {
        match self.socket(program, fd) {
            Some(Socket::Listening(id)) => {
                let listener = self.listeners.get(&id);
                listener.is_some_and(|it| !it.backlog.is_empty())
            }
            Some(Socket::Connected(side)) => self.sides.is_readable(side),
            Some(Socket::Connecting(_)) => false,
            Some(Socket::Bound(_) | Socket::Refused(_)) | None => true,
        }
    }

    fn is_writable(&self, program: ProgramId, fd: Fd) -> bool {
        match self.socket(program, fd) {
            Some(Socket::Connected(side)) => self.sides.is_writable(side),
            Some(Socket::Listening(_) | Socket::Connecting(_)) => false,
            Some(Socket::Bound(_) | Socket::Refused(_)) | None => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench::*;
    use super::*;

    #[test]
    fn errors_are_those_of_a_machine() {
        let mut bench = Bench::new();
        let one = bench.program(1, [10, 0, 0, 1]);
        let two = bench.sibling(1, 12);
        let far = bench.program(2, [10, 0, 0, 2]);
        let failed = Answer::Failed;
        bench.listen(one, HERE, 50_000);
        let bind = |ip, port| Call::Bind { fd: 3, ip, port };
        assert_eq!(
            bench.call(two, bind(ANY, 50_000)),
            failed(errno::EADDRINUSE)
        );
        assert_eq!(bench.call(two, bind(HERE, 80)), failed(errno::EACCES));
        let strange = Ipv4Addr::new(10, 9, 9, 9);
        assert_eq!(
            bench.call(two, bind(strange, 5000)),
            failed(errno::EADDRNOTAVAIL)
        );
        assert_eq!(bench.call(two, recv(9)), failed(errno::ENOTCONN));
        assert_eq!(
            bench.call(two, Call::Accept { fd: 9, new: 10 }),
            failed(errno::EINVAL)
        );
        assert_eq!(
            bench.call(two, connect(5, HERE, 50_001)),
            failed(errno::ECONNREFUSED)
        );
        let done = bench.call(two, connect(5, HERE, 50_000));
        assert!(matches!(done, Answer::Done(_)), "{done:?}");
        assert_eq!(
            bench.call(two, connect(5, HERE, 50_000)),
            failed(errno::EISCONN)
        );
        // 127.0.0.1 is one's own machine, for the server and for the client.
        assert_eq!(
            bench.call(far, connect(5, HERE, 50_000)),
            failed(errno::ECONNREFUSED)
        );
        let ip = bench.address(1);
        assert_eq!(
            bench.call(far, connect(5, ip, 50_000)),
            failed(errno::ECONNREFUSED)
        );
        bench.call(one, Call::Close { fd: 3 });
        let done = bench.call(far, bind(ANY, 50_000));
        assert!(
            matches!(done, Answer::Done(_)),
            "ports are each machine's own"
        );
        assert_eq!(
            bench.call(two, recv(5)),
            failed(errno::ECONNRESET),
            "it was not accepted"
        );
    }
}
