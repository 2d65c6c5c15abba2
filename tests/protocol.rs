//! docs/protocol.md and the code say the same: its tables are read and each row is tried.

use std::collections::BTreeMap;

use crate::common::document::{bytes, table};
use game::limits;
use game::phrases::Lang;
use game::phrases::words::{Words, error_prefix};
use game::protocol::{Misread, Pack, Proof, Refusal, Reply, Request, Resumed, ScoreLine};
use game::rules::{
    Answer, Commitment, Ended, Key, Mode, Name, Opening, Range, ResumeCode, Rules, Tally, Verdict,
    Winner,
};
use game::wire::text::{Phrasebook, parse, quote};

const FRENCH: Phrasebook = Phrasebook {
    lang: Lang::Fr,
    pack: Pack::French,
};
const ENGLISH: Phrasebook = Phrasebook {
    lang: Lang::En,
    pack: Pack::English,
};

fn line(phrasebook: Phrasebook, reply: &Reply) -> String {
    let mut out = Vec::new();
    phrasebook.write(reply, &mut out);
    String::from_utf8(out).expect("UTF-8")
}

/// Compares a table with what the code says, row by row.
fn compare(name: &str, expected: &[Vec<String>]) {
    let written = table(name);
    for (row, expected) in written.iter().zip(expected) {
        assert_eq!(row, expected, "in the table {name}");
    }
    assert_eq!(written.len(), expected.len(), "rows of the table {name}");
}

/// A request in the document's words.
fn told(message: &[u8]) -> String {
    match parse(message) {
        Ok(Request::Guess(number)) => format!("guess {number}"),
        Ok(Request::Help) => "help".into(),
        Ok(Request::Name("")) => "name, none".into(),
        Ok(Request::Name(name)) => format!("name {name}"),
        Ok(Request::Room(Some(room))) => format!("room {room}"),
        Ok(Request::Room(None)) => "public hall".into(),
        Ok(Request::Scores) => "scores".into(),
        Ok(Request::Words(pack)) => format!("words {}", pack.word()),
        Ok(Request::Code) => "my code".into(),
        Ok(Request::Resume(code)) => format!("resume {code}"),
        Ok(Request::Proof) => "proof".into(),
        Ok(Request::Quit) => "end".into(),
        Err(misread) => format!("error {misread:?}"),
    }
}

#[test]
fn requests_are_read_as_the_table_says() {
    for row in table("requests") {
        let [message, meaning] = &row[..] else {
            panic!("two cells: {row:?}")
        };
        assert_eq!(&told(&bytes(message)), meaning, "{message}");
    }
}

#[test]
fn packs_have_the_words_of_the_table() {
    let packs: Vec<Vec<String>> = Pack::ALL
        .iter()
        .map(|pack| {
            let w = Words::of(*pack);
            let cells = [pack.word(), w.small, w.big, w.found, w.lost, w.over];
            cells.map(str::to_owned).to_vec()
        })
        .collect();
    compare("packs", &packs);
}

/// What the server answers to a message that it refuses.
fn refusal(message: &[u8]) -> Refusal {
    let quoted = quote(message);
    match parse(message) {
        Err(misread) => Refusal::Misread(misread, quoted, Range::LESSON),
        Ok(Request::Guess(number)) if !Range::LESSON.contains(number) => {
            Refusal::OutOfRange(quoted, Range::LESSON)
        }
        Ok(Request::Name(name)) => Refusal::Name(Name::parse(name).expect_err("no name")),
        Ok(other) => panic!("{other:?} is not refused"),
    }
}

#[test]
fn odd_inputs_get_the_answers_of_the_table() {
    let expected: Vec<Vec<String>> = table("odd")
        .iter()
        .map(|row| {
            let reply = Reply::Refused(refusal(&bytes(&row[0])));
            vec![row[0].clone(), line(FRENCH, &reply), line(ENGLISH, &reply)]
        })
        .collect();
    compare("odd", &expected);
}

