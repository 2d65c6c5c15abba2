//! What `wire::text` writes, `wire::answer` reads back: every reply, pack and language, with names
//! that try to pass for something else.

use game::limits::{MESSAGE_BYTES, NUMBER, ROUND_SECONDS};
use game::phrases::Lang;
use game::phrases::words::Words;
use game::protocol::{Misread, Pack, Proof, Refusal, Reply, Resumed, ScoreLine};
use game::rules::{
    Answer, Ended, Key, Mode, Name, NameError, Opening, PlayerId, Range, ResumeCode, RoomId, Rules,
    Seed, Tally, Verdict, Winner,
};
use game::wire::answer::{Read, read};
use game::wire::text::{Phrasebook, quote};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

fn names() -> impl Strategy<Value = Name> {
    let sly = select(vec![
        "Gagné 12",
        "Erreur : x",
        "FIN",
        "Trop petit",
        "= 3",
        "12, 5",
        "50 : Trop petit. Tu es x",
        ", last sent 5: Too big.",
        "-1 -2 -3",
        "1-AAAAAAAAAAAAAAAA",
        "X. RESUME 1-AAAAAAAAAAAA",
        "{ $number }",
        "MMMMMMMMMMMMMMMMMMMMMMMM",
        "🦦🦦🦦🦦🦦🦦🦦🦦🦦🦦🦦🦦🦦🦦🦦🦦🦦🦦🦦🦦🦦🦦🦦🦦",
    ]);
    let any = any::<String>().prop_filter_map("a name", |text| Name::parse(&text).ok());
    prop_oneof![sly.prop_map(|text| Name::parse(text).expect("a name")), any]
}

fn numbers() -> impl Strategy<Value = i32> {
    prop_oneof![-NUMBER..=NUMBER, -5..=100, Just(-NUMBER)]
}

fn ranges() -> impl Strategy<Value = Range> {
    (numbers(), numbers()).prop_filter_map("a range", |(min, max)| {
        (min < max).then_some(Range { min, max })
    })
}

fn rules() -> impl Strategy<Value = Rules> {
    let limit = option::of(1..=ROUND_SECONDS);
    (select(&Mode::ALL[..]), ranges(), limit)
        .prop_filter_map("fit", |(mode, range, limit)| Rules::new(mode, range, limit))
}

fn codes() -> impl Strategy<Value = ResumeCode> {
    let room = option::of("[A-Z0-9_]{1,12}").prop_map(|room| room.and_then(|r| r.parse().ok()));
    (room, any::<[u8; 10]>()).prop_map(|(room, key)| ResumeCode {
        room,
        key: Key(key),
    })
}

fn lines() -> impl Strategy<Value = ScoreLine> {
    let tally = prop_oneof![
        (0..100u32, 1..40u32, 0..4000u64),
        (any::<u32>(), any::<u32>(), 0..u64::MAX / 40)
    ];
    (names(), tally).prop_map(|(name, (wins, best, tries))| ScoreLine {
        name,
        tally: Tally { wins, best, tries },
    })
}

fn ended() -> impl Strategy<Value = Box<Ended>> {
    let winner = option::of((names(), numbers(), any::<u32>()));
    (any::<u32>(), numbers(), winner).prop_map(|(round, number, winner)| {
        Box::new(Ended {
            round,
            number,
            winner: winner.map(|(name, guess, tries)| Winner {
                player: PlayerId([7; 16]),
                name,
                guess,
                tries,
            }),
        })
    })
}

fn answers() -> impl Strategy<Value = Answer> {
    prop_oneof![
        Just(Answer::TooSmall),
        Just(Answer::TooBig),
        prop_oneof![1..80u32, any::<u32>()].prop_map(|tries| Answer::Found { tries }),
        (numbers(), numbers()).prop_map(|(guess, number)| Answer::Won { guess, number }),
        ended().prop_map(Answer::Lost),
        ended().prop_map(Answer::Over),
    ]
}

