//! The words that the played server may answer with: the lesson's, those of the other packs, those
//! that learners' programs were seen to use.

use crate::check::source::Source;
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
    pub prompt: &'static str,
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
            prompt: if french {
                "Ton nombre ? "
            } else {
                "Your number? "
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
        let wins: Vec<String> = all.iter().flat_map(|words| words.found.clone()).collect();
        // The lesson's, even where the files hold others, if they hold them too.
        all.sort_by_key(|words| words.rank(source));
        all.dedup_by(|a, b| (&a.small, &a.big) == (&b.small, &b.big));
        all.truncate(TRIED);
        for words in &mut all {
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

/// A hint without the number behind it.
fn stem(text: &str) -> &str {
    text.trim_end_matches(|c: char| c.is_ascii_digit())
}
