//! The sentences that answer commands: greeting, names, rooms, scores, proofs.

use crate::limits::MESSAGE_BYTES;
use crate::phrases::words::Words;
use crate::phrases::{Lang, Value, say};
use crate::protocol::{Proof, Resumed, ScoreLine};
use crate::rules::{Mode, Name, Range, ResumeCode, Rules, Verdict};

use super::Phrasebook;

/// A sentence with the range of a guess.
pub fn with_range(lang: Lang, id: &str, range: Range) -> String {
    let args = [("min", range.min.into()), ("max", range.max.into())];
    say(lang, id, &args)
}

/// The player's new name, and their code if it is to be given.
pub fn named(lang: Lang, name: &Name, resume: Option<&ResumeCode>) -> String {
    let named = say(lang, "named", &[("name", name.as_str().into())]);
    match resume {
        Some(resume) => format!("{named} {}", code(lang, resume)),
        None => named,
    }
}

/// The code to resume, as the last word of the line.
pub fn code(lang: Lang, code: &ResumeCode) -> String {
    say(lang, "code", &[("code", code.to_string().into())])
}

/// The words of hints from now on.
pub fn words(phrasebook: Phrasebook) -> String {
    let words = Words::of(phrasebook.pack);
    let args = [
        ("small", words.small.into()),
        ("big", words.big.into()),
        ("found", words.found.into()),
    ];
    say(phrasebook.lang, "words", &args)
}

/// The room that a player has entered, and its mode.
pub fn entered(lang: Lang, room: &str, rules: Rules, name: &Name) -> String {
    let id = match (rules.mode, rules.limit) {
        (Mode::Solo, _) => "entered-solo",
        (Mode::Race, None) => "entered-race",
        (Mode::Race, Some(_)) => "entered-race-timed",
        (Mode::Closest, _) => "entered-closest",
    };
    let args: [(&str, Value<'_>); 5] = [
        ("room", room.into()),
        ("min", rules.range.min.into()),
        ("max", rules.range.max.into()),
        ("limit", rules.limit.unwrap_or(0).into()),
        ("name", name.as_str().into()),
    ];
    say(lang, id, &args)
}

/// The state of a player who resumes. The name comes last, because it may contain anything.
pub fn resumed(phrasebook: Phrasebook, resumed: &Resumed) -> String {
    let lang = phrasebook.lang;
    let mode = match resumed.rules.mode {
        Mode::Solo => say(lang, "mode-solo", &[]),
        Mode::Race => say(lang, "mode-race", &[]),
        Mode::Closest => say(lang, "mode-closest", &[]),
    };
    let mut args: Vec<(&str, Value<'_>)> = vec![
        ("mode", mode.into()),
        ("round", resumed.round.into()),
        ("tries", resumed.tries.into()),
        ("min", resumed.possible.min.into()),
        ("max", resumed.possible.max.into()),
        ("name", resumed.name.as_str().into()),
    ];
    let Some((guess, judged)) = resumed.last else {
        return say(lang, "resumed", &args);
    };
    args.push(("guess", guess.into()));
    args.push(("verdict", verdict(phrasebook, judged).into()));
    say(lang, "resumed-last", &args)
}

/// The words with which the last guess was answered.
fn verdict(phrasebook: Phrasebook, verdict: Verdict) -> String {
    let words = Words::of(phrasebook.pack);
    let word = match verdict {
        Verdict::TooSmall => words.small,
        Verdict::TooBig => words.big,
        Verdict::Found | Verdict::Won => words.found,
        Verdict::Lost => words.lost,
        Verdict::Over => words.over,
        Verdict::Held => return say(phrasebook.lang, "verdict-held", &[]),
    };
    word.to_owned()
}

/// The player's own line, then as many of the best lines as fit into the answer.
pub fn scores(lang: Lang, mine: Option<&ScoreLine>, best: &[ScoreLine]) -> String {
    let mut text = match mine {
        Some(mine) => say(lang, "scores-mine", &[("line", line(lang, mine).into())]),
        None => say(lang, "scores-none", &[]),
    };
    text.push(' ');
    if best.is_empty() {
        return text + &say(lang, "scores-empty", &[]);
    }
    let frame = say(lang, "scores-best", &[("lines", "".into())]);
    let room = MESSAGE_BYTES - 1 - text.len() - frame.len();
    let mut lines = String::new();
    for entry in best {
        let entry = line(lang, entry);
        let separator = if lines.is_empty() { "" } else { " · " };
        if lines.len() + separator.len() + entry.len() > room {
            break;
        }
        lines.push_str(separator);
        lines.push_str(&entry);
    }
    text + &say(lang, "scores-best", &[("lines", lines.into())])
}

/// One player's wins: `Léa, 3 victoires, record 4, moyenne 5,3`.
fn line(lang: Lang, line: &ScoreLine) -> String {
    let name = line.name.as_str();
    let tally = line.tally;
    if tally.wins == 0 {
        return say(lang, "scores-line-empty", &[("name", name.into())]);
    }
    let mark = match lang {
        Lang::Fr => ',',
        Lang::En => '.',
    };
    let tenths = tally.mean_tenths();
    let mean = format!("{}{mark}{}", tenths / 10, tenths % 10);
    let args: [(&str, Value<'_>); 4] = [
        ("name", name.into()),
        ("wins", tally.wins.into()),
        ("best", tally.best.into()),
        ("mean", mean.into()),
    ];
    say(lang, "scores-line", &args)
}

/// The commitment of the current round, and the opening of the previous one.
pub fn proof(lang: Lang, proof: &Proof) -> String {
    let mut args: Vec<(&str, Value<'_>)> = vec![
        ("round", proof.round.into()),
        ("commitment", proof.commitment.to_string().into()),
    ];
    let Some(previous) = &proof.previous else {
        return say(lang, "proof", &args);
    };
    args.push(("before", previous.round.into()));
    args.push(("kept", previous.commitment().to_string().into()));
    args.push(("opening", previous.to_string().into()));
    say(lang, "proof-previous", &args)
}
