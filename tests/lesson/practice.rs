//! The practice port: what was seen is told, and judged.

use game::lesson::practice::{PracticeAction, PracticeEvent, PracticeLog, PracticeServer};
use game::lesson::practice::{greeting, reply};
use game::lesson::{Facts, Verdict};
use game::limits::{MESSAGE_BYTES, PRACTICE_EVENTS};
use game::phrases::Lang;

use super::{expect, said};
use Verdict::{Near, Right, Waiting, Wrong};

/// Something happened on the connection of the program at this port.
fn at(from: u16, what: PracticeAction) -> PracticeEvent {
    let client = from.into();
    PracticeEvent { client, from, what }
}

fn one(what: PracticeAction) -> PracticeEvent {
    at(51544, what)
}

fn connected() -> PracticeEvent {
    one(PracticeAction::Connected("10:42:03".to_owned()))
}

fn sent(message: &str) -> PracticeEvent {
    one(PracticeAction::Sent(message.as_bytes().to_vec()))
}

fn told() -> PracticeEvent {
    one(PracticeAction::Said(greeting(Lang::Fr)))
}

fn seen_by(server: PracticeServer, events: &[PracticeEvent]) -> Facts {
    Facts {
        practice: Some(log(server, events)),
        ..Facts::default()
    }
}

fn log(server: PracticeServer, events: &[PracticeEvent]) -> PracticeLog {
    let mut log = PracticeLog::new(server);
    events.iter().cloned().for_each(|event| log.add(event));
    log
}

fn seen(events: &[PracticeEvent]) -> Facts {
    seen_by(PracticeServer::Turns, events)
}

#[test]
fn what_was_seen_is_told() {
    let events = [
        connected(),
        told(),
        sent("bonjour"),
        sent("a\n"),
        one(PracticeAction::Silent(12)),
        one(PracticeAction::Closed),
        one(PracticeAction::Broke),
    ];
    let sentences = log(PracticeServer::Turns, &events).sentences(Lang::Fr);
    let sentences: Vec<String> = sentences
        .iter()
        .map(|it| it.replace('\u{a0}', " "))
        .collect();
    assert_eq!(
        sentences,
        [
            "Ton programme s'est connecté à 10:42:03 depuis le port 51544.",
            "Le serveur a envoyé « Bonjour ! Ici le serveur d'exercice. Envoie un message, puis FIN pour finir. ».",
            "Il a envoyé « bonjour » : 7 octets.",
            "Il a envoyé « a\\n » : 2 octets.",
            "Rien reçu depuis 12 s : c'est à lui de parler.",
            "Il a fermé la connexion.",
            "La connexion s'est coupée : le programme s'est arrêté sans la fermer.",
        ]
    );
}

