//! What Linux tells about TCP sockets, without any right: `sock_diag`, which `ss` uses too.
//!
//! It is asked by the addresses of a socket's two ends, so it also tells about a program's own
//! socket when that program runs on this machine: the relay then knows what has been read.

#[cfg(not(target_os = "linux"))]
pub use elsewhere::Kernel;
#[cfg(target_os = "linux")]
pub use linux::Kernel;

#[cfg(target_os = "linux")]
mod linux {
    use std::io;
    use std::net::SocketAddr;

    use netlink_packet_core::{NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload};
    use netlink_packet_sock_diag::SockDiagMessage;
    use netlink_packet_sock_diag::constants::{AF_INET, AF_INET6, IPPROTO_TCP, TCP_CLOSE_WAIT};
    use netlink_packet_sock_diag::inet::nlas::Nla;
    use netlink_packet_sock_diag::inet::{
        ExtensionFlags, InetRequest, InetResponse, SocketId, StateFlags,
    };
    use netlink_sys::{Socket, protocols::NETLINK_SOCK_DIAG};

    use super::super::{Arrival, SocketState};

    /// Longer than any answer about one socket.
    const ANSWER_BYTES: usize = 4096;
    /// Answers to older questions that may still lie before ours.
    const STALE_ANSWERS: usize = 4;

    /// A socket to the kernel.
    #[derive(Debug)]
    pub struct Kernel {
        socket: Socket,
        asked: u32,
    }

    impl Kernel {
        /// Opens the socket.
        ///
        /// # Errors
        /// The system's, when it has no such diagnostics.
        pub fn open() -> io::Result<Kernel> {
            let mut socket = Socket::new(NETLINK_SOCK_DIAG)?;
            socket.bind_auto()?;
            // The kernel answers while it is asked: there is never anything to wait for.
            socket.set_non_blocking(true)?;
            Ok(Kernel { socket, asked: 0 })
        }

        /// The state of this machine's socket at `local` whose other end is `remote`. `None` if
        /// there is none, or if the kernel does not say.
        pub fn socket(&mut self, local: SocketAddr, remote: SocketAddr) -> Option<SocketState> {
            self.asked = self.asked.wrapping_add(1);
            let question = question(local, remote, self.asked);
            self.socket.send(&question, 0).ok()?;
            let mut answer = Vec::with_capacity(ANSWER_BYTES);
            for _ in 0..STALE_ANSWERS {
                answer.clear();
                self.socket.recv(&mut answer, 0).ok()?;
                let message = NetlinkMessage::<SockDiagMessage>::deserialize(&answer).ok()?;
                if message.header.sequence_number != self.asked {
                    continue;
                }
                return match message.payload {
                    NetlinkPayload::InnerMessage(SockDiagMessage::InetResponse(response)) => {
                        read(&response)
                    }
                    _ => None,
                };
            }
            None
        }
    }

    fn question(local: SocketAddr, remote: SocketAddr, number: u32) -> Vec<u8> {
        let socket_id = SocketId {
            source_port: local.port(),
            destination_port: remote.port(),
            source_address: local.ip(),
            destination_address: remote.ip(),
            // Any interface, and any socket: no cookie is known.
            interface_id: 0,
            cookie: [0xff; 8],
        };
        let mut header = NetlinkHeader::default();
        header.flags = NLM_F_REQUEST;
        header.sequence_number = number;
        let request = InetRequest {
            family: if local.is_ipv4() { AF_INET } else { AF_INET6 },
            protocol: IPPROTO_TCP,
            extensions: ExtensionFlags::INFO,
            states: StateFlags::all(),
            socket_id,
        };
        let payload = SockDiagMessage::InetRequest(request).into();
        let mut message = NetlinkMessage::new(header, payload);
        message.finalize();
        let mut bytes = vec![0; message.buffer_len()];
        message.serialize(&mut bytes);
        bytes
    }

    fn read(response: &InetResponse) -> Option<SocketState> {
        let info = response.nlas.iter().find_map(|nla| match nla {
            Nla::TcpInfo(info) => Some(info),
            _ => None,
        })?;
        // The end of what is sent counts as a byte.
        let end = u64::from(info.state == TCP_CLOSE_WAIT);
        Some(SocketState {
            unread: response.header.recv_queue,
            arrival: Arrival {
                bytes: info.bytes_received.saturating_sub(end),
                segments: info.data_segs_in,
            },
        })
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use std::io;
    use std::net::SocketAddr;

    use super::super::SocketState;

    /// No other system is asked yet: there is no value of this type.
    #[derive(Debug)]
    pub enum Kernel {}

    impl Kernel {
        /// Opens nothing.
        ///
        /// # Errors
        /// [`io::ErrorKind::Unsupported`], always.
        pub fn open() -> io::Result<Kernel> {
            Err(io::ErrorKind::Unsupported.into())
        }

        /// `None`: nothing is known.
        pub fn socket(&mut self, _: SocketAddr, _: SocketAddr) -> Option<SocketState> {
            match *self {}
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
    use std::thread;
    use std::time::{Duration, Instant};

    use super::super::{Arrival, SocketState};
    use super::*;

    /// Asks until `bytes` have arrived.
    fn look(kernel: &mut Kernel, socket: &TcpStream, bytes: u64) -> SocketState {
        let (local, remote) = (socket.local_addr(), socket.peer_addr());
        let (local, remote) = (local.expect("connected"), remote.expect("connected"));
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let state = kernel.socket(local, remote).expect("a socket of ours");
            if state.arrival.bytes >= bytes {
                return state;
            }
            assert!(Instant::now() < deadline, "{bytes} bytes: {state:?}");
            thread::yield_now();
        }
    }

    /// Protects the word « sure »: the kernel counts one segment for each small `send`, no more
    /// bytes than were sent, also at the end, and what has not been read.
    #[test]
    fn the_kernel_counts_sends_and_what_is_unread() {
        for ip in ["127.0.0.1:0", "[::1]:0"] {
            let listener = TcpListener::bind(ip).expect("a free port");
            let mut sender = TcpStream::connect(listener.local_addr().expect("bound"));
            let sender = sender.as_mut().expect("it listens");
            sender.set_nodelay(true).expect("a TCP socket");
            let (mut receiver, _) = listener.accept().expect("a client");
            let mut kernel = Kernel::open().expect("Linux");
            sender.write_all(b"Trop petit").expect("sent");
            sender.write_all(b"A toi").expect("sent");
            let seen = look(&mut kernel, &receiver, 15);
            let segments = |segments| Arrival {
                bytes: 15,
                segments,
            };
            assert_eq!((seen.unread, seen.arrival), (15, segments(2)), "{ip}");
            assert_eq!(receiver.read(&mut [0; 64]).expect("bytes"), 15);
            assert_eq!(look(&mut kernel, &receiver, 15).unread, 0);
            sender.shutdown(Shutdown::Write).expect("connected");
            assert_eq!(receiver.read(&mut [0; 64]).expect("the end"), 0);
            assert_eq!(look(&mut kernel, &receiver, 15).arrival, segments(2));
        }
    }

    #[test]
    fn of_a_socket_that_is_not_here_nothing_is_known() {
        let mut kernel = Kernel::open().expect("Linux");
        let nowhere: SocketAddr = "192.0.2.1:9".parse().expect("an address");
        let here: SocketAddr = "127.0.0.1:1".parse().expect("an address");
        assert_eq!(kernel.socket(nowhere, here), None);
        assert_eq!(kernel.socket(here, nowhere), None);
    }
}
