//! How the program speaks: games are played with one way to answer after the other, until it goes
//! the right way at every hint.

use std::time::{Duration, Instant};

use super::plan::{End, Plan};
use super::play::{Guess, Session, Style};
use super::words::Words;
use crate::check::outcome::{Kind, Outcome};
use crate::check::report::Seen;
use crate::check::row::Stopped;
use crate::program::Waits;
use crate::session::Turn;

/// The search for words that it understands ends in this time.
const SEARCH: Duration = Duration::from_secs(20);
/// Hints of a game: a program that goes the right way by chance does not five times.
const HINTS: usize = 5;
/// Hints that a program gets which does not play by itself.
const HINTS_BY_HAND: usize = 2;
/// A first guess from here on can't be too small in the range that is announced.
const HIGH: i64 = 90;

/// A hint, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Hint {
    /// The guess that it answered.
    pub guess: i64,
    /// Whether it said too small, or too big.
    pub small: bool,
    /// What came then: the next guess, or something else.
    pub came: Result<i64, Turn>,
}

impl Hint {
    /// Whether the next guess went the right way.
    pub fn is_right(&self) -> bool {
        match (&self.came, self.small) {
            (Ok(next), true) => *next > self.guess,
            (Ok(next), false) => *next < self.guess,
            (Err(_), _) => false,
        }
    }
}

/// One game of hints.
#[derive(Clone, Debug)]
pub struct Trial {
    /// How the program was spoken to.
    pub style: Style,
    /// Its guesses, as they came.
    pub guesses: Vec<Guess>,
    /// The hints that it got.
    pub hints: Vec<Hint>,
    /// What it did in the place of its first guess.
    pub missed: Option<Turn>,
    /// Whether it spoke before it was greeted.
    pub speaks_first: bool,
    /// How it ended.
    pub end: End,
}

impl Trial {
    /// Whether it plays what is typed.
    pub fn by_hand(&self) -> bool {
        self.guesses.first().is_some_and(|guess| guess.by_hand)
    }

    /// Whether its messages are lines.
    pub fn sends_lines(&self) -> bool {
        let first = self.guesses.first();
        first.is_some_and(|guess| guess.bytes().ends_with(b"\n"))
    }

    /// Whether it waits for a message after a hint.
    fn waits_after_hint(&self) -> bool {
        let last = self.hints.last();
        last.is_some_and(|hint| hint.came == Err(Turn::Listens))
    }

    /// Hints that were followed.
    fn followed(&self) -> usize {
        self.hints.iter().take_while(|hint| hint.is_right()).count()
    }

    /// Whether every hint was followed, and both ways were seen where that was possible.
    fn is_understood(&self, certain: bool) -> bool {
        let all = !self.hints.is_empty() && self.followed() == self.hints.len();
        let both = self.hints.iter().any(|hint| !hint.small);
        all && (both || certain)
    }

    /// Whether the game could go on: nothing else is known of a program that does not play by
    /// itself.
    fn flows(&self) -> bool {
        self.missed.is_none() && self.hints.iter().all(|hint| hint.came.is_ok())
    }
}

/// What was learned.
#[derive(Clone, Debug)]
pub struct Learned {
    /// The game that tells most: the one that was understood, if one was.
    pub trial: Trial,
    /// Whether it was.
    pub understood: bool,
}

/// Plays until the program understands, or nothing is left to try. `Err` if it does not connect:
/// what it did then.
pub fn learn(plan: &Plan) -> Result<Learned, Stopped> {
    match search(plan) {
        Err(stopped) if stopped.0.outcome.kind() == Kind::Failed && plan.may_look_again() => {
            plan.patiently(|| search(plan))
        }
        learned => learned,
    }
}

/// Looks again, and more patiently, at a game that has shown something else than hints that were
/// followed: whether it tells more now. Then all is learned anew.
pub fn learn_again(plan: &Plan, before: &Trial) -> Option<Learned> {
    plan.patiently(|| {
        let trial = play(plan, before.style.clone()).ok()?;
        let more = trial.followed() > before.followed()
            || (before.missed.is_some() && trial.missed.is_none());
        more.then(|| search(plan).ok()).flatten()
    })
}

fn search(plan: &Plan) -> Result<Learned, Stopped> {
    let deadline = Instant::now() + SEARCH;
    let mut candidates = Words::candidates(&plan.source).into_iter();
    let first = candidates.next().unwrap_or_else(Words::lesson);
    let (mut learned, framing) = flow(plan, first)?;
    for words in candidates.take(plan.tries()) {
        if learned.understood || learned.trial.missed.is_some() || Instant::now() >= deadline {
            break;
        }
        let style = Style {
            words,
            ..framing.clone()
        };
        let trial = play(plan, style)?;
        if trial.is_understood(false) {
            let understood = true;
            learned = Learned { trial, understood };
        } else if trial.followed() > learned.trial.followed() {
            learned.trial = trial;
        }
    }
    Ok(learned)
}

