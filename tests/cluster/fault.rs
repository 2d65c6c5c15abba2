//! What can go wrong, chosen by a seed.

use std::thread;
use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;

use crate::machines::{Machines, THREE, node, server};

/// How long a fault lasts, in milliseconds.
const LASTS: std::ops::Range<u32> = 1_500..4_000;

/// One thing that goes wrong. Servers are the log's, nodes the game's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    ServerKilled,
    ServerPaused,
    ServerCutOff,
    ServersCutFromEachOther,
    TwoServersKilled,
    NodeKilled,
    NodePaused,
    NodeCutOff,
    NodeCutFromOneServer,
    ServerAndNodeKilled,
    ServersRestartedInTurn,
    NodesRestartedInTurn,
}

const KINDS: [Kind; 12] = [
    Kind::ServerKilled,
    Kind::ServerPaused,
    Kind::ServerCutOff,
    Kind::ServersCutFromEachOther,
    Kind::TwoServersKilled,
    Kind::NodeKilled,
    Kind::NodePaused,
    Kind::NodeCutOff,
    Kind::NodeCutFromOneServer,
    Kind::ServerAndNodeKilled,
    Kind::ServersRestartedInTurn,
    Kind::NodesRestartedInTurn,
];

/// A fault: what, to whom, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    pub kind: Kind,
    /// The first of the three that it is done to, and where it is done to two, the second.
    server: usize,
    other: usize,
    node: usize,
    lasts: Duration,
}

/// So many faults: all kinds, in another order each time.
pub fn plan(faults: usize, rng: &mut ChaCha8Rng) -> Vec<Fault> {
    let mut below = |bound: usize| rng.next_u32() as usize % bound;
    let mut kinds: Vec<Kind> = Vec::new();
    let mut plan = Vec::new();
    while plan.len() < faults {
        if kinds.is_empty() {
            kinds.extend(KINDS);
        }
        let kind = kinds.swap_remove(below(kinds.len()));
        let server = below(THREE);
        plan.push(Fault {
            kind,
            server,
            other: (server + 1 + below(THREE - 1)) % THREE,
            node: below(THREE),
            lasts: Duration::from_millis((LASTS.start as usize + below(LASTS.len())) as u64),
        });
    }
    plan
}

impl Fault {
    /// Does it, lets it last, and mends it.
    pub fn befall(self, machines: &mut Machines) {
        let Fault {
            kind,
            server: first,
            other,
            node: game,
            lasts,
        } = self;
        // No event is waited for: the fault lasts as long as the seed says.
        let last = || thread::sleep(lasts);
        match kind {
            Kind::ServerKilled => {
                machines.server(first).kill();
                last();
                machines.start_server(first);
            }
            Kind::ServerPaused => {
                machines.server(first).pause();
                last();
                machines.server(first).go_on();
            }
            Kind::ServerCutOff => {
                let all = 0..2 * THREE;
                cut(machines, server(first), all);
                last();
            }
            Kind::ServersCutFromEachOther => {
                machines.network.cut(server(first), server(other));
                last();
            }
            Kind::TwoServersKilled => {
                machines.server(first).kill();
                machines.server(other).kill();
                last();
                machines.start_server(first);
                machines.start_server(other);
            }
            Kind::NodeKilled => {
                machines.node(game).kill();
                last();
                machines.start_node(game);
            }
            Kind::NodePaused => {
                machines.node(game).pause();
                last();
                machines.node(game).go_on();
            }
            Kind::NodeCutOff => {
                cut(machines, node(game), 0..THREE);
                last();
            }
            Kind::NodeCutFromOneServer => {
                machines.network.cut(node(game), server(first));
                last();
            }
            Kind::ServerAndNodeKilled => {
                machines.server(first).kill();
                machines.node(game).kill();
                last();
                machines.start_server(first);
                machines.start_node(game);
            }
            Kind::ServersRestartedInTurn => {
                for index in (0..THREE).map(|step| (first + step) % THREE) {
                    machines.server(index).stop();
                    machines.start_server(index);
                    machines.await_server(index);
                }
            }
            Kind::NodesRestartedInTurn => {
                for index in (0..THREE).map(|step| (game + step) % THREE) {
                    machines.node(index).stop();
                    machines.start_node(index);
                }
            }
        }
        machines.network.heal();
        for index in 0..THREE {
            machines.await_server(index);
        }
    }
}

fn cut(machines: &Machines, one: usize, from: std::ops::Range<usize>) {
    for other in from.filter(|other| *other != one) {
        machines.network.cut(one, other);
    }
}
