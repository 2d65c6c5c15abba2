//! The examination: what was learned of the server, and the checks, in an order in which the
//! harmless ones come first.

use std::sync::Arc;

use super::ends::AfterWin;
use super::learn::Learned;
use super::reply::Reply;
use super::talk::{Game, Talk, Tongue};
use super::target::{Target, Unstarted};
use super::{ends, first, gone, odd, pieces, players, truth, wire};
use crate::check::crash::{Crash, interrupted_at};
use crate::check::list::Check;
use crate::check::report::{Finding, Hint, SourceLine, Verdict};
use crate::dialect::way::Form;
use crate::program::Waits;
use crate::sentence::Sentence;
use crate::trace::Trace;

/// The order in which the checks are made: what a server that can't be started again may not
/// survive comes last.
const ORDER: &[Check] = &[
    Check::Starts,
    Check::Answers,
    Check::Game,
    Check::Won,
    Check::Next,
    Check::Truth,
    Check::Fresh,
    Check::Range,
    Check::Secret,
    Check::Sends,
    Check::Two,
    Check::Own,
    Check::Quit,
    Check::Newline,
    Check::Bytes,
    Check::Pair,
    Check::Word,
    Check::Empty,
    Check::Outside,
    Check::Negative,
    Check::Decimal,
    Check::Long,
    Check::Binary,
    Check::Leaves,
    Check::Half,
    Check::Reset,
    Check::Restart,
    Check::Reach,
];

/// A second look at what seems a failure waits so many times as long.
const PATIENT: u32 = 3;

/// The examination.
#[derive(Debug)]
pub struct Exam {
    /// The server.
    pub target: Target,
    /// How it speaks.
    pub learned: Learned,
    /// The games that were played.
    pub games: Vec<Game>,
    /// What was found so far.
    pub findings: Vec<Finding>,
    /// Causes of the failures that one cause can make several of.
    pub causes: Vec<(Check, String)>,
    /// Whether it answers digits without an end of line, once that was tried.
    pub unframed: Option<bool>,
    /// Whether it keeps its number when it has been found.
    pub keeps: bool,
    /// What it did after a win, and what was seen then.
    pub after: Option<(AfterWin, Arc<Trace>)>,
    /// Where this check began in the log.
    from: usize,
}

/// A failure, or a reason to look no further.
pub type Stopped = Box<Finding>;

impl Exam {
    /// Before the first check. The server listens.
    pub fn new(target: Target, learned: Learned) -> Exam {
        Exam {
            target,
            learned,
            games: Vec::new(),
            findings: Vec::new(),
            causes: Vec::new(),
            unframed: None,
            keeps: false,
            after: None,
            from: 0,
        }
    }

    /// Makes the checks that are wanted; `tell` is called before each.
    pub fn run(&mut self, wanted: &[Check], mut tell: impl FnMut(Check)) {
        for check in ORDER.iter().filter(|check| needed(**check, wanted)) {
            tell(*check);
            let finding = self.check(*check);
            self.findings.push(finding);
        }
        if let Some(lost) = first::lost_later(self) {
            self.findings.retain(|it| it.check != lost.check);
            self.findings.push(lost);
        }
        self.target.stop();
        self.findings.retain(|it| wanted.contains(&it.check));
        self.findings.sort_by_key(|it| it.check);
    }

    fn check(&mut self, check: Check) -> Finding {
        let learns = matches!(check, Check::Starts | Check::Answers | Check::Reach);
        if self.target.is_late() && !learns {
            return Finding::not_examined(check, Sentence::new("skipped-time"));
        }
        if !learns && self.failed(Check::Answers) {
            return Finding::not_examined(check, Sentence::new("skipped-no-answer"));
        }
        if !learns && self.found(Check::Game) == Some("game-unclear") {
            return Finding::not_examined(check, Sentence::new("skipped-no-game"));
        }
        let of_meaning = matches!(check, Check::Newline | Check::Bytes | Check::Pair);
        if of_meaning && self.may_be_misunderstood() {
            return Finding::not_examined(check, Sentence::new("skipped-no-game"));
        }
        let finding = self.judged(check);
        if finding.verdict == Verdict::Failed && self.target.is_ours() && !learns {
            // Whatever has gone wrong is not to be found again in the next check.
            self.target.stop();
        }
        finding
    }

    /// Whether the hints fit no number, and it was not seen that they are false: then it may be the
    /// checker that takes one for another.
    fn may_be_misunderstood(&self) -> bool {
        let is_false = |it: &Finding| it.check == Check::Truth && it.verdict == Verdict::Failed;
        self.found(Check::Game) == Some("game-contradiction") && !self.findings.iter().any(is_false)
    }

