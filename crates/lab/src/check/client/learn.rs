//! How the program speaks: games are played with one way to answer after the other, until it goes
//! the right way at every hint.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use super::plan::{End, Plan};
use super::play::{Guess, Session, Style};
use super::trial::{Hint, Trial};
use super::words::{self, Words};
use super::wrap::Wrap;
use crate::check::cause::Cause;
use crate::check::outcome::{Kind, Outcome};
use crate::check::report::Seen;
use crate::check::row::Stopped;
use crate::program::Waits;
use crate::session::Turn;

/// The search for words that it understands ends in this time.
const SEARCH: Duration = Duration::from_secs(6);
/// The search for what stands around its messages ends in this time.
const WRAPS: Duration = Duration::from_secs(12);
/// Hints of a game: a program that goes the right way by chance does not five times.
const HINTS: usize = 5;
/// Hints that a program gets which does not play by itself.
const HINTS_BY_HAND: usize = 2;
/// A first guess from here on can't be too small in the range that is announced.
const HIGH: i64 = 90;

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
    let mut candidates = Words::candidates(&plan.source).into_iter();
    let first = candidates.next().unwrap_or_else(Words::lesson);
    let (mut learned, mut framing) = flow(plan, first.clone(), Wrap::Bare)?;
    let mut wraps = VecDeque::from(learned.trial.wraps(&plan.source));
    let mut tried = Vec::new();
    let until = Instant::now() + WRAPS;
    while let Some(wrap) = wraps.pop_front() {
        if learned.understood || !plan.subject.is_ours() || Instant::now() >= until {
            break;
        }
        if tried.contains(&wrap) {
            continue;
        }
        tried.push(wrap.clone());
        let (other, style) = flow(plan, first.clone(), wrap)?;
        // What stands around its own messages likely stands around those that it reads.
        if let Some(own) = other.trial.own_wrap(&plan.source) {
            wraps.push_front(own);
        }
        if other.understood || other.trial.tells_more_than(&learned.trial) {
            (learned, framing) = (other, style);
        }
    }
    let deadline = Instant::now() + SEARCH;
    // It may wait for a word of its own before it plays.
    if learned.trial.missed == Some(Turn::Listens) {
        for prompt in words::prompts(&plan.source).into_iter().take(plan.tries()) {
            let words = Words {
                prompt,
                ..first.clone()
            };
            let (trial, style) = flow(plan, words, framing.wrap.clone())?;
            if trial.trial.missed.is_none() {
                (learned, framing) = (trial, style);
                break;
            }
        }
    }
    for words in candidates.take(plan.tries()) {
        if learned.understood || learned.trial.missed.is_some() || Instant::now() >= deadline {
            break;
        }
        let words = Words {
            prompt: framing.words.prompt.clone(),
            ..words
        };
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
fn flow(plan: &Plan, words: Words, wrap: Wrap) -> Result<(Learned, Style), Stopped> {
    let mut style = Style {
        words,
        wrap,
        newline: false,
        lines: false,
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
    let mut session = plan.session(style.clone());
    if let Err(turn) = session.connect(plan.patience) {
        let end = plan.end_of(&session, Some(&turn));
        if !is_refused(&end, &turn) || !plan.awaits_where_dialled() {
            return Err(not_connected(plan, &turn, end).into());
        }
        session = plan.session(style);
        if let Err(turn) = session.connect(plan.patience) {
            let end = plan.end_of(&session, Some(&turn));
            return Err(not_connected(plan, &turn, end).into());
        }
    }
    let mut trial = Trial {
        style: session.style.clone(),
        guesses: Vec::new(),
        hints: Vec::new(),
        missed: None,
        speaks_first: false,
        elsewhere: !plan.subject.is_ours(),
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

/// Whether a program that did not connect seems to have tried, where nobody was: it says so, or says
/// nothing of another error.
fn is_refused(end: &End, turn: &Turn) -> bool {
    let gives_up = match turn {
        Turn::Ended(_) => true,
        Turn::Busy(waits) => !matches!(waits, Some(Waits::Connect(_) | Waits::Accept)),
        _ => false,
    };
    gives_up && (end.crash.is_none() || end.cause.is_some_and(Cause::is_network))
}

/// It did not connect: what it did.
fn not_connected(plan: &Plan, turn: &Turn, end: End) -> Seen {
    let addresses = || {
        let all = plan.listener.addresses().iter().map(ToString::to_string);
        all.collect::<Vec<_>>().join(", ")
    };
    if !plan.subject.is_ours() {
        let (addresses, time) = (addresses(), plan.patience);
        return Outcome::ConnectsNobody { addresses, time }.into();
    }
    let came = end.came(turn);
    let told = Cause::told(&end.evidence.printed_since(0), &plan.source);
    let is_network = end.cause.or(told).is_some_and(Cause::is_network);
    let far = |asked: Option<IpAddr>| {
        let mut hosts = plan.far_hosts().into_iter();
        let host = hosts.find(|(host, _)| asked.is_none_or(|it| it == *host))?;
        let address = host.0.to_string();
        let seen = Seen::new(
            Outcome::ConnectsFar {
                address,
                came: came.clone(),
            },
            end.evidence.clone(),
        );
        Some(seen.at(Some(host.1)))
    };
    let binds = end
        .place
        .as_ref()
        .is_some_and(|it| it.text.contains("bind"));
    let far = match turn {
        _ if binds => None,
        Turn::Busy(Some(Waits::Connect(asked))) => far(asked.map(|it| it.ip())),
        _ if is_network => far(None),
        _ => None,
    };
    if let Some(seen) = far {
        return seen;
    }
    if is_refused(&end, turn) {
        let elsewhere = |it: &&SocketAddr| !plan.listener.is_at(**it);
        match plan.dialled().map(|all| all.iter().find(elsewhere)) {
            Some(Some(address)) => {
                let address = address.to_string();
                let asked = Outcome::ConnectsAsked {
                    addresses: addresses(),
                    address,
                    came,
                };
                return end.seen(asked).caused_by(end.cause.or(told));
            }
            None if is_network && !plan.subject.is_hosted() => {
                let addresses = addresses();
                return end.seen(Outcome::ConnectsUnseen { addresses, came });
            }
            _ => {}
        }
    }
    end.seen(match turn {
        Turn::Ended(_) if end.crash.is_some() => Outcome::ConnectsCrash { came },
        Turn::Busy(Some(Waits::Connect(_))) => Outcome::ConnectsElsewhere { came },
        Turn::Busy(Some(Waits::Accept)) => Outcome::ConnectsServer { came },
        _ => {
            // All connections of a host's program lead here.
            let seen = end.seen(match plan.subject.is_hosted() {
                true => Outcome::ConnectsNever { came },
                false => Outcome::ConnectsNot {
                    addresses: addresses(),
                    came,
                },
            });
            return seen.caused_by(Cause::told(&end.evidence.printed_since(0), &plan.source));
        }
    })
}

/// Gives hints that never contradict each other, now up, now down.
fn hint(session: &mut Session, first: Guess, trial: &mut Trial) {
    // A program that ends its lines reads lines.
    session.style.lines |= first.bytes().ends_with(b"\n");
    session.style.newline |= session.style.lines;
    session.style.opening = session.most_in_a_row;
    let (mut low, mut high) = (i64::MIN, i64::MAX);
    let mut next = Some(first);
    while let Some(guess) = next.take() {
        let value = guess.number.value();
        trial.guesses.push(guess);
        let hints = match trial.by_hand() {
            true => HINTS_BY_HAND,
            false => HINTS,
        };
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
