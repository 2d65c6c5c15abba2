//! Random dialects, put together from parts: words in every language and invented ones, framing,
//! prompts, questions, mistakes.

use lab::dialect::hint;
use lab::dialect::text::Heard;
use proptest::prelude::*;
use proptest::sample::select;

use super::packs::PACKS;
use super::server::{After, Framing, Kind, Misread, Prompting, Spec};

/// Too small, too big, found.
type Words = [String; 3];

fn known() -> impl Strategy<Value = Words> {
    select(PACKS).prop_map(|pack| [pack.too_small, pack.too_big, pack.found].map(str::to_owned))
}

/// As learners of the sample write them.
fn met() -> impl Strategy<Value = Words> {
    let words = [
        [
            "number is greater than guess",
            "number is less than guess",
            "correct",
        ],
        [
            "guess is lesser than value!",
            "guess is greater than value!",
            "guess is correct",
        ],
        ["Enter high value", "Enter low value", "Correct"],
        ["NUMERO MAYOR", "NUMERO MENOR", "BIEN"],
        ["menor que", "maior que", "Parabéns"],
        ["낮아요", "높아요", "정답"],
        ["LTH", "GTH", "WIN"],
        [
            "Too low! Try a higher number.",
            "Too high! Try a lower number.",
            "You got it!",
        ],
        [
            "Dommage, c'est plus !",
            "Dommage, c'est moins !",
            "Bien joué !",
        ],
        [
            "Perdu, plus grand",
            "Perdu, plus petit",
            "Gagné en {k} coups",
        ],
        ["↑", "↓", "✓"],
        [">", "<", "="],
        ["1", "2", "0"],
        ["0", "1", "2"],
    ];
    select(words.to_vec()).prop_map(|words| words.map(str::to_owned))
}

/// Words of no language, all different.
fn invented() -> impl Strategy<Value = Words> {
    ["[a-z]{3,8}", "[a-z]{3,8}", "[a-z]{3,8}( [a-z]{2,6})?"].prop_filter(
        "three different words of no language",
        |words| {
            let means = |word: &String| hint::read(&Heard::new(word.as_bytes())).is_some();
            let differ = words[0] != words[1] && words[1] != words[2] && words[0] != words[2];
            differ && !words.iter().any(means)
        },
    )
}

/// Sentences that differ in one word only.
fn invented_sentences() -> impl Strategy<Value = Words> {
    (invented(), "[a-z]{3,7} [a-z]{3,7}")
        .prop_map(|(words, rest)| words.map(|word| format!("{rest} {word}")))
}

fn words() -> impl Strategy<Value = Words> {
    let plain = prop_oneof![4 => known(), 3 => met(), 2 => invented(), 1 => invented_sentences()];
    // One in five says the contrary of what it means.
    (plain, prop::bool::weighted(0.2)).prop_map(|([small, big, found], inverted)| match inverted {
        true => [big, small, found],
        false => [small, big, found],
    })
}

/// How an answer is dressed: `{w}` is the word, `{k}` the tries.
fn dress() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        12 => Just("{w}"),
        1 => Just("{w}|{k}"),
        1 => Just("{w} (essai {k})"),
        1 => Just("Essai n°{k} : {w}"),
        1 => Just("{\"result\": \"{w}\", \"tries\": {k}}"),
        1 => Just(">>> {w} <<<"),
        1 => Just("\u{1b}[31m{w}\u{1b}[0m"),
    ]
}

fn prompt() -> impl Strategy<Value = String> {
    let known = select(PACKS).prop_map(|pack| pack.prompt.to_owned());
    let more = select(vec![
        "Entrez un nombre : ",
        "Guess a number: ",
        "> ",
        "Ton choix ? ",
    ]);
    prop_oneof![2 => known, 2 => more.prop_map(str::to_owned), 1 => "[A-Z][a-z]{3,6} [a-z]{3,6}: "]
}

fn prompting() -> impl Strategy<Value = Prompting> {
    prop_oneof![
        4 => Just(Prompting::None),
        1 => Just(Prompting::Glued),
        2 => Just(Prompting::NextLine),
        2 => (1..200_u64).prop_map(Prompting::Later),
    ]
}

fn question() -> impl Strategy<Value = Option<String>> {
    let asked = [
        "Quel est ton nom ?",
        "Entrez votre pseudo : ",
        "What's your name? ",
        "Enter username:",
        "¿Cómo te llamas?",
        "¿Cuál es tu nombre?",
        "Qual é o seu nome?",
        "Come ti chiami?",
        "Wie heißt du?",
        "Jak masz na imię?",
        "Choisis un niveau (1, 2 ou 3) : ",
        "Level:\n1) easy\n2) medium\n3) hard\n> ",
        "Es-tu prêt ? (o/n) ",
        "Ready? (y/n)",
        "Tape 'go' pour commencer",
    ];
    prop_oneof![
        9 => select(asked.to_vec()).prop_map(|text| Some(text.to_owned())),
        1 => Just(None),
    ]
}

fn greeting() -> impl Strategy<Value = Option<&'static str>> {
    let greetings = [
        "Bienvenue au juste prix !",
        "Bienvenue ! Devine un nombre entre {min} et {max}.",
        "Guess a number between {min} and {max}",
        "Adivina un número entre {min} y {max}",
        "Adivinhe um número de {min} a {max}",
        "Indovina un numero tra {min} e {max}",
        "Errate eine Zahl zwischen {min} und {max}",
        "Zgadnij liczbę od {min} do {max}",
        "Le juste prix ({min}-{max})",
        "prêt",
    ];
    prop_oneof![1 => Just(None), 1 => select(greetings.to_vec()).prop_map(Some)]
}

