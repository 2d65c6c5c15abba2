//! What `serve` prints when it starts: everything that a teacher has to tell a class.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use super::qr;
use game::phrases::{Lang, say};
use game::rules::{Mode, Range, RoomCode, Rules};
use game::visible::visible;
use server::{Announced, Bound, reachable};

/// What the start of the server is described from.
#[derive(Debug)]
pub struct Announcement<'a> {
    /// This machine's addresses, the one to give to players first.
    pub local: &'a [IpAddr],
    /// The addresses on which the server listens.
    pub bound: &'a Bound,
    /// The journal's folder; `None` if nothing is kept there.
    pub data: Option<&'a Path>,
    /// The hall's range.
    pub range: Range,
    /// The shared rooms.
    pub rooms: &'a [(RoomCode, Rules)],
    /// Width of the terminal in columns; 0 if a program reads the output.
    pub columns: usize,
}

impl Announcement<'_> {
    /// The text, without its last newline.
    pub fn text(&self, lang: Lang) -> String {
        let players = reachable(&self.bound.text, self.local);
        let mut lines = self.qr();
        lines.extend([say(lang, "serve-open", &[]), String::new()]);
        if let Some(first) = players.first() {
            lines.extend(table(&how_to_play(*first)));
            lines.push(String::new());
        }
        let mut rows = rows(say(lang, "serve-addresses", &[]), &players, lang);
        rows.extend(self.network(lang));
        rows.extend(self.pages(lang));
        if let Some(link) = teacher(self.bound, self.local) {
            rows.push((say(lang, "serve-teacher", &[]), link));
        }
        let quiet = reachable(&self.bound.quiet, self.local);
        rows.extend(quiet_rows(&quiet, lang));
        let tls = reachable(&self.bound.tls, self.local);
        rows.extend(self::rows(say(lang, "serve-tls", &[]), &tls, lang));
        rows.extend(self.metrics(lang));
        rows.push((say(lang, "serve-numbers", &[]), self.range.to_string()));
        rows.extend(self.rooms(lang));
        let data = self
            .data
            .map(|folder| visible(&folder.display().to_string()).into_owned());
        let data = data.unwrap_or_else(|| say(lang, "serve-no-data", &[]));
        rows.push((say(lang, "serve-data", &[]), data));
        lines.extend(table(&rows));
        lines.push(String::new());
        lines.push(say(lang, "serve-stop", &[]));
        lines.join("\n")
    }

    /// The page's address as a QR code, if the terminal is wide enough for it.
    fn qr(&self) -> Vec<String> {
        match self.page().and_then(|link| qr::lines(&link)) {
            Some((mut lines, width)) if width <= self.columns => {
                lines.push(String::new());
                lines
            }
            _ => Vec::new(),
        }
    }

    /// The link that a telephone opens: the page, and its room if there is exactly one.
    fn page(&self) -> Option<String> {
        let address = *reachable(&self.bound.page, self.local).first()?;
        let room = match self.rooms {
            [(code, _)] => Some(*code),
            _ => None,
        };
        (!address.ip().is_loopback()).then(|| self.bound.page_link(address, room))
    }

    fn pages(&self, lang: Lang) -> Vec<Row> {
        let found = reachable(&self.bound.page, self.local);
        let label = say(lang, "serve-page", &[]);
        if self.bound.is_secure && self.bound.name.is_some() {
            // The certificate is the name's: one link is enough, and an address would be a warning.
            let link = |address: &SocketAddr| (label, self.bound.origin(*address));
            return found.first().map(link).into_iter().collect();
        }
        let rows = rows(label, &found, lang);
        let scheme = if self.bound.is_secure {
            "https"
        } else {
            "http"
        };
        let link = |(label, address)| (label, format!("{scheme}://{address}"));
        rows.into_iter().map(link).collect()
    }

    /// The name under which the server is announced on the local network.
    fn network(&self, lang: Lang) -> Option<Row> {
        let Announced::As(name) = &self.bound.announced else {
            return None;
        };
        let text = say(
            lang,
            "serve-network-name",
            &[("name", name.as_str().into())],
        );
        Some((say(lang, "serve-network", &[]), text))
    }

    fn metrics(&self, lang: Lang) -> Vec<Row> {
        let found = reachable(&self.bound.metrics, self.local);
        let rows = rows(say(lang, "serve-metrics", &[]), &found, lang);
        let link = |(label, address): Row| {
            let (address, only) = address.split_once(' ').unwrap_or((&address, ""));
            let link = format!("http://{address}/metrics {only}");
            (label, link.trim_end().to_owned())
        };
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

/// The teacher's private link; `None` without a page.
pub fn teacher(bound: &Bound, local: &[IpAddr]) -> Option<String> {
    let address = *reachable(&bound.page, local).first()?;
    Some(bound.teacher_link(address, bound.teacher.as_ref()?))
}

/// The link that opens the teacher's screen once, on this machine: by its loopback address if the
/// page is there, so that the session outlives a change of network.
pub fn link_once(bound: &Bound, local: &[IpAddr]) -> Option<String> {
    let addresses = reachable(&bound.page, local);
    let own = addresses.iter().find(|address| address.ip().is_loopback());
    Some(bound.teacher_link(*own.or(addresses.first())?, bound.once.as_ref()?))
}

/// A label and its text. A row without a label continues the one above.
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

fn quiet_rows(addresses: &[SocketAddr], lang: Lang) -> Vec<Row> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use server::Token;

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
    fn a_teacher_reads_what_to_type() {
        let bound = Bound {
            text: addresses(&["0.0.0.0:50000"]),
            quiet: addresses(&["0.0.0.0:50001"]),
            page: addresses(&["0.0.0.0:8080"]),
            metrics: addresses(&["127.0.0.1:9090"]),
            announced: Announced::As("Juste prix 4F2A".to_owned()),
            teacher: Some(Token([0; 16])),
            ..Bound::default()
        };
        let code = "4821".parse().expect("a code");
        let rules = Rules::new(Mode::Closest, Range::LESSON, Some(60)).expect("rules");
        let announcement = Announcement {
            local: &local(),
            bound: &bound,
            data: None,
            range: Range::LESSON,
            rooms: &[(code, rules)],
            columns: 0,
        };
        let text = announcement.text(Lang::Fr).replace('\u{a0}', " ");
        for part in [
            "nc 192.168.1.10 50000",
            "juste-prix play 192.168.1.10:50000",
            "connect((\"192.168.1.10\", 50000))",
            "127.0.0.1:50000  cette machine seulement",
            "192.168.1.10:50001",
            "http://192.168.1.10:8080",
            "http://192.168.1.10:8080/prof#aaaaaaaaaaaaaaaaaaaaaaaaaa",
            "http://127.0.0.1:8080  cette machine seulement",
            "Juste prix 4F2A : juste-prix play, sans adresse",
            "http://127.0.0.1:9090/metrics  cette machine seulement",
            "4821  sans dépasser  1..100  60 s",
            "rien n'est gardé",
            "Ctrl-C",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("0.0.0.0"), "{text}");
        let page = announcement.page();
        assert_eq!(page.as_deref(), Some("http://192.168.1.10:8080/#4821"));
        let mut lines = text.lines();
        assert!(lines.all(|line| line.chars().count() <= 80), "{text}");
        let wide = Announcement {
            columns: 80,
            ..announcement
        };
        let drawn = wide.text(Lang::Fr);
        assert!(drawn.starts_with("\x1b[") && drawn.contains('▀'), "{drawn}");
    }
}
