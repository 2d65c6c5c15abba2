//! The machines: three servers of the log, three game nodes, and HAProxy in front of these.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use server::journal::Event;

use crate::network::{Network, address};
use crate::process::{PATIENCE, Process};

/// Servers of the log, and as many game nodes.
pub const THREE: usize = 3;
/// Where players come in: at each node, and at HAProxy, which brings them to one that is well.
pub const DOORS: usize = THREE + 1;
/// The shared rooms, as `--room` takes them.
pub const ROOMS: [(&str, &str); 4] = [
    ("COURSE1", "course"),
    ("COURSE2", "course"),
    ("COURSE3", "course"),
    ("CLASSE", "solo"),
];
const EVENT: &str = "campagne";
const TEXT: u16 = 50000;
const CLIENTS: u16 = 4222;
const MONITOR: u16 = 8222;
/// Where a node tells HAProxy how it is.
const HEALTH: u16 = 9090;
/// HAProxy's machine.
const PROXY: usize = 2 * THREE;

/// All of them.
pub struct Machines {
    pub network: Network,
    servers: Vec<Process>,
    nodes: Vec<Process>,
    proxy: Process,
}

/// The machine of a server of the log.
pub fn server(index: usize) -> usize {
    index
}

/// The machine of a game node.
pub fn node(index: usize) -> usize {
    THREE + index
}

/// Where players come in: a node's text door, or HAProxy's.
pub fn door(index: usize) -> SocketAddr {
    let machine = if index < THREE { node(index) } else { PROXY };
    (address(machine), TEXT).into()
}

/// The log, for whoever may read it.
pub fn event() -> Event {
    Event {
        servers: (0..THREE)
            .map(|index| format!("nats://{}:{CLIENTS}", address(index)))
            .collect(),
        name: EVENT.to_owned(),
        login: None,
        credentials: None,
        authority: None,
        certificate: None,
        monitors: Vec::new(),
    }
}

impl Machines {
    /// Starts all, with their files in that folder. `sabotage` is left out of the game nodes.
    pub fn start(folder: &Path, sabotage: Option<&str>) -> Machines {
        let network = Network::new(2 * THREE + 1);
        let servers = (0..THREE).map(|index| log_server(&network, folder, index));
        let nodes = (0..THREE).map(|index| game_node(&network, folder, index, sabotage));
        let mut machines = Machines {
            servers: servers.collect(),
            nodes: nodes.collect(),
            proxy: proxy(&network, folder),
            network,
        };
        for index in 0..THREE {
            machines.start_server(index);
        }
        for index in 0..THREE {
            machines.await_server(index);
        }
        for index in 0..THREE {
            machines.start_node(index);
        }
        drop(machines.proxy.start());
        machines
    }

    /// Starts a server of the log. It may take its time until it serves.
    pub fn start_server(&mut self, index: usize) {
        drop(self.servers[index].start());
    }

