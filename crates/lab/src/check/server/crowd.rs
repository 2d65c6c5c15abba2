//! Servers of the lesson's sequel, for several clients at once: one that sends back what each says, and a
//! chat that passes it on to the others.
//!
//! The checker is two or three clients, who speak in turn, leave, and say the word that ends.

use super::exam::ServerExam;
use super::kind::{Crowd, Kind, SAYINGS, SILENCE, enter, heard_by, holds, said_by};
use super::learn::Learned;
use super::{basics, players};
use crate::check::came::Came;
use crate::check::name::Check;
use crate::check::outcome::Outcome;
use crate::check::report::Seen;
use crate::check::row::{Again, Checked, Row, Stopped};
use crate::session::{Connection, Reply, Target};

/// The checks of an echo, in the order in which to mend.
pub static ECHO_CHECKS: &[&Row<ServerExam>] = &[
    &basics::STARTS,
    &ECHO,
    &TOGETHER,
    &STAYS,
    &basics::REACH,
    &JOINS,
    &ENDS,
];

/// The same of a chat.
pub static CHAT_CHECKS: &[&Row<ServerExam>] = &[
    &basics::STARTS,
    &PASSES,
    &STAYS,
    &basics::REACH,
    &JOINS,
    &ENDS,
];

/// It sends back what it is told.
static ECHO: Row<ServerExam> = Row {
    check: Check::new("echo", "check-echo"),
    after: &[],
    needs: None,
    again: Again::Patiently,
    look: echo,
};

/// What one says reaches all others.
static PASSES: Row<ServerExam> = Row {
    check: Check::new("passes", "check-passes"),
    after: &[],
    needs: None,
    again: Again::Patiently,
    look: passes,
};

/// Several clients speak in turn, and each gets its own.
static TOGETHER: Row<ServerExam> = Row {
    check: Check::new("together", "check-together"),
    after: &[&ECHO],
    needs: Some(speaks),
    again: Again::Patiently,
    look: together,
};

/// The others go on when one leaves.
static STAYS: Row<ServerExam> = Row {
    check: Check::new("stays", "check-stays"),
    after: &[&TOGETHER, &PASSES],
    needs: Some(serves_several),
    again: Again::Patiently,
    look: stays,
};

/// A client that comes after others have left is served.
static JOINS: Row<ServerExam> = Row {
    check: Check::new("joins", "check-joins"),
    after: &[&ECHO, &PASSES],
    needs: Some(speaks),
    again: Again::Patiently,
    look: joins,
};

/// The word that ends closes one connection, and only that.
static ENDS: Row<ServerExam> = Row {
    check: Check::new("ends-word", "check-ends-word"),
    after: &[&ECHO, &PASSES],
    needs: Some(speaks),
    again: Again::Patiently,
    look: ends,
};

/// The words that end a conversation, the lesson's first.
const END_WORDS: [&str; 5] = ["FIN", "exit", "quit", "fin", "bye"];
/// What such a server answers to a message that should come back: whether it speaks so at all.
fn speaks(exam: &ServerExam) -> Option<Outcome> {
    let failed = exam.failed(&ECHO) || exam.failed(&PASSES);
    failed.then_some(Outcome::NoAnswer)
}

/// For checks that need several clients at once.
fn serves_several(exam: &ServerExam) -> Option<Outcome> {
    let is_one = exam.failed(&TOGETHER).then_some(Outcome::CrowdOne);
    speaks(exam).or(is_one)
}

/// The clients of one check.
struct Room {
    clients: Vec<Connection>,
    crowd: Crowd,
    said: usize,
}

/// What went wrong when somebody spoke.
enum Unheard {
    /// This came in the place of what should have come.
    Instead(Reply),
    /// Somebody got what was meant for another.
    Mixed(Vec<u8>),
}

impl Room {
    fn open(exam: &mut ServerExam, count: usize) -> Result<Room, Stopped> {
        exam.begin()?;
        let mut room = Room {
            clients: Vec::new(),
            crowd: exam.crowd,
            said: 0,
        };
        for _ in 0..count {
            room.join(exam)?;
        }
        Ok(room)
    }

