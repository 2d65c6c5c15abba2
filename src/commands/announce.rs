//! What `serve` says at its start: all that a teacher must tell a class.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::path::Path;

use crate::game::{Mode, Range, RoomCode, Rules};
use crate::phrases::{Lang, say};
use crate::server::Bound;

/// Interfaces that lead to containers and virtual machines of this machine, not to a class.
const NOT_A_CLASS: [&str; 5] = ["docker", "br-", "virbr", "veth", "lxc"];

/// What the server does, and where.
#[derive(Debug)]
pub struct Announcement<'a> {
    /// This machine's addresses, the one to give to players first.
    pub local: &'a [IpAddr],
    /// Where the server listens.
    pub bound: &'a Bound,
    /// Where the journal lies, or nothing is kept.
    pub data: Option<&'a Path>,
    /// The hall's range.
    pub range: Range,
    /// The shared rooms.
    pub rooms: &'a [(RoomCode, Rules)],
}

impl Announcement<'_> {
    /// The text, without its last newline.
    pub fn text(&self, lang: Lang) -> String {
        let doors = reachable(&self.bound.text, self.local);
        let mut lines = vec![say(lang, "serve-open", &[]), String::new()];
        if let Some(first) = doors.first() {
            lines.extend(table(&how_to_play(*first)));
            lines.push(String::new());
        }
        let mut rows = rows(say(lang, "serve-addresses", &[]), &doors, lang);
        rows.extend(self.pages(lang));
        let quiet = reachable(&self.bound.quiet, self.local);
        rows.extend(rows_of_quiet_door(&quiet, lang));
        rows.push((say(lang, "serve-numbers", &[]), self.range.to_string()));
        rows.extend(self.rooms(lang));
        let data = self.data.map(|folder| folder.display().to_string());
        let data = data.unwrap_or_else(|| say(lang, "serve-no-data", &[]));
        rows.push((say(lang, "serve-data", &[]), data));
        lines.extend(table(&rows));
        lines.push(String::new());
        lines.push(say(lang, "serve-stop", &[]));
        lines.join("\n")
    }

    fn pages(&self, lang: Lang) -> Vec<Row> {
        let found = reachable(&self.bound.page, self.local);
        let rows = rows(say(lang, "serve-page", &[]), &found, lang);
        let link = |(label, address)| (label, format!("http://{address}"));
        rows.into_iter().map(link).collect()
    }

    fn rooms(&self, lang: Lang) -> Vec<Row> {
        let codes = self.rooms.iter().map(|(code, _)| code.as_str().len());
        let widest = codes.max().unwrap_or(0);
        let room = |(index, (code, rules)): (usize, &(RoomCode, Rules))| {
            let label = if index == 0 {
                say(lang, "serve-rooms", &[])
            } else {
                String::new()
            };
            let limit = rules.limit.map(|seconds| format!("  {seconds} s"));
            let (mode, limit) = (mode_name(rules.mode, lang), limit.unwrap_or_default());
            let code = code.as_str();
            (
                label,
                format!("{code:widest$}  {mode:13}  {}{limit}", rules.range),
            )
        };
        self.rooms.iter().enumerate().map(room).collect()
    }
}

/// A label and what it is about; a row without a label belongs to the one above.
type Row = (String, String);

fn how_to_play(address: SocketAddr) -> Vec<Row> {
    let (ip, port) = (address.ip(), address.port());
    let row = |label: &str, text: String| (label.to_owned(), text);
    vec![
        row("nc", format!("nc {ip} {port}")),
        row("juste-prix", format!("juste-prix play {address}")),
        row("Python", format!("connect((\"{ip}\", {port}))")),
    ]
}

fn rows(label: String, addresses: &[SocketAddr], lang: Lang) -> Vec<Row> {
    let mut label = Some(label);
    let row = |address: &SocketAddr| {
        let only = say(lang, "serve-this-machine", &[]);
        let text = match address.ip().is_loopback() {
            true => format!("{address}  {only}"),
            false => address.to_string(),
        };
        (label.take().unwrap_or_default(), text)
    };
    addresses.iter().map(row).collect()
}

fn rows_of_quiet_door(addresses: &[SocketAddr], lang: Lang) -> Vec<Row> {
    let mut rows = rows(say(lang, "serve-quiet", &[]), addresses, lang);
    if !rows.is_empty() {
        rows.push((String::new(), say(lang, "serve-quiet-why", &[])));
    }
    rows
}

