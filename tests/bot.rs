//! `juste-prix bot` against the real server, in every mode, and against servers that are none.

use std::io::Write;
use std::net::TcpListener;

use crate::common::{Lines, Server};

/// What a run has said, with ordinary spaces, and its exit status.
fn bot(arguments: &[&str]) -> (String, String, Option<i32>) {
    let output = crate::common::program().arg("bot").args(arguments).output();
    let output = output.expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace('\u{a0}', " ");
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    (out, err, output.status.code())
}

/// The one JSON document of a run that went well.
fn results(arguments: &[&str]) -> serde_json::Value {
    let (out, err, status) = bot(&[arguments, &["--json"]].concat());
    assert_eq!((err.as_str(), status), ("", Some(0)));
    serde_json::from_str(&out).expect("one JSON document")
}

#[test]
fn every_strategy_wins_alone() {
    let server = Server::in_memory(&["--range", "1..20"]);
    let address = server.text.to_string();
    for (strategy, worst) in [("bisect", 5), ("linear", 20), ("random", 20)] {
        let told = results(&[&address, "--strategy", strategy, "--games", "30"]);
        assert_eq!((&told["games"], &told["won"]), (&30.into(), &30.into()));
        let number = |key: &str| told[key].as_f64().expect("a number");
        let (fewest, mean, most) = (number("fewest"), number("mean"), number("most"));
        assert!(1.0 <= fewest && fewest <= mean && mean <= most, "{told}");
        assert!(most <= f64::from(worst), "{strategy}: {told}");
    }
    let mut anyone = Lines::connect(server.text);
    assert!(anyone.ask("SCORES").contains("30 victoires"));
}

#[test]
fn the_results_are_told_in_words() {
    let server = Server::in_memory(&["--range", "1..2"]);
    let address = server.text.to_string();
    let (out, err, status) = bot(&[&address, "--games", "3"]);
    assert!(
        out.starts_with("3 parties jouées, 3 gagnées.\nEssais pour gagner : "),
        "{out}"
    );
    assert_eq!(
        (out.lines().count(), err.as_str(), status),
        (2, "", Some(0))
    );
    let (out, _, _) = bot(&[&address, "--lang", "en"]);
    assert!(
        out.starts_with("1 game played, 1 won.\nTries to win: "),
        "{out}"
    );
}

/// Two bots race: every round that one of them wins the other has lost, or never guessed in.
#[test]
fn bots_race_in_a_room() {
    let server = Server::in_memory(&["--room", "R=course,1..1000"]);
    let address = server.text.to_string();
    let arguments = [address.as_str(), "--room", "R", "--games", "20"];
    let told = std::thread::scope(|scope| {
        let other = scope.spawn(|| results(&arguments));
        [results(&arguments), other.join().expect("the other bot")]
    });
    assert!(told.iter().all(|told| told["games"] == 20), "{told:?}");
    let won = |told: &serde_json::Value| told["won"].as_u64().expect("a number");
    assert!(told.iter().map(won).sum::<u64>() >= 20, "{told:?}");
}

#[test]
fn a_round_without_going_over_is_one_guess() {
    let server = Server::in_memory(&["--room", "S=sans-depasser,1..100,600"]);
    let address = server.text.to_string();
    let told = results(&[
        &address,
        "--room",
        "S",
        "--games",
        "20",
        "--strategy",
        "linear",
    ]);
    // Nobody else is there, and 1 never goes over.
    let expected = serde_json::json!({
        "games": 20, "won": 20, "mean": 1.0, "fewest": 1, "most": 1,
    });
    assert_eq!(told, expected);
}

#[test]
fn games_that_are_cut_short_are_told() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound").to_string();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("the bot");
        let mut lines = String::from("Bonjour\u{a0}! Devine un nombre entier entre 1 et 100.\n");
        lines += "Mots\u{a0}: Trop petit, Trop grand, Gagné.\nErreur : pas de code.\n";
        lines += "Trop petit\nGagné en 2 essais !\nAu revoir.\n";
        stream.write_all(lines.as_bytes()).expect("the bot reads");
        // Reads on, so that nothing is lost to a reset.
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    });
    let (out, err, status) = bot(&[&address, "--games", "2"]);
    server.join().expect("the server");
    assert!(out.starts_with("1 partie jouée, 1 gagnée.\n"), "{out}");
    assert!(err.contains("a mis fin à la conversation"), "{err}");
    assert_eq!((err.lines().count(), status), (1, Some(1)));
}

#[test]
fn what_does_not_begin_is_one_sentence() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound").to_string();
    drop(listener);
    let (out, err, status) = bot(&[&address]);
    assert_eq!(
        (out.as_str(), err.lines().count(), status),
        ("", 1, Some(1))
    );
    assert!(err.contains(&address), "{err}");

    let server = Server::in_memory(&[]);
    let (_, err, status) = bot(&[&server.text.to_string(), "--room", "NONE"]);
    assert!(
        err.starts_with("Erreur : il n'y a pas de salle NONE."),
        "{err}"
    );
    assert_eq!(status, Some(1));

    for wrong in [
        &[] as &[&str],
        &["x", "--games", "0"],
        &["x", "--strategy", "y"],
    ] {
        let (out, err, status) = bot(wrong);
        assert_eq!(
            (out.as_str(), err.lines().count(), status),
            ("", 1, Some(2)),
            "{err}"
        );
    }
}