/// One example of each answer, named as in the document.
fn examples() -> Vec<(&'static str, Reply)> {
    let name = |text: &str| Name::parse(text).expect("a name");
    let lea = name("Léa");
    let code = ResumeCode {
        room: "4821".parse().ok(),
        key: Key([7; 10]),
    };
    let ended = |winner: Option<(&str, i32, u32)>| {
        Box::new(Ended {
            round: 2,
            number: 57,
            winner: winner.map(|(text, guess, tries)| Winner {
                player: code.key.player(),
                name: name(text),
                guess,
                tries,
            }),
        })
    };
    let rules = |mode, limit| Rules {
        mode,
        range: Range::LESSON,
        limit,
    };
    let entered = |rules| Reply::Entered {
        room: "4821".into(),
        rules,
        name: lea.clone(),
    };
    let score = |text: &str, wins, best, tries| ScoreLine {
        name: name(text),
        tally: Tally { wins, best, tries },
    };
    let resumed = |mode, last| {
        Reply::Resumed(Box::new(Resumed {
            name: lea.clone(),
            round: 3,
            tries: 4,
            possible: Range { min: 51, max: 62 },
            last,
            rules: rules(mode, None),
        }))
    };
    let opening = Opening {
        room: "4821".into(),
        round: 2,
        range: Range::LESSON,
        number: 57,
        nonce: [0xab; 32],
    };
    let proof = |previous| {
        Reply::Proof(Box::new(Proof {
            round: 3,
            commitment: Commitment([0xcd; 32]),
            previous,
        }))
    };
    let answer = Reply::Guess;
    vec![
        ("on connection", Reply::Greeting(Range::LESSON)),
        ("a guess: too small", answer(Answer::TooSmall)),
        ("a guess: too big", answer(Answer::TooBig)),
        ("a guess: found", answer(Answer::Found { tries: 1 })),
        ("a guess: found later", answer(Answer::Found { tries: 5 })),
        (
            "closest: nearest",
            answer(Answer::Won {
                guess: 55,
                number: 57,
            }),
        ),
        (
            "closest: not nearest",
            answer(Answer::Lost(ended(Some(("Max", 55, 1))))),
        ),
        ("closest: all went over", answer(Answer::Lost(ended(None)))),
        (
            "over: found",
            answer(Answer::Over(ended(Some(("Max", 57, 4))))),
        ),
        (
            "over: nearest",
            answer(Answer::Over(ended(Some(("Max", 55, 1))))),
        ),
        ("over: nobody", answer(Answer::Over(ended(None)))),
        ("AIDE", Reply::Help(Range::LESSON)),
        ("NOM Léa", Reply::Named(lea.clone(), Some(code))),
        ("NOM Léa, no code", Reply::Named(lea.clone(), None)),
        ("SALLE: solo", entered(rules(Mode::Solo, None))),
        ("SALLE: race", entered(rules(Mode::Race, None))),
        ("SALLE: race, limit", entered(rules(Mode::Race, Some(90)))),
        ("SALLE: closest", entered(rules(Mode::Closest, Some(60)))),
        (
            "SCORES",
            Reply::Scores {
                mine: Some(score("Léa", 1, 5, 5)),
                best: vec![score("Max", 12, 4, 66), score("Léa", 1, 5, 5)],
            },
        ),
        (
            "SCORES, no win yet",
            Reply::Scores {
                mine: Some(score("Léa", 0, 0, 0)),
                best: Vec::new(),
            },
        ),
        (
            "SCORES, no seat yet",
            Reply::Scores {
                mine: None,
                best: vec![score("Max", 12, 4, 66)],
            },
        ),
        ("MOTS fr", Reply::Words(Pack::French)),
        ("MOTS en", Reply::Words(Pack::English)),
        ("MOTS signes", Reply::Words(Pack::Signs)),
        ("REPRENDRE", Reply::Code(code)),
        ("REPRENDRE c, no guess yet", resumed(Mode::Race, None)),
        (
            "REPRENDRE c",
            resumed(Mode::Race, Some((50, Verdict::TooSmall))),
        ),
        (
            "REPRENDRE c, held guess",
            resumed(Mode::Closest, Some((50, Verdict::Held))),
        ),
        ("PREUVE, first round", proof(None)),
        ("PREUVE", proof(Some(opening))),
        ("FIN", Reply::Bye),
    ]
}

/// The errors that no single message shows.
fn errors() -> Vec<(&'static str, Reply)> {
    let misread =
        |misread, message: &[u8]| Refusal::Misread(misread, quote(message), Range::LESSON);
    let room = "4821".parse().expect("a code");
    let long = [b'7'; limits::MESSAGE_BYTES + 1];
    let errors = [
        (
            "a message of more than 1,024 bytes",
            misread(Misread::TooLong, &long),
        ),
        (
            "a line not ended after 60 s",
            misread(Misread::Unfinished, b"4"),
        ),
        ("no such room", Refusal::NoRoom(room)),
        ("the room is full", Refusal::RoomFull),
        ("the teacher lets nobody else in", Refusal::Locked),
        (
            "the teacher does not let this player in again",
            Refusal::Barred,
        ),
        ("the teacher has paused the room", Refusal::Paused),
        ("the server's disk is nearly full", Refusal::NoSpace),
        ("the code leads to no seat", Refusal::NoSeat),
        ("the seat was taken over", Refusal::Elsewhere),
        ("the seat is gone", Refusal::Gone),
        ("HTTP or TLS", Refusal::NotAPage),
        (
            "a PROXY header of an address that is not trusted",
            Refusal::NotTrusted,
        ),
    ];
    errors
        .map(|(row, refusal)| (row, Reply::Refused(refusal)))
        .to_vec()
}

