//! The packets of one conversation, as they would have passed without the relay.
//!
//! The relay has two TCP connections and sees neither headers nor acknowledgments. Wireshark is to
//! show one connection: its headers are synthetic, with the true addresses and bytes in their true
//! order. Each segment is acknowledged at once.

use std::net::{IpAddr, SocketAddr};

use etherparse::{PacketBuilder, TcpOptionElement};

use super::event::Side;

/// Bytes of one segment: with its headers it fits an IP packet and the window.
pub const SEGMENT: usize = 32 * 1024;
/// The window that each end advertises.
const WINDOW: u16 = u16::MAX;
/// The TTL of each packet, Linux's default.
const HOPS: u8 = 64;
/// The distance between the initial sequence numbers of two connections, so that a port that is
/// used again is not taken for a retransmission.
const BETWEEN: u32 = 0x1000_0000;

/// A conversation: the addresses and next sequence numbers of both sides.
#[derive(Debug)]
pub struct Conversation {
    client: Endpoint,
    server: Endpoint,
}

#[derive(Clone, Copy, Debug)]
struct Endpoint {
    address: SocketAddr,
    next: u32,
}

/// The flag of a packet, beside ACK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flag {
    Syn,
    Fin,
    Reset,
    Push,
    None,
}

impl Conversation {
    /// The conversation of the connection with this number.
    pub fn new(number: u32, client: SocketAddr, server: SocketAddr) -> Conversation {
        let (client, server) = same_family(client, server);
        let next = number.wrapping_mul(BETWEEN);
        Conversation {
            client: Endpoint {
                address: client,
                next,
            },
            server: Endpoint {
                address: server,
                next: next ^ (BETWEEN >> 1),
            },
        }
    }

    /// The three-way handshake.
    pub fn open(&mut self) -> Vec<Vec<u8>> {
        let asked = self.packet(Side::Client, Flag::Syn, &[]);
        let agreed = self.packet(Side::Server, Flag::Syn, &[]);
        vec![asked, agreed, self.packet(Side::Client, Flag::None, &[])]
    }

    /// A handshake that is refused with a RST.
    pub fn refuse(&mut self) -> Vec<Vec<u8>> {
        let asked = self.packet(Side::Client, Flag::Syn, &[]);
        vec![asked, self.packet(Side::Server, Flag::Reset, &[])]
    }

    /// A SYN without an answer.
    pub fn ask(&mut self) -> Vec<Vec<u8>> {
        vec![self.packet(Side::Client, Flag::Syn, &[])]
    }

    /// A side's bytes in segments, each followed by its acknowledgment.
    pub fn data(&mut self, from: Side, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut packets = Vec::with_capacity(2 * bytes.len().div_ceil(SEGMENT));
        for segment in bytes.chunks(SEGMENT) {
            packets.push(self.packet(from, Flag::Push, segment));
            packets.push(self.packet(from.other(), Flag::None, &[]));
        }
        packets
    }

    /// A side's FIN and its acknowledgment.
    pub fn finish(&mut self, from: Side) -> Vec<Vec<u8>> {
        let end = self.packet(from, Flag::Fin, &[]);
        vec![end, self.packet(from.other(), Flag::None, &[])]
    }

    /// A side's RST.
    pub fn reset(&mut self, from: Side) -> Vec<Vec<u8>> {
        vec![self.packet(from, Flag::Reset, &[])]
    }

    fn packet(&mut self, from: Side, flag: Flag, payload: &[u8]) -> Vec<u8> {
        let (sender, receiver) = match from {
            Side::Client => (&mut self.client, &self.server),
            Side::Server => (&mut self.server, &self.client),
        };
        let (source, destination) = (sender.address, receiver.address);
        let ip = match (source.ip(), destination.ip()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => PacketBuilder::ipv4(a.octets(), b.octets(), HOPS),
            (a, b) => PacketBuilder::ipv6(mapped(a), mapped(b), HOPS),
        };
        let mut tcp = ip.tcp(source.port(), destination.port(), sender.next, WINDOW);
        // Only the client's SYN acknowledges nothing.
        if flag != Flag::Syn || from == Side::Server {
            tcp = tcp.ack(receiver.next);
        }
        tcp = match flag {
            Flag::Syn => {
                let size = TcpOptionElement::MaximumSegmentSize(SEGMENT as u16);
                tcp.syn().options(&[size]).expect("one option fits")
            }
            Flag::Fin => tcp.fin(),
            Flag::Reset => tcp.rst(),
            Flag::Push => tcp.psh(),
            Flag::None => tcp,
        };
        let counted = payload.len() as u32 + u32::from(matches!(flag, Flag::Syn | Flag::Fin));
        sender.next = sender.next.wrapping_add(counted);
        let mut packet = Vec::with_capacity(tcp.size(payload.len()));
        tcp.write(&mut packet, payload)
            .expect("a segment fits a packet, and a vector takes it");
        packet
    }
}

