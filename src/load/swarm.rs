//! The players of one process: all connect, wait, then guess for the time of the plan.
//!
//! There is one thread, and one task for each connection, so that the generator costs less than what
//! it measures. Guesses are random; only the number of answers is checked, not what they say.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, watch};
use tokio::task::LocalSet;

use super::connection::Connection;
use super::report::Report;
use super::{Plan, Stage};

/// Connections that are being opened at once; a listener's queue holds that many.
const AT_ONCE: usize = 512;
/// Time-out for opening a connection, and for the last answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs the plan. `tell` is called at each stage, and may block at [`Stage::Ready`].
pub(crate) fn run(plan: Plan, mut tell: impl FnMut(Stage)) -> io::Result<Report> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let tasks = LocalSet::new();
    let report = Rc::new(RefCell::new(Report::default()));
    let started = Instant::now();
    tasks.block_on(&runtime, async {
        let gate = Rc::new(Semaphore::new(AT_ONCE));
        let (go, wait) = watch::channel(None);
        let (done, mut finished) = tokio::sync::mpsc::unbounded_channel();
        for number in 0..plan.connections {
            let (gate, wait, done) = (gate.clone(), wait.clone(), done.clone());
            let report = report.clone();
            tokio::task::spawn_local(async move {
                let opened = {
                    // The semaphore is never closed, so a permit is always granted.
                    let _permit = gate.acquire().await;
                    tokio::time::timeout(PATIENCE, Connection::open(&plan, plan.first + number))
                        .await
                };
                let opened = opened.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
                let _ = done.send(opened.is_ok());
                let Ok(connection) = opened else {
                    return;
                };
                if play(&plan, connection, wait, &report).await.is_err() {
                    report.borrow_mut().errors += 1;
                }
                let _ = done.send(true);
            });
        }
        let mut connected = 0;
        for _ in 0..plan.connections {
            if finished.recv().await == Some(true) {
                connected += 1;
                tell(Stage::Connected(connected));
            }
        }
        {
            let mut report = report.borrow_mut();
            report.connected = connected;
            report.errors += (plan.connections - connected) as u64;
            report.connecting = started.elapsed();
        }
        tell(Stage::Ready);
        let begin = Instant::now();
        let _ = go.send(Some(begin + plan.time()));
        for _ in 0..connected {
            finished.recv().await;
        }
        if !plan.idle {
            report.borrow_mut().playing = begin.elapsed().min(plan.time());
        }
    });
    drop(tasks);
    let report = Rc::into_inner(report).map(RefCell::into_inner);
    Ok(report.expect("all tasks have ended with the set"))
}

/// Waits for the start, plays until the time is over, then waits for the last answers.
async fn play(
    plan: &Plan,
    mut connection: Connection,
    mut wait: watch::Receiver<Option<Instant>>,
    report: &RefCell<Report>,
) -> io::Result<()> {
    let end = loop {
        if let Some(end) = *wait.borrow_and_update() {
            break end;
        }
        // A room sends updates meanwhile; the server drops a client that does not read them.
        tokio::select! {
            changed = wait.changed() => if changed.is_err() { return Ok(()) },
            heard = connection.heard() => unasked(heard?)?,
        }
    };
    let play = async {
        if plan.idle {
            sit(plan, &mut connection, end, report).await
        } else {
            guess(plan, &mut connection, end, report).await
        }
    };
    let played = tokio::time::timeout_at((end + PATIENCE).into(), play).await;
    played.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// Guesses once, so that the server has a seat to keep, then stays silent until `end`.
async fn sit(
    plan: &Plan,
    connection: &mut Connection,
    end: Instant,
    report: &RefCell<Report>,
) -> io::Result<()> {
    let asked = Instant::now();
    connection.guess(1).await?;
    let answers = connection.heard().await?;
    note(answers, &mut VecDeque::from([asked]), report)?;
    let since = (end - plan.time()).elapsed();
    report.borrow_mut().played(since);
    // The server has nothing to send; an early close is an error.
    unasked(connection.heard_until(end).await?)
}

/// Guesses until `end`, with as many guesses in flight as the plan says.
async fn guess(
    plan: &Plan,
    connection: &mut Connection,
    end: Instant,
    report: &RefCell<Report>,
) -> io::Result<()> {
    let mut asked: VecDeque<Instant> = VecDeque::with_capacity(plan.pipeline);
    loop {
        if !plan.pause().is_zero() {
            let until = Instant::now() + about(plan.pause(), connection.draw());
            while Instant::now() < until.min(end) {
                let answers = connection.heard_until(until.min(end)).await?;
                note(answers, &mut asked, report)?;
            }
        }
        let now = Instant::now();
        let free = plan.pipeline - asked.len();
        if now < end && free > 0 {
            connection.guess(free).await?;
            asked.extend(std::iter::repeat_n(now, free));
        } else if asked.is_empty() {
            return Ok(());
        }
        let answers = connection.heard().await?;
        note(answers, &mut asked, report)?;
    }
}

/// A random pause between half and one and a half of `pause`, so that players are not synchronous.
fn about(pause: Duration, random: u32) -> Duration {
    pause / 2 + pause.mul_f64(f64::from(random) / f64::from(u32::MAX))
}

/// Records answers to the oldest guesses in flight.
fn note(answers: usize, asked: &mut VecDeque<Instant>, report: &RefCell<Report>) -> io::Result<()> {
    let now = Instant::now();
    let mut report = report.borrow_mut();
    for _ in 0..answers {
        let begin = asked.pop_front().ok_or(io::ErrorKind::InvalidData)?;
        report.answered(now - begin);
    }
    Ok(())
}

/// An error if there are answers to no guess.
fn unasked(answers: usize) -> io::Result<()> {
    match answers {
        0 => Ok(()),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}
