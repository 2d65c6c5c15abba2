//! The room test's side of an engine: which pages are asked to try what their network lets them do,
//! which other machines each tries to reach, and what of it came to the text door.
//!
//! A browser can't tell whether it reached a port that speaks no HTTP: any answer but HTTP's is an
//! error to it, as no answer is. So it asks the text door for an address that names its ticket, and
//! what is known is what this server itself has seen come.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use data_encoding::BASE32_NOPAD;
use serde_json::json;

use crate::address::{Interface, are_local};
use crate::limits::{TRIAL_MACHINES, TRIAL_PAGES};
use crate::rules::{BrowserId, PlayerId, RoomCode, RoomId};

use super::connection::Connection;
use super::guest::Via;
use super::{ConnectionId, Engine};

/// What a page shows to be known as the one that was asked. Nobody can guess it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ticket(pub [u8; 16]);

impl Ticket {
    /// The ticket in a request that came to the text door, all of it in one piece.
    pub(super) fn in_request(bytes: &[u8]) -> Option<Ticket> {
        let rest = bytes.strip_prefix(b"GET /trial/")?;
        let end = rest.iter().position(|byte| *byte == b' ')?;
        std::str::from_utf8(&rest[..end]).ok()?.parse().ok()
    }
}

/// 26 small letters and digits.
impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE32_NOPAD.encode(&self.0).to_ascii_lowercase())
    }
}

impl FromStr for Ticket {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let bytes = BASE32_NOPAD.decode(text.to_ascii_uppercase().as_bytes());
        let bytes = bytes.map_err(|_| ())?.try_into().map_err(|_| ())?;
        Ok(Ticket(bytes))
    }
}

/// A page that was asked.
#[derive(Clone, Debug)]
pub struct AskedPage {
    /// Its ticket.
    pub ticket: Ticket,
    /// Its connection.
    pub key: ConnectionId,
    /// Its player, who may have no seat yet.
    pub player: Option<PlayerId>,
    /// Its player's name; empty without a seat.
    pub name: String,
    /// How it talks with the server.
    pub via: Via,
    /// Its address as this server sees it. Never journaled, never logged, never shown.
    pub peer: IpAddr,
    /// Its browser, to tell two windows of one from two browsers.
    pub browser: Option<BrowserId>,
    /// The other machines of its network that it tries to reach, at most [`TRIAL_MACHINES`].
    pub machines: Vec<IpAddr>,
}

/// The other machines that a page at `peer` tries to reach: those of its own network, in turn from its
/// own place on, so that in a crowd each is tried by some.
fn machines_of(peer: IpAddr, all: &[IpAddr], server: &[Interface]) -> Vec<IpAddr> {
    let place = all.iter().position(|address| *address == peer);
    let Some(place) = place else {
        return Vec::new();
    };
    let (before, after) = all.split_at(place);
    let others = after.iter().skip(1).chain(before);
    let near = others.filter(|other| are_local(peer, **other, server));
    near.take(TRIAL_MACHINES).copied().collect()
}

impl Engine {
    /// Asks the pages of a shared room, or of this engine's part of the public hall, to try what
    /// their network lets them do; `port` is the text door's, and `server` the interfaces of this
    /// machine, whose own pages are no other machines. Returns them, and how many there are beyond
    /// [`TRIAL_PAGES`].
    pub fn ask_pages(
        &mut self,
        room: Option<RoomCode>,
        port: Option<u16>,
        server: &[Interface],
    ) -> (Vec<AskedPage>, usize) {
        let mut pages = self.pages_of(room);
        let left_out = pages.len().saturating_sub(TRIAL_PAGES);
        pages.truncate(TRIAL_PAGES);
        // A browser's policy can't name an address of IPv6.
        let is_machine = |address: &IpAddr| {
            address.is_ipv4()
                && !address.is_loopback()
                && server.iter().all(|own| own.address != *address)
        };
        let peers = pages.iter().filter_map(|key| self.peer(*key));
        let mut machines: Vec<IpAddr> = peers.filter(is_machine).collect();
        machines.sort_unstable();
        machines.dedup();
        let asked = pages.into_iter().filter_map(|key| {
            let peer = self.peer(key)?;
            let machines = machines_of(peer, &machines, server);
            self.ask_page(key, port, machines)
        });
        (asked.collect(), left_out)
    }