fn refusals() -> impl Strategy<Value = Refusal> {
    use Misread::*;
    let misreads = select(vec![
        Unknown, Empty, TooLong, NotUtf8, Utf16, NotJson, Unfinished, RoomCode, Pack, ResumeCode,
    ]);
    let messages = any::<Vec<u8>>().prop_map(|message| quote(&message));
    let wide = Just("🦦".repeat(300)).prop_map(|message| quote(message.as_bytes()));
    let quotes = prop_oneof![messages, wide].boxed();
    prop_oneof![
        (misreads, quotes.clone(), ranges()).prop_map(|(m, q, r)| Refusal::Misread(m, q, r)),
        (quotes, ranges()).prop_map(|(quote, range)| Refusal::OutOfRange(quote, range)),
        any::<char>().prop_map(|c| Refusal::Name(NameError::Forbidden(c))),
        select(vec![NameError::Empty, NameError::TooLong]).prop_map(Refusal::Name),
        "[A-Z0-9_]{12}".prop_map(|code| Refusal::NoRoom(code.parse().expect("a code"))),
        select(vec![
            Refusal::RoomFull,
            Refusal::Locked,
            Refusal::Barred,
            Refusal::Paused,
            Refusal::NoSeat,
            Refusal::Elsewhere,
            Refusal::Gone,
            Refusal::NotAPage,
            Refusal::NotTrusted,
            Refusal::NoSpace,
        ]),
    ]
}

fn resumed() -> impl Strategy<Value = Resumed> {
    let verdicts = select(vec![
        Verdict::TooSmall,
        Verdict::TooBig,
        Verdict::Over,
        Verdict::Held,
        Verdict::Lost,
        Verdict::Won,
    ]);
    let last = option::of((numbers(), verdicts));
    let play = (any::<u32>(), any::<u32>(), ranges(), last);
    (names(), rules(), play).prop_map(|(name, rules, (round, tries, possible, last))| {
        // Only *sans dépasser* says that a guess has won; elsewhere it has found.
        let last = last.map(|last| match (last, rules.mode) {
            ((guess, Verdict::Won), Mode::Solo | Mode::Race) => (guess, Verdict::Found),
            (last, _) => last,
        });
        Resumed {
            name,
            round,
            tries,
            possible,
            last,
            rules,
        }
    })
}

fn proofs() -> impl Strategy<Value = Box<Proof>> {
    let rooms = option::of("[A-Z0-9_]{12}");
    let previous = option::of((any::<[u8; 32]>(), rooms, any::<u32>(), ranges()));
    (any::<u32>(), previous).prop_map(|(round, previous)| {
        let opening = |seed, room: Option<String>, round, range| {
            let room = room.and_then(|room| room.parse().ok());
            let room = room.map_or(RoomId::Results, RoomId::Shared);
            Opening::of(&Seed(seed), &room, round, range)
        };
        Box::new(Proof {
            round,
            commitment: opening([1; 32], None, round, Range::LESSON).commitment(),
            previous: previous.map(|(seed, room, round, range)| opening(seed, room, round, range)),
        })
    })
}

fn replies() -> impl Strategy<Value = Reply> {
    let scores = (
        option::of(lines()),
        proptest::collection::vec(lines(), 0..20),
    );
    let entered = ("[A-Z0-9_]{1,12}", rules(), names());
    prop_oneof![
        ranges().prop_map(Reply::Greeting),
        answers().prop_map(Reply::Guess),
        ranges().prop_map(Reply::Help),
        (names(), option::of(codes())).prop_map(|(name, code)| Reply::Named(name, code)),
        entered.prop_map(|(room, rules, name)| Reply::Entered {
            room: room.into(),
            rules,
            name
        }),
        scores.prop_map(|(mine, best)| Reply::Scores { mine, best }),
        select(&Pack::ALL[..]).prop_map(Reply::Words),
        codes().prop_map(Reply::Code),
        resumed().prop_map(|resumed| Reply::Resumed(Box::new(resumed))),
        proofs().prop_map(Reply::Proof),
        Just(Reply::Bye),
        refusals().prop_map(Reply::Refused),
    ]
}