#[test]
fn a_conversation_is_judged_as_far_as_it_goes() {
    let (hello, end) = (sent("bonjour"), sent("fin"));
    let cases: &[(&[PracticeEvent], Verdict, &str)] = &[
        (&[], Waiting, "Rien n'est encore arrivé"),
        (&[connected()], Waiting, "c'est à lui de parler"),
        (&[connected(), told()], Waiting, "c'est à lui de parler"),
        (
            &[connected(), told(), one(PracticeAction::Silent(12))],
            Waiting,
            "depuis 12 s",
        ),
        (
            &[
                connected(),
                told(),
                one(PracticeAction::Silent(12)),
                hello.clone(),
            ],
            Waiting,
            "Cela marche",
        ),
        (
            &[connected(), told(), hello.clone(), told()],
            Waiting,
            "Cela marche",
        ),
        (
            &[connected(), told(), hello.clone(), told(), end.clone()],
            Right,
            "Bravo",
        ),
        (
            &[
                connected(),
                told(),
                hello.clone(),
                told(),
                end.clone(),
                one(PracticeAction::Closed),
            ],
            Right,
            "Bravo",
        ),
        (&[connected(), told(), end.clone()], Near, "que FIN"),
        (
            &[connected(), told(), hello.clone(), hello.clone()],
            Near,
            "même tour",
        ),
        (
            &[connected(), told(), hello.clone(), told(), sent("FIN\n")],
            Near,
            "retour à la ligne",
        ),
        (
            &[connected(), told(), hello.clone(), sent("salutFIN")],
            Near,
            "collé",
        ),
        (
            &[
                connected(),
                told(),
                hello.clone(),
                one(PracticeAction::Closed),
            ],
            Near,
            "sans envoyer FIN",
        ),
        (
            &[connected(), told(), one(PracticeAction::Broke)],
            Near,
            "brutalement",
        ),
        (
            &[connected(), told(), one(PracticeAction::Sent(vec![0xff]))],
            Near,
            "UTF-8",
        ),
        (
            &[connected(), sent("GET / HTTP/1.1\r\n\r\n")],
            Near,
            "navigateur",
        ),
        // A second try counts by itself.
        (
            &[
                connected(),
                told(),
                one(PracticeAction::Broke),
                connected(),
                told(),
                hello,
                told(),
                end,
            ],
            Right,
            "Bravo",
        ),
    ];
    for (events, verdict, words) in cases {
        expect("bon-port", &seen(events), &[("", *verdict, words)]);
    }
    expect(
        "bon-port",
        &Facts::default(),
        &[("", Waiting, "Ouvre d'abord")],
    );
}

/// Protects the lesson on several clients: what each did is told by its port, and judged.
#[test]
fn several_clients_are_judged_together() {
    use PracticeAction::{Broke, Closed, ClosedHere, Connected, Passed, Silent};
    let come = |from| at(from, Connected("10:42:03".to_owned()));
    let says = |from, text: &str| at(from, PracticeAction::Sent(text.as_bytes().to_vec()));
    let back = |from, text: &str| at(from, PracticeAction::Said(text.to_owned()));
    let passed = |from, others| at(from, Passed(others));
    let echo: &[(&[PracticeEvent], Verdict, &str)] = &[
        (&[], Waiting, "Rien n'est encore arrivé"),
        (&[come(1)], Waiting, "ne dit rien le premier"),
        (&[come(1), at(1, Silent(9))], Waiting, "depuis 9 s"),
        (
            &[come(1), says(1, "a"), back(1, "a")],
            Waiting,
            "est revenu",
        ),
        (
            &[come(1), says(1, "FIN"), at(1, ClosedHere)],
            Near,
            "que FIN",
        ),
        (
            &[come(1), says(1, "a"), at(1, Closed)],
            Near,
            "sans envoyer FIN",
        ),
        (&[come(1), says(1, "a"), at(1, Broke)], Near, "brutalement"),
        (&[come(1), says(1, "aFIN")], Waiting, "est revenu"),
        // Another client, which goes on, takes nothing away.
        (
            &[
                come(1),
                come(2),
                says(1, "a"),
                back(1, "a"),
                says(1, "fin\n"),
                says(2, "b"),
            ],
            Right,
            "parlé le premier",
        ),
    ];
    for (events, verdict, words) in echo {
        let facts = seen_by(PracticeServer::Echo, events);
        expect("echo-essai", &facts, &[("", *verdict, words)]);
        expect("bon-port", &facts, &[("", Waiting, "Ouvre d'abord")]);
    }
    let both = [
        come(1),
        come(2),
        says(1, "a"),
        passed(1, 1),
        says(2, "b"),
        passed(2, 1),
    ];
    let and = |more: &[PracticeEvent]| [&both, more].concat();
    let chat: &[(Vec<PracticeEvent>, Verdict, &str)] = &[
        (vec![], Waiting, "Rien n'est encore arrivé"),
        (
            vec![come(1), says(1, "a"), passed(1, 0)],
            Waiting,
            "personne n'est là",
        ),
        (vec![come(1), come(2)], Waiting, "Que l'un d'eux écrive"),
        (both[..4].to_vec(), Waiting, "Qu'un autre client réponde"),
        (
            [&both[..4], &[says(1, "FIN"), at(1, ClosedHere)]].concat(),
            Waiting,
            "personne n'est là",
        ),
        (and(&[]), Waiting, "finisse par FIN"),
        (and(&[says(2, "fin\n")]), Right, "sans emporter les autres"),
        (and(&[at(1, Closed)]), Waiting, "finisse par FIN"),
        (
            and(&[at(1, Closed), at(2, Closed)]),
            Near,
            "sans envoyer FIN",
        ),
        (vec![come(1), at(1, Closed)], Near, "Relances-en deux"),
        (vec![come(1), at(1, Broke)], Near, "brutalement"),
        // Two connections of one client are not two that heard each other.
        (
            [
                &both[..4],
                &[at(1, Closed), come(3), says(3, "c"), passed(3, 1)],
                &[says(3, "FIN")],
            ]
            .concat(),
            Waiting,
            "Qu'un autre client réponde",
        ),
        // Nor are those who met earlier there to be left.
        (
            and(&[at(1, Closed), at(2, Closed), come(3), says(3, "FIN")]),
            Waiting,
            "personne n'est là",
        ),
    ];
    for (events, verdict, words) in chat {
        let facts = seen_by(PracticeServer::Chat, events);
        expect("chat-essai", &facts, &[("", *verdict, words)]);
        // Two machines may have picked one port alike.
        let alike = |event: &PracticeEvent| PracticeEvent {
            from: 51544,
            ..event.clone()
        };
        let events: Vec<PracticeEvent> = events.iter().map(alike).collect();
        let facts = seen_by(PracticeServer::Chat, &events);
        expect("chat-essai", &facts, &[("", *verdict, words)]);
    }
    let events = [come(1), says(1, "a"), passed(1, 2), at(1, ClosedHere)];
    assert_eq!(
        log(PracticeServer::Chat, &events).sentences(Lang::En),
        [
            "Your program connected at 10:42:03 from port 1.",
            "[1] It sent “a”: 1 byte.",
            "[1] The server passed it on to 2 other clients.",
            "[1] That is FIN: the server closes this connection.",
        ]
    );
}

