//! A bench for tests of the relay: pages, their programs and what these call.

use std::net::{IpAddr, Ipv4Addr, SocketAddrV4};

use super::{Input, Output, PageId, ProgramId, Relay};
use crate::workshop::call::{Answer, Call, Fd};
use game::rules::BrowserId;

pub(super) const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;
pub(super) const ANY: Ipv4Addr = Ipv4Addr::UNSPECIFIED;
pub(super) const SERVER: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 10);
pub(super) const GAME: u16 = 50_000;

/// A relay with its programs, each alone in a page; calls are numbered by themselves.
pub(super) struct Bench {
    pub(super) relay: Relay,
    seq: u64,
    pub(super) outputs: Vec<Output>,
}

impl Bench {
    pub(super) fn new() -> Self {
        let relay = Relay::new(vec![SERVER, HERE], Some(GAME));
        let outputs = Vec::new();
        Bench {
            relay,
            seq: 0,
            outputs,
        }
    }

    pub(super) fn handle(&mut self, input: Input<'_>) {
        self.relay.handle(input);
        self.outputs
            .extend(std::iter::from_fn(|| self.relay.poll()));
    }

    pub(super) fn program(&mut self, number: u8, address: [u8; 4]) -> ProgramId {
        let page = PageId(u64::from(number));
        let browser = (IpAddr::from(address), Some(BrowserId([number; 16])));
        self.handle(Input::Open(page, browser));
        self.sibling(number, u128::from(number))
    }

    pub(super) fn sibling(&mut self, page: u8, id: u128) -> ProgramId {
        self.handle(Input::Start(PageId(u64::from(page)), ProgramId(id)));
        ProgramId(id)
    }

    pub(super) fn address(&self, number: u8) -> Ipv4Addr {
        let address = self.relay.address(PageId(u64::from(number)));
        address.expect("an open page").0
    }

    /// Calls; returns the call's number.
    pub(super) fn begin(&mut self, program: ProgramId, call: Call) -> u64 {
        self.seq += 1;
        self.handle(Input::Call(program, 0, self.seq, &call));
        self.seq
    }

    /// The answer to a number, if it has come.
    pub(super) fn answer(&self, seq: u64) -> Option<Answer> {
        self.outputs.iter().find_map(|it| match it {
            Output::Answer(_, _, number, answer) if *number == seq => Some(answer.clone()),
            _ => None,
        })
    }

    /// Calls what is answered at once.
    pub(super) fn call(&mut self, program: ProgramId, call: Call) -> Answer {
        let seq = self.begin(program, call.clone());
        let answer = self.answer(seq);
        answer.unwrap_or_else(|| panic!("{call:?} waits"))
    }

    pub(super) fn waits(&mut self, program: ProgramId, call: Call) -> u64 {
        let seq = self.begin(program, call.clone());
        assert_eq!(self.answer(seq), None, "{call:?} was answered");
        seq
    }

    pub(super) fn listen(&mut self, program: ProgramId, ip: Ipv4Addr, port: u16) {
        let bound = self.call(program, Call::Bind { fd: 3, ip, port });
        assert_eq!(bound, Answer::text(SocketAddrV4::new(ip, port)));
        self.call(program, Call::Listen { fd: 3, backlog: 1 });
    }

    /// A server and a client that are connected, each by its socket 4.
    pub(super) fn connected(&mut self) -> (ProgramId, ProgramId) {
        let server = self.program(1, [10, 0, 0, 1]);
        let client = self.program(2, [10, 0, 0, 2]);
        self.listen(server, ANY, 50_000);
        let ip = self.address(1);
        let done = self.call(client, connect(4, ip, 50_000));
        assert!(matches!(done, Answer::Done(_)), "{done:?}");
        let done = self.call(server, Call::Accept { fd: 3, new: 4 });
        assert!(matches!(done, Answer::Done(_)), "{done:?}");
        (server, client)
    }
}

pub(super) fn connect(fd: Fd, ip: Ipv4Addr, port: u16) -> Call {
    Call::Connect { fd, ip, port }
}

pub(super) fn recv(fd: Fd) -> Call {
    let (max, peek) = (1024, false);
    Call::Recv { fd, max, peek }
}

pub(super) fn send(fd: Fd, bytes: &[u8]) -> Call {
    let bytes = bytes.to_vec();
    Call::Send { fd, bytes }
}

pub(super) fn done(bytes: &[u8]) -> Answer {
    Answer::Done(bytes.to_vec())
}
