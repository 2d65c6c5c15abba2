//! Several processes where one may not hold so many connections.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::door::Door;
use super::{Plan, Report, Stage, swarm};

/// Descriptors for everything else.
const SPARE: usize = 64;

/// Runs a plan in this process, or in as many as it needs.
pub fn run(plan: Plan, mut tell: impl FnMut(Stage)) -> io::Result<Report> {
    let most = descriptors()?;
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

fn descriptors() -> io::Result<usize> {
    let maximum = getrlimit(Resource::Nofile).maximum;
    setrlimit(
        Resource::Nofile,
        Rlimit {
            current: maximum,
            maximum,
        },
    )?;
    let maximum = maximum.map_or(usize::MAX, |most| most as usize);
    Ok(maximum.saturating_sub(SPARE).max(1))
}

struct Part {
    child: Child,
    output: BufReader<std::process::ChildStdout>,
    connections: usize,
}

impl Part {
    fn start(plan: Plan) -> io::Result<Part> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("load").arg(plan.target.to_string());
        command.args(["--connections", &plan.connections.to_string()]);
        command.args(["--pipeline", &plan.pipeline.to_string()]);
        command.args(["--seconds", &plan.time.as_secs().to_string()]);
        command.args(["--part", &plan.first.to_string()]);
        if plan.idle {
            command.arg("--idle");
        }
        match plan.door {
            Door::Redis => command.arg("--redis"),
            door => command.args(["--door", door.word()]),
        };
        if let Some(room) = plan.room {
            command.args(["--room", room.as_str()]);
        }
        command.args(["--pause", &plan.pause.as_millis().to_string()]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child
            .stdout
            .take()
            .ok_or_else(|| io::Error::other("no output"))?;
        let output = BufReader::new(output);
        Ok(Part {
            child,
            output,
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
        // It has ended by itself, unless something went wrong here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
