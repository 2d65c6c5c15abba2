//! Several nodes over one shared log: a player of any of them plays the same game.

use std::process::Command;

use crate::common::nats::NatsServer;
use crate::common::{Lines, Server, program};

fn node(log: &NatsServer) -> Command {
    let mut command = program();
    command
        .args(["serve", "--rate", "none", "--pace", "free", "--pause", "0"])
        .args(["--json", "--no-mdns", "--web", "off"])
        .args(["--listen", "127.0.0.1:0", "--quiet-listen", "127.0.0.1:0"])
        .args(["--journal", &log.url(), "--event", "test"])
        .args(["--nats-monitor", &log.watched(), "--range", "1..1000000"])
        .args(["--room", "R=course"]);
    command
}

fn nodes() -> (NatsServer, Vec<Server>) {
    let log = NatsServer::start();
    let nodes = (0..3).map(|_| Server::spawn(&mut node(&log))).collect();
    (log, nodes)
}

/// Protects the race: three players on three nodes have one winner, the same for all.
#[test]
fn players_of_one_race_on_three_nodes_have_one_winner() {
    let (_log, nodes) = nodes();
    let enter = |(index, node): (usize, &Server)| {
        let mut player = Lines::connect(node.text);
        let entered = player.ask("SALLE R");
        assert!(entered.starts_with("Salle R"), "{entered}");
        let named = player.ask(&format!("NOM Joueur{index}"));
        assert!(named.contains(&format!("Joueur{index}")), "{named}");
        player
    };
    let mut players: Vec<Lines> = nodes.iter().enumerate().map(enter).collect();
    let (mut low, mut high, mut turn) = (1_i32, 1_000_000_i32, 0);
    let winner = loop {
        let guess = low.midpoint(high);
        let answer = players[turn].ask(&guess.to_string());
        match answer.as_str() {
            "Trop petit" => low = guess + 1,
            "Trop grand" => high = guess - 1,
            found => {
                assert!(found.starts_with("Gagné en"), "{guess}: {found}");
                break turn;
            }
        }
        turn = (turn + 1) % 3;
    };
    for (index, player) in players.iter_mut().enumerate() {
        if index != winner {
            // Its own guess has come after the win, in the log that all read.
            let news = player.ask("50");
            assert!(
                news.contains(&format!("Joueur{winner} l'a trouvé")),
                "{news}"
            );
        }
        let scores = player.ask("SCORES");
        assert!(
            scores.contains(&format!("Joueur{winner}, 1 victoire")),
            "{scores}"
        );
    }
}

/// Resumes there, though the node may be a moment behind the log.
fn resume(node: &Server, code: &str) -> (Lines, String) {
    let mut player = Lines::connect(node.text);
    let resumed = player.ask(&format!("REPRENDRE {code}"));
    assert!(resumed.starts_with("Reprise"), "{resumed}");
    (player, resumed)
}

/// Protects a player whose node is lost: with the code they go on in their round on another, and
/// whoever held the seat is ended.
#[test]
fn a_round_goes_on_at_another_node() {
    let (log, mut nodes) = nodes();
    let mut player = Lines::connect(nodes[0].text);
    let first = player.ask("1");
    assert!(
        first == "Trop petit" || first.starts_with("Gagné"),
        "{first}"
    );
    let code = player.code();
    let (mut elsewhere, resumed) = resume(&nodes[1], &code);
    assert!(resumed.contains("dernier envoi 1"), "{resumed}");
    assert!(
        player.read().starts_with("Au revoir"),
        "the old connection goes on"
    );
    elsewhere.play(1, 1_000_000);

    nodes[1].kill();
    let (mut third, resumed) = resume(&nodes[2], &code);
    assert!(resumed.contains("manche 2"), "{resumed}");
    let scores = third.ask("SCORES");
    assert!(scores.contains("1 victoire"), "{scores}");

    // One that starts late knows it all.
    let late = Server::spawn(&mut node(&log));
    let (mut fourth, resumed) = resume(&late, &code);
    assert!(resumed.contains("manche 2"), "{resumed}");
    assert_eq!(fourth.ask("FIN"), "Au revoir, et à bientôt\u{a0}!");
    let mut fifth = Lines::connect(late.text);
    let gone = fifth.ask(&format!("REPRENDRE {code}"));
    assert!(gone.starts_with("Erreur"), "{gone}");
}
