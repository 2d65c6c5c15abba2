//! A name's addresses or an address's names, and who told them.
//!
//! As everywhere: the machine's own file of names first, then the name servers, in their order.
//! They are asked one after the other and not at once, so that it is known which one answered.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::config::ResolveHosts;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::{Query, ResponseCode};
use hickory_resolver::proto::rr::domain::usage::{IN_ADDR_ARPA_127, IP6_ARPA_1, LOCALHOST};
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use hickory_resolver::system_conf::read_system_conf;
use hickory_resolver::{Hosts, TokioResolver};

use game::phrases::{Lang, say};

/// All servers together answer in this time, or none does.
const DEADLINE: Duration = Duration::from_secs(5);
/// One try at one server: two tries leave time for the next server.
const ONE_TRY: Duration = Duration::from_secs(1);

/// What is asked.
#[derive(Debug)]
pub struct Question {
    /// As it was typed.
    pub shown: String,
    name: Name,
    types: &'static [RecordType],
}

impl Question {
    /// For the addresses of a name.
    pub fn addresses(name: &Name) -> Question {
        Question {
            shown: name.to_utf8(),
            name: name.clone(),
            types: &[RecordType::A, RecordType::AAAA],
        }
    }

    /// For the names of an address, which has a name of its own, such as
    /// 10.1.168.192.in-addr.arpa.
    pub fn names(address: IpAddr) -> Question {
        Question {
            shown: address.to_string(),
            name: Name::from(address),
            types: &[RecordType::PTR],
        }
    }

    fn is_reverse(&self) -> bool {
        self.types == [RecordType::PTR]
    }
}

/// Who told the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The machine's own file of names.
    Hosts,
    /// The standard: `localhost` is always this machine (RFC 6761).
    Standard,
    /// This name server.
    Server(SocketAddr),
}

