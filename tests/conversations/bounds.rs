//! The bounds of one conversation, of a room and of a commit: each is reached, and holds.

use game::engine::lesson::NotKept;
use game::engine::survey::Mood;
use game::limits::{
    CONNECTION_BYTES, CREDIT, ENTRIES_PER_COMMIT, FINISHES, GUESSES_IN_FLIGHT, LEAVE_DEADLINE,
    LINE_DEADLINE, MESSAGE_BYTES, OUTPUT_BYTES, PICTURE_PLAYERS, PICTURES_AT_ONCE, PROPOSALS,
    READ_BYTES, SEAT_IDLE, SEATS_PER_ROOM, TILES, TRIAL_PAGES, WATCHED_BYTES,
};
use game::rules::{Entry, Mode, Name, Order, PlayerId, Proposal, Record, RoomId, Seed, Topic};
use game::shares::Source;
use serde_json::{Value, json};

use super::guests::{ask, frame, frames};
use super::{Bench, Find, Input, Via, code_of, lines};

impl Bench {
    /// Bytes that the connection makes the server hold.
    fn held(&mut self, conn: usize) -> usize {
        let (engine, key) = self.place(conn);
        self.engines[engine].held(key)
    }

    /// Commits, reads and meets deadlines until the connection is read from again; returns what
    /// it was sent.
    fn drain(&mut self, conn: usize) -> Vec<u8> {
        let mut sent = Vec::new();
        loop {
            self.commit();
            sent.extend(self.sent(conn));
            assert!(self.held(conn) <= CONNECTION_BYTES);
            let interest = self.interest(conn);
            match interest.deadline {
                _ if interest.read => return sent,
                Some(deadline) => self.tick = self.tick.max(deadline),
                None => panic!("it is read no more: {interest:?}"),
            }
            self.wake(conn);
        }
    }

    /// Has the journal hold these in a room, whatever they are.
    fn happen(&mut self, room: &str, entries: impl Iterator<Item = Entry>) {
        let at = self.now().at;
        let room = RoomId::Shared(code_of(room));
        for entry in entries {
            self.handle(0, Input::Forwarded(Record { room, at, entry }));
        }
        self.commit();
    }
}

/// So many players of a room that has none.
fn players(count: usize) -> impl Iterator<Item = Entry> {
    (0..count).map(|number| {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&(number as u64).to_be_bytes());
        Entry::Join {
            player: PlayerId(id),
            name: Name::parse(&format!("Joueur {number}")).expect("a name"),
            seed: Seed([1; 32]),
        }
    })
}

/// Protects the journal and memory from who sends more than is taken: the rest stays outside.
#[test]
fn a_flood_waits_in_its_socket() {
    let mut bench = Bench::new(1, &[]);
    let conn = bench.connect(0);
    bench.ask(conn, "50");
    let guesses = READ_BYTES / b"50\n".len();
    bench.send(conn, &"50\n".repeat(guesses));
    assert!(!bench.interest(conn).read, "it is read on");
    assert!(bench.held(conn) <= READ_BYTES);
    let is_guess = |record: &&Record| matches!(record.entry, Entry::Guess { .. });
    let batch = bench.batch(0);
    let on_their_way = batch.iter().filter(is_guess).count();
    assert_eq!(on_their_way, usize::from(GUESSES_IN_FLIGHT));
    bench.committed(0, &batch);
    let answers = String::from_utf8(bench.drain(conn)).expect("UTF-8");
    assert_eq!(lines(&answers), guesses, "one answer to each");
}

/// Protects memory from who asks for much and reads nothing: answers are made when there is room.
#[test]
fn answers_that_nobody_takes_are_not_made() {
    let mut bench = Bench::new(1, &[("A", Mode::Solo)]);
    let text = bench.connect(0);
    bench.fill(text);
    let asked = READ_BYTES / b"AIDE\n".len();
    bench.send(text, &"AIDE\n".repeat(asked));
    let waiting = (asked - CREDIT as usize) * b"AIDE\n".len();
    assert!(bench.held(text) > waiting, "it is told nothing");
    assert!(bench.held(text) <= OUTPUT_BYTES + MESSAGE_BYTES + READ_BYTES);
    let answers = String::from_utf8(bench.drain(text)).expect("UTF-8");
    assert_eq!(lines(&answers), asked, "one answer to each");

    // The longest answer is an object with all the lines of a scoreboard.
    let page = bench.welcome(Via::WebSocketJson);
    bench.sent(page);
    ask(&mut bench, page, &json!({"type": "room", "room": "A"}));
    win_all(&mut bench, 25);
    let scores = ask(&mut bench, page, &json!({"type": "scores"}));
    let shown = scores[0]["best"].as_array().expect("a list").len();
    assert_eq!(shown, game::limits::SCORE_LINES);
    bench.fill(page);
    let request = frame(&json!({"type": "scores"}).to_string());
    let asked = READ_BYTES / request.len();
    bench.send_bytes(page, &request.repeat(asked));
    assert!(bench.held(page) > OUTPUT_BYTES, "it is told nothing");
    let (texts, _) = frames(&bench.drain(page));
    assert_eq!(texts.len(), asked, "one answer to each");
}

