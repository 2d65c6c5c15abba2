//! Returns by name without the code of the seat, and their undoing: in every order in which a class, a
//! browser with two tabs and a teacher in a hurry bring them about.

use game::engine::Space;
use game::engine::comeback::NameStanding;
use game::rules::{Decided, Name, PlayerId};

use super::{Bench, Find, Input, Mode, Order, code_of};

/// A seat: its player, and the code that resumes it.
struct Seat {
    player: PlayerId,
    code: String,
}

/// Takes a seat in room A under that name, wins so many rounds, and goes away.
fn sit(bench: &mut Bench, name: &str, wins: usize) -> Seat {
    let conn = bench.connect(0);
    bench.ask(conn, "SALLE A");
    bench.ask(conn, &format!("NOM {name}"));
    win(bench, conn, wins);
    let code = bench.code(conn);
    bench.cut(conn);
    let player = player(bench, name);
    Seat { player, code }
}

fn win(bench: &mut Bench, conn: usize, wins: usize) {
    for _ in 0..wins {
        let (mut low, mut high) = (1, 100);
        loop {
            let guess = (low + high) / 2;
            let said = bench.ask(conn, &guess.to_string());
            match said.split_whitespace().nth(1) {
                Some("petit") => low = guess + 1,
                Some("grand") => high = guess - 1,
                _ => break assert!(said.starts_with("Gagné"), "{said}"),
            }
        }
    }
}

fn player(bench: &mut Bench, name: &str) -> PlayerId {
    let tiles = bench.survey("A", &Find::Everyone).tiles;
    let tile = tiles.iter().find(|tile| tile.name == name);
    let tile = tile.unwrap_or_else(|| panic!("no {name} among {:?}", names(bench)));
    tile.player.expect("seated")
}

fn names(bench: &mut Bench) -> Vec<String> {
    let tiles = bench.survey("A", &Find::Everyone).tiles;
    tiles.into_iter().map(|tile| tile.name).collect()
}

/// The name of a seat, and the rounds that it has won.
fn stands(bench: &mut Bench, seat: &Seat) -> (String, u32) {
    let tiles = bench.survey("A", &Find::Everyone).tiles;
    let tile = tiles.iter().find(|tile| tile.player == Some(seat.player));
    let tile = tile.expect("the seat is there");
    (tile.name.clone(), tile.tally.wins)
}

fn decided(bench: &mut Bench) -> Decided {
    bench.survey("A", &Find::Everyone).decided
}

fn return_to(bench: &mut Bench, from: &Seat, to: &Seat) {
    let input = Input::ReturnTo {
        code: code_of("A"),
        from: from.player,
        to: to.player,
        with_answers: false,
    };
    bench.happens(0, input);
}

fn undo(bench: &mut Bench, from: &Seat) {
    let (code, from) = (code_of("A"), from.player);
    bench.happens(0, Input::UndoReturn { code, from });
}

/// The card is shown: somebody resumes the seat, and nothing is committed yet.
fn show(bench: &mut Bench, card: &Seat) -> usize {
    let conn = bench.connect(0);
    bench.send(conn, &format!("REPRENDRE {}\n", card.code));
    conn
}

/// Protects a score from being taken back twice: by two tabs with the same card, by two clicks of the
/// teacher, and by both, before the journal has the first. Nobody waits meanwhile with more and more
/// entries either.
#[test]
fn a_score_that_is_taken_back_twice_at_once_goes_back_once() {
    let mut bench = Bench::new(1, &[("A", Mode::Solo)]);
    let ada = sit(&mut bench, "Ada", 2);
    let bob = sit(&mut bench, "Bob", 0);
    for _ in 0..50 {
        return_to(&mut bench, &ada, &bob);
    }
    assert_eq!(bench.engines[0].waiting(), 4, "the journal is away");
    bench.commit();
    assert_eq!(stands(&mut bench, &bob), ("Ada".into(), 2));
    let tabs = [show(&mut bench, &ada), show(&mut bench, &ada)];
    undo(&mut bench, &ada);
    undo(&mut bench, &ada);
    bench.commit();
    assert_eq!(stands(&mut bench, &ada), ("Ada".into(), 2));
    assert_eq!(decided(&mut bench).heirs, []);
    bench.cut(tabs[1]);
    show(&mut bench, &bob);
    bench.commit();
    assert_eq!(stands(&mut bench, &ada), ("Ada".into(), 2));
    assert_eq!(stands(&mut bench, &bob), ("Bob".into(), 0));
}

