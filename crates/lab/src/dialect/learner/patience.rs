//! How long to wait: for the first sign of an answer, for the rest of it, for the end of a game.

use std::time::Duration;

use super::super::AfterWin;
use super::super::question;
use super::super::text::Heard;
use super::{Learner, Sent, Stop};

/// An answer that goes on for so long is taken as it is.
pub const ANSWER_TIME: Duration = Duration::from_secs(5);
/// A server that speaks first does it in this time.
pub const GREETING: Duration = Duration::from_millis(600);
/// The first sign of an answer comes in this time, while it is not known that answers come…
pub const ANSWER: Duration = Duration::from_millis(1_500);
/// …on what is sent after a first silence…
pub const ANSWER_AGAIN: Duration = Duration::from_millis(800);
/// …and once answers have come.
pub const ANSWER_SURELY: Duration = Duration::from_secs(4);
/// What comes after a game comes in this time.
pub const AFTER_GAME: Duration = Duration::from_millis(300);
/// Quiet that ends an answer that is understood.
pub const QUIET: Duration = Duration::from_millis(120);
/// Quiet that ends one that has been whole before.
pub const QUIET_WHOLE: Duration = Duration::from_millis(20);
/// The same for the first answers: it is not known yet whether a prompt comes behind a hint.
pub const QUIET_FIRST: Duration = Duration::from_millis(300);
/// Quiet that ends one that is not: the hint may come in a second read.
pub const QUIET_UNKNOWN: Duration = Duration::from_millis(500);
/// Silence within an answer that shows that it was sent in several goes.
pub const APART: Duration = Duration::from_millis(20);
/// The time in which a game must end.
pub const GAME_TIME: Duration = Duration::from_secs(120);

impl Learner {
    /// When all must be over.
    pub(super) fn deadline(&self) -> Duration {
        let understood = self.dialect.way.is_some();
        // To a server that has never said anything one can say only so much.
        let dumb = self.dialect.speaks_first != Some(true) && self.failed == Stop::Silent;
        self.began
            + match () {
                () if understood => GAME_TIME,
                () if dumb => self.wish.patience / 2,
                () => self.wish.patience,
            }
    }

    /// When what has arrived, or has not, is the answer.
    pub(super) fn complete_at(&self, sent: Sent) -> Duration {
        if self.inbox.closed || self.inbox.floods {
            return Duration::ZERO;
        }
        let Some(first) = self.inbox.first else {
            return self.inbox.sent + self.patience(sent);
        };
        let heard = Heard::new(&self.inbox.bytes);
        let understood = match sent {
            Sent::Guess(_) | Sent::Proof(_) => self.meaning_of(&self.inbox.bytes).is_some(),
            _ => question::asked(&heard).is_some(),
        };
        let met: u32 = self.dialect.answers.iter().map(|known| known.times).sum();
        let least = if met < 2 { QUIET_FIRST } else { QUIET };
        let usual = (self.inbox.longest * 2).clamp(least, ANSWER);
        let quiet = match understood {
            true if self.dialect.is_whole(&heard) => QUIET_WHOLE,
            true => usual,
            false => usual.max(QUIET_UNKNOWN),
        };
        (self.inbox.last + quiet).min(first + ANSWER_TIME)
    }

    /// How long nothing at all may come.
    fn patience(&self, sent: Sent) -> Duration {
        match sent {
            Sent::Nothing => match self.dialect.speaks_first {
                None => GREETING,
                Some(true) => ANSWER_SURELY,
                Some(false) => Duration::ZERO,
            },
            Sent::Words => ANSWER_AGAIN / 2,
            Sent::Over if self.dialect.after_win == Some(AfterWin::PlaysOn) => QUIET_WHOLE,
            Sent::Over | Sent::Farewell => AFTER_GAME,
            Sent::Reply(_) | Sent::Proof(_) => ANSWER_AGAIN,
            Sent::Guess(_) if self.talk.silences > 0 || self.conversations > 3 => ANSWER_AGAIN,
            Sent::Guess(_) if self.dialect.way.is_some() => ANSWER_SURELY,
            Sent::Guess(_) => ANSWER,
        }
    }
}