/// So many players with long names each win a round of the room.
fn win_all(bench: &mut Bench, count: usize) {
    bench.happen("A", players(count));
    // The nth request of each is the guess n.
    for n in 1..=100 {
        let guesses = players(count).map(|join| Entry::Guess {
            player: join.player().expect("a player joins"),
            epoch: 1,
            n,
            value: n as i32,
        });
        bench.happen("A", guesses);
    }
}

/// Protects everybody's time from bytes that are read to be thrown away.
#[test]
fn bytes_for_nothing_are_paid_for() {
    let endless = [b'7'; READ_BYTES];
    let telnet = [255, 253, 1].repeat(READ_BYTES / 3);
    for bytes in [&endless[..], &telnet] {
        let mut bench = Bench::new(1, &[]);
        let conn = bench.connect(0);
        bench.send(conn, "50\n");
        bench.commit();
        bench.said(conn);
        let mut read = 0;
        while bench.interest(conn).read {
            bench.send_bytes(conn, bytes);
            read += bytes.len();
        }
        let most = CREDIT as usize * 1000 + 2 * READ_BYTES;
        assert!(read <= most, "{read} bytes were read at once");
        let again = bench
            .interest(conn)
            .deadline
            .expect("it has its credit again");
        bench.tick = again;
        bench.wake(conn);
        assert!(bench.interest(conn).read, "it is read no more");
    }
}

#[test]
fn a_line_that_does_not_end_is_refused() {
    let mut bench = Bench::new(1, &[]);
    let conn = bench.connect(0);
    bench.ask(conn, "50");
    bench.send(conn, "5");
    let deadline = LINE_DEADLINE.as_millis() as u64;
    bench.tick += deadline - 1;
    // Whoever types on has no more time for it.
    bench.send(conn, "5");
    bench.wake(conn);
    assert_eq!(bench.said(conn), "");
    bench.tick += 1;
    bench.wake(conn);
    let said = bench.said(conn);
    assert!(said.starts_with("Erreur : ") && lines(&said) == 1, "{said}");
}

/// Protects descriptors from a journal that hangs: who has said goodbye is let go.
#[test]
fn who_leaves_does_not_wait_for_ever() {
    let mut bench = Bench::new(1, &[]);
    let conn = bench.connect(0);
    bench.ask(conn, "50");
    bench.send(conn, "FIN\n");
    assert_eq!(
        bench.said(conn),
        "",
        "nothing is told before it is in the journal"
    );
    let deadline = bench.interest(conn).deadline.expect("a deadline");
    assert_eq!(deadline, bench.tick + LEAVE_DEADLINE.as_millis() as u64);
    bench.tick = deadline;
    bench.wake(conn);
    assert_eq!(lines(&bench.said(conn)), 1, "a farewell");
    assert!(bench.interest(conn).shut);
    // The journal comes back after all.
    bench.commit();
    assert_eq!(bench.said(conn), "");
}

#[test]
fn a_seat_to_which_nobody_comes_back_is_given_up() {
    let mut bench = Bench::new(1, &[]);
    let conn = bench.connect(0);
    let code = bench.code(conn);
    bench.cut(conn);
    bench.commit();
    for (idle, kept) in [(SEAT_IDLE.as_millis() as u64, true), (600_000, false)] {
        bench.tick += idle;
        bench.clock();
        bench.commit();
        assert_eq!(bench.engines[0].rooms().count(), usize::from(kept));
    }
    let back = bench.connect(0);
    let said = bench.ask(back, &format!("REPRENDRE {code}"));
    assert!(said.starts_with("Erreur : "), "{said}");
    // A class's seats are kept from one hour to the next, until its year is over.
    let mut bench = Bench::new(1, &[("NSI", Mode::Solo)]);
    let conn = bench.connect(0);
    bench.ask(conn, "SALLE NSI");
    let code = bench.code(conn);
    bench.cut(conn);
    bench.commit();
    for (days, kept) in [(21, true), (40 * 366, false)] {
        bench.tick += days * 86_400_000;
        bench.clock();
        bench.commit();
        let room = bench.engines[0].rooms().next().expect("the room").1;
        assert_eq!(room.seats().len(), usize::from(kept), "{days} days later");
        if kept {
            let back = bench.connect(0);
            let said = bench.ask(back, &format!("REPRENDRE {code}"));
            assert!(said.starts_with("Reprise"), "{said}");
            bench.cut(back);
            bench.commit();
        }
    }
}

