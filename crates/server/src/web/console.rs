//! The workshop's console: what a terminal tells of the network, for pupils without one.
//!
//! Each answer has facts only, and the page says who measured them. The server asks the DNS and sends
//! echo requests into the internet. Of its own networks, and of those that are private, it looks for no
//! machine but those of players who are present.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Page;
use super::http::connections::Caller;
use super::http::extract::{IsRelayed, JsonBody};
use super::http::refusal::{Refusal, Refused};
use super::workshop::own_addresses;
use crate::addresses::interfaces;
use crate::ping::Probe;
use crate::workshop::PageKey;
use crate::workshop::relay::is_invented;
use game::address::Interface;
use game::address::kind::Kind;
use game::lesson::{NameSource, Resolved, is_name};
use game::limits::WORKSHOP_PINGS;
use game::phrases::Lang;

/// A command of a pupil.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    /// The key of the page.
    key: String,
    lang: Option<String>,
    command: Command,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Command {
    /// The address of the pupil's machine.
    Address,
    /// Whether a machine is there: its address or its name.
    Ping(String),
    /// The address of a name.
    Name(String),
}

/// `POST /workshop/console`: what a command has found.
pub async fn command(
    State(page): State<Arc<Page>>,
    Extension(caller): Extension<Arc<Caller>>,
    IsRelayed(is_relayed): IsRelayed,
    JsonBody(typed): JsonBody<Typed>,
) -> Result<Json<Value>, Refused> {
    let tag = typed.lang.as_deref();
    let lang = tag.and_then(|lang| lang.parse().ok()).unwrap_or(page.lang);
    let refused = |refusal: Refusal| refusal.in_language(lang);
    let key = PageKey::from_str_radix(&typed.key, 16).map_err(|_| refused(Refusal::Misread))?;
    let peer = caller.peer.to_canonical();
    let answer = page
        .workshop
        .console(key, async |own| match &typed.command {
            Command::Address => Some(json!({
                "seen": peer,
                "relayed": is_relayed,
                "here": is_here(peer),
                "server": own_addresses().into_iter().find(|ip| !ip.is_loopback()),
            })),
            Command::Name(name) => Some(facts_of(name, &page.look_up(name, lang).await?)),
            Command::Ping(host) => page.ping(host, [own.into(), peer], lang).await,
        });
    let answer = answer.await.ok_or(Refusal::NoWorkshopPage);
    let answer = answer.and_then(|facts| facts.ok_or(Refusal::Misread));
    Ok(Json(answer.map_err(refused)?))
}

/// Whether an address is one of this machine.
fn is_here(address: IpAddr) -> bool {
    address.is_loopback() || interfaces().iter().any(|it| it.address == address)
}

fn facts_of(name: &str, resolved: &Resolved) -> Value {
    match resolved {
        Resolved::Found { addresses, how, ms } => {
            let (by, server) = match how {
                NameSource::Server(server) => ("server", Some(server.ip())),
                NameSource::Hosts => ("hosts", None),
                NameSource::Standard => ("standard", None),
            };
            json!({"name": name, "addresses": addresses, "by": by, "dns": server, "ms": ms})
        }
        Resolved::Failed(why) => json!({"name": name, "failed": why}),
    }
}

impl Page {
    /// The addresses of a name; `None` if it is none that a network has.
    async fn look_up(&self, name: &str, lang: Lang) -> Option<Resolved> {
        match is_name(name) {
            true => self.resolve(name, lang).await,
            false => None,
        }
    }

    /// What is known of a machine, and of how long its answers take. `own` are the pupil's addresses.
    async fn ping(&self, host: &str, own: [IpAddr; 2], lang: Lang) -> Option<Value> {
        let (address, named) = match host.parse::<IpAddr>() {
            Ok(address) => (address.to_canonical(), None),
            Err(_) => {
                let resolved = self.look_up(host, lang).await?;
                let facts = facts_of(host, &resolved);
                match resolved {
                    // Of both families the older one, which every network has.
                    Resolved::Found { addresses, .. } => {
                        let v4 = addresses.iter().find(|it| it.is_ipv4());
                        (*v4.or(addresses.first())?, Some(facts))
                    }
                    Resolved::Failed(_) => return Some(json!({"named": facts})),
                }
            }
        };
        let page = match address {
            IpAddr::V4(v4) => self.workshop.has_page(v4),
            IpAddr::V6(_) => false,
        };
        let is_local = named.is_some() && host == self.local_name(Some(lang.tag()));
        let whereabouts = whereabouts(address, own, is_local, &interfaces(), |address| {
            self.workshop.is_player(address)
        });
        let (place, times) = match whereabouts {
            Whereabouts::Elsewhere => echo(address).await,
            Whereabouts::Own => ("own", None),
            Whereabouts::Server => ("server", None),
            Whereabouts::Workshop => ("workshop", None),
            Whereabouts::Absent => ("absent", None),
        };
        let server = own_addresses().into_iter().find(|ip| !ip.is_loopback());
        Some(json!({
            "address": address, "named": named, "place": place, "times": times, "page": page,
            "server": server,
        }))
    }
}

