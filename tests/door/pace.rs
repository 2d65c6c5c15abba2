//! Rates of guesses, and the pause after a round: nobody wins faster than others can play.

use std::io::{BufRead, Write};
use std::thread;
use std::time::{Duration, Instant};

use game::limits::NEWCOMERS_BURST;

use super::Unframed;
use crate::common::{Lines, PATIENCE, Server, program, run};
use crate::operating::players::connect_from_afar;

/// A race with the pace and the pause that rooms usually have.
const USUAL: [&str; 6] = ["--room", "4821=course", "--pace", "people", "--pause", "3"];

/// Somebody in the race.
fn racer(server: &Server) -> Lines {
    let mut racer = Lines::connect(server.text);
    let entered = racer.ask("SALLE 4821");
    assert!(entered.starts_with("Salle 4821, "), "{entered}");
    racer
}

/// Bisects until `end`, waiting for each answer. Returns how many guesses were judged, how many came
/// to a round that was over, and the wins.
fn bisect(mut racer: Lines, think: Duration, end: Instant) -> (u32, u32, u32) {
    let (mut judged, mut over, mut wins) = (0, 0, 0);
    let (mut low, mut high) = (1, 100);
    while Instant::now() < end {
        let guess = i32::midpoint(low, high);
        match racer.ask(&guess.to_string()).as_str() {
            "Trop petit" => low = guess + 1,
            "Trop grand" => high = guess - 1,
            other => {
                (low, high) = (1, 100);
                if other.starts_with("Manche terminée") {
                    over += 1;
                    continue;
                }
                assert!(
                    other.starts_with("Gagné en"),
                    "{guess} was answered {other:?}"
                );
                wins += 1;
            }
        }
        judged += 1;
        thread::sleep(think);
    }
    (judged, over, wins)
}

/// Protects a race from one connection that sends 1 to 100 in a loop, and from a program that
/// bisects: the others' guesses are judged all the same.
#[test]
fn a_race_is_not_spoilt_by_programs() {
    let server = Server::in_memory(&USUAL);
    let end = Instant::now() + Duration::from_secs(16);
    let mut flood = racer(&server);
    let flood = thread::spawn(move || {
        let numbers: String = (1..=100).map(|number| format!("{number}\n")).collect();
        let socket = flood.stream.get_mut();
        socket
            .set_write_timeout(Some(Duration::from_millis(100)))
            .expect("a TCP socket");
        // Its socket is not read while its answers wait.
        while Instant::now() < end {
            let _ = socket.write(numbers.as_bytes());
        }
    });
    let bot = racer(&server);
    let bot = thread::spawn(move || bisect(bot, Duration::ZERO, end));
    let people = (0..4).map(|_| {
        let person = racer(&server);
        thread::spawn(move || bisect(person, Duration::from_millis(1200), end))
    });
    let people: Vec<_> = people
        .collect::<Vec<_>>()
        .into_iter()
        .map(|it| it.join().expect("played"))
        .collect();
    let (bot_judged, _, bot_wins) = bot.join().expect("played");
    flood.join().expect("flooded");
    let judged: u32 = people.iter().map(|it| it.0).sum();
    let over: u32 = people.iter().map(|it| it.1).sum();
    let rounds = bot_wins + people.iter().map(|it| it.2).sum::<u32>();
    assert!(
        judged > over,
        "{judged} guesses of people were judged, {over} came too late: {people:?}"
    );
    assert!(
        over <= 4 * 6,
        "a round lasts longer than its pause: {people:?}"
    );
    assert!(
        bot_judged <= 3 + 17,
        "one guess a second after three: {bot_judged}"
    );
    assert!(rounds >= 1, "nobody won: {people:?}");
}

/// Protects who has just been told the winner: the next guess waits for the round, and is judged.
#[test]
fn after_a_win_the_next_round_opens_after_the_pause() {
    let server = Server::in_memory(&["--room", "4821=course", "--pause", "1"]);
    let (mut winner, mut other) = (racer(&server), racer(&server));
    winner.play(1, 100);
    let won = Instant::now();
    let news = other.ask("50");
    assert!(news.starts_with("Manche terminée"), "{news}");
    assert!(
        won.elapsed() < Duration::from_millis(900),
        "the news waited"
    );
    for racer in [&mut winner, &mut other] {
        racer.send("101");
        racer.send("1");
        assert!(
            racer.read().starts_with("Erreur"),
            "an error does not wait for the round"
        );
    }
    for racer in [&mut winner, &mut other] {
        let answer = racer.read();
        // The first may have won that round by luck.
        let of_a_round = ["Trop petit", "Gagné", "Manche terminée"];
        assert!(
            of_a_round.iter().any(|it| answer.starts_with(it)),
            "{answer}"
        );
        // The round opened a second after the win was committed, which the winner heard later.
        assert!(
            won.elapsed() > Duration::from_millis(700),
            "{:?}",
            won.elapsed()
        );
    }
}

