//! `verify`: checks that an opening matches the commitment that was published before it.
//!
//! Standard input may hold several answers to `PREUVE`, surrounded by any text: commitments that
//! were noted before a round ended, and openings that were published after it. Each opening is
//! looked up among all commitments.

use std::collections::HashSet;
use std::io::{self, IsTerminal, Read};

use serde::Serialize;

use crate::cli::Verify;
use game::phrases::{Lang, say};
use game::rules::{Commitment, Opening};
use os::console::{Failure, complain, print, print_json};

/// Bytes of standard input that are read at most; thousands of answers fit.
const INPUT_BYTES: u64 = 1 << 20;

/// Verifies the pair given as arguments, or every pair found on standard input.
///
/// # Errors
/// There is nothing to verify, or an opening matches no commitment.
pub fn verify(args: Verify, lang: Lang) -> Result<(), Failure> {
    let given = match (args.commitment, args.opening) {
        (Some(commitment), Some(opening)) => Given {
            commitments: vec![commitment],
            openings: vec![opening],
        },
        _ => Given::find(&read_input(lang)?),
    };
    if given.commitments.is_empty() || given.openings.is_empty() {
        return Err(Failure::Usage(say(lang, "verify-nothing", &[])));
    }
    let rounds = given.verdicts();
    let verified = rounds.iter().all(|round| round.verified);
    if args.json {
        let document = serde_json::json!({ "verified": verified, "rounds": rounds });
        print_json(&document, lang)?;
    } else {
        for round in &rounds {
            print(&round.sentence(lang), lang)?;
        }
    }
    if verified {
        Ok(())
    } else {
        Err(Failure::FellShort)
    }
}

fn read_input(lang: Lang) -> Result<String, Failure> {
    if io::stdin().is_terminal() {
        complain(&say(lang, "verify-paste", &[]));
    }
    let mut bytes = Vec::new();
    let read = io::stdin().lock().take(INPUT_BYTES).read_to_end(&mut bytes);
    read.map_err(|error| Failure::input(&error, lang))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What is to be verified.
#[derive(Debug, Default)]
struct Given {
    commitments: Vec<Commitment>,
    openings: Vec<Opening>,
}

impl Given {
    /// Finds all commitments and openings in a text. Both are made of the same characters, so each
    /// word is tried as an opening first, then as a commitment.
    fn find(text: &str) -> Given {
        let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '_' | '-');
        let mut given = Given::default();
        for word in text.split(|c| !part(c)) {
            let word = word.trim_end_matches([':', '.', '-']);
            if let Ok(opening) = word.parse::<Opening>() {
                if !given.openings.contains(&opening) {
                    given.openings.push(opening);
                }
            } else if let Ok(commitment) = word.parse() {
                given.commitments.push(commitment);
            }
        }
        given
    }

    fn verdicts(&self) -> Vec<Verdict<'_>> {
        let known: HashSet<[u8; 32]> = self.commitments.iter().map(|c| c.0).collect();
        let verdict = |opening: &'_ Opening| known.contains(&opening.commitment().0);
        let openings = self.openings.iter();
        openings
            .map(|opening| Verdict::new(opening, verdict(opening)))
            .collect()
    }
}

/// An opening, and whether a commitment matches it.
#[derive(Debug, Serialize)]
struct Verdict<'a> {
    verified: bool,
    room: &'a str,
    round: u32,
    range: String,
    number: i32,
    commitment: String,
    opening: String,
}

impl Verdict<'_> {
    fn new(opening: &Opening, verified: bool) -> Verdict<'_> {
        Verdict {
            verified,
            room: &opening.room,
            round: opening.round,
            range: opening.range.to_string(),
            number: opening.number,
            commitment: opening.commitment().to_string(),
            opening: opening.to_string(),
        }
    }

    fn sentence(&self, lang: Lang) -> String {
        let id = if self.verified {
            "verify-good"
        } else {
            "verify-bad"
        };
        let args = [
            ("round", self.round.to_string().into()),
            ("room", self.room.into()),
            ("range", self.range.as_str().into()),
            ("number", self.number.to_string().into()),
            ("commitment", self.commitment.as_str().into()),
        ];
        say(lang, id, &args)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use game::rules::Range;

    fn opening(round: u32) -> Opening {
        Opening {
            room: "HALL".to_owned(),
            round,
            range: Range { min: -5, max: 100 },
            number: -3,
            nonce: [round as u8; 32],
        }
    }

    #[test]
    fn both_are_found_in_whatever_surrounds_them() {
        let (first, second) = (opening(1), opening(2));
        let text = format!(
            "Manche 1 : engagement {}\nManche 2 : engagement {}, ouverture « {first} ». {second}.",
            first.commitment(),
            second.commitment(),
        );
        let given = Given::find(&text);
        assert_eq!(given.openings, [first, second]);
        assert_eq!(given.commitments.len(), 2);
        assert!(given.verdicts().iter().all(|verdict| verdict.verified));
    }

    #[test]
    fn the_commitment_of_another_round_does_not_do() {
        let given = Given {
            commitments: vec![opening(2).commitment()],
            openings: vec![opening(1)],
        };
        let verdicts = given.verdicts();
        assert!(!verdicts[0].verified);
        let expected = opening(1).commitment().to_string();
        assert!(verdicts[0].sentence(Lang::Fr).contains(&expected));
        assert!(Given::find("nothing 0123").openings.is_empty());
    }
}