    /// The verdict, after a second and more patient look where it may be the machine that was slow.
    fn judged(&mut self, check: Check) -> Finding {
        let (causes, before) = (self.causes.clone(), self.findings.clone());
        let first = self.look(check);
        if !rests_on_time(&first) || self.target.is_late() {
            return first;
        }
        if self.target.is_ours() {
            self.target.stop();
        }
        let earlier = (
            std::mem::replace(&mut self.causes, causes),
            std::mem::replace(&mut self.findings, before),
        );
        self.target.patience = PATIENT;
        let second = self.look(check);
        self.target.patience = 1;
        match second.verdict {
            Verdict::Failed | Verdict::Passed => second,
            // It can't be looked at again: what was seen first stands, if its reason is the program.
            Verdict::NotExamined if self.target.is_late() => {
                let why = Sentence::new("skipped-slow");
                Finding::not_examined(check, why)
            }
            Verdict::NotExamined if second.said.id == "skipped-unsteady-server" => second,
            Verdict::NotExamined => {
                (self.causes, self.findings) = earlier;
                first
            }
        }
    }

    fn look(&mut self, check: Check) -> Finding {
        match check {
            Check::Starts => first::starts(self),
            Check::Answers => first::answers(self),
            Check::Game => first::game(self),
            Check::Truth => truth::truth(self),
            Check::Won => ends::won(self),
            Check::Next => players::next(self),
            Check::Fresh => players::fresh(self),
            Check::Range => wire::range(self),
            Check::Secret => wire::secret(self),
            Check::Sends => wire::sends(self),
            Check::Two => players::two(self),
            Check::Own => players::own(self),
            Check::Quit => ends::quit(self),
            Check::Newline => pieces::newline(self),
            Check::Bytes => pieces::bytes(self),
            Check::Pair => pieces::pair(self),
            Check::Leaves => gone::leaves(self),
            Check::Half => gone::half(self),
            Check::Reset => gone::reset(self),
            Check::Restart => ends::restart(self),
            Check::Reach => first::reach(self),
            odd => odd::odd(self, odd),
        }
    }

    /// Whether a check has failed, or could not be made.
    pub fn failed(&self, check: Check) -> bool {
        let is = |it: &&Finding| it.check == check;
        let found = self.findings.iter().find(is);
        found.is_some_and(|it| it.verdict != Verdict::Passed)
    }

