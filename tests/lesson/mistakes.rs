//! Mistakes in a lesson's file: each is told with its line and its column, in a sentence.

use game::lesson::Lesson;
use game::limits::{
    LESSON_BYTES, LESSON_CHAPTERS, LESSON_ID_CHARS, LESSON_ITEMS, LESSON_LISTINGS, LESSON_QUESTIONS,
};
use game::phrases::Lang;
use proptest::prelude::*;

/// A small lesson without a mistake.
const SOUND: &str = r#"lang = "fr"
title = "Petite leçon"
local-name = "lcs"

[[listing]]
id = "programme"
title = "Un programme"
file = "programme.py"
code = '''
connexion.sendall(message)
connexion.close()
connexion.close()
'''

[[chapter]]
id = "un"
title = "Un"
listing = "programme"
text = "Bonjour."

[[chapter.question]]
id = "nombre"
kind = "number"
text = "Combien ?"
value = "2^32"

[[chapter.question.case]]
value = ["2^31", 64]
text = "Presque."

[[chapter.question]]
id = "mot"
kind = "word"
text = '''
Quelle instruction ?

Et *laquelle* ?
'''
accept = "sendall"
line = "sendall"

[[chapter.question]]
id = "choix"
kind = "choice"
text = "Oui ?"

[[chapter.question.option]]
id = "oui"
text = "Oui."
right = true

[[chapter.question.option]]
id = "non"
text = "Non."

[[chapter.question]]
id = "commun"
kind = "common-part"
text = "Et en commun ?"
example = ["10.0.0.1", "10.0.0.2"]

[[chapter.question]]
id = "nom"
kind = "name"
text = "Quelle adresse ?"
name = "{local-name}"

[[chapter.question]]
id = "jeu"
kind = "game"
text = "Joue."
wins = 2

[[chapter.question]]
id = "essai"
kind = "practice"
text = "Essaie."
server = "echo"
"#;

/// The sentence about the sound lesson once this was changed.
fn told(from: &str, to: &str, lang: Lang) -> String {
    assert_eq!(SOUND.matches(from).count(), 1, "{from}");
    let file = SOUND.replace(from, to);
    let mistake = Lesson::parse(file.as_bytes()).expect_err(to);
    mistake.sentence("lecon.toml", lang).replace('\u{a0}', " ")
}

#[test]
fn a_sound_file_is_read() {
    let lesson = Lesson::parse(SOUND.as_bytes()).expect("no mistake");
    assert_eq!(lesson.title, "Petite leçon");
    assert_eq!(lesson.questions().count(), 7);
    // Windows' editors end lines otherwise, and put a mark before the text.
    let windows = format!("\u{feff}{}", SOUND.replace('\n', "\r\n"));
    let windows = Lesson::parse(windows.as_bytes()).expect("no mistake");
    assert_eq!(windows.listings[0].code, lesson.listings[0].code);
    let question = |lesson: &Lesson| lesson.question("mot").expect("mot").text.clone();
    assert_eq!(question(&windows), question(&lesson));
}

