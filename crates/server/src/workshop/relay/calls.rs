//! The calls of programs: each is answered as soon as it can be, at once or after something has changed.

use std::net::SocketAddrV4;

use super::connection::SideId;
use super::event::What;
use super::lane::{Lane, Request};
use super::{Output, ProgramId, Relay, Socket};
use crate::workshop::call::{Answer, Call, Fd};
use game::limits::{WORKSHOP_LINES, WORKSHOP_LINES_BYTES};

impl Relay {
    /// Whom a call waits for.
    pub fn awaited(&self, program: ProgramId, call: &Call) -> Option<SocketAddrV4> {
        match (call, self.socket(program, call.fd()?)?) {
            (Call::Connect { ip, port, .. }, _) => Some(SocketAddrV4::new(*ip, *port)),
            (_, Socket::Listening(listener)) => Some(self.listeners.get(&listener)?.at),
            (_, Socket::Connected(side)) => Some(self.sides.theirs(side)),
            _ => None,
        }
    }

    pub(super) fn call(&mut self, program: ProgramId, lane: u32, seq: u64, call: &Call) {
        let request = match self.programs.get_mut(&program) {
            Some(it) => it.lanes.request(lane, seq, call),
            None => Request::Answered(Answer::Gone),
        };
        match request {
            Request::New => {}
            // The request that came before is replaced, and the call goes on waiting.
            Request::Waiting => return,
            Request::Answered(answer) => {
                let answer = Output::Answer(program, lane, seq, answer);
                return self.outputs.push_back(answer);
            }
        }
        if let Call::Exit { fault } = call {
            if let Some(it) = self.programs.get_mut(&program) {
                it.fault.clone_from(fault);
            }
            return self.end(program);
        }
        self.changed.push_back(program);
        self.settle_all();
        if !self.waits_in(program, lane) {
            return;
        }
        self.deliver(program);
        if self.waits_in(program, lane) {
            let what = What::Waits {
                lane,
                call: call.name(),
                peer: self.awaited(program, call),
            };
            self.show(program, call.fd(), what);
        }
    }

    /// Whether a call of this lane waits for its answer.
    fn waits_in(&self, program: ProgramId, lane: u32) -> bool {
        let lane = self
            .programs
            .get(&program)
            .and_then(|it| it.lanes.get(lane));
        lane.is_some_and(|it| it.waits().is_some())
    }

    pub(super) fn expire(&mut self, program: ProgramId, lane: u32, seq: u64) {
        let lanes = self.programs.get(&program).map(|it| &it.lanes);
        let known = lanes.and_then(|it| it.get(lane));
        let answer = match known.filter(|it| it.seq() == seq).and_then(Lane::waits) {
            // A time that has passed is what `sleep` waits for.
            Some(Call::Sleep) => Answer::Done(Vec::new()),
            Some(_) => Answer::Again,
            None => return,
        };
        self.answer(program, lane, answer);
    }

    pub(super) fn stop(&mut self, program: ProgramId) {
        if let Some(it) = self.programs.get_mut(&program) {
            it.is_stopped = true;
        }
        self.changed.push_back(program);
    }

    pub(super) fn line(&mut self, program: ProgramId, line: &str) {
        let Some(it) = self.programs.get_mut(&program) else {
            return;
        };
        if it.line_bytes + line.len() <= WORKSHOP_LINES_BYTES && it.lines.len() < WORKSHOP_LINES {
            it.line_bytes += line.len();
            it.lines.push_back(line.to_owned());
        }
        self.changed.push_back(program);
    }

    fn answer(&mut self, program: ProgramId, lane: u32, answer: Answer) {
        let Some(it) = self.programs.get_mut(&program) else {
            return;
        };
        if let Some(seq) = it.lanes.answer(lane, answer.clone()) {
            let answer = Output::Answer(program, lane, seq, answer);
            self.outputs.push_back(answer);
        }
    }

    /// Answers the call that waits until a socket is connected.
    pub(super) fn answer_connect(&mut self, program: ProgramId, fd: Fd, answer: Answer) {
        let Some(it) = self.programs.get(&program) else {
            return;
        };
        let lane = it.lanes.waiting().find_map(|(lane, call)| match call {
            Call::Connect { fd: waits, .. } if *waits == fd => Some(lane),
            _ => None,
        });
        if let Some(lane) = lane {
            self.show(program, None, What::Runs { lane });
            self.answer(program, lane, answer);
        }
    }

    /// Answers what can be answered of the calls of programs for which something has changed.
    pub(super) fn settle_all(&mut self) {
        while let Some(program) = self.changed.pop_front() {
            self.settle(program);
        }
    }

    fn settle(&mut self, program: ProgramId) {
        let Some(it) = self.programs.get(&program) else {
            return;
        };
        let waiting = it.lanes.waiting().map(|(lane, call)| (lane, call.clone()));
        let waiting: Vec<(u32, Call)> = waiting.collect();
        for (lane, call) in waiting {
            let Some(it) = self.programs.get_mut(&program) else {
                return;
            };
            // KeyboardInterrupt is raised in a program's main thread.
            let answer = if lane == 0 && std::mem::take(&mut it.is_stopped) {
                Some(Answer::Interrupted)
            } else {
                self.attempt(program, &call)
            };
            let Some(answer) = answer else {
                continue;
            };
            if let Answer::Failed(number) = answer {
                let at = match call {
                    Call::Bind { ip, port, .. } | Call::Connect { ip, port, .. } => {
                        Some(SocketAddrV4::new(ip, port))
                    }
                    _ => None,
                };
                let what = What::Failed {
                    lane,
                    call: call.name(),
                    number,
                    at,
                };
                self.show(program, call.fd(), what);
            } else {
                self.show(program, None, What::Runs { lane });
            }
            self.answer(program, lane, answer);
        }
    }