/// Protects the same promise where two nodes propose at once: each order stands in the log twice.
#[test]
fn orders_that_two_nodes_give_count_once() {
    let mut bench = Bench::new(1, &[("A", Mode::Solo)]);
    let ada = sit(&mut bench, "Ada", 2);
    let bob = sit(&mut bench, "Bob", 1);
    let eve = sit(&mut bench, "Eve", 0);
    let inherits = |to: &Seat| Order::Inherit {
        player: ada.player,
        to: to.player,
    };
    for heir in [&bob, &bob, &eve] {
        bench.order("A", inherits(heir));
    }
    bench.commit();
    let wins = |bench: &mut Bench| [&ada, &bob, &eve].map(|seat| stands(bench, seat).1);
    assert_eq!(wins(&mut bench), [0, 3, 0], "the first has it");
    for _ in 0..2 {
        let (player, to) = (bob.player, ada.player);
        bench.order("A", Order::UndoReturn { player, to });
    }
    bench.commit();
    assert_eq!(wins(&mut bench), [2, 1, 0]);
    assert_eq!(decided(&mut bench).heirs, []);
}

/// Protects a pupil who loses their card twice: each of their cards takes back what is theirs, and the
/// teacher forgets all of their seats.
#[test]
fn the_first_card_takes_the_name_back_from_a_chain_of_returns() {
    let mut bench = Bench::new(1, &[("A", Mode::Solo)]);
    let monday = sit(&mut bench, "Léa", 1);
    let tuesday = sit(&mut bench, "Lou", 1);
    let wednesday = sit(&mut bench, "Lin", 1);
    for (from, to) in [(&monday, &tuesday), (&tuesday, &wednesday)] {
        return_to(&mut bench, from, to);
        bench.commit();
    }
    assert_eq!(stands(&mut bench, &wednesday), ("Léa".into(), 3));
    let of = [&monday, &tuesday, &wednesday].map(|seat| seat.player);
    assert_eq!(decided(&mut bench).forerunner(of[2]), Some(of[0]));
    for seat in of {
        let mut seats = decided(&mut bench).seats_of(seat);
        seats.sort();
        let mut all = of.to_vec();
        all.sort();
        assert_eq!(seats, all, "one person");
    }
    let conn = show(&mut bench, &monday);
    bench.commit();
    assert_eq!(stands(&mut bench, &monday), ("Léa".into(), 2));
    assert_eq!(stands(&mut bench, &wednesday).1, 1, "what they won before");
    bench.cut(conn);
    show(&mut bench, &tuesday);
    bench.commit();
    assert_eq!(stands(&mut bench, &tuesday), ("Léa".into(), 2));
}

/// Protects both players of a wrong click: each has again what they had won, and the round that was won
/// under the name goes with the name.
#[test]
fn who_was_not_ada_keeps_their_own_wins() {
    let mut bench = Bench::new(1, &[("A", Mode::Solo)]);
    let ada = sit(&mut bench, "Ada", 2);
    let bob = sit(&mut bench, "Bob", 3);
    return_to(&mut bench, &ada, &bob);
    bench.commit();
    let conn = show(&mut bench, &bob);
    bench.commit();
    bench.said(conn);
    win(&mut bench, conn, 1);
    assert_eq!(stands(&mut bench, &bob), ("Ada".into(), 6));
    undo(&mut bench, &ada);
    bench.commit();
    assert_eq!(stands(&mut bench, &ada), ("Ada".into(), 3));
    assert_eq!(stands(&mut bench, &bob), ("Bob".into(), 3));
}

/// Protects a disk that is full: where nobody is asked, nobody comes back without the teacher either; and
/// a name that has gone elsewhere already can't be claimed.
#[test]
fn nobody_comes_back_unasked_on_a_full_disk() {
    let mut bench = Bench::new(1, &[("A", Mode::Solo)]);
    let ada = sit(&mut bench, "Ada", 1);
    let bob = sit(&mut bench, "Bob", 0);
    bench.order("A", Order::Return { on: true });
    bench.commit();
    let standing = |bench: &mut Bench, name: &str| {
        let (now, name) = (bench.now(), Name::parse(name).expect("a name"));
        bench.engines[0].standing(code_of("A"), bob.player, &name, now)
    };
    let away = NameStanding::Away(ada.player);
    assert_eq!(standing(&mut bench, "Ada"), (away, true));
    bench.happens(0, Input::Space(Space::Nothing));
    assert_eq!(standing(&mut bench, "Ada"), (away, false));
    bench.happens(0, Input::Space(Space::Enough));
    let eve = sit(&mut bench, "Eve", 0);
    return_to(&mut bench, &ada, &eve);
    bench.commit();
    let nobody = NameStanding::Nobody;
    assert_eq!(standing(&mut bench, "Eve").0, nobody, "that is Ada's seat");
}