#[test]
fn each_mistake_is_told_with_its_line() {
    let cases = [
        (
            "title = \"Petite leçon\"",
            "titre = \"Petite leçon\"",
            "ligne 2, colonne 1",
            "« titre » n'existe pas en tête du fichier",
        ),
        (
            "title = \"Petite leçon\"",
            "",
            "ligne 1, colonne 1",
            "manque ici la clé « title »",
        ),
        (
            "\"lcs\"",
            "\"l c s\"",
            "ligne 3, colonne 14",
            "nom d'une machine",
        ),
        (
            "lang = \"fr\"",
            "lang = \"de\"",
            "ligne 1, colonne 8",
            "\"fr\" ou \"en\"",
        ),
        (
            "\"Petite leçon\"",
            "3",
            "ligne 2, colonne 9",
            "texte entre guillemets",
        ),
        (
            "\"Petite leçon\"",
            "\" \"",
            "ligne 2, colonne 9",
            "est vide",
        ),
        ("\"Petite leçon\"", "\"Petite", "ligne 2", "guillemets"),
        ("\"Petite leçon\"", "Petite", "ligne 2", "guillemets"),
        (
            "title = \"Petite leçon\"",
            "title \"Petite leçon\"",
            "ligne 2",
            "le signe =",
        ),
        (
            "title = \"Petite leçon\"",
            "title = ",
            "ligne 2",
            "le signe =",
        ),
        (
            "title = \"Petite leçon\"",
            "lang = \"fr\"",
            "ligne 2, colonne 1",
            "déjà donnée",
        ),
        ("[[listing]]", "[[listing]", "ligne 5", "crochet"),
        (
            "[[listing]]",
            "[listing]",
            "ligne 5, colonne 1",
            "doubles crochets",
        ),
        (
            "file = \"programme.py\"",
            "file = \"../x.py\"",
            "ligne 8, colonne 8",
            "nom d'un fichier",
        ),
        (
            "listing = \"programme\"",
            "listing = \"serveur\"",
            "ligne 18, colonne 11",
            "ceux des [[listing]] : programme",
        ),
        (
            "id = \"nombre\"",
            "id = \"Nombre\"",
            "ligne 22, colonne 6",
            "minuscules",
        ),
        (
            "id = \"mot\"",
            "id = \"nombre\"",
            "ligne 32, colonne 6",
            "déjà pris à la ligne 22",
        ),
        (
            "id = \"non\"",
            "id = \"oui\"",
            "ligne 53, colonne 6",
            "déjà pris à la ligne 48",
        ),
        (
            "kind = \"number\"",
            "kind = \"nombre\"",
            "ligne 23, colonne 8",
            "les sortes : number, own-address",
        ),
        (
            "kind = \"number\"",
            "kind = \"text\"",
            "ligne 25, colonne 1",
            "dans kind = \"text\" ; celles qui existent : id, kind, text, model",
        ),
        (
            "value = \"2^32\"",
            "value = \"beaucoup\"",
            "ligne 25, colonne 9",
            "nombre que la leçon sait lire",
        ),
        (
            "value = \"2^32\"",
            "value = [\"2\", \"3\"]",
            "ligne 25, colonne 15",
            "qu'une valeur juste",
        ),
        (
            "value = \"2^32\"",
            "value = 4.5",
            "ligne 25, colonne 9",
            "entre crochets",
        ),
        (
            "value = \"2^32\"",
            "",
            "ligne 21, colonne 1",
            "manque ici la clé « value »",
        ),
        (
            "value = [\"2^31\", 64]",
            "value = [\"2^31\", \"x\"]",
            "ligne 28, colonne 18",
            "nombre que la leçon sait lire",
        ),
        (
            "text = \"Presque.\"",
            "text = \"Presque.\"\nverdict = \"presque\"",
            "ligne 30, colonne 11",
            "n'est pas un verdict",
        ),
        (
            "text = \"Presque.\"",
            "texte = \"Presque.\"",
            "ligne 29, colonne 1",
            "« texte » n'existe pas dans [[chapter.question.case]]",
        ),
        (
            "Et *laquelle* ?",
            "Et *laquelle ?",
            "ligne 37, colonne 4",
            "« * » ouvre quelque chose",
        ),
        (
            "Et *laquelle* ?",
            "Et {laquelle} ?",
            "ligne 37, colonne 4",
            "la page sait remplir : {server}",
        ),
        (
            "Et *laquelle* ?",
            "Et `laquelle ?",
            "ligne 37, colonne 4",
            "« ` » ouvre",
        ),
        (
            "accept = \"sendall\"",
            "accept = []",
            "ligne 39, colonne 10",
            "est vide",
        ),
        (
            "accept = \"sendall\"",
            "accept = \"…\"",
            "ligne 39, colonne 10",
            "ni lettre ni chiffre",
        ),
        (
            "line = \"sendall\"",
            "line = \"recv\"",
            "ligne 40, colonne 8",
            "sur aucune ligne du programme « programme »",
        ),
        (
            "line = \"sendall\"",
            "line = \"close\"",
            "ligne 40, colonne 8",
            "sur plusieurs lignes",
        ),
        (
            "listing = \"programme\"\n",
            "",
            "ligne 39, colonne 8",
            "n'a pas de clé « listing »",
        ),
        (
            "right = true",
            "right = \"oui\"",
            "ligne 50, colonne 9",
            "true (vrai) ou false (faux)",
        ),
        (
            "right = true",
            "right = false",
            "ligne 42, colonne 1",
            "au moins deux",
        ),
        (
            "\"10.0.0.2\"",
            "\"10.0.0.256\"",
            "ligne 60, colonne 24",
            "n'est pas une adresse IP",
        ),
        (
            "\"10.0.0.2\"",
            "\"::1\"",
            "ligne 60, colonne 12",
            "deux adresses différentes",
        ),
        (
            "\"{local-name}\"",
            "\"{server}\"",
            "ligne 66, colonne 8",
            "nom d'une machine",
        ),
        (
            "wins = 2",
            "wins = 0",
            "ligne 72, colonne 8",
            "entre 1 et 100",
        ),
        (
            "wins = 2",
            "wins = 2.5",
            "ligne 72, colonne 8",
            "entre 1 et 100",
        ),
        (
            "wins = 2",
            "wins = 2\nhint = \"x\"",
            "ligne 73, colonne 1",
            "« hint » n'existe pas dans kind = \"game\"",
        ),
        (
            "\"echo\"",
            "\"mail\"",
            "ligne 78, colonne 10",
            "il parle : turns, echo, chat",
        ),
    ];
    for (from, to, place, words) in cases {
        let sentence = told(from, to, Lang::Fr);
        assert!(
            sentence.starts_with(&format!("lecon.toml, {place}")),
            "{to}: {sentence}"
        );
        assert!(sentence.contains(words), "{to}: {sentence}");
        assert_eq!(sentence.lines().count(), 1, "{to}: {sentence}");
        let english = told(from, to, Lang::En);
        assert!(
            english.starts_with(&format!(
                "lecon.toml, {}",
                place.replace("ligne", "line").replace("colonne", "column")
            )),
            "{english}"
        );
    }
}