fn phrasebooks() -> impl Strategy<Value = Phrasebook> {
    let langs = select(vec![Lang::Fr, Lang::En]);
    (langs, select(&Pack::ALL[..])).prop_map(|(lang, pack)| Phrasebook { lang, pack })
}

/// What a reader must understand of a reply.
fn meaning(reply: &Reply) -> Read {
    match reply {
        Reply::Greeting(range) => Read::Greeting(*range),
        Reply::Guess(Answer::TooSmall) => Read::TooSmall,
        Reply::Guess(Answer::TooBig) => Read::TooBig,
        Reply::Guess(Answer::Found { tries }) => Read::Found { tries: *tries },
        Reply::Guess(Answer::Won { .. }) => Read::Found { tries: 1 },
        Reply::Guess(Answer::Lost(_)) => Read::Lost,
        Reply::Guess(Answer::Over(_)) => Read::Over,
        Reply::Named(_, code) => Read::Named(*code),
        Reply::Entered { rules, .. } => Read::Entered(*rules),
        Reply::Code(code) => Read::Code(*code),
        Reply::Resumed(resumed) => Read::Resumed {
            round: resumed.round,
            tries: resumed.tries,
            possible: resumed.possible,
            last: resumed.last,
        },
        Reply::Bye => Read::Bye,
        Reply::Refused(_) => Read::Error,
        Reply::Help(_) | Reply::Scores { .. } | Reply::Words(_) | Reply::Proof(_) => Read::Other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Protects programs (what they read is what was meant) and the line (one, and not too long).
    #[test]
    fn what_is_written_is_read_back(reply in replies(), phrasebook in phrasebooks()) {
        let mut line = b"before".to_vec();
        phrasebook.write(&reply, &mut line);
        let line = line.strip_prefix(b"before").expect("write appends");
        let text = std::str::from_utf8(line).expect("UTF-8");
        prop_assert!(line.len() < MESSAGE_BYTES, "{} bytes: {}", line.len(), text);
        prop_assert!(!text.chars().any(char::is_control), "{}", text);
        prop_assert_eq!(read(line), meaning(&reply), "{}", text);
        prop_assert_eq!(read(&[line, b"\r\n"].concat()), meaning(&reply), "{}", text);
    }

    #[test]
    fn any_line_can_be_read(line: Vec<u8>) {
        // Reaching the end without a panic is the property.
        read(&line);
    }
}

#[test]
fn hints_are_the_exact_words_and_nothing_else() {
    for pack in Pack::ALL {
        for lang in [Lang::Fr, Lang::En] {
            let mut small = Vec::new();
            let mut big = Vec::new();
            let phrasebook = Phrasebook { lang, pack };
            phrasebook.write(&Reply::Guess(Answer::TooSmall), &mut small);
            phrasebook.write(&Reply::Guess(Answer::TooBig), &mut big);
            assert_eq!(small, Words::of(pack).small.as_bytes());
            assert_eq!(big, Words::of(pack).big.as_bytes());
        }
    }
}

#[test]
fn whole_score_lines_are_dropped_when_they_do_not_fit() {
    let line = |n: u32| ScoreLine {
        name: Name::parse(&format!("Joueuse {n}")).expect("a name"),
        tally: Tally {
            wins: 1000 + n,
            best: 4,
            tries: 5300,
        },
    };
    let reply = Reply::Scores {
        mine: Some(line(1)),
        best: (1..=100).map(line).collect(),
    };
    let mut out = Vec::new();
    let phrasebook = Phrasebook {
        lang: Lang::Fr,
        pack: Pack::French,
    };
    phrasebook.write(&reply, &mut out);
    let text = String::from_utf8(out).expect("UTF-8");
    let mean = "Joueuse 1, 1001 victoires, record 4, moyenne 5,3";
    assert!(text.starts_with(&format!(
        "Scores. Toi\u{a0}: {mean}. Les meilleurs\u{a0}: {mean} · "
    )));
    assert!(text.ends_with(", moyenne 5,2."), "{text}");
    assert!(
        text.len() > 950 && text.len() < MESSAGE_BYTES,
        "{}",
        text.len()
    );
}
