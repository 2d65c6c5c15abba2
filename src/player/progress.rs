//! What the player knows of the game: enough to draw it, and to tell after a broken connection whether
//! the last guess was judged.

use game::rules::{Mode, Range, Rules, Verdict};
use game::wire::answer::Read;

/// The state of the game, as far as answers have told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The room's rules. `None` after resuming by hand, since the server does not repeat them.
    pub rules: Option<Rules>,
    /// The round. `None` if it is unknown, as in a race that went on meanwhile.
    pub round: Option<u32>,
    /// Guesses judged in this round.
    pub tries: u32,
    /// The numbers still possible.
    pub possible: Range,
    /// The last guess that the server took, and its verdict.
    pub last: Option<(i32, Verdict)>,
}

/// The state of a resumed game, as the server tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resumed {
    /// The round.
    pub round: u32,
    /// Guesses judged in it.
    pub tries: u32,
    /// The numbers still possible.
    pub possible: Range,
    /// The last guess that the server took, and its verdict.
    pub last: Option<(i32, Verdict)>,
}

impl Progress {
    /// A seat in the public hall, before its first guess.
    pub fn hall(range: Range) -> Self {
        let rules = Rules::new(Mode::Solo, range, None);
        Progress {
            rules,
            round: Some(1),
            tries: 0,
            possible: range,
            last: None,
        }
    }

    /// A seat in a room with these rules, whose round is unknown.
    pub fn entered(rules: Rules) -> Self {
        Progress {
            rules: Some(rules),
            round: None,
            ..Progress::hall(rules.range)
        }
    }

    /// Takes over the state that the server tells after a resume.
    pub fn resume(&mut self, now: &Resumed) {
        self.round = Some(now.round);
        self.tries = now.tries;
        self.possible = now.possible;
        self.last = now.last;
    }

    /// The verdict on a guess whose answer was lost with the connection, as the resumed game tells it.
    ///
    /// `None` if the guess has to be sent again: the server did not receive it, or withholds the answer
    /// until the round closes, in which case the repeated guess does not count.
    pub fn fate(&self, guess: i32, now: &Resumed) -> Option<Verdict> {
        let other_round = self.round.is_some_and(|round| round != now.round);
        let changed = other_round || self.tries != now.tries || !same(self.last, now.last);
        match now.last {
            Some((_, Verdict::Held)) => None,
            Some((value, verdict)) if value == guess && changed => Some(verdict),
            _ => None,
        }
    }

    /// Updates the state by the answer to a guess.
    pub fn judged(&mut self, guess: i32, answer: &Read) {
        let verdict = match answer {
            Read::TooSmall => Verdict::TooSmall,
            Read::TooBig => Verdict::TooBig,
            Read::Found { .. } => Verdict::Found,
            Read::Lost => Verdict::Lost,
            Read::Over => Verdict::Over,
            _ => return,
        };
        self.last = Some((guess, verdict));
        match verdict {
            Verdict::TooSmall => {
                self.tries += 1;
                self.possible.min = self.possible.min.max(guess.saturating_add(1));
            }
            Verdict::TooBig => {
                self.tries += 1;
                self.possible.max = self.possible.max.min(guess.saturating_sub(1));
            }
            Verdict::Over => self.next_round(None),
            _ => self.next_round(self.round.map(|round| round + 1)),
        }
    }

    /// Whether guesses are answered only when the round closes.
    pub fn is_held_back(&self) -> bool {
        self.rules.is_some_and(|rules| rules.mode == Mode::Closest)
    }

    fn next_round(&mut self, round: Option<u32>) {
        self.round = round;
        self.tries = 0;
        if let Some(rules) = self.rules {
            self.possible = rules.range;
        }
    }
}

/// Whether two last guesses are the same. A live answer does not tell `Won` from `Found`.
fn same(known: Option<(i32, Verdict)>, now: Option<(i32, Verdict)>) -> bool {
    let plain = |last: Option<(i32, Verdict)>| match last {
        Some((value, Verdict::Won)) => Some((value, Verdict::Found)),
        other => other,
    };
    plain(known) == plain(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resumed(round: u32, tries: u32, last: Option<(i32, Verdict)>) -> Resumed {
        let possible = Range::LESSON;
        Resumed {
            round,
            tries,
            possible,
            last,
        }
    }

    /// 50 was answered; 25 was sent and the connection broke.
    #[test]
    fn a_guess_without_an_answer_was_judged_or_lost() {
        let mut progress = Progress::hall(Range::LESSON);
        progress.judged(50, &Read::TooBig);
        assert_eq!(progress.possible, Range { min: 1, max: 49 });
        let before = Some((50, Verdict::TooBig));
        let cases = [
            (resumed(1, 1, before), None),
            (
                resumed(1, 2, Some((25, Verdict::TooSmall))),
                Some(Verdict::TooSmall),
            ),
            (
                resumed(2, 0, Some((25, Verdict::Found))),
                Some(Verdict::Found),
            ),
            (
                resumed(4, 0, Some((25, Verdict::Over))),
                Some(Verdict::Over),
            ),
            (resumed(1, 1, Some((25, Verdict::Held))), None),
            (
                resumed(1, 1, Some((25, Verdict::Lost))),
                Some(Verdict::Lost),
            ),
        ];
        for (now, fate) in cases {
            assert_eq!(progress.fate(25, &now), fate, "{now:?}");
        }
    }

    #[test]
    fn the_same_guess_twice_is_told_apart_by_its_tries_and_its_round() {
        let mut progress = Progress::hall(Range::LESSON);
        progress.judged(50, &Read::TooBig);
        let small = Some((50, Verdict::TooBig));
        assert_eq!(progress.fate(50, &resumed(1, 1, small)), None);
        assert_eq!(
            progress.fate(50, &resumed(1, 2, small)),
            Some(Verdict::TooBig)
        );
        progress.judged(7, &Read::Found { tries: 2 });
        let found = Some((7, Verdict::Found));
        assert_eq!(progress.fate(7, &resumed(2, 0, found)), None);
        assert_eq!(
            progress.fate(7, &resumed(3, 0, found)),
            Some(Verdict::Found)
        );
        let won = Some((7, Verdict::Won));
        assert_eq!(progress.fate(7, &resumed(2, 0, won)), None);
    }

    #[test]
    fn a_new_round_begins_with_all_numbers() {
        let mut progress = Progress::hall(Range::LESSON);
        progress.judged(50, &Read::TooSmall);
        progress.judged(70, &Read::Error);
        assert_eq!((progress.tries, progress.possible.min), (1, 51));
        progress.judged(60, &Read::Found { tries: 2 });
        assert_eq!((progress.tries, progress.possible), (0, Range::LESSON));
        assert_eq!(progress.round, Some(2));
        progress.judged(60, &Read::Over);
        assert_eq!(progress.round, None);
    }
}