fn misread() -> impl Strategy<Value = Misread> {
    let says = [
        "Erreur : entre un nombre",
        "Invalid input",
        "Error",
        "¡Eso no es un número válido! Error.",
    ];
    prop_oneof![
        2 => select(says.to_vec()).prop_map(Misread::Says),
        1 => Just(Misread::Nothing),
        1 => Just(Misread::Closes),
    ]
}

/// How a game is lost: so many tries less or more than bisection takes, and the word for it.
fn limit() -> impl Strategy<Value = Option<(i64, &'static str)>> {
    let words = [
        "Vous avez perdu !",
        "Perdu !",
        "You lose!",
        "Game over",
        "Has perdido",
        "Você perdeu!",
        "Hai perso",
        "Verloren!",
        "Przegrałeś",
    ];
    prop::option::weighted(0.15, (-2..4_i64, select(words.to_vec())))
}

/// Ranges that no greeting tells are the lesson's.
fn range() -> impl Strategy<Value = (i64, i64)> {
    select(vec![
        (1, 100),
        (1, 100),
        (0, 100),
        (1, 50),
        (1, 8),
        (1, 1000),
        (10, 20),
        (-50, 50),
        (1, 1_000_000),
    ])
}

/// Tries that bisection takes at most.
fn optimum((min, max): (i64, i64)) -> i64 {
    i64::from((max - min + 1).ilog2()) + 1
}

/// A kind of program that few are, in words that are known or not.
fn kind() -> impl Strategy<Value = Kind> {
    select(vec![
        Kind::WithoutHints,
        Kind::Acknowledged,
        Kind::Narrows,
        Kind::TriesAlone,
        Kind::Lengths(1, true),
        Kind::Lengths(2, true),
        Kind::Lengths(4, true),
        Kind::Lengths(2, false),
        Kind::Lengths(4, false),
        Kind::ClosesAtWin,
        Kind::OneGuess,
        Kind::Objects,
        Kind::TwoPlayers,
        Kind::Alternates,
    ])
}

/// A dialect of such a kind: it asks nothing, and takes digits.
pub fn of_a_kind() -> impl Strategy<Value = Spec> {
    let wrong = [
        "Non",
        "Raté, essaie encore",
        "Wrong!",
        "Falsch",
        "Errado",
        "Blorp kex",
    ];
    (spec(), kind(), select(wrong.to_vec())).prop_map(|(spec, kind, wrong)| Spec {
        kind,
        too_small: match kind {
            Kind::WithoutHints => wrong.to_owned(),
            _ => spec.too_small.clone(),
        },
        questions: Vec::new(),
        form: "{n}".to_owned(),
        opening: None,
        receipt: None,
        tries: None,
        // Where every answer is a prompt too, nobody can tell them apart.
        prompting: match kind {
            Kind::Acknowledged if spec.prompting != Prompting::None => Prompting::NextLine,
            Kind::Acknowledged => Prompting::None,
            _ => Prompting::None,
        },
        ..spec
    })
}

/// Any dialect.
pub fn spec() -> impl Strategy<Value = Spec> {
    let talk = (
        words(),
        dress(),
        prompt(),
        prompting(),
        prop::option::weighted(0.1, ("[A-Z][a-z]{3,7} [a-z]{3,7}", 1..300_u64)),
    );
    let start = (
        greeting(),
        range(),
        prop::collection::vec(question(), 0..3),
        prop::bool::weighted(0.3),
        limit(),
    );
    let line = (
        select(vec![
            Framing::Lines,
            Framing::Reads,
            Framing::Reads,
            Framing::Strict,
        ]),
        any::<bool>(),
        misread(),
        select(vec![
            After::Closes,
            After::Closes,
            After::PlaysOn,
            After::Asks,
            After::Hangs,
        ]),
        prop_oneof![3 => 0..5_u64, 1 => 0..400_u64],
        prop_oneof![12 => Just(("{n}", None)), 1 => Just(("GUESS {n}", None)), 1 => Just(("TRY {n}", Some("STA")))],
    );
    (talk, start, line).prop_map(|(talk, start, line)| {
        let (words, dress, prompt, prompting, receipt) = talk;
        let (greeting, range, questions, asks, limit) = start;
        let (framing, newline, misread, after, latency, (form, opening)) = line;
        let [too_small, too_big, found] = words.map(|word| dress.replace("{w}", &word));
        let told = greeting.is_some_and(|greeting| greeting.contains("{min}"));
        let range = if told { range } else { (1, 100) };
        let prompt = match range {
            (1, 100) => prompt,
            _ => prompt.replace(" entre 1 et 100", ""),
        };
        let greeting = greeting.map(|greeting| {
            let greeting = greeting.replace("{min}", &range.0.to_string());
            greeting.replace("{max}", &range.1.to_string()) + "\n"
        });
        // A server with verbs of its own says what it asks for, and that it did not understand.
        let verbs = opening.is_some() || form != "{n}";
        let asks = asks && !(verbs && (greeting.is_none() || questions.contains(&None)));
        let misread = match misread {
            Misread::Says(text) => Misread::Says(text),
            _ if verbs => Misread::Says("Error"),
            other => other,
        };
        let tries = limit.map(|(more, _)| (optimum(range) + more).max(2) as u32);
        Spec {
            kind: Kind::Usual,
            tries,
            lost: limit.map_or(String::new(), |(_, lost)| lost.to_owned()),
            questions: if asks { questions } else { Vec::new() },
            greeting,
            framing,
            newline,
            range,
            too_small,
            too_big,
            found,
            prompt,
            prompting,
            receipt,
            misread,
            after,
            latency,
            form: form.to_owned(),
            opening: opening.map(str::to_owned),
        }
    })
}