/// Where an address leads to, for a pupil at the addresses `own`, of the workshop and of the network.
/// `interfaces` are this machine's.
fn whereabouts(
    address: IpAddr,
    own: [IpAddr; 2],
    is_local_name: bool,
    interfaces: &[Interface],
    is_player: impl FnOnce(IpAddr) -> bool,
) -> Whereabouts {
    let kind = Kind::of(address);
    if kind == Kind::Loopback || address == own[0] {
        return Whereabouts::Own;
    }
    if interfaces.iter().any(|it| it.address == address) {
        return Whereabouts::Server;
    }
    if address == own[1] {
        return Whereabouts::Own;
    }
    if matches!(address, IpAddr::V4(v4) if is_invented(v4)) {
        return Whereabouts::Workshop;
    }
    let is_sought = match kind {
        // A school's own network may have such addresses.
        Kind::Global if !interfaces.iter().any(|it| it.network.contains(address)) => true,
        Kind::Global | Kind::Private | Kind::UniqueLocal | Kind::Shared => {
            is_local_name || is_player(address)
        }
        _ => false,
    };
    if is_sought {
        Whereabouts::Elsewhere
    } else {
        Whereabouts::Absent
    }
}

/// Where an address leads to.
#[derive(Debug, PartialEq, Eq)]
enum Whereabouts {
    /// To the pupil's machine.
    Own,
    /// To this server.
    Server,
    /// To a machine that the workshop has invented.
    Workshop,
    /// To a machine of a player who is present, to the school's server, or into the internet.
    Elsewhere,
    /// To none that this server looks for.
    Absent,
}

/// Sends echo requests; the milliseconds of each answer.
async fn echo(address: IpAddr) -> (&'static str, Option<Vec<Option<f64>>>) {
    let address = SocketAddr::new(address, 0);
    let mut probe = Probe::open(address, false).await;
    if !probe.is_icmp() {
        return ("forbidden", None);
    }
    let mut times = Vec::new();
    for number in 0..WORKSHOP_PINGS {
        let answer = probe.ping(address, number).await;
        times.push(answer.ok().map(|(_, took)| took.as_secs_f64() * 1000.0));
    }
    ("measured", Some(times))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects the machines of a network whose addresses are global, as a university's are, and those of
    /// every IPv6 network, from a pupil who pings one after the other.
    #[test]
    fn no_machine_of_the_own_networks_is_pinged_but_players_ones() {
        use Whereabouts::*;
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let interface = |network: &str, host: &str| Interface {
            name: "eth0".to_owned(),
            address: address(host),
            network: network.parse().expect("a network"),
        };
        let interfaces = [
            interface("129.20.4.0/23", "129.20.4.1"),
            interface("10.1.0.0/16", "10.1.0.1"),
            interface("2a01:e0a:1:2::/64", "2a01:e0a:1:2::1"),
            interface("fd12:3456::/64", "fd12:3456::1"),
        ];
        let own = ["198.18.0.1", "10.1.0.9"].map(address);
        let players = ["129.20.5.7", "10.1.0.8", "2a01:e0a:1:2::7", "fd12:3456::7"].map(address);
        let found = |host: IpAddr, is_local_name| {
            let is_player = |it: IpAddr| players.contains(&it);
            whereabouts(host, own, is_local_name, &interfaces, is_player)
        };
        for player in players {
            assert_eq!(found(player, false), Elsewhere, "{player}");
        }
        for (host, expected) in [
            ("8.8.8.8", Elsewhere),
            ("129.20.6.1", Elsewhere),
            ("2a01:e0a:1:3::1", Elsewhere),
            ("129.20.5.8", Absent),
            ("129.20.5.255", Absent),
            ("10.1.0.7", Absent),
            ("192.168.1.1", Absent),
            ("2a01:e0a:1:2::8", Absent),
            ("fd12:3456::8", Absent),
            ("fe80::1", Absent),
            ("224.0.0.1", Absent),
            ("0.0.0.0", Absent),
            ("::", Absent),
            ("127.0.0.1", Own),
            ("::1", Own),
            ("198.18.0.1", Own),
            ("10.1.0.9", Own),
            ("198.18.0.2", Workshop),
            ("129.20.4.1", Server),
            ("fd12:3456::1", Server),
        ] {
            assert_eq!(found(address(host), false), expected, "{host}");
        }
        assert_eq!(
            found(address("10.1.0.7"), true),
            Elsewhere,
            "the school's server"
        );
        assert_eq!(found(address("0.0.0.0"), true), Absent);
    }
}
