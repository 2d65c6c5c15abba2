//! What a check may find, and how it is said: one row an outcome.
//!
//! A row has the outcome's kind, its name and data, the phrase that says it, and of a failure where
//! to look. Each field is an argument of the phrase, under its own name. Checks decide on outcomes
//! only; the phrase's id is the stable name of the outcome in JSON and steers nothing.

use std::time::Duration;

use super::came::Came;
use super::events;
use super::name::Check;
use crate::escape::escape;
use crate::program::{Ended, Waits};
use crate::sentence::{Arg, Sentence};

/// What an outcome says of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The program does what it should.
    Passed,
    /// It does not, as far as a silence or the order of things shows: a busy machine may look alike.
    Failed,
    /// It does not, and no busy machine looks like that: it told an error, or it sent what shows it.
    Proven,
    /// It could not be looked at, or the check does not apply.
    Skipped,
}

/// Where to look: never what to write.
#[derive(Clone, Debug, PartialEq)]
pub struct Hint {
    /// What to ask oneself.
    pub said: Sentence,
    /// The Python line that usually causes it.
    pub python: &'static str,
    /// That line in the program's own language, as far as it is known.
    pub code: &'static str,
}

/// A value that a phrase takes.
trait Put {
    fn put(&self) -> Arg;
}

impl Put for String {
    fn put(&self) -> Arg {
        Arg::Text(self.clone())
    }
}

/// Bytes are shown escaped, as a learner would write them.
impl Put for Vec<u8> {
    fn put(&self) -> Arg {
        Arg::Text(escape(self))
    }
}

/// A number of the game.
impl Put for i64 {
    fn put(&self) -> Arg {
        Arg::Text(self.to_string())
    }
}

/// A number of tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries(pub usize);

impl Put for Tries {
    fn put(&self) -> Arg {
        Arg::Said(Sentence::new("count-tries").count("count", self.0))
    }
}

/// A number of hints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hints(pub usize);

impl Put for Hints {
    fn put(&self) -> Arg {
        Arg::Said(Sentence::new("count-hints").count("count", self.0))
    }
}

/// A number of games.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Games(pub usize);

impl Put for Games {
    fn put(&self) -> Arg {
        Arg::Said(Sentence::new("count-games").count("count", self.0))
    }
}

/// A number of a statistic.
impl Put for u64 {
    fn put(&self) -> Arg {
        Arg::Text(self.to_string())
    }
}

impl Put for u16 {
    fn put(&self) -> Arg {
        Arg::Text(self.to_string())
    }
}

/// A number of things, for plurals.
impl Put for usize {
    fn put(&self) -> Arg {
        Arg::Count(*self)
    }
}

/// A part of one processor, in percent.
impl Put for f64 {
    fn put(&self) -> Arg {
        Arg::Text(format!("{:.0}", self * 100.0))
    }
}

impl Put for Duration {
    fn put(&self) -> Arg {
        Arg::Seconds(*self)
    }
}

impl Put for Came {
    fn put(&self) -> Arg {
        Arg::Said(self.sentence())
    }
}

impl Put for Waits {
    fn put(&self) -> Arg {
        Arg::Said(self.sentence())
    }
}

impl Put for Ended {
    fn put(&self) -> Arg {
        Arg::Said(events::ended(*self))
    }
}

/// In words: its id is for options and JSON.
impl Put for Check {
    fn put(&self) -> Arg {
        Arg::Said(Sentence::new(self.title()))
    }
}

/// `Kind Name { fields } = "phrase", ("phrase of the hint", "Python line that usually causes it");`
macro_rules! outcomes {
    ($(
        $kind:ident $name:ident $({ $($field:ident: $type:ty),+ })?
            = $phrase:literal $(, $look:expr)?;
    )+) => {
        /// What a check found.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Outcome {
            $($name $({ $($field: $type),+ })?,)+
        }

        impl Outcome {
            /// What it says of the program.
            pub fn kind(&self) -> Kind {
                match self {
                    $(Outcome::$name { .. } => Kind::$kind,)+
                }
            }

            /// How it is said.
            pub fn sentence(&self) -> Sentence {
                match self {
                    $(Outcome::$name $({ $($field),+ })? => Sentence::new($phrase)
                        $($(.with(stringify!($field), $field.put()))+)?,)+
                }
            }

            /// Where to look, if the program failed.
            pub fn hint(&self) -> Option<Hint> {
                match self {
                    $(Outcome::$name $({ $($field),+ })? => {
                        $($(let _ = $field;)+)?
                        let looks: &[(&'static str, &'static str)] = &[$($look)?];
                        looks.first().map(|(phrase, python)| Hint {
                            said: Sentence::new(phrase),
                            python,
                            code: python,
                        })
                    })+
                }
            }
        }
    };
}