    /// The address from which a page's connection came.
    fn peer(&self, key: ConnectionId) -> Option<IpAddr> {
        let guest = self.connection(key)?.guest.as_deref()?;
        Some(guest.peer.to_canonical())
    }

    fn pages_of(&self, room: Option<RoomCode>) -> Vec<ConnectionId> {
        let sits_in = |connection: &Connection| match connection.seat().map(|seat| seat.room) {
            Some(RoomId::Shared(code)) => Some(code),
            Some(RoomId::Hall(_) | RoomId::Results) | None => None,
        };
        let pages = self
            .connections
            .iter()
            .filter(|(_, connection)| connection.is_json());
        let pages = pages.filter(|(_, connection)| sits_in(connection) == room);
        let key = |(index, connection): (usize, &Connection)| ConnectionId {
            index,
            generation: connection.generation,
        };
        pages.map(key).collect()
    }

    /// A page that does not read what it was told before is asked nothing: it is counted among
    /// those that do not report.
    fn ask_page(
        &mut self,
        key: ConnectionId,
        port: Option<u16>,
        machines: Vec<IpAddr>,
    ) -> Option<AskedPage> {
        let mut ticket = Ticket([0; 16]);
        (self.entropy)(&mut ticket.0);
        let mut line = json!({"event": "trial", "ticket": ticket.to_string(), "port": port});
        if !machines.is_empty() {
            line["machines"] = json!(machines);
        }
        let connection = self.connection_mut(key)?;
        connection.event(line.to_string().as_bytes());
        let seat = connection.seat();
        let guest = connection.guest.as_deref()?;
        let (via, peer, browser) = (guest.via, guest.peer, guest.browser);
        self.touch(key);
        let hosted = seat.and_then(|seat| self.rooms.get(&seat.room));
        let seated = seat
            .zip(hosted)
            .and_then(|(seat, hosted)| hosted.room.seat(seat.player));
        Some(AskedPage {
            ticket,
            key,
            player: seated.map(|seat| seat.player),
            name: seated.map_or(String::new(), |seat| seat.name.as_str().to_owned()),
            via,
            peer,
            browser,
            machines,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects pupils from strangers: only addresses of one's own network are told, each machine once,
    /// and the last of a crowd is tried as often as the first.
    #[test]
    fn each_machine_tries_others_of_its_network() {
        let at = |text: String| text.parse::<IpAddr>().expect("an address");
        let mut all: Vec<IpAddr> = (10..15).map(|n| at(format!("192.168.1.{n}"))).collect();
        all.push(at("203.0.113.9".to_owned()));
        let found = machines_of(all[3], &all, &[]);
        assert_eq!(found, [all[4], all[0], all[1], all[2]]);
        assert!(machines_of(all[5], &all, &[]).is_empty());
        assert!(machines_of(at("192.168.1.99".to_owned()), &all, &[]).is_empty());
        let crowd: Vec<IpAddr> = (0..=255).map(|n| at(format!("10.0.0.{n}"))).collect();
        let of_last = machines_of(crowd[255], &crowd, &[]);
        assert_eq!((of_last.len(), of_last[0]), (TRIAL_MACHINES, crowd[0]));
    }

    #[test]
    fn a_ticket_is_found_in_a_request_and_nowhere_else() {
        let ticket = Ticket([7; 16]);
        let request = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
        let found = |text: &str| Ticket::in_request(text.as_bytes());
        assert_eq!(found(&request(&format!("/trial/{ticket}"))), Some(ticket));
        let short = &ticket.to_string()[1..];
        for path in ["/", "/trial/", "/trial/x", &format!("/trial/{short}")] {
            assert_eq!(found(&request(path)), None, "{path}");
        }
        assert_eq!(found(&format!("GET /trial/{ticket}")), None, "no end");
        assert_eq!(found(&format!("POST /trial/{ticket} HTTP/1.1")), None);
    }
}
