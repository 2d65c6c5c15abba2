//! The words that the played server may answer with: the lesson's, those of the other packs, those
//! that learners' programs were seen to use.

use crate::check::source::Source;
use crate::dialect::{Meaning, meaning_of};
use game::phrases::words;
use game::protocol::Pack;

/// One way to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// The guess is smaller than the number.
    pub small: String,
    /// The guess is bigger than the number.
    pub big: String,
    /// The guess is the number: what to try, in this order.
    pub found: Vec<String>,
    /// What is said before a guess.
    pub prompt: String,
    /// What is said of a message that is no guess.
    pub error: &'static str,
    /// Whether these are the exact words of the lesson.
    pub lesson: bool,
}

/// Too small, too big and found, as programs of learners say it.
const SEEN: &[[&str; 3]] = &[
    [
        "Le nombre est plus grand.",
        "Le nombre est plus petit.",
        "Bravo !",
    ],
    ["Plus grand", "Plus petit", "Bravo !"],
    ["trop petit", "trop grand", "Bravo"],
    [
        "SVP donnez un nombre plus grand",
        "SVP donnez un nombre plus petit",
        "Vous avez gagne",
    ],
    [
        "Plus !",
        "Moins !",
        "Vous avez trouvé le nombre en 3 tentatives",
    ],
    ["Too low", "Too high", "You found the secret"],
    ["Too small!", "Too large!", "Right!"],
    ["Too small!", "Too big!", "Exactly! You win!"],
    ["Too Low", "Too High", "Correct"],
    ["MORE", "LESS", "EQUAL"],
    ["higher", "lower", "Correct"],
    ["HIGHER", "LOWER", "won the game"],
    ["HIGHER|3", "LOWER|3", "WIN"],
    ["higher", "lower", "Congratulations"],
    ["Wrong! Too low", "Wrong! Too high", "Congratulations"],
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
    ["LTH", "GTH", "WIN"],
    ["Mi numero es mayor", "Mi numero es menor", "HAS ACERTADO"],
    ["NUMERO MAYOR", "NUMERO MENOR", "BIEN"],
    ["menor que", "maior que", "Parabéns"],
    ["낮아요", "높아요", "정답"],
    ["-", "+", "="],
];

/// Texts of unknown meaning that are tried, and pairs of them.
const UNKNOWN: usize = 4;
const PAIRS: usize = 8;
/// How many of them are tried on a program: each costs it a run or two.
const TRIED: usize = 40;

impl Words {
    /// The lesson's own: a win goes on with the number of tries.
    pub fn lesson() -> Words {
        Words::of_pack(Pack::French)
    }

    fn of_pack(pack: Pack) -> Words {
        let words = words::Words::of(pack);
        let long = match pack {
            Pack::English => format!("{} in 3 tries!", words.found),
            _ => format!("{} en 3 essais !", words.found),
        };
        Words {
            lesson: pack == Pack::French,
            ..Words::new(words.small, words.big, &[&long, words.found])
        }
    }

    fn new(small: &str, big: &str, found: &[&str]) -> Words {
        let french = |text: &str| {
            let text = text.to_lowercase();
            ["trop", "plus", "moins", "c'est"]
                .iter()
                .any(|word| text.contains(word))
        };
        let french = french(small) || small.len() == 1;
        Words {
            small: small.to_owned(),
            big: big.to_owned(),
            found: found.iter().map(|it| (*it).to_owned()).collect(),
            prompt: match french {
                true => "Ton nombre ? ".to_owned(),
                false => "Your number? ".to_owned(),
            },
            error: match french {
                true => "Erreur : il faut un nombre entier entre 1 et 100.",
                false => "Error: a whole number between 1 and 100 is expected.",
            },
            lesson: false,
        }
    }

