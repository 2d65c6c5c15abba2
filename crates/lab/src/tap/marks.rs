//! Merges and splits: what can be told about the borders between the `send` of one program and the
//! `recv` of the other.
//!
//! TCP carries bytes, not messages. A relay sees what its own `recv` gave; how many `send` that was
//! it can't see. Two things help. The kernel counts the segments that arrived ([`Arrival`]): on one
//! machine, small segments are never cut nor lost, so two of them are two `send` for sure; across
//! a network one may have been sent twice, so it is a suspicion. And what a side has said before
//! gives its habits away ([`Habits`]): that is never more than a suspicion.

use bytes::Bytes;

/// A merge or a split that can be seen in a chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// At least so many `send` are in it: so many segments arrived.
    Sends {
        /// How many.
        count: u32,
        /// Whether both ends are on this machine, where segments are neither cut nor lost.
        sure: bool,
    },
    /// The relay's own `recv` was full at the chunk before: this is what it had no room for.
    Rest,
    /// It ends in the midst of a character, or in bytes that are no UTF-8.
    CutCharacter,
    /// It begins with the end of this character, whose beginning came in the chunk before.
    CharacterEnds(char),
    /// It looks like two messages: the first has so many bytes.
    LooksGlued {
        /// The bytes of the first.
        first: usize,
        /// What makes it look so.
        why: Why,
    },
    /// The other side may have read it together with the chunk before, which had just gone.
    SoonAfter,
    /// This side has ended each chunk with a newline until now; not this one.
    NoNewline,
    /// One `recv(1024)` takes only a part of it.
    OverLesson,
}

/// What makes a chunk look like two messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Both have been seen alone.
    SeenAlone,
    /// Two lines, where one was the rule.
    Lines,
    /// A number that is much longer than those before.
    LongNumber,
    /// A small letter or the end of a sentence, and then a capital, without a space.
    Capital,
}

impl Mark {
    /// Whether it is a fact rather than a suspicion.
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

/// What the kernel has counted on a socket: all bytes and all segments with data that arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arrival {
    /// Bytes.
    pub bytes: u64,
    /// Segments.
    pub segments: u32,
}

/// A segment with less than this fits any path, so no kernel cuts it: IPv6's least MTU, less the
/// headers.
const SURELY_WHOLE: usize = 1220;
/// What the lesson's programs take at once.
const LESSON_RECV: usize = 1024;

/// What a side's segments tell about its chunks.
#[derive(Debug)]
pub struct Segments {
    /// The count behind the chunk before, where it was exact.
    known: Option<Arrival>,
}

impl Segments {
    /// The counts at the connection's beginning: nothing.
    pub fn new() -> Segments {
        Segments {
            known: Some(Arrival::default()),
        }
    }

    /// A chunk went by without a question to the kernel.
    pub fn skip(&mut self) {
        self.known = None;
    }

    /// A chunk of `size` bytes ends at byte `end` of its side; the kernel was asked after it was
    /// read. Where more has arrived meanwhile the count is of no use, for this chunk and the next.
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

/// Messages that a side's habits remember, and the bytes of one.
const MESSAGES: usize = 64;
const MESSAGE_BYTES: usize = 256;

/// How a side has talked until now.
#[derive(Debug, Default)]
pub struct Habits {
    /// What it has sent alone, the newest last; no twins.
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
    /// What this chunk looks like beside those before; remembers it.
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

    /// It begins with a message that was seen alone, and goes on with another. Of digits that
    /// means nothing: 55 is no two 5.
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

    /// `5042`, where numbers had two digits.
    fn long_number(&self, bytes: &[u8]) -> Option<usize> {
        let digits = trimmed(bytes);
        let number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
        let long = digits.len() > 3 && digits.len() >= 2 * self.digits;
        (number && long && self.is_habit(self.numbers)).then_some(self.digits)
    }

    /// Whether three of four chunks were so.
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

/// Where `petitTrop` or `gagné!Une` goes on without a space.
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

    /// Protects what is called sure: where anything arrived between the reading and the asking,
    /// and where the kernel was not asked, nothing is said; nor of large segments.
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

    /// Protects the trust in the marks: what learners' programs say rightly is not suspected.
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