#[test]
fn a_full_room_has_so_many_seats_and_its_players_go_on() {
    let mut bench = Bench::new(1, &[("A", Mode::Race)]);
    let first = bench.connect(0);
    bench.ask(first, "SALLE A");
    assert_eq!(lines(&bench.ask(first, "50")), 1);
    bench.happen("A", players(SEATS_PER_ROOM));
    let seats = |bench: &Bench| {
        let room = bench.engines[0].rooms().next().expect("the room").1;
        room.seats().len()
    };
    assert_eq!(seats(&bench), SEATS_PER_ROOM, "one more was refused");
    // A seat that nobody uses makes room.
    let late = bench.connect(0);
    assert!(bench.ask(late, "SALLE A").starts_with("Salle A"));
    assert!(seats(&bench) <= SEATS_PER_ROOM);
    assert_eq!(lines(&bench.ask(first, "50")), 1);
}

#[test]
fn a_room_remembers_its_latest_wins() {
    let mut bench = Bench::new(1, &[("A", Mode::Solo)]);
    win_all(&mut bench, FINISHES + 10);
    let survey = bench.survey("A", &Find::Everyone);
    assert_eq!(survey.finishes.len(), FINISHES);
}

#[test]
fn a_commit_has_so_many_entries() {
    let mut bench = Bench::new(1, &[("A", Mode::Race)]);
    let record = |round| Record {
        room: RoomId::Shared(code_of("A")),
        at: 1,
        entry: Entry::Close { round },
    };
    for round in 0..ENTRIES_PER_COMMIT as u32 + 1 {
        bench.handle(0, Input::Forwarded(record(round)));
    }
    assert_eq!(bench.batch(0).len(), ENTRIES_PER_COMMIT);
    assert_eq!(bench.batch(0), [record(ENTRIES_PER_COMMIT as u32)]);
}

/// Protects projectors and teachers' screens, and what they cost, from a room of hundreds.
#[test]
fn a_picture_and_a_survey_show_so_many_players() {
    let mut bench = Bench::new(1, &[("A", Mode::Race)]);
    let page = bench.welcome(Via::WebSocketJson);
    bench.sent(page);
    ask(&mut bench, page, &json!({"type": "room", "room": "A"}));
    bench.happen("A", players(TILES + 10));
    let survey = bench.survey("A", &Find::Everyone);
    assert_eq!((survey.players, survey.tiles.len()), (TILES + 11, TILES));
    bench.clock();
    let (texts, _) = frames(&bench.sent(page));
    let picture: Value = serde_json::from_str(&texts[0]).expect("an object");
    let shown = picture["players"].as_array().expect("a list").len();
    assert_eq!(shown, PICTURE_PLAYERS);

    // She is watched now: the beginnings of her messages are kept.
    let long = json!({"type": "name", "name": "é".repeat(200)});
    ask(&mut bench, page, &long);
    let survey = bench.survey("A", &Find::Everyone);
    let contact = survey.tiles.iter().find_map(|tile| tile.contact.as_ref());
    assert_eq!(contact.expect("connected").heard.len(), WATCHED_BYTES);
}