    fn join(&mut self, exam: &ServerExam) -> Result<(), Stopped> {
        let entered = enter(&exam.target, self.clients.len(), self.crowd.newline);
        let client = entered.ok_or_else(|| Stopped::from(exam.seen(Outcome::Gone)))?;
        // What others are told of a newcomer is no answer.
        for other in &mut self.clients {
            heard_by_now(&exam.target, other);
        }
        self.clients.push(client);
        Ok(())
    }

    /// Sends a message from one client, and reads it where it should arrive, and nowhere else.
    fn speak(&mut self, exam: &ServerExam, speaker: usize) -> Result<(Vec<u8>, Vec<u8>), Unheard> {
        let target = &exam.target;
        let text = SAYINGS[self.said % SAYINGS.len()];
        self.said += 1;
        let newline = self.crowd.newline;
        let own = said_by(target, &mut self.clients[speaker], text, newline);
        let sent = text.as_bytes().to_vec();
        if self.crowd.kind == Kind::Echo {
            if !holds(&own, text) {
                return Err(Unheard::Instead(own));
            }
            for (index, other) in self.clients.iter_mut().enumerate() {
                let heard = match index == speaker {
                    true => Reply::default(),
                    false => heard_by_now(target, other),
                };
                if holds(&heard, text) {
                    return Err(Unheard::Mixed(heard.bytes()));
                }
            }
            return Ok((sent, own.bytes()));
        }
        let mut answer = Vec::new();
        for (index, other) in self.clients.iter_mut().enumerate() {
            if index == speaker {
                continue;
            }
            let heard = heard_by(target, other);
            if !holds(&heard, text) {
                return Err(Unheard::Instead(heard));
            }
            answer = heard.bytes();
        }
        Ok((sent, answer))
    }
}

/// What is there already, of a client to whom nothing was said.
fn heard_by_now(target: &Target, connection: &mut Connection) -> Reply {
    match connection.has_arrived() {
        true => heard_by(target, connection),
        false => Reply::default(),
    }
}

/// What was seen when somebody was not heard: an error of the program, or what came.
fn unheard(
    exam: &ServerExam,
    why: &Unheard,
    crash: fn(Came) -> Outcome,
    failed: fn(Came) -> Outcome,
) -> Seen {
    let reply = match why {
        Unheard::Instead(reply) => reply,
        Unheard::Mixed(bytes) => {
            let bytes = bytes.clone();
            return exam.seen(Outcome::CrowdMixed { bytes });
        }
    };
    if exam.crash().is_some() {
        return exam.seen_instead(reply, crash);
    }
    exam.seen_instead(reply, failed)
}

fn echo(exam: &mut ServerExam) -> Checked {
    let mut room = Room::open(exam, 1)?;
    Ok(match room.speak(exam, 0) {
        Ok((sent, answer)) => exam.seen(Outcome::CrowdEcho { sent, answer }),
        Err(why) => {
            let sent = SAYINGS[0].as_bytes().to_vec();
            match why {
                Unheard::Instead(reply) if !reply.is_empty() && exam.crash().is_none() => {
                    let answer = reply.bytes();
                    exam.seen(Outcome::CrowdEchoOther { sent, answer })
                }
                why => unheard(
                    exam,
                    &why,
                    |came| Outcome::CrowdEchoCrash { came },
                    |came| Outcome::CrowdEchoSilent { came },
                ),
            }
        }
    })
}

fn passes(exam: &mut ServerExam) -> Checked {
    let mut room = Room::open(exam, 3)?;
    for speaker in [0, 1, 2, 0] {
        if let Err(why) = room.speak(exam, speaker) {
            return Ok(unheard(
                exam,
                &why,
                |came| Outcome::CrowdPassesCrash { came },
                |came| Outcome::CrowdPassesNot { came },
            ));
        }
    }
    Ok(exam.seen(Outcome::CrowdPasses))
}