    /// What to try on a program: first the words that its own files hold, then the lesson's, then
    /// the others. Of each, the ways to say that it has won that the files hold come first.
    pub fn candidates(source: &Source) -> Vec<Words> {
        let packs = Pack::ALL.into_iter().map(Words::of_pack);
        let seen = SEEN
            .iter()
            .map(|[small, big, found]| Words::new(small, big, &[found]));
        let mut all: Vec<Words> = packs.chain(seen).collect();
        let own_wins = source.comparands().into_iter().map(|it| it.text);
        let is_win = |it: &String| meaning_of(it.as_bytes()) == Some(Meaning::Found);
        let own_wins: Vec<String> = own_wins.filter(is_win).collect();
        let wins: Vec<String> = all.iter().flat_map(|words| words.found.clone()).collect();
        // The lesson's, even where the files hold others, if they hold them too.
        all.sort_by_key(|words| words.rank(source));
        all.dedup_by(|a, b| (&a.small, &a.big) == (&b.small, &b.big));
        all.truncate(TRIED);
        // What the program can't compare with is no use, if its files tell that.
        let comparands = source.comparands();
        if !comparands.is_empty() {
            all.retain(|words| words.rank(source) < 3);
        }
        let first = all
            .iter()
            .take_while(|words| words.rank(source) == 0)
            .count();
        if first == 0 {
            let own = own(source);
            all.splice(0..0, own);
        }
        for words in &mut all {
            if !words.lesson {
                // A program with the lesson's hints plays against the lesson's server.
                words.add_wins(&own_wins, source);
            }
            words.add_wins(&wins, source);
        }
        all
    }

    /// Smaller is likelier.
    fn rank(&self, source: &Source) -> usize {
        // A sign is in every file.
        let long = self.small.len() > 1;
        match source.has(stem(&self.small)) && source.has(stem(&self.big)) {
            true if long => 0,
            _ if self.lesson => 1,
            true => 2,
            false => 3,
        }
    }

    /// Other ways to say that it has won, if the program's files hold them.
    fn add_wins(&mut self, wins: &[String], source: &Source) {
        for win in wins.iter().filter(|win| win.len() > 1 && source.has(win)) {
            if !self.found.contains(win) {
                self.found.push(win.clone());
            }
        }
    }
}

/// Words that the program's own files hold: those that mean a hint in some language, else those that
/// its lines compare, each with each.
fn own(source: &Source) -> Vec<Words> {
    let comparands = source.comparands();
    let meant = |text: &str| meaning_of(text.as_bytes());
    let all = |meaning| {
        let texts = comparands
            .iter()
            .filter(move |it| meant(&it.text) == Some(meaning));
        texts.map(|it| it.text.as_str()).collect::<Vec<_>>()
    };
    let (small, big, won) = (
        all(Meaning::TooSmall),
        all(Meaning::TooBig),
        all(Meaning::Found),
    );
    let unknown = comparands
        .iter()
        .filter(|it| it.compared && meant(&it.text).is_none());
    let unknown: Vec<&str> = unknown.map(|it| it.text.as_str()).take(UNKNOWN).collect();
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    if !small.is_empty() && !big.is_empty() {
        pairs.extend(small.iter().zip(&big).map(|(small, big)| (*small, *big)));
    } else if let ([small, ..], true) = (small.as_slice(), big.is_empty()) {
        pairs.extend(unknown.iter().map(|big| (*small, *big)));
    } else if let [big, ..] = big.as_slice() {
        pairs.extend(unknown.iter().map(|small| (*small, *big)));
    } else {
        for (index, one) in unknown.iter().enumerate() {
            for other in &unknown[index + 1..] {
                pairs.extend([(*one, *other), (*other, *one)]);
            }
        }
    }
    let pairs = pairs.into_iter().take(PAIRS);
    pairs
        .map(|(small, big)| {
            let others = unknown.iter().filter(|it| **it != small && **it != big);
            let found: Vec<&str> = won.iter().chain(others).copied().collect();
            Words::new(small, big, &found)
        })
        .collect()
}

/// What may be a prompt for which the program waits: what its lines compare, likeliest first.
pub fn prompts(source: &Source) -> Vec<String> {
    let mut texts: Vec<String> = source
        .comparands()
        .into_iter()
        .filter(|it| it.compared)
        .map(|it| it.text)
        .collect();
    texts.sort_by_key(|text| meaning_of(text.as_bytes()).is_some_and(Meaning::judges));
    texts.truncate(UNKNOWN);
    texts
}

/// A hint without the number behind it.
fn stem(text: &str) -> &str {
    text.trim_end_matches(|c: char| c.is_ascii_digit())
}