const ACCEPT: &str = "connexion, adresse = service.accept()";
const RECV: &str = "message = connexion.recv(1024)";
const RECV_TEXT: &str = "message = connexion.recv(1024).decode()";
const INT: &str = "n = int(message)";
const INT_RECV: &str = "n = int(connexion.recv(1024))";
const CLOSE: &str = "connexion.close()";
const CONNECT: &str = "connexion.connect((HOTE, PORT))";
const BIND: &str = "service.bind((HOTE, PORT))";
const LOOP: &str = "while True:";
const UNTIL_FIN: &str = "while message != \"FIN\":";
const IF_SMALL: &str = "if message == \"Trop petit\":";
const IF_WON: &str = "if message == \"Gagné\":";
const DRAW: &str = "secret = randint(1, 100)";
const VALUE_ERROR: &str = "except ValueError:";

outcomes! {
    // Of both sides.
    Skipped OutOfTime = "skipped-time";

    // Of servers: why a check was not made.
    Skipped NotReached = "skipped-not-reached";
    Skipped NoAnswer = "skipped-no-answer";
    Skipped NotStartedAgain { error: String } = "skipped-not-started";
    Skipped NotAsBefore = "skipped-not-again-server";
    Skipped Gone = "skipped-gone";
    Skipped UnsteadyServer { came: Came } = "skipped-unsteady-server";
    Skipped Lucky = "skipped-lucky";
    Skipped SlowServer = "skipped-slow";
    Skipped UnclearAnswer { sent: Vec<u8>, answer: Vec<u8> } = "skipped-unclear-answer";
    Skipped NotText = "skipped-raw";
    Skipped NeverWon = "skipped-never-won";
    Skipped OneWin = "skipped-one-win";
    Skipped OneGame = "skipped-one-game";
    Skipped NotTwo = "skipped-not-two";
    Skipped NotFresh = "skipped-not-fresh";
    Skipped NotOurs = "skipped-not-ours";
    Skipped InPage = "skipped-in-page";
    Skipped SameCause { sent: Vec<u8>, check: Check } = "skipped-same-cause";
    Skipped SameEnd { check: Check } = "skipped-same-end";
    Skipped NoGame = "skipped-no-game";
    Skipped NotTrue = "skipped-truth";

    Passed StartsOk { address: String } = "starts-ok";
    Passed StartsThere { address: String } = "starts-there";
    Skipped StartsNobody { address: String } = "starts-nobody";
    Skipped StartsTaken { port: u16 } = "starts-taken";
    Skipped StartsTakenBy { port: u16, program: String } = "starts-taken-by";
    Skipped StartsBusy { error: String } = "starts-busy";
    Skipped StartsNoCommand = "starts-no-command";
    Proven StartsCrash { error: String } = "starts-crash";
    Failed StartsEnded { how: Ended } = "starts-ended", ("hint-starts-ended", LOOP);
    Failed StartsElsewhere { port: u16, addresses: String }
        = "starts-elsewhere", ("hint-starts-elsewhere", BIND);
    Failed StartsSilent { came: Came } = "starts-silent", ("hint-starts-silent", "service.listen()");

    Passed AnswersOk { guess: Vec<u8>, answer: Vec<u8> } = "answers-ok";
    Proven AnswersCrash { tried: String, error: String }
        = "answers-crash", ("hint-answers-crash", INT_RECV);
    Proven AnswersListening { error: String }
        = "answers-crash-at-once", ("hint-answers-listening", ACCEPT);
    Proven AnswersCrashAtOnce { error: String }
        = "answers-crash-at-once", ("hint-answers-crash", RECV);
    Failed AnswersMute { tried: String }
        = "answers-mute", ("hint-answers-wire", "connexion.send(reponse.encode())");
    Failed AnswersSilent { tried: String, came: Came } = "answers-silent", no_answer(came);
    Failed AnswersCloses { tried: String } = "answers-closes", ("hint-answers-closes", CLOSE);
    Failed AnswersFloods { tried: String } = "answers-floods", ("hint-answers-floods", LOOP);
    Failed AnswersGone { tried: String }
        = "answers-gone", ("hint-answers-closes", "service.close()");
    Skipped AnswersPassword { question: Vec<u8> } = "answers-password";
    Skipped AnswersUnclear { tried: String, answer: Vec<u8> } = "answers-unclear";
    Skipped AnswersUnsure { tried: String, answer: Vec<u8> } = "answers-unsure";

    Passed GameOk { tries: Tries, number: i64 } = "game-ok";
    Failed GameFew { given: Tries, needed: usize }
        = "game-few", ("hint-game-few", "for essai in range(5):");
    Skipped GameContradiction = "game-contradiction";
    Skipped GameUnclear { guess: i64, answer: Vec<u8> } = "game-unclear";
    Failed GameStops { tries: Tries, guess: i64, came: Came }
        = "game-stops", ("hint-game-stops", "while not gagne:");

    Skipped GameWithoutHints { min: i64, max: i64 } = "game-without-hints";

    Skipped TruthNoHints = "truth-no-hints";
    Passed TruthOk { hints: Hints } = "truth-ok";
    Failed TruthFalse { guess: i64, answer: Vec<u8>, number: i64 }
        = "truth-false", ("hint-truth", "if message < secret:");
    Failed TruthContrary { one: i64, small: Vec<u8>, other: i64, big: Vec<u8> }
        = "truth-contrary", ("hint-truth", "if message < secret:");
    Skipped TruthOutside = "truth-outside";
    Skipped TruthStopped = "truth-stopped";

    Passed RangeOk { min: i64, max: i64, games: Games, once: u64, needed: u64 } = "range-ok";
    Passed RangeUnannounced { min: i64, max: i64, games: Games, once: u64, needed: u64 }
        = "range-unannounced";
    Failed RangeOutside { min: i64, max: i64, number: i64 }
        = "range-outside", ("hint-range", "secret = randrange(1, 100)");
    Failed RangeBeyond { min: i64, max: i64, guess: i64, answer: Vec<u8> }
        = "range-beyond", ("hint-range", "secret = randrange(1, 100)");
    Failed RangeNever { min: i64, max: i64 }
        = "range-never", ("hint-range", "secret = randrange(1, 100)");
    Failed RangeRefused { min: i64, max: i64, guess: i64, answer: Vec<u8> }
        = "range-refused", ("hint-range-refused", "if 1 < n < 100:");
    Failed RangeUnanswered { min: i64, max: i64, guess: i64, came: Came }
        = "range-unanswered", ("hint-range-refused", "if 1 < n < 100:");

    Passed WonCloses { said: Vec<u8> } = "won-closes";
    Passed WonAsks { said: Vec<u8> } = "won-asks";
    Passed WonPlaysOn { said: Vec<u8> } = "won-plays-on";
    Proven WonMute { number: i64 } = "won-mute", ("hint-won-mute", CLOSE);
    Failed WonOpen { said: Vec<u8>, came: Came } = "won-open", match came {
        Came::Waits(Waits::Accept) => ("hint-won-accept", "break"),
        _ => ("hint-won-open", "gagne = True"),
    };

    Passed FreshOk { numbers: String } = "fresh-ok";
    Failed FreshOnce { numbers: String } = "fresh-once", ("hint-fresh", DRAW);
    Failed FreshSame { numbers: String } = "fresh-same", ("hint-fresh-same", "secret = 42");
    Failed FreshKept { number: i64 } = "fresh-kept", ("hint-fresh", DRAW);

    Passed SecretOk { games: Games } = "secret-ok";
    Failed SecretTold { bytes: Vec<u8>, number: i64 }
        = "secret-told", ("hint-secret", "connexion.send(str(secret).encode())");

    Passed SendsOk { answers: usize } = "sends-ok";
    Passed SendsLines { answers: usize } = "sends-lines";
    Failed SendsSeveral { count: usize, bytes: Vec<u8> }
        = "sends-several", ("hint-sends", "connexion.send(b\"Ton nombre ? \")");

    Failed NewlineDeaf { with: Vec<u8>, without: Vec<u8> }
        = "newline-deaf", ("hint-newline-deaf", "if message == str(secret):");
    Passed NewlineBoth { bare: Vec<u8>, line: Vec<u8> } = "newline-both";
    Passed NewlineLine { bare: Vec<u8>, line: Vec<u8> } = "newline-line";
    Passed NewlineLineWaits { bare: Vec<u8>, line: Vec<u8>, waits: Waits } = "newline-line-waits";
    Failed NewlineBareFails { bare: Vec<u8>, line: Vec<u8>, came: Came }
        = "newline-bare-fails", ("hint-newline-bare", RECV);
    Failed NewlineBareRefused { bare: Vec<u8>, line: Vec<u8>, came: Came }
        = "newline-bare-refused", ("hint-newline-bare", RECV);
    Failed NewlineLineFails { bare: Vec<u8>, line: Vec<u8>, came: Came }
        = "newline-line-fails", ("hint-newline-line", "if message.isdigit():");
    Failed NewlineLineSilent { bare: Vec<u8>, line: Vec<u8>, came: Came }
        = "newline-line-silent", ("hint-newline-line", "if message.isdigit():");
    Failed NewlineLineRefused { bare: Vec<u8>, line: Vec<u8>, came: Came }
        = "newline-line-refused", ("hint-newline-line", "if message.isdigit():");

    Passed BytesOk { sent: Vec<u8> } = "bytes-ok";
    Failed BytesLost { sent: Vec<u8>, came: Came } = "bytes-lost", ("hint-bytes", RECV_TEXT);
    Skipped BytesUnframed = "bytes-unframed";

    Passed PairOk { sent: Vec<u8> } = "pair-ok";
    Passed PairOne { sent: Vec<u8>, answer: Vec<u8> } = "pair-one";
    Skipped PairAsWord { sent: Vec<u8> } = "pair-as-word";
    Skipped PairUnframed = "pair-unframed";
    Skipped PairWon = "pair-won";
    Failed PairLost { sent: Vec<u8>, came: Came } = "pair-lost", ("hint-pair", RECV_TEXT);
    Failed PairFails { sent: Vec<u8>, came: Came } = "pair-fails", ("hint-pair", RECV_TEXT);

    // A message that is no valid guess.
    Passed OddOk { sent: Vec<u8>, answer: Vec<u8> } = "odd-ok";
    Passed OddJudged { sent: Vec<u8>, answer: Vec<u8> } = "odd-judged";
    Passed OddTold { sent: Vec<u8>, answer: Vec<u8> } = "odd-told";
    Proven OddCrash { sent: Vec<u8>, came: Came } = "odd-crash", ("hint-odd-crash", INT);
    Proven OddBytesCrash { sent: Vec<u8>, came: Came }
        = "odd-crash", ("hint-odd-bytes", "message = recu.decode()");
    Failed OddEnds { sent: Vec<u8>, came: Came } = "odd-ends", ("hint-odd-crash", INT);
    Failed OddSilent { sent: Vec<u8>, came: Came } = "odd-silent", ("hint-odd-silent", VALUE_ERROR);
    Failed OddCloses { sent: Vec<u8>, came: Came } = "odd-closes", ("hint-odd-closes", CLOSE);
    Failed LongCut { sent: Vec<u8>, count: usize, answer: Vec<u8> }
        = "long-cut", ("hint-long-cut", "message = connexion.recv(10)");
    Failed OddStuck { sent: Vec<u8>, came: Came } = "odd-stuck", ("hint-odd-stuck", VALUE_ERROR);
    Failed OddWon { sent: Vec<u8>, answer: Vec<u8> } = "odd-won", ("hint-odd-won", "else:");
    Passed EmptyIgnored = "empty-ignored";
    Passed EmptyEnds = "empty-ends";
    Skipped EmptyUnframed = "empty-unframed";

    Passed QuitOk { sent: Vec<u8> } = "quit-ok";
    Skipped QuitNotSpoken { sent: Vec<u8> } = "quit-not-spoken";
    Failed QuitGoesOn { sent: Vec<u8>, came: Came }
        = "quit-goes-on", ("hint-quit", "if message == \"FIN\":");
    Failed QuitWaits { sent: Vec<u8>, came: Came }
        = "quit-waits", ("hint-quit", "if message == \"FIN\":");
    Proven QuitCrash { sent: Vec<u8>, came: Came }
        = "quit-crash", ("hint-quit", "if message == \"FIN\":");

    Passed NextOk = "next-ok";
    Failed NextGone = "next-gone", ("hint-next-ended", ACCEPT);
    Failed NextTurned { came: Came } = "next-turned", ("hint-next-turned", "gagnant = None");
    Failed NextEnded = "next-ended", ("hint-next-ended", ACCEPT);
    Proven NextCrash { came: Came } = "next-crash", ("hint-next-crash", RECV);
    Failed NextWaits { came: Came } = "next-waits", ("hint-next-waits", ACCEPT);

    Passed PlayerGoneOk = "gone-ok";
    Passed PlayerGoneRaises { error: String } = "gone-raises";
    Proven PlayerGoneCrash { came: Came } = "gone-crash", ("hint-gone-crash", RECV_TEXT);
    Failed PlayerGoneEnded { came: Came } = "gone-ended", ("hint-gone-ended", "break");
    Failed PlayerGoneWaits { came: Came } = "gone-waits", ("hint-gone-waits", "if not message:");
    Failed PlayerGoneSpins { percent: f64 } = "gone-spins", ("hint-gone-spins", LOOP);
    Failed HalfUnanswered { sent: Vec<u8>, came: Came }
        = "half-unanswered", ("hint-half", "if not message:");

    Passed TwoOk = "two-ok";
    Failed TwoCalled { came: Came }
        = "two-waits", ("hint-two-called", "Thread(target=servir(connexion)).start()");
    Failed TwoWaits { came: Came } = "two-waits", ("hint-two", ACCEPT);
    Proven TwoCrash { came: Came } = "two-crash", ("hint-two", ACCEPT);
    Failed TwoRefused { answer: Vec<u8> } = "two-refused", ("hint-two", ACCEPT);
    Failed TwoLost { came: Came } = "two-lost", ("hint-two-lost", ACCEPT);

    Passed OwnOk { number: i64 } = "own-ok";
    Failed OwnShared { numbers: String } = "own-shared", ("hint-own", DRAW);

    Passed RestartOk = "restart-ok";
    Failed RestartTaken { error: String } = "restart-taken", ("hint-restart", BIND);
    Failed RestartEnds = "restart-ends", ("hint-restart", BIND);

    Passed ReachOk { addresses: String } = "reach-ok";
    Passed ReachThere = "reach-there";
    Skipped ReachHere = "reach-here";
    Failed ReachLocal { addresses: String } = "reach-local", ("hint-reach", "HOTE = \"127.0.0.1\"");

    // Of an echo, and of a chat for all.
    Passed CrowdEcho { sent: Vec<u8>, answer: Vec<u8> } = "crowd-echo";
    Proven CrowdEchoCrash { came: Came } = "crowd-echo-crash", ("hint-crowd-crash", RECV);
    Failed CrowdEchoSilent { came: Came }
        = "crowd-echo-silent", ("hint-crowd-echo", "connexion.send(message)");
    Failed CrowdEchoOther { sent: Vec<u8>, answer: Vec<u8> }
        = "crowd-echo-other", ("hint-crowd-echo", "connexion.send(message)");
    Passed CrowdPasses = "crowd-passes";
    Proven CrowdPassesCrash { came: Came } = "crowd-passes-crash", ("hint-crowd-crash", RECV);
    Failed CrowdPassesNot { came: Came }
        = "crowd-passes-not", ("hint-crowd-passes", "for client in clients:");
    Passed CrowdTogether = "crowd-together";
    Proven CrowdTogetherCrash { came: Came }
        = "crowd-together-crash", ("hint-crowd-crash", RECV);
    Failed CrowdTogetherWaits { came: Came }
        = "crowd-together-waits", ("hint-two", ACCEPT);
    Failed CrowdMixed { bytes: Vec<u8> } = "crowd-mixed", ("hint-crowd-mixed", "global connexion");
    Skipped CrowdOne = "crowd-one";
    Passed CrowdStays = "crowd-stays";
    Proven CrowdStaysCrash { came: Came }
        = "crowd-stays-crash", ("hint-crowd-stays", "clients.remove(connexion)");
    Failed CrowdStaysNot { came: Came }
        = "crowd-stays-not", ("hint-crowd-stays", "clients.remove(connexion)");
    Passed CrowdJoins = "crowd-joins";
    Failed CrowdJoinsGone = "crowd-joins-gone", ("hint-next-ended", ACCEPT);
    Failed CrowdJoinsNot { came: Came } = "crowd-joins-not", ("hint-next-waits", ACCEPT);
    Passed CrowdEnds { sent: Vec<u8> } = "crowd-ends";
    Skipped CrowdEndsUnknown { tried: String } = "crowd-ends-unknown";
    Failed CrowdEndsNot { sent: Vec<u8>, came: Came }
        = "crowd-ends-not", ("hint-crowd-ends", "if message == \"FIN\":");
    Failed CrowdEndsOthers { sent: Vec<u8>, came: Came }
        = "crowd-ends-others", ("hint-gone-ended", "break");

    // Of clients: why a check was not made.
    Skipped NotConnected = "skipped-not-connected";
    Skipped NoGuess = "skipped-no-guess";
    Skipped NoHints = "skipped-no-hints";
    Skipped Accents { error: String } = "skipped-accents";
    Skipped SentTwice { check: Check } = "skipped-sent-twice";
    Skipped Misread = "skipped-misread";
    Skipped NeverStops = "skipped-never-stops";
    Skipped BeyondBounds { came: Came } = "skipped-bounds";
    Skipped NotStartedByHand { seconds: Duration } = "skipped-not-again";
    Skipped UnsteadyClient { came: Came } = "skipped-unsteady";
    Skipped NoCommand = "skipped-no-command";
    Skipped SlowClient = "skipped-slow-client";
    Skipped NoEmptyPort = "skipped-door";

    Passed ConnectsOk { address: String } = "connects-ok";
    Skipped ConnectsNobody { addresses: String, time: Duration } = "connects-nobody";
    Proven ConnectsCrash { came: Came } = "connects-crash";
    Proven ConnectsElsewhere { came: Came }
        = "connects-elsewhere", ("hint-connects-elsewhere", CONNECT);
    Proven ConnectsFar { address: String, came: Came }
        = "connects-far", ("hint-connects-far", "HOTE = \"127.0.0.1\"");
    Proven ConnectsAsked { addresses: String, address: String, came: Came }
        = "connects-asked", ("hint-connects-elsewhere", CONNECT);
    Skipped ConnectsUnseen { addresses: String, came: Came } = "connects-unseen";
    Proven ConnectsServer { came: Came } = "connects-server", ("hint-connects-server", ACCEPT);
    Failed ConnectsNot { addresses: String, came: Came }
        = "connects-not", ("hint-connects-not", CONNECT);
    Failed ConnectsNever { came: Came } = "connects-never", ("hint-connects-never", CONNECT);

    Passed TurnWaits = "turn-waits";
    Passed TurnFirst = "turn-first";
    Passed TurnTwo = "turn-two";
    Failed TurnSilent { came: Came } = "turn-silent", ("hint-turn-silent", RECV);
    Failed TurnSilentCrash { came: Came } = "turn-silent", ("hint-turn-crash", INT_RECV);
    Failed TurnSilentOther { came: Came } = "turn-silent", ("hint-turn-other", UNTIL_FIN);
    Proven TurnTwice { bytes: Vec<u8> }
        = "turn-twice", ("hint-turn-twice", "connexion.send(b\"\\n\")");

    Passed NumberOk { bytes: Vec<u8> } = "number-ok";
    Passed NumberWorded { bytes: Vec<u8> } = "number-worded";
    Passed NumberFramed { bytes: Vec<u8> } = "number-framed";
    Passed NumberObject { bytes: Vec<u8> } = "number-object";
    Proven NumberMarked { bytes: Vec<u8> }
        = "number-marked", ("hint-number-marked", "connexion.send(str(n).encode(\"utf-8-sig\"))");
    Proven NumberDecimal { bytes: Vec<u8> }
        = "number-decimal", ("hint-number-decimal", "n = (bas + haut) / 2");
    Proven NumberRepr { bytes: Vec<u8> }
        = "number-repr", ("hint-number-repr", "connexion.send(str(n.encode()).encode())");
    Proven NumberOdd { bytes: Vec<u8> }
        = "number-odd", ("hint-number-odd", "connexion.send(f\"Mon nombre : {n}\".encode())");
    Proven NumberBinary { bytes: Vec<u8> }
        = "number-binary", ("hint-number-binary", "connexion.send(bytes([n]))");

    Passed HintsOk { small: Vec<u8>, big: Vec<u8> } = "hints-ok";
    Passed HintsOther { small: Vec<u8>, big: Vec<u8> } = "hints-other";
    Skipped HintsByHand = "hints-by-hand";
    Proven HintsSame { hint: Vec<u8>, guess: i64, next: i64 }
        = "hints-same", ("hint-hints-same", IF_SMALL);
    Proven HintsDown { hint: Vec<u8>, guess: i64, next: i64 }
        = "hints-down", ("hint-hints-wrong", "haut = n");
    Proven HintsUp { hint: Vec<u8>, guess: i64, next: i64 }
        = "hints-up", ("hint-hints-wrong", "bas = n");
    Skipped HintsUnknown = "hints-unknown";
    Skipped HintsForeign { words: String } = "hints-foreign";
    Failed HintsCut { hint: Vec<u8>, size: usize, length: usize }
        = "hints-cut", ("hint-hints-cut", "message = connexion.recv(4)");
    Failed HintsWaits { hint: Vec<u8>, guess: i64, came: Came }
        = "hints-waits", ("hint-hints-waits", RECV);
    Proven HintsCrash { hint: Vec<u8>, guess: i64, came: Came }
        = "hints-crash", ("hint-hints-crash", IF_SMALL);
    Failed HintsStops { hint: Vec<u8>, guess: i64, came: Came }
        = "hints-stops", ("hint-hints-stops", "else:");
    Failed HintsElse { hint: Vec<u8>, guess: i64, came: Came }
        = "hints-else", ("hint-hints-same", IF_SMALL);

    Passed WinEnds { found: Vec<u8> } = "win-ends";
    Passed WinPlaysOn { found: Vec<u8> } = "win-plays-on";
    Passed WinAsks { found: Vec<u8> } = "win-asks";
    Passed WinWaits { found: Vec<u8> } = "win-waits";
    Failed WinGoesOn { found: Vec<u8>, came: Came } = "win-goes-on", ("hint-win-goes-on", IF_WON);
    Failed WinUnnoticed { found: Vec<u8>, came: Came }
        = "win-unnoticed", ("hint-win-unnoticed", IF_WON);
    Proven WinCrash { found: Vec<u8>, came: Came } = "win-crash", ("hint-win-crash", INT);
    Proven WinSpins { found: Vec<u8>, came: Came }
        = "win-spins", ("hint-win-spins", "while not gagne:");

    Passed FinOk = "fin-ok";
    Skipped FinNotSpoken = "fin-not-spoken";
    Failed FinGoesOn { came: Came } = "fin-goes-on", ("hint-fin-goes-on", LOOP);
    Failed FinWaits { came: Came } = "fin-waits", ("hint-fin-waits", RECV);
    Proven FinCrash { came: Came } = "fin-crash", ("hint-fin-crash", INT);
    Proven FinSpins { came: Came } = "fin-spins", ("hint-fin-spins", LOOP);

    Passed CloseOk = "close-ok";
    Failed CloseGoesOn { came: Came } = "close-goes-on", ("hint-close-goes-on", RECV_TEXT);
    Proven CloseCrash { came: Came } = "close-crash", ("hint-close-crash", RECV_TEXT);
    Proven CloseSpins { came: Came } = "close-spins", ("hint-close-spins", RECV_TEXT);

    Passed EndsOk = "ends-ok";
    Failed EndsStays { came: Came }
        = "ends-stays", ("hint-ends-stays", "threading.Thread(target=ecouter).start()");

    Passed TextOk = "text-ok";
    Passed TextRead = "text-read";
    Proven TextCrash { came: Came } = "text-crash",
        ("hint-text-crash", "message = connexion.recv(1024).decode(\"ascii\")");
    Proven TextBytes { shown: Vec<u8> }
        = "text-bytes", ("hint-text-bytes", "print(connexion.recv(1024))");
    Proven TextMojibake { shown: Vec<u8> } = "text-mojibake",
        ("hint-text-mojibake", "message = connexion.recv(1024).decode(\"latin-1\")");

    Passed GluedOk { bytes: Vec<u8> } = "glued-ok";
    Passed GluedOpening { bytes: Vec<u8> } = "glued-opening";
    Failed GluedWaits { came: Came }
        = "glued-waits", ("hint-glued-waits", "question = connexion.recv(1024)");
    Proven GluedCrash { came: Came } = "glued-crash", ("hint-glued-crash", IF_SMALL);
    Proven GluedSpins { came: Came }
        = "glued-spins", ("hint-glued-crash", "while message != \"Trop petit\":");
    Skipped GluedUnread { bytes: Vec<u8> } = "glued-unread";

    Passed SplitOk { start: Vec<u8>, rest: Vec<u8> } = "split-ok";
    Skipped SplitUnframed = "split-unframed";
    Failed SplitUnread { start: Vec<u8>, rest: Vec<u8>, came: Came }
        = "split-unread", ("hint-split", "ligne = connexion.recv(1024).decode()");

    Passed ErrorOk { error: Vec<u8> } = "error-ok";
    Passed ErrorEnded { error: Vec<u8> } = "error-ended";
    Proven ErrorCrash { came: Came } = "error-crash", ("hint-error-crash", INT);
    Proven ErrorSpins { came: Came }
        = "error-spins", ("hint-error-spins", "while message != \"Gagné\":");
    Failed ErrorWaits { came: Came }
        = "error-waits", ("hint-error-waits", "elif message == \"Gagné\":");

    Passed SlowOk { time: Duration } = "slow-ok";
    Failed SlowTalks { came: Came } = "slow-talks", ("hint-slow-talks", "connexion.settimeout(1)");
    Failed SlowLeaves { came: Came }
        = "slow-leaves", ("hint-slow-leaves", "connexion.settimeout(1)");
    Proven SlowSpins { came: Came }
        = "slow-spins", ("hint-slow-spins", "connexion.setblocking(False)");

    Passed RefusedOk { said: Vec<u8> } = "refused-ok";
    Passed RefusedTries { said: Vec<u8> } = "refused-tries";
    Proven RefusedCrash { came: Came } = "refused-crash", ("hint-refused-crash", CONNECT);
    Failed RefusedSilent { came: Came } = "refused-silent", ("hint-refused-silent", "except:");
    Proven RefusedSpins { came: Came } = "refused-spins", ("hint-refused-spins", LOOP);
}

