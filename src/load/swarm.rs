//! One process's connections: connect all, wait, then guess for a while.
//!
//! One thread, one task a connection, one buffer for all: the generator must cost less than what
//! it measures. Guesses are random numbers; what the answers say does not matter, only that each
//! guess has one.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, watch};
use tokio::task::LocalSet;

use super::line::Line;
use super::{Plan, Report, Stage};

/// Connections that are being made at once: what a listener's queue takes.
const AT_ONCE: usize = 512;
/// How long a connection and its greeting may take, and how long the last answers are waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs the plan; `tell` is called as it goes, and may wait at [`Stage::Ready`].
pub fn run(plan: Plan, mut tell: impl FnMut(Stage)) -> io::Result<Report> {
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
                    // Never closed, so always granted.
                    let _place = gate.acquire().await;
                    tokio::time::timeout(PATIENCE, Line::open(&plan, plan.first + number)).await
                };
                let opened = opened.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
                let _ = done.send(opened.is_ok());
                let Ok(line) = opened else {
                    return;
                };
                if play(&plan, line, wait, &report).await.is_err() {
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
        let _ = go.send(Some(begin + plan.time));
        for _ in 0..connected {
            finished.recv().await;
        }
        if !plan.idle {
            report.borrow_mut().playing = begin.elapsed().min(plan.time);
        }
    });
    drop(tasks);
    let report = Rc::into_inner(report).map(RefCell::into_inner);
    Ok(report.expect("all tasks have ended with the set"))
}

/// Guesses until the time is over, then waits for the last answers.
async fn play(
    plan: &Plan,
    mut line: Line,
    mut wait: watch::Receiver<Option<Instant>>,
    report: &RefCell<Report>,
) -> io::Result<()> {
    let end = loop {
        if let Some(end) = *wait.borrow_and_update() {
            break end;
        }
        // A room's pictures come meanwhile; who does not read them is taken for gone.
        tokio::select! {
            changed = wait.changed() => if changed.is_err() { return Ok(()) },
            heard = line.heard() => unasked(heard?)?,
        }
    };
    let play = async {
        match plan.idle {
            true => sit(plan, &mut line, end, report).await,
            false => guess(plan, &mut line, end, report).await,
        }
    };
    let played = tokio::time::timeout_at((end + PATIENCE).into(), play).await;
    played.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// Guesses once, so that the server has a seat to keep, and says nothing more.
async fn sit(
    plan: &Plan,
    line: &mut Line,
    end: Instant,
    report: &RefCell<Report>,
) -> io::Result<()> {
    let asked = Instant::now();
    line.guess(1).await?;
    let answers = line.heard().await?;
    note(answers, &mut VecDeque::from([asked]), report)?;
    let since = (end - plan.time).elapsed();
    report.borrow_mut().played(since);
    // The server says nothing; if it closes, that is an error.
    unasked(line.heard_until(end).await?)
}

async fn guess(
    plan: &Plan,
    line: &mut Line,
    end: Instant,
    report: &RefCell<Report>,
) -> io::Result<()> {
    let mut asked: VecDeque<Instant> = VecDeque::with_capacity(plan.pipeline);
    loop {
        if !plan.pause.is_zero() {
            let until = Instant::now() + about(plan.pause, line.draw());
            while Instant::now() < until.min(end) {
                let answers = line.heard_until(until.min(end)).await?;
                note(answers, &mut asked, report)?;
            }
        }
        let now = Instant::now();
        let free = plan.pipeline - asked.len();
        if now < end && free > 0 {
            line.guess(free).await?;
            asked.extend(std::iter::repeat_n(now, free));
        } else if asked.is_empty() {
            return Ok(());
        }
        let answers = line.heard().await?;
        note(answers, &mut asked, report)?;
    }
}

/// From half of it to one and a half, so that players do not march in step.
fn about(pause: Duration, chance: u32) -> Duration {
    pause / 2 + pause.mul_f64(f64::from(chance) / f64::from(u32::MAX))
}

/// Takes note of answers to what was asked first.
fn note(answers: usize, asked: &mut VecDeque<Instant>, report: &RefCell<Report>) -> io::Result<()> {
    let now = Instant::now();
    let mut report = report.borrow_mut();
    for _ in 0..answers {
        let begin = asked.pop_front().ok_or(io::ErrorKind::InvalidData)?;
        report.answered(now - begin);
    }
    Ok(())
}

/// Answers that nobody has asked for are an error.
fn unasked(answers: usize) -> io::Result<()> {
    match answers {
        0 => Ok(()),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}
