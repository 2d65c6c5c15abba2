//! The practice port: what was seen is told, and judged.

use game::lesson::practice::{greeting, reply};
use game::lesson::{Facts, PracticeEvent, PracticeLog, Verdict};
use game::limits::MESSAGE_BYTES;
use game::phrases::Lang;

use super::{expect, said};
use Verdict::{Near, Right, Waiting, Wrong};

fn connected() -> PracticeEvent {
    PracticeEvent::Connected {
        at: "10:42:03".to_owned(),
        from: 51544,
    }
}

fn sent(message: &str) -> PracticeEvent {
    PracticeEvent::Sent(message.as_bytes().to_vec())
}

fn told() -> PracticeEvent {
    PracticeEvent::Said(greeting(Lang::Fr))
}

fn seen(events: &[PracticeEvent]) -> Facts {
    let practice = Some(PracticeLog {
        events: events.to_vec(),
    });
    Facts {
        practice,
        ..Facts::default()
    }
}

#[test]
fn what_was_seen_is_told() {
    let events = vec![
        connected(),
        told(),
        sent("bonjour"),
        sent("a\n"),
        PracticeEvent::Silent(12),
        PracticeEvent::Closed,
        PracticeEvent::Broke,
    ];
    let sentences: Vec<String> = PracticeLog { events }.sentences(Lang::Fr);
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
            "Il a envoyé « a\\u{a} » : 2 octets.",
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
            &[connected(), told(), PracticeEvent::Silent(12)],
            Waiting,
            "depuis 12 s",
        ),
        (
            &[
                connected(),
                told(),
                PracticeEvent::Silent(12),
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
                PracticeEvent::Closed,
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
            &[connected(), told(), hello.clone(), PracticeEvent::Closed],
            Near,
            "sans envoyer FIN",
        ),
        (
            &[connected(), told(), PracticeEvent::Broke],
            Near,
            "brutalement",
        ),
        (
            &[connected(), told(), PracticeEvent::Sent(vec![0xff])],
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
                PracticeEvent::Broke,
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