/// Protects unframed clients whose answers wait: two sends stay two messages.
#[test]
fn messages_are_told_apart_while_answers_wait() {
    // No guess of these wins: that would end the round.
    let wide = ["--room", "4821=course,1..1000000", "--pace", "people"];
    let server = Server::in_memory(&wide);
    let mut client = Unframed::greeted(server.text);
    assert!(client.ask("SALLE 4821").starts_with("Salle"));
    for _ in 0..3 {
        client.ask("1");
    }
    client.send("2");
    thread::sleep(Duration::from_millis(200));
    client.send("3");
    for _ in 0..2 {
        let answer = client.receive();
        assert!(!answer.starts_with("Erreur"), "{answer}");
    }
}

/// Protects who ends while answers wait: each guess gets its answer, and then the farewell.
#[test]
fn the_end_waits_for_its_turn_and_is_noticed() {
    let server = Server::in_memory(&USUAL);
    let mut client = racer(&server);
    client.send_bytes(b"1\n1\n1\n1\n1\nFIN\n");
    let began = Instant::now();
    for _ in 0..5 {
        let answer = client.read();
        assert!(!answer.starts_with("Erreur"), "{answer}");
    }
    assert!(client.read().starts_with("Au revoir"));
    assert!(
        began.elapsed() > Duration::from_millis(1500),
        "{:?}",
        began.elapsed()
    );
}

/// The hall has a rate too, which a program that plays does not notice.
#[test]
fn the_hall_has_a_rate_after_a_burst() {
    let server = Server::in_memory(&["--rate", "10"]);
    let mut client = Lines::connect(server.text);
    let began = Instant::now();
    for _ in 0..100 {
        client.ask("1");
    }
    assert!(
        began.elapsed() < Duration::from_secs(8),
        "a burst does not wait"
    );
    let began = Instant::now();
    client.send_bytes("1\n".repeat(20).as_bytes());
    for _ in 0..20 {
        let answer = client.read();
        assert!(!answer.starts_with("Erreur"), "{answer}");
    }
    // The bucket has filled a little while the burst was answered.
    assert!(
        began.elapsed() > Duration::from_millis(500),
        "{:?}",
        began.elapsed()
    );
}

/// Protects the journal from a connection that is closed and opened again for a new burst of guesses or
/// of requests, and others from paying for it.
#[test]
fn who_comes_again_gets_no_new_burst() {
    let server = Server::in_memory(&["--rate", "10"]);
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let mut before = Lines::connect(server.text);
    before.ask("1");
    for _ in 0..(NEWCOMERS_BURST as usize + 20) * workers {
        Lines::connect(server.text).ask("AIDE");
    }
    // One of them may have the burst that a second has brought.
    let mut again: Vec<Lines> = (0..4 * workers)
        .map(|_| Lines::connect(server.text))
        .collect();
    let names: String = (0..20)
        .map(|number| format!("NOM Max {number}\n"))
        .collect();
    let mut all = |sent: String, answers: usize| {
        let began = Instant::now();
        for player in &mut again {
            player.send_bytes(sent.as_bytes());
        }
        for player in &mut again {
            for _ in 0..answers {
                assert!(!player.read().starts_with("Erreur"));
            }
        }
        began.elapsed()
    };
    let took = all(names, 20);
    assert!(took > Duration::from_millis(300), "names took {took:?}");
    let took = all("1\n".repeat(15), 15);
    assert!(took > Duration::from_millis(500), "guesses took {took:?}");
    // At ten guesses a second 95 more take nine seconds.
    let elsewhere = connect_from_afar(server.text);
    let mut elsewhere = Lines {
        stream: std::io::BufReader::new(elsewhere),
        greeting: String::new(),
    };
    elsewhere.read();
    for player in [&mut before, &mut elsewhere] {
        let began = Instant::now();
        for _ in 0..95 {
            player.ask("1");
        }
        let took = began.elapsed();
        assert!(took < Duration::from_secs(8), "a burst took {took:?}");
    }
}

/// Players in a room without going over. Rounds last a minute at most, if nothing ends them.
fn guessers<const N: usize>(server: &Server) -> [Lines; N] {
    [(); N].map(|()| {
        let mut player = Lines::connect(server.text);
        let entered = player.ask("SALLE TV");
        assert!(entered.starts_with("Salle TV, "), "{entered}");
        player
    })
}