impl Outcome {
    /// Whether an error in this place says by itself what to mend. Elsewhere the check knows what it
    /// did to the program.
    pub fn is_told_by_error(&self) -> bool {
        matches!(
            self,
            Outcome::StartsCrash { .. }
                | Outcome::ConnectsCrash { .. }
                | Outcome::ConnectsAsked { .. }
                | Outcome::ConnectsNot { .. }
                | Outcome::ConnectsNever { .. }
                | Outcome::TurnSilentCrash { .. }
                | Outcome::HintsCrash { .. }
                | Outcome::AnswersCrash { .. }
                | Outcome::AnswersCrashAtOnce { .. }
        )
    }

    /// The check that tells the rest, by its name: a report shows it too.
    pub fn refers(&self) -> Option<&str> {
        match self {
            Outcome::OneGame => Some("next"),
            Outcome::NotTwo => Some("two"),
            Outcome::CrowdOne => Some("together"),
            Outcome::NotFresh => Some("fresh"),
            Outcome::NoGame => Some("game"),
            Outcome::SameCause { check, .. } | Outcome::SameEnd { check } => Some(check.id()),
            _ => None,
        }
    }
}

/// Where to look when a server does not answer: that depends on where it waits.
fn no_answer(came: &Came) -> (&'static str, &'static str) {
    match came {
        Came::Waits(Waits::Receive | Waits::AcceptOrReceive) => ("hint-answers-receive", RECV),
        Came::Waits(Waits::Accept) => ("hint-answers-accept", ACCEPT),
        Came::Waits(Waits::Keyboard | Waits::KeyboardOrReceive) => {
            ("hint-answers-keyboard", "reponse = input()")
        }
        Came::Waits(Waits::Runs | Waits::Print) => ("hint-answers-runs", LOOP),
        _ => ("hint-answers-wire", "connexion.send(reponse.encode())"),
    }
}