/// Protects memory from a program that sends without end, and its pupil: only the latest events are kept,
/// and the judgement is that of all.
#[test]
fn a_long_conversation_is_judged_like_a_short_one() {
    use PracticeAction::{Closed, Connected, Passed};
    let come = |from| at(from, Connected("10:42:03".to_owned()));
    let says = |from, text: &str| at(from, PracticeAction::Sent(text.as_bytes().to_vec()));
    let many = |from, answer: PracticeAction| {
        let both = [says(from, "encore"), at(from, answer)];
        (0..PRACTICE_EVENTS).flat_map(move |_| both.clone())
    };
    let echo = |from| many(from, PracticeAction::Said("encore".to_owned()));
    let judged = |id, server, events: Vec<PracticeEvent>, more, verdict, words| {
        let events = [events, more].concat();
        let log = log(server, &events);
        assert_eq!(log.events, events[events.len() - PRACTICE_EVENTS..]);
        let facts = seen_by(server, &events);
        expect(id, &facts, &[("", verdict, words)]);
    };
    let turns = |more, verdict, words| {
        let events = [connected(), told()].into_iter();
        let events = events.chain(many(51544, PracticeAction::Said("oui".to_owned())));
        let turns = PracticeServer::Turns;
        judged("bon-port", turns, events.collect(), more, verdict, words);
    };
    turns(vec![], Waiting, "Cela marche");
    turns(vec![sent("FIN")], Right, "Bravo");
    // Of those who listened meanwhile is known whether they had spoken.
    let echoes = |more, verdict, words| {
        let events = [come(1), come(2), come(3), says(1, "a")].into_iter();
        let events = events.chain(echo(2)).collect();
        let echo = PracticeServer::Echo;
        judged("echo-essai", echo, events, more, verdict, words);
    };
    echoes(vec![], Waiting, "ne dit rien le premier");
    echoes(vec![says(1, "FIN")], Right, "parlé le premier");
    echoes(vec![says(2, "FIN")], Right, "parlé le premier");
    echoes(vec![says(3, "FIN")], Near, "que FIN");
    let chats = |first: &[PracticeEvent], more, verdict, words| {
        let events = [come(1), come(2)].into_iter().chain(first.to_vec());
        let events = events.chain(many(1, Passed(1))).collect();
        let chat = PracticeServer::Chat;
        judged("chat-essai", chat, events, more, verdict, words);
    };
    let answered = [at(1, Passed(1)), says(2, "b"), at(2, Passed(1))];
    chats(&[], vec![], Waiting, "Qu'un autre client réponde");
    chats(&[], vec![at(2, Closed)], Waiting, "personne n'est là");
    chats(&answered, vec![], Waiting, "finisse par FIN");
    chats(&answered, vec![says(2, "FIN")], Right, "sans emporter");
    let back = vec![says(2, "b"), at(2, Passed(1)), says(1, "FIN")];
    chats(&[], back, Right, "sans emporter");
}

