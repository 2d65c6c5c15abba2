//! What the program did, as the end of a sentence, and the finding that is made of it.

use super::plan::End;
use super::stage::Turn;
use crate::check::list::Check;
use crate::check::report::{Finding, Hint};
use crate::program::{Bound, Ended, Waits};
use crate::sentence::Sentence;

/// What came in the place of what was expected.
pub fn came(turn: &Turn, end: &End) -> Sentence {
    if let Some(crash) = &end.crash
        && matches!(turn, Turn::Ended(_))
    {
        return Sentence::new("came-crash").text("error", crash.error.as_str());
    }
    match turn {
        Turn::Sent(pieces) => Sentence::new("came-sent").bytes("bytes", &pieces.concat()),
        Turn::Listens => Sentence::new("came-waits").said("waits", Waits::Receive.sentence()),
        Turn::Asks(_) => Sentence::new("came-waits").said("waits", Waits::Keyboard.sentence()),
        Turn::Left => Sentence::new("came-left"),
        Turn::Ended(ended) => {
            Sentence::new("came-ended").said("how", crate::check::events::ended(*ended))
        }
        Turn::Busy(Some(Waits::Runs | Waits::Print)) => {
            Sentence::new("came-spins").text("percent", format!("{:.0}", end.load * 100.0))
        }
        Turn::Busy(Some(waits)) => Sentence::new("came-waits").said("waits", waits.sentence()),
        Turn::Busy(None) => Sentence::new("came-nothing"),
    }
}

/// Whether it goes round and round, or prints without end.
pub fn spins(turn: &Turn, end: &End) -> bool {
    match turn {
        Turn::Busy(Some(Waits::Runs | Waits::Print)) => end.spins,
        Turn::Ended(Ended::Beyond(Bound::Output)) => true,
        _ => false,
    }
}

/// A failure with what came, where, and what to look for.
pub fn failed(
    check: Check,
    id: &'static str,
    (turn, end): (&Turn, &End),
    (hint, python): (&'static str, &'static str),
) -> Finding {
    let said = Sentence::new(id).said("came", came(turn, end));
    fault(check, said, (hint, python), end)
}

/// A failure with its own sentence.
pub fn fault(
    check: Check,
    said: Sentence,
    (hint, python): (&'static str, &'static str),
    end: &End,
) -> Finding {
    let hint = Hint {
        said: Sentence::new(hint),
        python,
    };
    Finding::failed(check, said, hint)
        .seen(&end.evidence)
        .at(end.place.clone())
}

/// Accents that are misread are the fault of one check; all others that meet it can't say anything.
pub fn spoiled(check: Check, end: &End) -> Option<Finding> {
    let crashed = end.crash.as_ref().filter(|crash| crash.is_about_text());
    let why = match crashed {
        Some(crash) => Sentence::new("skipped-accents").text("error", crash.error.as_str()),
        None if is_misread(&end.evidence.printed_since(0)) => Sentence::new("skipped-misread"),
        None => return None,
    };
    Some(Finding::not_examined(check, why).seen(&end.evidence))
}

/// Whether a text that was printed has accents of which each byte was taken for a letter: « Ã© ».
pub fn is_misread(printed: &str) -> bool {
    printed.contains(['Ã', 'Â'])
}