/// The first words, with one framing after the other: as the program frames itself, with newlines,
/// with a prompt after each answer. Also the framing with which it went on.
fn flow(plan: &Plan, words: Words) -> Result<(Learned, Style), Stopped> {
    let mut style = Style {
        words,
        newline: false,
        prompt: false,
        opening: 1,
    };
    let mut best: Option<Trial> = None;
    // Whether it sends newlines itself, which the first guess tells.
    let mut lines = false;
    for (newline, prompt) in [(false, false), (true, false), (false, true), (true, true)] {
        if lines && !newline {
            continue;
        }
        (style.newline, style.prompt) = (newline, prompt);
        let trial = play(plan, style.clone())?;
        lines = trial.sends_lines();
        let understood = trial.is_understood(true) || (trial.by_hand() && trial.flows());
        if understood || trial.missed.is_some() {
            let framing = trial.style.clone();
            return Ok((Learned { trial, understood }, framing));
        }
        let goes_on = !trial.waits_after_hint() && (newline || trial.style.newline || prompt);
        if best
            .as_ref()
            .is_none_or(|best| best.waits_after_hint() && !trial.waits_after_hint())
        {
            best = Some(trial);
        }
        if goes_on {
            break;
        }
    }
    let trial = best.expect("the first framing is always tried");
    let framing = trial.style.clone();
    let understood = false;
    Ok((Learned { trial, understood }, framing))
}

/// One game of hints, up to the first that was not followed.
fn play(plan: &Plan, style: Style) -> Result<Trial, Stopped> {
    let mut session = plan.session(style);
    if let Err(turn) = session.connect(plan.patience) {
        return Err(not_connected(plan, &turn, &session).into());
    }
    let mut trial = Trial {
        style: session.style.clone(),
        guesses: Vec::new(),
        hints: Vec::new(),
        missed: None,
        speaks_first: false,
        end: plan.end_of(&session, None),
    };
    match session.first_guess(plan.greeting()) {
        Ok(guess) => hint(&mut session, guess, &mut trial),
        Err(turn) => trial.missed = Some(turn),
    }
    trial.speaks_first = session.speaks_first;
    trial.style = session.style.clone();
    let stopped = trial.missed.clone().or_else(|| {
        let last = trial.hints.last()?;
        last.came.clone().err()
    });
    trial.end = plan.end_of(&session, stopped.as_ref());
    Ok(trial)
}

/// It did not connect: what it did.
fn not_connected(plan: &Plan, turn: &Turn, session: &Session) -> Seen {
    let end = plan.end_of(session, Some(turn));
    if !plan.subject.is_ours() {
        let time = plan.patience;
        return Outcome::ConnectsNobody { time }.into();
    }
    let came = end.came(turn);
    end.seen(match turn {
        Turn::Ended(_) if end.crash.is_some() => Outcome::ConnectsCrash { came },
        Turn::Busy(Some(Waits::Connect(_))) => Outcome::ConnectsElsewhere { came },
        Turn::Busy(Some(Waits::Accept)) => Outcome::ConnectsServer { came },
        _ => {
            let addresses = plan.listener.addresses().iter().map(ToString::to_string);
            let addresses = addresses.collect::<Vec<_>>().join(", ");
            Outcome::ConnectsNot { addresses, came }
        }
    })
}

/// Gives hints that never contradict each other, now up, now down.
fn hint(session: &mut Session, first: Guess, trial: &mut Trial) {
    // A program that ends its lines reads lines.
    session.style.newline |= first.bytes().ends_with(b"\n");
    session.style.opening = session.most_in_a_row;
    let hints = match first.by_hand {
        true => HINTS_BY_HAND,
        false => HINTS,
    };
    let (mut low, mut high) = (i64::MIN, i64::MAX);
    let mut next = Some(first);
    while let Some(guess) = next.take() {
        let value = guess.number.value();
        trial.guesses.push(guess);
        let Some(value) = value.filter(|_| trial.hints.len() < hints) else {
            return;
        };
        let above = value.saturating_add(1) < high;
        let below = value.saturating_sub(1) > low;
        let up = match trial.hints.last() {
            // It has found the number.
            _ if !above && !below => return,
            _ if !above => false,
            _ if !below => true,
            Some(last) => !last.small,
            None => value <= HIGH,
        };
        let came = match up {
            true => session.too_small(value),
            false => session.too_big(value),
        };
        (low, high) = match up {
            true => (low.max(value), high),
            false => (low, high.min(value)),
        };
        let came_value = match &came {
            Ok(guess) => guess.number.value().ok_or(Turn::Sent(guess.pieces.clone())),
            Err(turn) => Err(turn.clone()),
        };
        trial.hints.push(Hint {
            guess: value,
            small: up,
            came: came_value,
        });
        let right = trial.hints.last().is_some_and(Hint::is_right);
        let by_hand = came.as_ref().is_ok_and(|guess| guess.by_hand);
        match came {
            Ok(guess) if right || by_hand => next = Some(guess),
            Ok(guess) => trial.guesses.push(guess),
            Err(_) => {}
        }
    }
}