/// The answer.
#[derive(Debug)]
pub struct Found {
    /// Addresses or names, at least one.
    pub answers: Vec<String>,
    /// Who told them.
    pub source: Source,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Trouble {
    /// This server says that there is no such name.
    Missing(SocketAddr),
    /// This server knows the name, but nothing of what was asked.
    Nothing(SocketAddr),
    /// This server was the last that refused to answer.
    Refused(SocketAddr, ResponseCode),
    /// None of these answers.
    Silent(Vec<SocketAddr>),
    /// The system names no server.
    NoServers,
}

/// Looks it up, with the server that was asked for or with those of the system. It takes 5 s at
/// most.
pub async fn look_up(question: &Question, asked: Option<SocketAddr>) -> Result<Found, Trouble> {
    if asked.is_none()
        && let Some(answers) = from_hosts(question)
    {
        let source = Source::Hosts;
        return Ok(Found { answers, source });
    }
    let (servers, options) = servers(asked)?;
    let addresses = servers.iter().map(|server| server.address).collect();
    let all = ask_all(question, &servers, &options);
    let answered = tokio::time::timeout(DEADLINE, all).await;
    answered.unwrap_or(Err(Trouble::Silent(addresses)))
}

/// What the machine's own file says, if anything; a machine without such a file has none to ask.
fn from_hosts(question: &Question) -> Option<Vec<String>> {
    let hosts = Hosts::from_system().ok()?;
    let lookups = question
        .types
        .iter()
        .filter_map(|kind| hosts.lookup_static_host(&Query::query(question.name.clone(), *kind)));
    let answers: Vec<String> = lookups.flat_map(|lookup| answers(&lookup)).collect();
    (!answers.is_empty()).then_some(answers)
}

/// A server, and how to ask it and no other.
struct Server {
    address: SocketAddr,
    config: ResolverConfig,
}

/// The server that was asked for, else those of the system.
fn servers(asked: Option<SocketAddr>) -> Result<(Vec<Server>, ResolverOpts), Trouble> {
    if let Some(address) = asked {
        let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
        let connections = connections.map(|mut connection| {
            connection.port = address.port();
            connection
        });
        let server = NameServerConfig::new(address.ip(), true, connections.to_vec());
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
        return Ok((vec![Server { address, config }], ResolverOpts::default()));
    }
    let (config, options) = read_system_conf().map_err(|_| Trouble::NoServers)?;
    let (domain, search, servers) = config.into_parts();
    let one = |server: NameServerConfig| {
        let port = server.connections.first()?.port;
        let address = SocketAddr::new(server.ip, port);
        let config = ResolverConfig::from_parts(domain.clone(), search.clone(), vec![server]);
        Some(Server { address, config })
    };
    Ok((servers.into_iter().filter_map(one).collect(), options))
}

async fn ask_all(
    question: &Question,
    servers: &[Server],
    options: &ResolverOpts,
) -> Result<Found, Trouble> {
    let mut trouble = Trouble::Silent(servers.iter().map(|server| server.address).collect());
    for server in servers {
        match ask(question, server, options).await {
            Ok(answers) => {
                let standard = [&LOCALHOST, &IN_ADDR_ARPA_127, &IP6_ARPA_1];
                let source = match standard.iter().any(|zone| zone.zone_of(&question.name)) {
                    true => Source::Standard,
                    false => Source::Server(server.address),
                };
                return Ok(Found { answers, source });
            }
            Err(Some(answer @ (Trouble::Missing(_) | Trouble::Nothing(_)))) => return Err(answer),
            Err(Some(refused)) => trouble = refused,
            Err(None) => {}
        }
    }
    Err(trouble)
}

/// What one server answers; without trouble to tell if it does not answer at all.
async fn ask(
    question: &Question,
    server: &Server,
    options: &ResolverOpts,
) -> Result<Vec<String>, Option<Trouble>> {
    let mut builder =
        TokioResolver::builder_with_config(server.config.clone(), TokioRuntimeProvider::default());
    let mut options = options.clone();
    options.use_hosts_file = ResolveHosts::Never;
    options.timeout = ONE_TRY;
    options.attempts = 1;
    *builder.options_mut() = options;
    let resolver = builder.build().map_err(|_| None)?;
    let mut found = Vec::new();
    let mut trouble = None;
    for kind in question.types {
        match resolver.lookup(question.name.clone(), *kind).await {
            Ok(lookup) => found.extend(answers(&lookup)),
            Err(error) => trouble = told(&error, server.address).or(trouble),
        }
    }
    match found.is_empty() {
        true => Err(trouble),
        false => Ok(found),
    }
}

/// What a server meant by an answer that is none.
fn told(error: &NetError, server: SocketAddr) -> Option<Trouble> {
    match error {
        NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
            ResponseCode::NXDomain => Some(Trouble::Missing(server)),
            _ => Some(Trouble::Nothing(server)),
        },
        NetError::Dns(DnsError::ResponseCode(code)) => Some(Trouble::Refused(server, *code)),
        _ => None,
    }
}

/// The addresses or the names of an answer, without the names that led to them.
fn answers(lookup: &Lookup) -> Vec<String> {
    let shown = |data: &RData| match data {
        RData::PTR(name) => Some(name.to_utf8().trim_end_matches('.').to_owned()),
        other => other.ip_addr().map(|address| address.to_string()),
    };
    let records = lookup.answers().iter();
    records.filter_map(|record| shown(&record.data)).collect()
}

impl Trouble {
    /// Why there is no answer, and what to do.
    pub fn sentence(&self, question: &Question, lang: Lang) -> String {
        let (id, server, code) = match self {
            Trouble::Missing(server) if question.is_reverse() => {
                ("resolve-no-reverse", server.to_string(), String::new())
            }
            Trouble::Missing(server) => ("resolve-missing", server.to_string(), String::new()),
            Trouble::Nothing(server) if question.is_reverse() => {
                ("resolve-no-reverse", server.to_string(), String::new())
            }
            Trouble::Nothing(server) => ("resolve-nothing", server.to_string(), String::new()),
            Trouble::Refused(server, code) => {
                ("resolve-refused", server.to_string(), code.to_string())
            }
            Trouble::Silent(servers) => {
                let servers: Vec<String> = servers.iter().map(SocketAddr::to_string).collect();
                ("resolve-silent", servers.join(", "), String::new())
            }
            Trouble::NoServers => ("resolve-no-servers", String::new(), String::new()),
        };
        let args = [
            ("name", question.shown.as_str().into()),
            ("server", server.into()),
            ("code", code.into()),
        ];
        say(lang, id, &args)
    }
}
