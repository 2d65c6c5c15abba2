//! Merges and splits: where the boundaries between the `send` of one program and the `recv` of the
//! other differ.
//!
//! TCP carries bytes, not messages. The relay sees what its own `recv` returned, not how many
//! `send` that was. Two things help. The kernel counts the segments that arrived ([`Arrival`]): on
//! one machine small segments are never cut nor lost, so two of them are two `send` for certain;
//! across a network one may be a retransmission, so it is a suspicion. And a side's earlier
//! messages show its [`Habits`]: these only ever give a suspicion.

use bytes::Bytes;
use os::socket::Arrival;

/// A merge or a split detected in a chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The chunk contains several `send`, because several segments arrived.
    Sends {
        /// The number of segments.
        count: u32,
        /// Whether both ends are on this machine, where segments are neither cut nor lost.
        sure: bool,
    },
    /// The chunk is the rest of the one before, which filled the relay's buffer.
    Rest,
    /// The chunk ends within a character, or in bytes that are not UTF-8.
    CutCharacter,
    /// The chunk begins with the end of this character, which the chunk before began.
    CharacterEnds(char),
    /// The chunk looks like two messages.
    LooksGlued {
        /// Bytes of the first message.
        first: usize,
        /// The reason for the suspicion.
        why: Why,
    },
    /// The receiver may have read it together with the chunk before, which was sent on just before.
    SoonAfter,
    /// The chunk does not end in a newline; all earlier ones of this side did.
    NoNewline,
    /// The chunk is larger than one `recv(1024)` returns.
    OverLesson,
}

/// Why a chunk looks like two messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Both were seen alone.
    SeenAlone,
    /// It has two lines, where one was usual.
    Lines,
    /// It is a number much longer than the earlier ones.
    LongNumber,
    /// A lower-case letter or the end of a sentence is followed by a capital without a space.
    Capital,
}

impl Mark {
    /// Whether it is certain rather than suspected.
    pub fn is_sure(&self) -> bool {
        match self {
            Mark::Sends { sure, .. } => *sure,
            Mark::Rest | Mark::CharacterEnds(_) | Mark::OverLesson => true,
            Mark::CutCharacter | Mark::LooksGlued { .. } | Mark::SoonAfter | Mark::NoNewline => {
                false
            }
        }
    }
}

/// No kernel cuts a segment of at most this many bytes: it fits IPv6's minimum MTU with its
/// headers.
const SURELY_WHOLE: usize = 1220;
/// Bytes that the lesson's programs read at once.
const LESSON_RECV: usize = 1024;

/// Detects several `send` in a chunk by counting segments.
#[derive(Debug)]
pub struct Segments {
    /// The count after the chunk before, if it was exact.
    known: Option<Arrival>,
}

impl Segments {
    /// The counts at the beginning of a connection: zero.
    pub fn new() -> Segments {
        Segments {
            known: Some(Arrival::default()),
        }
    }

    /// Notes that a chunk passed without asking the kernel.
    pub fn skip(&mut self) {
        self.known = None;
    }

    /// Compares the count with that of the chunk before. The chunk has `size` bytes and ends at
    /// byte `end` of its side; the kernel was asked after it was read. If more has arrived
    /// meanwhile, the count is useless for this chunk and the next.
    ///
    /// `here` is whether the sender runs on this machine.
    pub fn chunk(
        &mut self,
        arrival: Option<Arrival>,
        size: usize,
        end: u64,
        here: bool,
    ) -> Option<Mark> {
        let exact = arrival.filter(|arrival| arrival.bytes == end);
        let before = std::mem::replace(&mut self.known, exact)?;
        let count = exact?.segments.wrapping_sub(before.segments);
        let several = count >= 2 && size <= SURELY_WHOLE;
        several.then_some(Mark::Sends { count, sure: here })
    }
}

/// Messages that [`Habits`] remember, and the bytes of the longest one remembered.
const MESSAGES: usize = 64;
const MESSAGE_BYTES: usize = 256;

