//! The program's own bot plays with a pupil's server, and learns how it speaks.

use std::sync::Arc;
use std::time::Duration;

use lab::check::pair::meeting::{Cell, Outcome, Party, Said, Waiting};
use lab::dialect::{Action, Dialect, LearnError, Learner, Wish};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};

use super::Entrant;
use crate::workshop::Workshop;
use game::limits::{WORKSHOP_BOT_TIME, WORKSHOP_WINDOW, WRITE_DEADLINE};

/// The search for a way to be understood.
const PATIENCE: Duration = Duration::from_secs(20);
/// Games after the first, where chance has ended one before both hints were heard.
const GAMES: u32 = 3;

/// Plays with the server of an entrant; returns what was learned, and what became of the two.
pub async fn play(workshop: &Arc<Workshop>, entrant: &Entrant) -> (Dialect, Cell) {
    let began = Instant::now();
    let mut dialect = Dialect::default();
    let mut won = None;
    let mut outcome = Ok(());
    let wish = Wish {
        patience: PATIENCE,
        ..Wish::default()
    };
    for _ in 0..=GAMES {
        let mut learner = Learner::new(dialect, wish);
        outcome = drive(&mut learner, began, workshop, entrant).await;
        dialect = learner.dialect().clone();
        let game = learner.played().iter().rfind(|game| game.won);
        won = game.map(|game| game.tries as usize).or(won);
        if outcome.is_err() || dialect.has_both_hints() {
            break;
        }
    }
    let outcome = match (won, outcome) {
        (Some(tries), _) => Outcome::Won { tries },
        (None, Ok(())) => Outcome::Lost { tries: 0 },
        (None, Err(error)) => failed(error, workshop.waits_of(entrant)),
    };
    (
        dialect,
        Cell {
            outcome,
            typed: false,
        },
    )
}

async fn drive(
    learner: &mut Learner,
    began: Instant,
    workshop: &Arc<Workshop>,
    entrant: &Entrant,
) -> Result<(), LearnError> {
    let mut stream: Option<TcpStream> = None;
    let mut second = None;
    let mut buffer = vec![0; WORKSHOP_WINDOW];
    loop {
        let now = began.elapsed();
        if now > WORKSHOP_BOT_TIME {
            return Err(LearnError::TooLong);
        }
        match learner.next(now) {
            Action::Connect => {
                drop((stream, second.take()));
                stream = workshop.reach(entrant).await;
                match stream {
                    Some(_) => learner.connected(began.elapsed()),
                    None => learner.unreachable(began.elapsed()),
                }
            }
            Action::Close => (stream, second) = (None, None),
            Action::Join => second = workshop.reach(entrant).await,
            Action::Send(bytes) => {
                let sent = match &mut stream {
                    Some(stream) => timeout(WRITE_DEADLINE, stream.write_all(&bytes)).await,
                    None => Ok(Ok(())),
                };
                if stream.is_none() || sent.is_err() {
                    learner.closed();
                }
            }
            Action::Wait(until) => {
                let until = began + until.max(now + Duration::from_millis(1));
                let Some(open) = &mut stream else {
                    sleep_until(until).await;
                    continue;
                };
                tokio::select! {
                    read = open.read(&mut buffer) => match read {
                        Ok(count @ 1..) => learner.received(began.elapsed(), &buffer[..count]),
                        _ => {
                            stream = None;
                            learner.closed();
                        }
                    },
                    () = sleep_until(until) => {}
                }
            }
            Action::Done(outcome) => {
                drop(second);
                return outcome;
            }
        }
    }
}

/// What became of the bot and a server that it could not play with.
fn failed(error: LearnError, server: Waiting) -> Outcome {
    let said = |text: String| Outcome::Unclear {
        last: Said {
            by: Party::Server,
            text,
        },
    };
    match error {
        LearnError::Gone => Outcome::Absent {
            party: Party::Server,
            waits: server,
        },
        LearnError::Closes | LearnError::TurnsAway => Outcome::Broken {
            party: Party::Server,
            fault: None,
            after: None,
        },
        LearnError::Password(text) | LearnError::NotUnderstood(text) => said(text),
        LearnError::Contradiction | LearnError::WithoutHints(_) | LearnError::Floods => {
            said(String::new())
        }
        LearnError::Silent | LearnError::Stuck | LearnError::TooLong => Outcome::Blocked {
            server,
            client: Waiting::Message,
            last: None,
        },
    }
}