#[test]
fn a_refusal_is_what_the_pupil_saw() {
    let refused = [
        "La connexion a échoué : [Errno 111] Connection refused",
        "[WinError 10061] Aucune connexion n'a pu être établie car l'ordinateur cible l'a expressément refusée",
        "La connexion a échoué.",
        "connexion refusée",
        "ConnectionRefusedError",
        "ça ne marche pas",
    ];
    for answer in refused {
        expect(
            "mauvais-port",
            &seen(&[]),
            &[(answer, Right, "mauvaise porte")],
        );
    }
    expect(
        "mauvais-port",
        &seen(&[]),
        &[
            (
                "La connexion a échoué : [Errno 110] Connection timed out",
                Right,
                "pare-feu",
            ),
            ("rien, il attend", Right, "pare-feu"),
            (
                "La connexion a échoué : [Errno 113] No route to host",
                Near,
                "vérifie l'adresse",
            ),
            (
                "socket.gaierror: [Errno -2] Name or service not known",
                Near,
                "guillemets",
            ),
            (
                "SyntaxError: invalid syntax",
                Near,
                "faute dans le programme",
            ),
            ("serveur > Bonjour !", Near, "{closed-port}"),
            ("tout est vert", Wrong, "Recopie la ligne"),
        ],
    );
    // What the server saw has the last word.
    expect(
        "mauvais-port",
        &seen(&[connected()]),
        &[("connexion refusée", Near, "n'a donc pas essayé")],
    );
}

/// Protects the lesson's client, which takes 1,024 bytes of one message.
#[test]
fn the_practice_server_says_one_short_message_a_turn() {
    let longest = "🦦".repeat(MESSAGE_BYTES / 4);
    for lang in super::BOTH {
        assert!(greeting(lang).len() <= MESSAGE_BYTES);
        let answer = reply(longest.as_bytes(), lang).expect("an answer");
        assert!(
            answer.len() <= MESSAGE_BYTES && !answer.contains('\n'),
            "{answer}"
        );
        assert_eq!(reply(b"Fin", lang), None);
        assert!(reply(b"FIN\n", lang).is_some());
    }
}

#[test]
fn rounds_are_counted() {
    let won = |wins| Facts {
        wins,
        ..Facts::default()
    };
    expect("jouer", &won(0), &[("", Waiting, "1 manche à gagner")]);
    expect("jouer", &won(3), &[("", Right, "3 manches gagnées")]);
    assert_eq!(said("jouer", "j'ai gagné", &won(0)).0, Waiting);
}