    /// What a check has found.
    pub fn found(&self, check: Check) -> Option<&'static str> {
        let found = self.findings.iter().find(|it| it.check == check);
        found.map(|it| it.said.id)
    }

    /// How the server is spoken to.
    pub fn tongue(&self) -> Tongue<'_> {
        Tongue {
            target: &self.target,
            dialect: &self.learned.dialect,
        }
    }

    /// Whether guesses are text.
    pub fn is_text(&self) -> bool {
        matches!(self.tongue().way().form, Form::Text(_))
    }

    /// A server that waits for a player, and a fresh page for the evidence.
    pub fn begin(&mut self, check: Check) -> Result<(), Stopped> {
        let started = self.target.ready();
        self.from = self.target.log.mark();
        started.map_err(|error| Box::new(self.not_again(check, &error)))
    }

    /// The program does not start as it did before.
    fn not_again(&self, check: Check, error: &Unstarted) -> Finding {
        let printed = self.target.log.look(|trace| trace.printed_since(0));
        let crash = Crash::of(&printed, self.target.ended(), &self.target.source);
        let said = match (crash, error) {
            (Some(crash), _) => Sentence::new("skipped-not-started").text("error", crash.error),
            _ => Sentence::new("skipped-not-again-server"),
        };
        Finding::not_examined(check, said).seen(&self.target.evidence(0))
    }

    /// A conversation with a server that waits for a player.
    pub fn talk(&mut self, check: Check) -> Result<Talk, Stopped> {
        self.begin(check)?;
        let talk = self.tongue().open();
        talk.map_err(|_| Box::new(self.skipped(check, Sentence::new("skipped-gone"))))
    }

    /// A conversation in which one guess was judged, and was not the number.
    pub fn begun(&mut self, check: Check) -> Result<Talk, Stopped> {
        for _ in 0..4 {
            let mut talk = self.talk(check)?;
            let range = self.tongue().range();
            let middle = i64::midpoint(i64::from(range.min), i64::from(range.max));
            let answer = self.tongue().guess(&mut talk, middle);
            match answer.meaning {
                Some(crate::dialect::Meaning::Found) => talk.line.leave(),
                _ if answer.judges() && !answer.reply.is_over() => return Ok(talk),
                _ => {
                    let said = Sentence::new("skipped-unsteady-server");
                    let crash = self.crash();
                    let said = said.said("came", super::came::came(&answer.reply, crash.as_ref()));
                    let finding = self.skipped(check, said);
                    self.target.stop();
                    return Err(Box::new(finding));
                }
            }
        }
        Err(Box::new(
            self.skipped(check, Sentence::new("skipped-lucky")),
        ))
    }

    /// What happened in this check.
    pub fn evidence(&self) -> Arc<Trace> {
        self.target.evidence(self.from)
    }

    /// The error that the program told in this check.
    pub fn crash(&self) -> Option<Crash> {
        if let Some(program) = self.target.program() {
            program.catch_up();
        }
        let printed = self.target.log.look(|trace| trace.printed_since(self.from));
        Crash::of(&printed, self.target.ended(), &self.target.source)
    }

    /// A check that is passed.
    pub fn passed(&self, check: Check, said: Sentence) -> Finding {
        Finding::passed(check, said).seen(&self.evidence())
    }

    /// A check that was not made.
    pub fn skipped(&self, check: Check, why: Sentence) -> Finding {
        Finding::not_examined(check, why).seen(&self.evidence())
    }

    /// A check that failed.
    pub fn fault(
        &self,
        check: Check,
        said: Sentence,
        (hint, python): (&'static str, &'static str),
    ) -> Finding {
        let hint = Hint {
            said: Sentence::new(hint),
            python,
        };
        let place = self.crash().and_then(|crash| crash.place);
        Finding::failed(check, said, hint)
            .seen(&self.evidence())
            .at(place)
    }

    /// A check that failed, and what came.
    pub fn failed_with(
        &self,
        check: Check,
        said: Sentence,
        reply: &Reply,
        hint: (&'static str, &'static str),
    ) -> Finding {
        let crash = self.crash();
        let said = said.said("came", super::came::came(reply, crash.as_ref()));
        let finding = self.fault(check, said, hint);
        // Where it is when it has spoken or closed is not where it went wrong.
        match (finding.place.is_some(), reply.waits) {
            (false, Some(_)) => finding.at(self.interrupted()),
            _ => finding,
        }
    }

    /// The line at which a program of ours is that waits where it should speak. Python tells it
    /// of the one thread that is interrupted: nothing is said of a program that has several.
    pub fn interrupted(&self) -> Option<SourceLine> {
        let program = self.target.program().filter(|it| it.ended().is_none())?;
        let activity = program.activity();
        let alone = activity.len() == 1 && !activity.has(Waits::AcceptOrReceive);
        let said = alone.then(|| program.interrupt())?;
        interrupted_at(&said, &self.target.source)
    }
}

/// Whether a failure may be a busy machine's: it was seen in a silence, or in what came when. An
/// error that the program told, and what games have shown, is no matter of time.
fn rests_on_time(finding: &Finding) -> bool {
    let told = finding.said.id.ends_with("-crash") || finding.said.id == "won-mute";
    let of_time = matches!(
        finding.check,
        Check::Won
            | Check::Quit
            | Check::Newline
            | Check::Bytes
            | Check::Pair
            | Check::Word
            | Check::Empty
            | Check::Outside
            | Check::Negative
            | Check::Decimal
            | Check::Long
            | Check::Binary
            | Check::Next
            | Check::Leaves
            | Check::Half
            | Check::Reset
            | Check::Two
            | Check::Restart
    );
    finding.verdict == Verdict::Failed && of_time && !told
}

/// Whether a check is wanted, or another needs what it finds out.
fn needed(check: Check, wanted: &[Check]) -> bool {
    let any = |checks: &[Check]| checks.iter().any(|it| wanted.contains(it));
    wanted.contains(&check)
        || match check {
            Check::Answers | Check::Game => true,
            Check::Won => any(&[Check::Fresh]),
            Check::Next => any(&[
                Check::Two,
                Check::Own,
                Check::Leaves,
                Check::Half,
                Check::Reset,
            ]),
            Check::Fresh => any(&[Check::Own, Check::Secret]),
            Check::Two => any(&[Check::Own]),
            Check::Newline => any(&[Check::Bytes, Check::Pair]),
            _ => false,
        }
}