/// How a side has talked so far.
#[derive(Debug, Default)]
pub struct Habits {
    /// Distinct messages that were sent alone, the newest last; at most [`MESSAGES`].
    messages: Vec<Bytes>,
    chunks: u64,
    /// Chunks that ended in a newline, and those that were a single line.
    ended: u64,
    lines: u64,
    /// Chunks that were a number, and the digits of the longest.
    numbers: u64,
    digits: usize,
}

impl Habits {
    /// Compares a chunk with the earlier ones, and remembers it. `cut` is whether it ends within a
    /// character.
    pub fn chunk(&mut self, bytes: &[u8], cut: bool) -> Vec<Mark> {
        let mut marks = Vec::new();
        if bytes.len() > LESSON_RECV {
            marks.push(Mark::OverLesson);
        }
        if cut {
            marks.push(Mark::CutCharacter);
        }
        if bytes.len() <= LESSON_RECV {
            let glued = self.glued(bytes);
            if glued.is_none() {
                self.remember(bytes);
            }
            marks.extend(glued.map(|(first, why)| Mark::LooksGlued { first, why }));
        }
        let newline = bytes.ends_with(b"\n");
        if self.chunks >= 2 && self.ended == self.chunks && !newline {
            marks.push(Mark::NoNewline);
        }
        self.chunks += 1;
        self.ended += u64::from(newline);
        marks
    }

    fn glued(&self, bytes: &[u8]) -> Option<(usize, Why)> {
        let seen = || self.seen_alone(bytes).map(|at| (at, Why::SeenAlone));
        let lines = || self.two_lines(bytes).map(|at| (at, Why::Lines));
        let number = || self.long_number(bytes).map(|at| (at, Why::LongNumber));
        let capital = || capital(bytes).map(|at| (at, Why::Capital));
        seen().or_else(lines).or_else(number).or_else(capital)
    }

    /// Where the chunk splits into two messages that were each seen alone. Digits do not count: 55
    /// is not two 5.
    fn seen_alone(&self, bytes: &[u8]) -> Option<usize> {
        if trimmed(bytes).iter().all(u8::is_ascii_digit) {
            return None;
        }
        let known = |part: &[u8]| self.messages.iter().any(|message| message == part);
        let mut firsts = self.messages.iter().map(|message| message.len());
        firsts.find(|&at| {
            let two = at < bytes.len() && known(&bytes[..at]) && known(&bytes[at..]);
            two && at > 1
        })
    }

    fn two_lines(&self, bytes: &[u8]) -> Option<usize> {
        let first = memchr::memchr(b'\n', bytes)? + 1;
        (self.is_habit(self.lines) && first < bytes.len()).then_some(first)
    }

    /// Where a number is split that is too long, such as `5042` after numbers of two digits.
    fn long_number(&self, bytes: &[u8]) -> Option<usize> {
        let digits = trimmed(bytes);
        let number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
        let long = digits.len() > 3 && digits.len() >= 2 * self.digits;
        (number && long && self.is_habit(self.numbers)).then_some(self.digits)
    }

    /// Whether at least three quarters of the chunks were so.
    fn is_habit(&self, count: u64) -> bool {
        count >= 2 && 4 * count >= 3 * self.chunks
    }

    fn remember(&mut self, bytes: &[u8]) {
        let digits = trimmed(bytes);
        if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) {
            self.numbers += 1;
            self.digits = self.digits.max(digits.len());
        }
        if memchr::memchr(b'\n', bytes).is_some_and(|end| end + 1 == bytes.len()) {
            self.lines += 1;
        }
        if bytes.len() > MESSAGE_BYTES || self.messages.iter().any(|message| message == bytes) {
            return;
        }
        if self.messages.len() == MESSAGES {
            self.messages.remove(0);
        }
        self.messages.push(Bytes::copy_from_slice(bytes));
    }
}

fn trimmed(bytes: &[u8]) -> &[u8] {
    bytes.trim_ascii()
}