fn written(examples: &[(&str, Reply)]) -> Vec<Vec<String>> {
    let row = |(row, reply): &(&str, Reply)| {
        vec![row.to_string(), line(FRENCH, reply), line(ENGLISH, reply)]
    };
    examples.iter().map(row).collect()
}

#[test]
fn answers_are_those_of_the_table() {
    compare("answers", &written(&examples()));
    compare("errors", &written(&errors()));
}

#[test]
fn the_limits_are_those_of_the_document() {
    let seconds = |duration: std::time::Duration| duration.as_secs().to_string();
    let facts = BTreeMap::from([
        ("MESSAGE_BYTES", limits::MESSAGE_BYTES.to_string()),
        ("QUOTE_CHARS", limits::QUOTE_CHARS.to_string()),
        ("NAME_CHARS", limits::NAME_CHARS.to_string()),
        ("ROOM_CODE_CHARS", limits::ROOM_CODE_CHARS.to_string()),
        ("LINE_DEADLINE", seconds(limits::LINE_DEADLINE)),
        ("WRITE_DEADLINE", seconds(limits::WRITE_DEADLINE)),
        (
            "SEAT_IDLE",
            (limits::SEAT_IDLE.as_secs() / 86_400).to_string(),
        ),
        ("END_GAP", limits::END_GAP.as_millis().to_string()),
        ("LINGER", limits::LINGER.as_millis().to_string()),
    ]);
    let told: BTreeMap<_, _> = table("limits")
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    let facts: BTreeMap<_, _> = facts.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
    assert_eq!(told, facts);
}

/// Protects the page's look: no line ends before a French mark.
#[test]
fn french_answers_have_no_break_spaces() {
    for (row, reply) in [examples(), errors()].concat() {
        let text = line(FRENCH, &reply);
        let text = text.strip_prefix(error_prefix(Lang::Fr)).unwrap_or(&text);
        for wrong in [" :", " ;", " !", " ?", " »", "« "] {
            assert!(!text.contains(wrong), "{row}: {wrong:?} in {text}");
        }
    }
}

/// Protects pages and programs that talk in objects: each means the line beside it.
#[test]
fn an_object_means_its_line() {
    let rows = table("objects");
    assert_eq!(rows.len(), 11, "every request has an object");
    for row in rows {
        let line = game::wire::json::to_text(row[0].as_bytes());
        let line = line.unwrap_or_else(|misread| panic!("{}: {misread:?}", row[0]));
        assert_eq!(told(line.as_bytes()), told(row[1].as_bytes()), "{}", row[0]);
    }
}

/// Protects those who read answers as objects: every type is in the document, with its fields.
#[test]
fn every_answer_as_an_object_is_in_the_document() {
    let told: Vec<String> = table("replies").iter().map(|row| row[0].clone()).collect();
    let replies = [
        Reply::Greeting(Range::LESSON),
        Reply::Help(Range::LESSON),
        Reply::Bye,
        Reply::Words(Pack::French),
        Reply::Refused(Refusal::RoomFull),
        Reply::Guess(Answer::TooSmall),
    ];
    let phrasebook = Phrasebook {
        lang: Lang::Fr,
        pack: Pack::French,
    };
    for reply in replies {
        let mut bytes = Vec::new();
        game::wire::json::write(&reply, phrasebook, None, &mut bytes);
        let object: serde_json::Value = serde_json::from_slice(&bytes).expect("an object");
        let kind = object["type"].as_str().expect("a type");
        assert!(
            told.iter().any(|it| it == kind),
            "{kind} is not in the table replies"
        );
        let row = &table("replies")[told.iter().position(|it| it == kind).expect("just seen")];
        for field in object.as_object().expect("an object").keys() {
            let known = matches!(field.as_str(), "type" | "text");
            assert!(known || row[1].contains(field.as_str()), "{kind}: {field}");
        }
    }
}
