//! How it ends: after a win, at `FIN`, and when the server itself is stopped and started again.

use super::exam::Exam;
use super::first::is_taken;
use super::reply::Reply;
use super::talk::{End, Talk};
use super::target::Unstarted;
use crate::check::crash::Crash;
use crate::check::list::Check;
use crate::check::report::Finding;
use crate::dialect::Meaning;
use crate::dialect::question::{self, Question};
use crate::dialect::text::Heard;
use crate::program::Waits;
use crate::sentence::Sentence;

/// Guesses of the number that was found: a server that draws anew is not met again so often.
const AGAIN: usize = 3;

/// What the server did after a win.
#[derive(Clone, Debug)]
pub enum AfterWin {
    /// It closed.
    Closed,
    /// It asked whether to play again.
    Asks,
    /// It played on.
    PlaysOn,
    /// It said nothing more and did not close.
    Open(Reply),
}

/// Looks at what comes after a win, and leaves. Also whether it keeps its number.
pub fn after_win(exam: &mut Exam, mut talk: Talk) {
    let Some(game) = exam.games.last() else {
        return;
    };
    let Some(number) = game.number() else {
        return talk.line.leave();
    };
    let last = game.answers.last().map(|it| it.reply.clone());
    let mut last = last.unwrap_or_default();
    if last.closing.is_none() && !exam.target.is_ours() {
        // What comes behind the last word takes its time.
        let more = exam
            .target
            .listen(&mut talk.line, None, std::time::Duration::from_millis(300));
        last.pieces.extend(more.pieces);
        last.closing = more.closing;
    }
    let heard = Heard::new(&last.bytes());
    let after = match () {
        () if last.closing.is_some() => AfterWin::Closed,
        () if question::asked(&heard) == Some(Question::Again) => {
            let no = exam.tongue().way().words(&question::no(&heard));
            talk.say(&exam.target, &no);
            AfterWin::Asks
        }
        () => plays_on(exam, &mut talk, number),
    };
    exam.after = Some((after, exam.evidence()));
    talk.line.leave();
}

fn plays_on(exam: &mut Exam, talk: &mut Talk, number: i64) -> AfterWin {
    for kept in 0..AGAIN {
        let answer = exam.tongue().guess(talk, number);
        if answer.reply.is_empty() {
            return match answer.reply.closing {
                Some(_) => AfterWin::Closed,
                None if kept > 0 => AfterWin::PlaysOn,
                None => AfterWin::Open(answer.reply),
            };
        }
        if answer.meaning != Some(Meaning::Found) {
            return AfterWin::PlaysOn;
        }
    }
    exam.keeps = true;
    AfterWin::PlaysOn
}

/// Whether it says so when the number is found, and leaves nobody waiting.
pub fn won(exam: &mut Exam) -> Finding {
    let check = Check::Won;
    if exam.target.patience > 1 {
        // A second look: another game.
        let mut talk = match exam.talk(check) {
            Ok(talk) => talk,
            Err(finding) => return *finding,
        };
        let game = exam.tongue().play(&mut talk, &[]);
        if game.number().is_none() {
            return exam.skipped(check, Sentence::new("skipped-never-won"));
        }
        exam.games.push(game);
        after_win(exam, talk);
    }
    let won = exam.games.iter().rev().find(|game| game.number().is_some());
    let (Some(game), Some((after, evidence))) = (won, exam.after.clone()) else {
        return Finding::not_examined(check, Sentence::new("skipped-never-won"));
    };
    let said = |id| {
        let last = game.answers.last();
        let bytes = last.map(|it| it.reply.bytes()).unwrap_or_default();
        Sentence::new(id).bytes("said", &bytes)
    };
    if let End::Mute(number) = game.end {
        let said = Sentence::new("won-mute").text("number", number.to_string());
        let hint = ("hint-won-mute", "connexion.close()");
        return exam.fault(check, said, hint).seen(&evidence);
    }
    let finding = match &after {
        AfterWin::Closed => exam.passed(check, said("won-closes")),
        AfterWin::Asks => exam.passed(check, said("won-asks")),
        AfterWin::PlaysOn => exam.passed(check, said("won-plays-on")),
        AfterWin::Open(reply) => {
            let came = super::came::came(reply, None);
            let hint = match reply.waits {
                Some(Waits::Accept) => ("hint-won-accept", "break"),
                _ => ("hint-won-open", "gagne = True"),
            };
            exam.fault(check, said("won-open").said("came", came), hint)
        }
    };
    finding.seen(&evidence)
}

