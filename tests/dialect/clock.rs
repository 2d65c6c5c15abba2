//! A learner and a simulated server under a virtual clock: exact, and as fast as the processor.

use std::collections::BTreeMap;
use std::time::Duration;

use lab::dialect::{Action, Dialect, LearnError, Learner, Wish};

use super::server::{Does, Kind, Spec, Talk};

/// How it went.
#[derive(Debug)]
pub struct Run {
    pub outcome: Result<(), LearnError>,
    pub learner: Learner,
    /// Every byte with its time, as lines that a person reads.
    pub log: Vec<String>,
    /// The games as the server knows them, over all connections: the number if it was found, and
    /// the guesses judged.
    pub truth: Vec<(Option<i64>, u32)>,
}

impl Run {
    /// The whole conversation, for a failure's message.
    pub fn told(&self) -> String {
        format!(
            "{:?} {:?}, in truth {:?}\n{}\n{:#?}",
            self.outcome,
            self.learner.played(),
            self.truth,
            self.log.join("\n"),
            self.learner.dialect().answers
        )
    }

    pub fn won(&self) -> usize {
        self.learner.played().iter().filter(|game| game.won).count()
    }
}

/// Plays with a server of that dialect, whose numbers come from the seed.
pub fn play(spec: &Spec, seed: u64, wish: Wish) -> Run {
    play_with(spec, seed, wish, Dialect::default())
}

/// The same, with what is known beforehand.
pub fn play_with(spec: &Spec, seed: u64, wish: Wish, prior: Dialect) -> Run {
    let mut learner = Learner::new(prior, wish);
    let mut now = Duration::ZERO;
    let mut talk: Option<Talk> = None;
    let mut coming: BTreeMap<(Duration, u64), Does> = BTreeMap::new();
    let (mut order, mut connections) = (0, 0);
    let (mut log, mut truth) = (Vec::new(), Vec::new());
    for _ in 0..200_000 {
        let mut will = |now: Duration, does: Vec<(Duration, Does)>, coming: &mut BTreeMap<_, _>| {
            for (later, does) in does {
                order += 1;
                coming.insert((now + later, order), does);
            }
        };
        match learner.next(now) {
            Action::Connect => {
                connections += 1;
                coming.clear();
                // Some keep their number for all connections, until it is found.
                let number = match spec.kind {
                    Kind::OneGuess => truth.len() as u64,
                    _ => connections,
                };
                let mut new = Talk::new(spec, seed.wrapping_add(number * 7919));
                log.push(format!("{now:?} connects"));
                learner.connected(now);
                will(now, new.accept(), &mut coming);
                talk = Some(new);
            }
            Action::Join => {
                log.push(format!("{now:?} connects a second player"));
                if let Some(talk) = &mut talk {
                    will(now, talk.join(), &mut coming);
                }
            }
            Action::Close => {
                log.push(format!("{now:?} leaves"));
                talk = None;
                coming.clear();
            }
            Action::Send(bytes) => {
                log.push(format!("{now:?} > {:?}", String::from_utf8_lossy(&bytes)));
                if let Some(talk) = &mut talk {
                    will(now, talk.receive(&bytes), &mut coming);
                    truth.append(&mut talk.over);
                }
            }
            Action::Wait(until) => {
                assert!(until > now, "a wait for what is over: {until:?} at {now:?}");
                let first = coming.first_key_value().map(|((at, _), _)| *at);
                match first {
                    Some(at) if at <= until => {
                        now = now.max(at);
                        match coming.pop_first().expect("just seen").1 {
                            Does::Says(bytes) => {
                                log.push(format!(
                                    "{now:?} < {:?}",
                                    String::from_utf8_lossy(&bytes)
                                ));
                                learner.received(now, &bytes);
                            }
                            Does::Closes => {
                                log.push(format!("{now:?} closes"));
                                talk = None;
                                learner.closed();
                            }
                        }
                    }
                    _ => now = until,
                }
            }
            Action::Done(outcome) => {
                return Run {
                    outcome,
                    learner,
                    log,
                    truth,
                };
            }
        }
    }
    panic!(
        "the learner does not end: {spec:?}, seed {seed}\n{}",
        log[..100].join("\n")
    );
}