#[test]
fn files_that_are_no_lesson_are_told_apart() {
    let told = |file: &[u8]| {
        let mistake = Lesson::parse(file).expect_err("no lesson");
        mistake.sentence("x.toml", Lang::Fr).replace('\u{a0}', " ")
    };
    let latin1 = SOUND.replace("leçon", "le\u{0}on").into_bytes();
    let latin1: Vec<u8> = latin1
        .iter()
        .map(|byte| if *byte == 0 { 0xe7 } else { *byte })
        .collect();
    assert!(
        told(&latin1).contains("ligne 2, colonne 19"),
        "{}",
        told(&latin1)
    );
    assert!(told(&latin1).contains("UTF-8"));
    assert!(told(&vec![b'#'; LESSON_BYTES + 1]).contains("dépasse 512"));
    let none = "lang = 'fr'\ntitle = 'x'\nlocal-name = 'x'\n";
    assert!(told(none.as_bytes()).contains("pas de question"));
    let question = "[[chapter.question]]\nid = 'q'\nkind = 'practice'\ntext = 'x'\n";
    let many: String = (0..=LESSON_QUESTIONS)
        .map(|n| question.replace("'q'", &format!("'q{n}'")))
        .collect();
    let many = format!("{none}[[chapter]]\nid = 'c'\ntitle = 'x'\n{many}");
    assert!(
        told(many.as_bytes()).contains("plus de 200 fois « question »"),
        "{}",
        told(many.as_bytes())
    );
}

/// Protects the server and the pages from a lesson without end.
#[test]
fn a_lesson_has_so_many_of_each() {
    let head = "lang = 'fr'\ntitle = 'x'\nlocal-name = 'x'\n";
    let listing =
        |n: usize| format!("[[listing]]\nid = 'l{n}'\ntitle = 'x'\nfile = 'f{n}.py'\ncode = 'x'\n");
    let chapter = |n: usize| format!("[[chapter]]\nid = 'c{n}'\ntitle = 'x'\n");
    let question = "[[chapter.question]]\nid = 'q'\ntext = 'x'\n";
    let option = |n: usize| format!("[[chapter.question.option]]\nid = 'o{n}'\ntext = 'x'\n");
    let of =
        |count: usize, each: &dyn Fn(usize) -> String| (0..count).map(each).collect::<String>();
    let accept = |count: usize| format!("accept = [{}]\n", "'x', ".repeat(count));
    let lesson = |listings: usize, chapters: usize, options: usize, words: usize, id: usize| {
        let kinds = format!(
            "{question}kind = 'choice'\n{}right = true\n{}kind = 'word'\n{}",
            of(options, &option),
            question.replace("'q'", &format!("'{}'", "q".repeat(id))),
            accept(words),
        );
        let file = format!(
            "{head}{}{}{kinds}",
            of(listings, &listing),
            of(chapters, &chapter)
        );
        let mistake = Lesson::parse(file.as_bytes()).err();
        mistake.map(|mistake| mistake.sentence("x.toml", Lang::En))
    };
    let [listings, chapters] = [LESSON_LISTINGS, LESSON_CHAPTERS];
    let [items, id] = [LESSON_ITEMS, LESSON_ID_CHARS];
    assert_eq!(lesson(listings, chapters, items, items, id), None);
    for (told, found) in [
        ("listing", lesson(listings + 1, chapters, items, items, id)),
        ("chapter", lesson(listings, chapters + 1, items, items, id)),
        ("option", lesson(listings, chapters, items + 1, items, id)),
        ("accept", lesson(listings, chapters, items, items + 1, id)),
        (
            "can't be an id",
            lesson(listings, chapters, items, items, id + 1),
        ),
    ] {
        let found = found.unwrap_or_default();
        assert!(found.contains(told), "{told}: {found:?}");
    }
}

proptest! {
    /// Protects the server: whatever the file, there is a lesson or a sentence.
    #[test]
    fn any_file_is_read_or_refused(at in 0..SOUND.len(), cut in 0..40_usize, noise in "[\\[\\]='\"a-z{}*`\\n\\\\#0-9.]{0,6}") {
        let mut bytes = SOUND.as_bytes().to_vec();
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, noise.bytes());
        if let Err(mistake) = Lesson::parse(&bytes) {
            prop_assert!(mistake.line >= 1 && mistake.column >= 1);
            prop_assert!(mistake.sentence("x.toml", Lang::En).starts_with("x.toml, line "));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in any::<Vec<u8>>()) {
        prop_assert!(Lesson::parse(&bytes).is_err());
    }
}