fn table(rows: &[Row]) -> Vec<String> {
    let widest = rows.iter().map(|(label, _)| label.chars().count()).max();
    let widest = widest.unwrap_or(0);
    let line = |(label, text): &Row| format!("  {label:widest$}   {text}");
    rows.iter().map(line).collect()
}

/// A mode's name as a person reads it.
pub fn mode_name(mode: Mode, lang: Lang) -> String {
    let id = match mode {
        Mode::Solo => "mode-solo",
        Mode::Race => "mode-race",
        Mode::Closest => "mode-closest",
    };
    say(lang, id, &[])
}

/// The addresses under which these doors are reached: for “all addresses” those that this machine
/// has. One that only this machine reaches comes last, and once.
fn reachable(bound: &[SocketAddr], local: &[IpAddr]) -> Vec<SocketAddr> {
    let mut found: Vec<SocketAddr> = Vec::new();
    for door in bound {
        let of_family = |ip: &&IpAddr| ip.is_ipv4() == door.is_ipv4();
        let own = [door.ip()];
        let ips = if door.ip().is_unspecified() {
            local
        } else {
            &own
        };
        for ip in ips.iter().filter(of_family) {
            let address = SocketAddr::new(*ip, door.port());
            if !found.contains(&address) {
                found.push(address);
            }
        }
    }
    let (here, mut others): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|address| address.ip().is_loopback());
    others.extend(here.first());
    others
}

/// This machine's addresses that others may know: the one that it uses towards the outside first,
/// then IPv4, then IPv6; its own ends of the loopback last. Link-local ones need a zone to be
/// typed, which no pupil can know.
pub fn local_addresses() -> Vec<IpAddr> {
    let outward = outward_address();
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let of_class = |name: &str| !NOT_A_CLASS.iter().any(|prefix| name.starts_with(prefix));
    let mut found: Vec<IpAddr> = interfaces
        .iter()
        .filter(|interface| !interface.is_link_local() && of_class(&interface.name))
        .map(|interface| interface.ip())
        .collect();
    found.sort_by_key(|ip| (ip.is_loopback(), Some(*ip) != outward, ip.is_ipv6()));
    found
}

/// The address from which this machine would write to the outside. Nothing is sent: connecting a
/// UDP socket only chooses a route. (The address is one of those kept for documentation.)
fn outward_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        let address = |text: &&str| text.parse().expect("an address");
        texts.iter().map(address).collect()
    }

    fn local() -> Vec<IpAddr> {
        let ip = |text: &str| text.parse().expect("an address");
        ["192.168.1.10", "2001:db8::5", "127.0.0.1", "::1"]
            .map(ip)
            .to_vec()
    }

    #[test]
    fn all_addresses_become_those_that_pupils_can_type() {
        let doors = addresses(&["0.0.0.0:50000", "[::]:50000"]);
        let expected = addresses(&[
            "192.168.1.10:50000",
            "[2001:db8::5]:50000",
            "127.0.0.1:50000",
        ]);
        assert_eq!(reachable(&doors, &local()), expected);
        let doors = addresses(&["10.0.0.1:7"]);
        assert_eq!(reachable(&doors, &local()), doors);
        let doors = addresses(&["[::]:7"]);
        assert_eq!(
            reachable(&doors, &local()),
            addresses(&["[2001:db8::5]:7", "[::1]:7"])
        );
    }

    #[test]
    fn a_teacher_reads_what_to_type() {
        let bound = Bound {
            text: addresses(&["0.0.0.0:50000"]),
            quiet: addresses(&["0.0.0.0:50001"]),
            page: addresses(&["0.0.0.0:8080"]),
        };
        let code = "4821".parse().expect("a code");
        let rules = Rules::new(Mode::Closest, Range::LESSON, Some(60)).expect("rules");
        let announcement = Announcement {
            local: &local(),
            bound: &bound,
            data: None,
            range: Range::LESSON,
            rooms: &[(code, rules)],
        };
        let text = announcement.text(Lang::Fr).replace('\u{a0}', " ");
        for part in [
            "nc 192.168.1.10 50000",
            "juste-prix play 192.168.1.10:50000",
            "connect((\"192.168.1.10\", 50000))",
            "127.0.0.1:50000  cette machine seulement",
            "192.168.1.10:50001",
            "http://192.168.1.10:8080",
            "http://127.0.0.1:8080  cette machine seulement",
            "4821  sans dépasser  1..100  60 s",
            "rien n'est gardé",
            "Ctrl-C",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("0.0.0.0"), "{text}");
        let mut lines = text.lines();
        assert!(lines.all(|line| line.chars().count() <= 80), "{text}");
    }
}