    /// The answer to a call, if there is one now.
    fn attempt(&mut self, program: ProgramId, call: &Call) -> Option<Answer> {
        let done = || Ok(Some(Answer::Done(Vec::new())));
        let answered = match call {
            Call::Bind { fd, ip, port } => self.bind(program, *fd, *ip, *port),
            Call::Listen { fd, backlog } => self.listen(program, *fd, *backlog),
            Call::Accept { fd, new } => self.accept(program, *fd, *new),
            Call::Connect { fd, ip, port } => self.connect(program, *fd, *ip, *port),
            Call::Recv { fd, max, peek } => self.recv(program, *fd, *max, *peek),
            Call::Send { fd, bytes } => self.send(program, *fd, bytes),
            Call::Shutdown { fd, how } => self.shutdown(program, *fd, *how),
            Call::Close { fd } => {
                if self.close(program, *fd) {
                    self.show(program, Some(*fd), What::Closed);
                }
                done()
            }
            Call::Select { read, write } => self.select(program, read, write),
            Call::Input { .. } => Ok(self.typed(program)),
            Call::Sleep => Ok(None),
            Call::Exit { .. } => done(),
        };
        answered.unwrap_or_else(|number| Some(Answer::Failed(number)))
    }

    fn typed(&mut self, program: ProgramId) -> Option<Answer> {
        let it = self.programs.get_mut(&program)?;
        let line = it.lines.pop_front()?;
        it.line_bytes -= line.len();
        Some(Answer::text(line))
    }

    /// Lets arrive what a rough network has kept of a program's sending: a thread of it waits, so it sends
    /// no more for now.
    fn deliver(&mut self, program: ProgramId) {
        let Some(it) = self.programs.get(&program) else {
            return;
        };
        let connected = it.sockets.values().filter_map(|socket| match socket {
            Socket::Connected(side) => Some(*side),
            _ => None,
        });
        let sides: Vec<SideId> = connected.collect();
        for side in sides {
            if let Some(between) = self.sides.deliver(side) {
                self.wake(between.to);
            }
        }
        self.settle_all();
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench::*;
    use super::super::{Input, PageId};
    use super::*;

    #[test]
    fn a_repeated_request_changes_nothing() {
        let mut bench = Bench::new();
        let (server, client) = bench.connected();
        let again = |bench: &mut Bench, program, call: Call| {
            let seq = bench.begin(program, call.clone());
            let first = bench.answer(seq);
            bench.outputs.clear();
            bench.handle(Input::Call(program, 0, seq, &call));
            assert_eq!(bench.answer(seq), first, "{call:?}");
        };
        again(&mut bench, client, send(4, b"once"));
        again(&mut bench, server, recv(4));
        again(
            &mut bench,
            server,
            Call::Bind {
                fd: 5,
                ip: ANY,
                port: 0,
            },
        );
        let ip = bench.address(1);
        again(&mut bench, client, connect(5, ip, 50_000));
        again(&mut bench, server, Call::Accept { fd: 3, new: 6 });
        again(&mut bench, client, Call::Close { fd: 5 });
        let waits = bench.waits(server, recv(4));
        bench.handle(Input::Call(server, 0, waits, &recv(4)));
        bench.call(client, send(4, b"more"));
        assert_eq!(bench.answer(waits), Some(done(b"more")));
        // A request that was overtaken on its way.
        bench.handle(Input::Call(client, 0, 1, &send(4, b"old")));
        let waits = bench.waits(server, recv(4));
        bench.handle(Input::Expire(server, 0, waits));
        assert_eq!(bench.answer(waits), Some(Answer::Again));
    }

    #[test]
    fn a_program_is_stopped_in_each_call_and_its_end_is_heard() {
        let mut bench = Bench::new();
        let (server, client) = bench.connected();
        for call in [
            recv(4),
            Call::Accept { fd: 3, new: 5 },
            Call::Input {
                asked: String::new(),
            },
            Call::Sleep,
            Call::Select {
                read: vec![3, 4],
                write: vec![],
            },
        ] {
            let waits = bench.waits(server, call.clone());
            bench.handle(Input::Stop(server));
            assert_eq!(bench.answer(waits), Some(Answer::Interrupted), "{call:?}");
        }
        let waits = bench.waits(client, recv(4));
        let lines = bench.waits(
            server,
            Call::Input {
                asked: String::new(),
            },
        );
        bench.handle(Input::Line(server, "été"));
        assert_eq!(bench.answer(lines), Some(done("été".as_bytes())));
        bench.handle(Input::Leave(PageId(1)));
        assert_eq!(
            bench.answer(waits),
            Some(done(b"")),
            "a page that is closed"
        );
        assert_eq!(bench.call(server, recv(4)), Answer::Gone);
    }
}
