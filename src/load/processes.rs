//! Splits a plan over several processes where one may not hold enough descriptors.
//!
//! Each process runs the same program, which finds its part of the plan in the environment. It
//! writes `ready` when its players are connected, waits for a line, plays, and writes its report.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use super::report::Report;
use super::{Plan, Stage, swarm};

/// Descriptors kept for everything but connections.
const SPARE: usize = 64;
/// The variable that holds a process's part of the plan, as JSON.
const PART: &str = "JUSTE_PRIX_LOAD_PART";

/// Runs a plan in this process, or in as many as it needs. `tell` is called at each stage.
///
/// # Errors
/// A process could not be started, or did not report.
pub(crate) fn run(plan: Plan, mut tell: impl FnMut(Stage)) -> io::Result<Report> {
    let limit = os::descriptors::raise_limit()?.map_or(usize::MAX, |limit| limit as usize);
    let most = limit.saturating_sub(SPARE).max(1);
    if plan.connections <= most {
        return swarm::run(plan, tell);
    }
    let mut parts = Vec::new();
    let mut first = 0;
    while first < plan.connections {
        let connections = most.min(plan.connections - first);
        parts.push(Part::start(Plan {
            first,
            connections,
            ..plan
        })?);
        first += connections;
    }
    let mut ready = 0;
    for part in &mut parts {
        part.expect_ready()?;
        ready += part.connections;
        tell(Stage::Connected(ready));
    }
    tell(Stage::Ready);
    for part in &mut parts {
        part.go()?;
    }
    let mut report = Report::default();
    for part in &mut parts {
        report.add(&part.report()?);
    }
    Ok(report)
}

/// The part of a plan that this process was started for; `None` in a process that a user started.
pub(crate) fn assigned_part() -> Option<Plan> {
    let part = std::env::var(PART).ok()?;
    serde_json::from_str(&part).ok()
}

/// Runs a part of a plan, and writes its report on standard output. Once its players are connected it
/// writes `ready` and waits for a line on standard input.
///
/// # Errors
/// The players could not be run, or the report could not be written.
pub fn run_part(plan: Plan) -> io::Result<()> {
    let report = swarm::run(plan, |stage| {
        if stage == Stage::Ready {
            let mut out = io::stdout().lock();
            // If the first process is gone this fails, and the read below ends at once.
            let _ = writeln!(out, "ready").and_then(|()| out.flush());
            let _ = io::stdin().read_line(&mut String::new());
        }
    })?;
    let mut out = io::stdout().lock();
    writeln!(out, "{}", report.encode(&plan)?)?;
    out.flush()
}

/// A process that runs a part of the plan. It is killed when dropped.
struct Part {
    child: Child,
    output: BufReader<ChildStdout>,
    connections: usize,
}

impl Part {
    fn start(plan: Plan) -> io::Result<Part> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["load", &plan.target.to_string()])
            .env(PART, serde_json::to_string(&plan)?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child
            .stdout
            .take()
            .ok_or_else(|| io::Error::other("no output"))?;
        Ok(Part {
            child,
            output: BufReader::new(output),
            connections: plan.connections,
        })
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.output.read_line(&mut line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line),
        }
    }

    fn expect_ready(&mut self) -> io::Result<()> {
        self.line().map(drop)
    }

    fn go(&mut self) -> io::Result<()> {
        let input = self.child.stdin.as_mut();
        input.map_or(Ok(()), |input| input.write_all(b"go\n"))
    }

    fn report(&mut self) -> io::Result<Report> {
        let line = self.line()?;
        Report::decode(&line)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // It has ended by itself, unless an error ended the run early.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