/// Where a capital follows without a space, as in `petitTrop` or `gagné!Une`.
fn capital(bytes: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(bytes).ok()?;
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let glued = |three: &&[(usize, char)]| {
        let [before, first, second] = [three[0].1, three[1].1, three[2].1];
        let ended = before.is_lowercase() || matches!(before, '!' | '?' | ')');
        ended && first.is_uppercase() && second.is_lowercase()
    };
    let found = chars.windows(3).find(glued)?;
    Some(found[1].0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrival(bytes: u64, segments: u32) -> Option<Arrival> {
        Some(Arrival { bytes, segments })
    }

    #[test]
    fn two_small_segments_are_two_sends() {
        let mut segments = Segments::new();
        assert_eq!(segments.chunk(arrival(10, 1), 10, 10, true), None);
        let two = |sure| Some(Mark::Sends { count: 2, sure });
        assert_eq!(segments.chunk(arrival(24, 3), 14, 24, true), two(true));
        assert_eq!(segments.chunk(arrival(30, 5), 6, 30, false), two(false));
    }

    /// Protects what is called certain: if anything arrived between reading and asking, if the
    /// kernel was not asked, or if segments are large, no claim is made.
    #[test]
    fn a_count_that_is_not_exact_says_nothing() {
        let mut segments = Segments::new();
        assert_eq!(segments.chunk(arrival(14, 2), 10, 10, true), None);
        assert_eq!(segments.chunk(arrival(14, 2), 4, 14, true), None);
        assert_eq!(segments.chunk(None, 4, 18, true), None);
        assert_eq!(segments.chunk(arrival(22, 6), 4, 22, true), None);
        assert_eq!(segments.chunk(arrival(3022, 8), 3000, 3022, true), None);
    }

    fn last(chunks: &[&str]) -> Vec<Mark> {
        let mut habits = Habits::default();
        let marks = chunks
            .iter()
            .map(|chunk| habits.chunk(chunk.as_bytes(), false));
        marks.last().expect("one chunk at least")
    }

    #[test]
    fn habits_give_glue_away() {
        let glued = |first, why| vec![Mark::LooksGlued { first, why }];
        let seen = last(&["trop petit", "trop grand", "trop petittrop grand"]);
        assert_eq!(seen, glued(10, Why::SeenAlone));
        let lines = last(&["50\n", "75\n", "62\n68\n"]);
        assert_eq!(lines, glued(3, Why::Lines));
        let number = last(&["50", "75", "6268"]);
        assert_eq!(number, glued(2, Why::LongNumber));
        let capital = last(&["Trop petitVotre nombre : "]);
        assert_eq!(capital, glued(10, Why::Capital));
        let newline = last(&["50\n", "75\n", "6"]);
        assert_eq!(newline, [Mark::NoNewline]);
    }

    /// Protects the trust in the marks: correct messages of learners' programs are not suspected.
    #[test]
    fn sound_talk_is_not_suspected() {
        let sound: [&[&str]; 7] = [
            &["5", "55", "5"],
            &["1", "50", "100"],
            &["Trop petit", "Trop grand", "Gagné en 7 essais !"],
            &["Bienvenue\nDevine entre 1 et 100\n", "Trop petit\n"],
            &[
                "Trop petit. Essaie encore : ",
                "Trop grand. Essaie encore : ",
            ],
            &["500000", "750000", "625000"],
            &["C'est plus", "C'est moins", "FIN"],
        ];
        for chunks in sound {
            assert_eq!(last(chunks), [], "{chunks:?}");
        }
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut habits = Habits::default();
        for number in 0..1000 {
            habits.chunk(format!("message {number}").as_bytes(), false);
        }
        assert_eq!(habits.messages.len(), MESSAGES);
        assert!(
            habits
                .chunk(&[b'x'; 5000], false)
                .contains(&Mark::OverLesson)
        );
        assert_eq!(habits.messages.len(), MESSAGES);
    }
}