    /// Waits until a server of the log has caught up with the others.
    pub fn await_server(&self, index: usize) {
        let deadline = Instant::now() + PATIENCE;
        while !is_healthy(index) {
            assert!(
                Instant::now() < deadline,
                "server {index} is not well again"
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Starts a game node, and waits until it serves.
    pub fn start_node(&mut self, index: usize) {
        let deadline = Instant::now() + PATIENCE;
        while self.nodes[index].start_and_read().is_none() {
            // It says why, and whoever operates it starts it again.
            let said = fs::read_to_string(&self.nodes[index].said).unwrap_or_default();
            assert!(
                Instant::now() < deadline,
                "node {index} does not start: {said}"
            );
        }
    }

    /// What the game nodes have written on standard error.
    pub fn said(&self) -> String {
        let said = |node: &Process| fs::read_to_string(&node.said).unwrap_or_default();
        self.nodes.iter().map(said).collect()
    }

    /// A server of the log.
    pub fn server(&mut self, index: usize) -> &mut Process {
        &mut self.servers[index]
    }

    /// A game node.
    pub fn node(&mut self, index: usize) -> &mut Process {
        &mut self.nodes[index]
    }
}

/// Where `scripts/nats-server` has put the program that serves the log.
const NATS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/target/nats-server/nats-server"
);

fn log_server(network: &Network, folder: &Path, index: usize) -> Process {
    let host = address(server(index));
    let others = (0..THREE).filter(|other| *other != index);
    let routes: Vec<String> = others
        .map(|other| format!("nats://{}:6222", address(other)))
        .collect();
    let store = folder.join(format!("s{index}"));
    let file = folder.join(format!("s{index}.conf"));
    let configuration = format!(
        "server_name: s{index}\nlisten: \"{host}:{CLIENTS}\"\nhttp: \"{host}:{MONITOR}\"\n\
         jetstream {{ store_dir: {store:?}, sync_interval: always }}\n\
         cluster {{ name: jp, listen: \"{host}:6222\", routes: [{}] }}\n",
        routes
            .iter()
            .map(|route| format!("{route:?}"))
            .collect::<Vec<_>>()
            .join(", ")
    );
    fs::write(&file, configuration).expect("our folder");
    let mut command = network.command(server(index), NATS);
    command.arg("--config").arg(file);
    Process::new(command, folder.join(format!("s{index}.log")))
}

fn game_node(network: &Network, folder: &Path, index: usize, sabotage: Option<&str>) -> Process {
    let program = std::env::var("JUSTE_PRIX_PROGRAM");
    let program = program.unwrap_or_else(|_| env!("CARGO_BIN_EXE_juste-prix").to_owned());
    let mut command = network.command(node(index), &program);
    let hosts: Vec<String> = (0..THREE)
        .map(|index| format!("{}:{CLIENTS}", address(index)))
        .collect();
    command.args(["serve", "--rate", "none", "--pace", "free", "--pause", "0"]);
    command.args(["--json", "--web", "off", "--no-mdns", "--listen"]);
    command.arg(door(index).to_string());
    let health = SocketAddr::from((address(node(index)), HEALTH));
    command.args(["--metrics", &health.to_string()]);
    command.args(["--trust-proxy", &address(PROXY).to_string()]);
    command.args([
        "--journal",
        &format!("nats://{}", hosts.join(",")),
        "--event",
        EVENT,
    ]);
    for (code, mode) in ROOMS {
        command.args(["--room", &format!("{code}={mode}")]);
    }
    command
        .env("LC_ALL", "fr_FR.UTF-8")
        .env_remove("JUSTE_PRIX_SABOTAGE");
    if let Some(rule) = sabotage {
        command.env("JUSTE_PRIX_SABOTAGE", rule);
    }
    Process::new(command, said(folder, index))
}

/// HAProxy with the example's settings, for programs: these nodes have no page.
fn proxy(network: &Network, folder: &Path) -> Process {
    let example = include_str!("../../packaging/haproxy.cfg");
    let (programs, _) = example
        .split_once("# Browsers")
        .expect("pages come after programs");
    let (before, _) = programs
        .split_once("    server node1")
        .expect("nodes come last");
    let nodes = (0..THREE).map(|index| format!("    server node{index} {}\n", door(index)));
    let file = folder.join("haproxy.cfg");
    fs::write(&file, before.to_owned() + &nodes.collect::<String>()).expect("our folder");
    let mut command = network.command(PROXY, "haproxy");
    command.args(["-db", "-f"]).arg(file);
    Process::new(command, folder.join("haproxy.log"))
}

fn said(folder: &Path, index: usize) -> PathBuf {
    folder.join(format!("n{index}.log"))
}

/// Whether the server says that it serves, and all its copies are current.
fn is_healthy(index: usize) -> bool {
    let monitor: SocketAddr = (address(server(index)), MONITOR).into();
    let Ok(mut stream) = TcpStream::connect_timeout(&monitor, Duration::from_secs(1)) else {
        return false;
    };
    let asked = stream.set_read_timeout(Some(Duration::from_secs(2)));
    let asked = asked.and_then(|()| stream.write_all(b"GET /healthz HTTP/1.0\r\n\r\n"));
    let mut answer = String::new();
    asked
        .and_then(|()| stream.read_to_string(&mut answer))
        .is_ok()
        && answer.contains(" 200 ")
}