/// Protects the teacher of thousands: who may need help is shown first, all are counted, and anybody
/// is found by name; who is found may be shown out with their browser.
#[test]
fn of_a_large_room_those_are_shown_who_may_need_help() {
    let mut bench = Bench::new(1, &[("A", Mode::Race)]);
    bench.happen("A", players(TILES + 10));
    let [plays, stuck] = [0, 0].map(|engine| bench.connect(engine));
    for (conn, name) in [(plays, "Éloïse"), (stuck, "Tom")] {
        bench.ask(conn, "SALLE A\n");
        bench.ask(conn, &format!("NOM {name}\n"));
    }
    bench.send(stuck, "5");
    let mut survey = |find| bench.survey("A", &find);
    let all = survey(Find::Everyone);
    let names: Vec<&str> = all.tiles.iter().map(|tile| tile.name.as_str()).collect();
    assert_eq!(names[..2], ["Tom", "Éloïse"]);
    assert_eq!((names.len(), all.found), (TILES, TILES + 12));
    let moods = [(Mood::Gone, TILES + 10), (Mood::Plays, 1), (Mood::Stuck, 1)];
    assert_eq!(all.moods, moods.into());
    let last = format!("Joueur {}", TILES + 9);
    assert!(!names.contains(&last.as_str()), "{last} is not shown");

    let found = survey(Find::typed(&last.to_uppercase()));
    assert_eq!((found.players, found.found), (TILES + 12, 1));
    assert_eq!(found.tiles[0].name, last);
    let player = found.tiles[0].player.expect("a player");
    assert_eq!(survey(Find::Player(player)).tiles[0].name, last);
    assert_eq!(survey(Find::typed("eloise")).tiles[0].name, "Éloïse");
    assert_eq!(survey(Find::typed("nobody")).tiles.len(), 0);
}

/// Protects the server, and the network that is tested, from a room of thousands.
#[test]
fn a_room_test_asks_so_many_pages() {
    let mut bench = Bench::new(1, &[("A", Mode::Race)]);
    let pages: Vec<usize> = (0..TRIAL_PAGES + 3)
        .map(|_| {
            let page = bench.welcome(Via::WebSocketJson);
            ask(&mut bench, page, &json!({"type": "room", "room": "A"}));
            page
        })
        .collect();
    let _of_the_hall = bench.welcome(Via::WebSocketJson);
    let (asked, left_out) = bench.engines[0].ask_pages(Some(code_of("A")), Some(50_000), &[]);
    bench.drive(0);
    assert_eq!((asked.len(), left_out), (TRIAL_PAGES, 3));
    let (texts, _) = frames(&bench.sent(pages[0]));
    let event: Value = serde_json::from_str(&texts[0]).expect("an object");
    let ticket = asked[0].ticket.to_string();
    assert_eq!(
        event,
        json!({"event": "trial", "ticket": ticket, "port": 50_000})
    );
    let (hall, _) = bench.engines[0].ask_pages(None, None, &[]);
    assert_eq!(hall.len(), 1);
}

#[test]
fn a_room_of_many_pages_is_told_less_often() {
    let mut bench = Bench::new(1, &[("A", Mode::Race)]);
    let pages: Vec<usize> = (0..PICTURES_AT_ONCE)
        .map(|_| {
            let page = bench.welcome(Via::WebSocketJson);
            ask(&mut bench, page, &json!({"type": "room", "room": "A"}));
            page
        })
        .collect();
    bench.clock();
    assert_eq!(bench.sent(pages[0]), b"", "it is not its turn");
    bench.tick += 200;
    bench.clock();
    assert!(!bench.sent(pages[0]).is_empty());
}

/// Protects a pupil who proposes for the first time from the blame of those who filled the protocol page,
/// and the teacher's list: whoever is kicked takes their proposals along.
#[test]
fn a_full_protocol_page_says_so_and_a_kick_makes_room() {
    let mut bench = Bench::new(1, &[("A", Mode::Solo)]);
    let seats: Vec<_> = players(PROPOSALS / Topic::ALL.len() + 1).collect();
    bench.happen("A", seats.clone().into_iter());
    let players: Vec<PlayerId> = seats.iter().filter_map(Entry::player).collect();
    let proposal = |player: PlayerId, topic| Proposal {
        player,
        topic,
        text: "+".into(),
    };
    let (late, early) = players.split_last().expect("some players");
    let of = |player: &PlayerId| Topic::ALL.map(|topic| Entry::Proposal(proposal(*player, topic)));
    bench.happen("A", early.iter().flat_map(of));
    let conn = bench.connect(0);
    bench.ask(conn, "SALLE A");
    let code = bench.code(conn).parse().expect("a code");
    let may = |bench: &mut Bench, player| {
        let (now, wish) = (bench.now(), proposal(player, Topic::Small));
        bench.engines[0].may_propose(code, &wish, Source::UNKNOWN, now)
    };
    assert_eq!(may(&mut bench, *late), Err(NotKept::PageFull));
    assert_eq!(may(&mut bench, early[0]), Ok(()), "it replaces theirs");
    bench.order(
        "A",
        Order::Kick {
            player: early[0],
            bar: false,
            browser: None,
        },
    );
    bench.commit();
    assert_eq!(may(&mut bench, *late), Ok(()));
}