/// `FIN`, as the lesson's client says it.
pub fn quit(exam: &mut Exam) -> Finding {
    let check = Check::Quit;
    if !exam.is_text() {
        return Finding::not_examined(check, Sentence::new("skipped-raw"));
    }
    let mut talk = match exam.begun(check) {
        Ok(talk) => talk,
        Err(finding) => return *finding,
    };
    let fin = exam.tongue().way().words("FIN");
    let reply = talk.say(&exam.target, &fin);
    let said = |id| Sentence::new(id).bytes("sent", &fin);
    let crash = exam.crash();
    if reply.closing.is_some() && crash.is_none() {
        return exam.passed(check, said("quit-ok"));
    }
    let source = &exam.target.source;
    let knows = ["\"FIN\"", "'FIN'", "\"fin\"", "'fin'"]
        .iter()
        .any(|it| source.has(it));
    if !knows {
        // How it takes words that it does not know is another check's.
        return exam.skipped(check, said("quit-not-spoken"));
    }
    let place = exam
        .target
        .source
        .line_with(&["\"FIN\"", "'FIN'", "\"fin\"", "'fin'"]);
    let id = match (crash.is_some(), reply.is_empty()) {
        (true, _) => "quit-crash",
        (false, true) => "quit-waits",
        (false, false) => "quit-goes-on",
    };
    let hint = ("hint-quit", "if message == \"FIN\":");
    let finding = exam.failed_with(check, said(id), &reply, hint);
    match finding.place {
        Some(_) => finding,
        None => finding.at(place),
    }
}

/// Stopped while a player is there, and started again at once.
pub fn restart(exam: &mut Exam) -> Finding {
    let check = Check::Restart;
    if !exam.target.is_ours() {
        return Finding::not_examined(check, Sentence::new("skipped-not-ours"));
    }
    let talk = match exam.begun(check) {
        Ok(talk) => talk,
        Err(finding) => return *finding,
    };
    exam.target.stop();
    let mark = exam.target.log.mark();
    let outcome = exam.target.start_beside();
    let finding = match outcome {
        Ok(()) => exam.passed(check, Sentence::new("restart-ok")),
        Err(why) => {
            let printed = exam.target.log.look(|trace| trace.printed_since(mark));
            let crash = Crash::of(&printed, exam.target.ended(), &exam.target.source);
            let taken = is_taken(&printed);
            let ended = matches!(why, Unstarted::Ended(_));
            let error = match (crash, taken) {
                (Some(crash), _) => crash.error,
                (None, true) => printed
                    .lines()
                    .find(|it| is_taken(it))
                    .unwrap_or_default()
                    .trim()
                    .to_owned(),
                (None, false) => String::new(),
            };
            let place = exam
                .target
                .source
                .line_with(&[".bind(", "bind(", "ServerSocket("]);
            let hint = ("hint-restart", "service.bind((HOTE, PORT))");
            match (error.is_empty(), ended || taken) {
                (false, _) => {
                    let said = Sentence::new("restart-taken").text("error", error);
                    exam.fault(check, said, hint).at(place)
                }
                (true, true) => exam
                    .fault(check, Sentence::new("restart-ends"), hint)
                    .at(place),
                (true, false) => exam.skipped(check, Sentence::new("skipped-not-again-server")),
            }
        }
    };
    // The connection of before keeps the port until it is cut off.
    exam.target.stop();
    drop(talk);
    finding
}