/// Sends these guesses, and waits for the round's end, which must come soon.
fn round(players: &mut [&mut Lines]) {
    let began = Instant::now();
    for player in players.iter_mut() {
        player.send("1");
    }
    for player in players.iter_mut() {
        let result = player.read();
        let is_result = ["Gagné", "Perdu"]
            .iter()
            .any(|word| result.starts_with(word));
        assert!(is_result, "{result}");
    }
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
}

/// Protects a round from waiting for a player who is gone, with or without a goodbye.
#[test]
fn a_round_does_not_wait_for_those_who_are_gone() {
    let server = Server::in_memory(&["--room", "TV=sans-depasser,1..100,60"]);
    let [mut first, mut second, mut gone, mut ended] = guessers(&server);
    let code = gone.code();
    drop(gone);
    ended.ask("FIN");
    round(&mut [&mut first, &mut second]);
    // Who comes back is waited for.
    let mut back = Lines::connect(server.text);
    assert!(
        back.ask(&format!("REPRENDRE {code}"))
            .starts_with("Reprise")
    );
    let told = back.ask("50");
    assert!(told.starts_with("Manche terminée"), "{told}");
    for player in [&mut first, &mut second] {
        player.send("2");
        player
            .stream
            .get_ref()
            .set_read_timeout(Some(Duration::from_millis(500)))
            .expect("a TCP socket");
    }
    assert!(
        first.stream.fill_buf().is_err(),
        "the round waits for who is back"
    );
    back.send("3");
    for player in [&mut first, &mut second, &mut back] {
        player
            .stream
            .get_ref()
            .set_read_timeout(Some(PATIENCE))
            .expect("a TCP socket");
        assert!(!player.read().starts_with("Erreur"));
    }
}

/// Protects the rounds after one that somebody missed: they wait no more, until that player is back.
#[test]
fn a_round_does_not_wait_for_who_missed_the_last_one() {
    let server = Server::in_memory(&["--room", "TV=sans-depasser,1..100,3"]);
    let [mut first, mut second, mut silent] = guessers(&server);
    let began = Instant::now();
    for player in [&mut first, &mut second] {
        player.send("1");
    }
    for player in [&mut first, &mut second] {
        player.read();
    }
    assert!(
        began.elapsed() >= Duration::from_millis(2900),
        "it waited for everybody"
    );
    for _ in 0..3 {
        let began = Instant::now();
        round(&mut [&mut first, &mut second]);
        assert!(
            began.elapsed() < Duration::from_millis(2500),
            "{:?}",
            began.elapsed()
        );
    }
    assert!(silent.ask("1").starts_with("Manche terminée"));
    round(&mut [&mut first, &mut second, &mut silent]);
}

/// Protects the best of a class from who takes a seat again and again until a first guess is right:
/// each round that was given up has its result.
#[test]
fn rounds_that_were_given_up_are_in_the_results() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with_data(
        folder.path(),
        &["--room", "4821=course", "--room", "S=solo"],
    );
    for room in ["HALL", "S"] {
        let mut player = Lines::connect(server.text);
        player.ask(&format!("SALLE {room}"));
        player.ask("NOM Max");
        while player.ask("1").starts_with("Gagné") {}
        player.ask("FIN");
    }
    let (mut left, mut winner) = (racer(&server), racer(&server));
    left.ask("NOM Léa");
    while left.ask("1").starts_with("Gagné") {}
    left.ask("FIN");
    winner.play(1, 100);
    winner.ask("SCORES");
    assert!(server.stop().success());
    let mut export = program();
    export
        .args(["export", "--format", "json", "--data"])
        .arg(folder.path());
    let exported = String::from_utf8(run(&mut export).stdout).expect("UTF-8");
    let rows: Vec<serde_json::Value> = serde_json::from_str(&exported).expect("JSON");
    let given_up = |room: &str, name: &str| {
        let is_it = |row: &&serde_json::Value| {
            (
                row["room"] == room,
                row["player"] == name,
                row["won"] == false,
            ) == (true, true, true)
        };
        rows.iter()
            .filter(is_it)
            .map(|row| row["tries"].clone())
            .collect::<Vec<_>>()
    };
    let seen = [
        given_up("HALL", "Max"),
        given_up("S", "Max"),
        given_up("4821", "Léa"),
    ];
    let seen: Vec<usize> = seen.iter().map(Vec::len).collect();
    assert_eq!(seen, [1, 1, 1], "{exported}");
}
