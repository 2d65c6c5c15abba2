//! What a server says when it is its turn.
//!
//! A program that the checker started is watched: its answer is whole, or its silence certain, when
//! all of it waits for somebody else. Of any other server only the line is seen: its answer is
//! whole when the line has been quiet.

use std::time::{Duration, Instant};

use super::connection::Connection;
use super::target::Target;
use crate::program::{Activity, Ended, Patience, Waits};
use crate::trace::Closing;

/// An answer that goes on for so long is taken as it is.
const WHOLE: Duration = Duration::from_secs(4);
/// Quiet that ends an answer, where the program can't be seen to wait.
const QUIET: Duration = Duration::from_millis(160);
/// Bytes of one answer: a page of text.
const BYTES: usize = 64 * 1024;
/// A program that is given something and does not move in this time takes no notice of it.
const UNMOVED: Duration = Duration::from_millis(250);
/// A program that ends is gone in this time.
const ENDS: Duration = Duration::from_millis(600);
/// Between two looks at the program.
const LOOK: Duration = Duration::from_millis(4);

/// What was said.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// What came, in one or more reads.
    pub pieces: Vec<Vec<u8>>,
    /// How the server has closed behind it.
    pub closing: Option<Closing>,
    /// Where a program waits that said nothing.
    pub waits: Option<Waits>,
    /// How the program ended.
    pub ended: Option<Ended>,
    /// Whether it went on and on.
    pub floods: bool,
    /// Segments in which it came, where the system tells.
    pub segments: Option<u32>,
}

impl Reply {
    /// What the server says on a line until it waits for somebody else. `before` is a look at the
    /// program from before it was given something; `first` is how long nothing at all may come from
    /// a server that is not seen.
    pub fn on(
        target: &Target,
        line: &mut Connection,
        before: Option<&Activity>,
        first: Duration,
    ) -> Reply {
        target.carry(line);
        let (began, first) = (Instant::now(), target.silence(first));
        let mut reply = Reply::default();
        let (mut count, mut heard) = (0, began);
        let mut last: Option<Activity> = None;
        let patience = target.program().map(|it| Patience::new(it, first));
        while line.closing.is_none() {
            let wait = match target.program() {
                Some(_) => LOOK,
                None if reply.pieces.is_empty() => first.saturating_sub(began.elapsed()),
                None => target.quiet_after(&reply.bytes(), QUIET),
            };
            let bytes = line.read(wait);
            if !bytes.is_empty() {
                count += bytes.len();
                if reply.pieces.is_empty() {
                    target.answered(began.elapsed());
                }
                heard = Instant::now();
                reply.pieces.push(bytes);
                reply.floods = count > BYTES || began.elapsed() > WHOLE;
                if reply.floods {
                    break;
                }
                continue;
            }
            let quiet = match reply.pieces.is_empty() {
                true => began.elapsed() >= first,
                false => heard.elapsed() >= target.quiet_after(&reply.bytes(), QUIET),
            };
            let Some(program) = target.program() else {
                if quiet {
                    break;
                }
                continue;
            };
            if program.ended().is_some() {
                // What it said last is still to be read.
                if line.closing.is_none() && line.read(LOOK).is_empty() {
                    break;
                }
                continue;
            }
            let now = program.activity();
            let moved = before != Some(&now) || began.elapsed() >= UNMOVED;
            let settled = moved && now.is_settled();
            if settled && last.as_ref() == Some(&now) && !line.has_arrived() {
                break;
            }
            last = settled.then_some(now);
            let over = patience.as_ref().is_none_or(|it| it.is_over(program));
            let said = !reply.pieces.is_empty() && quiet && over_quietly(program.activity());
            if said || quiet && over {
                break;
            }
        }
        if line.closing.is_none() {
            target.was_whole(&reply.bytes());
        }
        reply.closing = line.closing;
        if let Some(program) = target.program().filter(|_| reply.closing.is_some()) {
            // One that ends closes first, and is gone a moment later.
            program.settle(None, ENDS);
        }
        reply.ended = target.ended();
        if reply.pieces.is_empty() && reply.closing.is_none() {
            reply.waits = target.look();
        }
        reply
    }

    /// All that came.
    pub fn bytes(&self) -> Vec<u8> {
        self.pieces.concat()
    }

    /// Whether nothing came.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Whether nothing more can come.
    pub fn is_over(&self) -> bool {
        self.closing.is_some() || self.ended.is_some()
    }
}

/// Whether a program that has said something will hardly say more: it does not compute.
fn over_quietly(activity: Activity) -> bool {
    activity.telling() != Some(Waits::Runs)
}