/// Both addresses in one family; if they differ, IPv4 is mapped into IPv6.
fn same_family(client: SocketAddr, server: SocketAddr) -> (SocketAddr, SocketAddr) {
    let canonical = |a: SocketAddr| SocketAddr::new(a.ip().to_canonical(), a.port());
    let (client, server) = (canonical(client), canonical(server));
    if client.is_ipv4() == server.is_ipv4() {
        return (client, server);
    }
    let six = |a: SocketAddr| SocketAddr::new(mapped(a.ip()).into(), a.port());
    (six(client), six(server))
}

fn mapped(ip: IpAddr) -> [u8; 16] {
    match ip {
        IpAddr::V4(ip) => ip.to_ipv6_mapped().octets(),
        IpAddr::V6(ip) => ip.octets(),
    }
}

#[cfg(test)]
mod tests {
    use etherparse::{NetSlice, SlicedPacket, TransportSlice};

    use super::*;

    /// Sequence number, acknowledgment and payload; checks both checksums.
    fn read(packet: &[u8]) -> (u32, u32, Vec<u8>) {
        let sliced = SlicedPacket::from_ip(packet).expect("an IP packet");
        let Some(TransportSlice::Tcp(tcp)) = &sliced.transport else {
            panic!("no TCP");
        };
        let header = tcp.to_header();
        let sum = match sliced.net.as_ref().expect("IP") {
            NetSlice::Ipv4(ip) => {
                let ip = ip.header().to_header();
                assert_eq!(ip.header_checksum, ip.calc_header_checksum());
                header.calc_checksum_ipv4(&ip, tcp.payload())
            }
            NetSlice::Ipv6(ip) => {
                header.calc_checksum_ipv6(&ip.header().to_header(), tcp.payload())
            }
            NetSlice::Arp(_) => panic!("not IP"),
        };
        assert_eq!(header.checksum, sum.expect("a payload that fits"));
        let ack = header.acknowledgment_number;
        (header.sequence_number, ack, tcp.payload().to_vec())
    }

    /// Protects Wireshark's reading: sequence numbers are contiguous, also past 2^32, and more than
    /// 64 KiB goes in several segments.
    #[test]
    fn numbers_go_on_where_they_ended_and_checksums_hold() {
        let v4 = ("10.0.0.1:5000", "10.0.0.2:50000");
        for (client, server) in [
            v4,
            ("[::1]:5000", "[::1]:50000"),
            ("127.0.0.1:1", "[::1]:2"),
        ] {
            let address = |text: &str| text.parse().expect("an address");
            let mut conversation = Conversation::new(7, address(client), address(server));
            conversation.client.next = u32::MAX - 10_000;
            let start = conversation.client.next;
            for packet in conversation.open() {
                read(&packet);
            }
            let bytes: Vec<u8> = (0..200_000_u32).map(|i| i as u8).collect();
            let mut sent: Vec<u8> = Vec::new();
            for pair in conversation.data(Side::Client, &bytes).chunks(2) {
                let (number, _, payload) = read(&pair[0]);
                let expected = start.wrapping_add(1).wrapping_add(sent.len() as u32);
                assert_eq!(number, expected);
                sent.extend(&payload);
                let (_, ack, nothing) = read(&pair[1]);
                assert_eq!(ack, number.wrapping_add(payload.len() as u32));
                assert!(nothing.is_empty());
            }
            assert_eq!(sent, bytes);
            let end = conversation.finish(Side::Client);
            assert_eq!(read(&end[1]).1, read(&end[0]).0.wrapping_add(1));
        }
    }
}