fn together(exam: &mut ServerExam) -> Checked {
    let mut room = Room::open(exam, 2)?;
    for speaker in [0, 1, 0, 1] {
        if let Err(why) = room.speak(exam, speaker) {
            let seen = unheard(
                exam,
                &why,
                |came| Outcome::CrowdTogetherCrash { came },
                |came| Outcome::CrowdTogetherWaits { came },
            );
            return Ok(seen.or_at(|| exam.source.line_of(players::calls_thread_s_target)));
        }
    }
    Ok(exam.seen(Outcome::CrowdTogether))
}

/// Three clients, of whom one closes and one is cut off, while those who stay go on.
fn stays(exam: &mut ServerExam) -> Checked {
    for is_cut in [false, true] {
        let mut room = Room::open(exam, 3)?;
        if let Err(why) = room.speak(exam, 0) {
            return Ok(stayed(exam, &why));
        }
        let leaver = room.clients.remove(1);
        match is_cut {
            true => leaver.reset(),
            false => leaver.leave(),
        }
        // Its thread has noticed by then.
        if let Some(program) = exam.target.program() {
            program.settle(None, SILENCE);
        }
        for client in &mut room.clients {
            heard_by_now(&exam.target, client);
        }
        for speaker in [0, 1, 0] {
            if let Err(why) = room.speak(exam, speaker) {
                return Ok(stayed(exam, &why));
            }
        }
    }
    Ok(exam.seen(Outcome::CrowdStays))
}

fn stayed(exam: &ServerExam, why: &Unheard) -> Seen {
    unheard(
        exam,
        why,
        |came| Outcome::CrowdStaysCrash { came },
        |came| Outcome::CrowdStaysNot { came },
    )
}

fn joins(exam: &mut ServerExam) -> Checked {
    let mut room = Room::open(exam, 2)?;
    for client in room.clients.drain(..) {
        client.leave();
    }
    if let Some(program) = exam.target.program() {
        program.settle(None, SILENCE);
    }
    for _ in 0..2 {
        let Some(client) = enter(&exam.target, room.clients.len(), room.crowd.newline) else {
            return Ok(exam.seen(Outcome::CrowdJoinsGone));
        };
        room.clients.push(client);
    }
    Ok(match room.speak(exam, 0) {
        Ok(_) => exam.seen(Outcome::CrowdJoins),
        Err(why) => unheard(
            exam,
            &why,
            |came| Outcome::CrowdJoinsNot { came },
            |came| Outcome::CrowdJoinsNot { came },
        ),
    })
}

fn ends(exam: &mut ServerExam) -> Checked {
    for word in END_WORDS {
        let count = if exam.failed(&TOGETHER) { 1 } else { 3 };
        let mut room = Room::open(exam, count)?;
        let sent = word.as_bytes().to_vec();
        let reply = said_by(
            &exam.target,
            &mut room.clients[count - 1],
            word,
            room.crowd.newline,
        );
        let quoted = [format!("\"{word}\""), format!("'{word}'")];
        let knows = quoted.iter().any(|it| exam.source.has(it));
        if reply.closing.is_none() && exam.target.ended().is_none() {
            if knows {
                let wanted = quoted.each_ref().map(String::as_str);
                let seen = exam.seen_instead(&reply, |came| Outcome::CrowdEndsNot { sent, came });
                return Ok(seen.or_at(|| exam.source.line_with(&wanted)));
            }
            continue;
        }
        if count == 1 {
            return Ok(exam.seen(Outcome::CrowdEnds { sent }));
        }
        room.clients.truncate(2);
        for client in &mut room.clients {
            heard_by_now(&exam.target, client);
        }
        return Ok(match room.speak(exam, 0) {
            Ok(_) => exam.seen(Outcome::CrowdEnds { sent }),
            Err(Unheard::Instead(reply)) => {
                exam.seen_instead(&reply, |came| Outcome::CrowdEndsOthers { sent, came })
            }
            Err(why) => stayed(exam, &why),
        });
    }
    Ok(exam.seen(Outcome::CrowdEndsUnknown {
        tried: END_WORDS.join(", "),
    }))
}

impl Learned {
    /// What is known of a server with which no game is played.
    pub fn without_game(start: usize) -> Learned {
        Learned {
            dialect: Default::default(),
            played: Vec::new(),
            start,
            outcome: Ok(()),
            tried: Vec::new(),
            heard: Vec::new(),
        }
    }
}
