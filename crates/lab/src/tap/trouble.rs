//! A simulated bad network: what happens to each chunk, decided by a seed.
//!
//! What happens to a chunk depends only on the seed, the connection's number, the sender, the
//! chunk's size and how many bytes the sender had sent before: the same programs that send the same
//! bytes meet the same trouble again.

use std::time::Duration;

use super::event::Side;

/// The percentage of chunks that meet each trouble. The rest pass unharmed.
const SPLIT: u64 = 30;
const CRUMBLED: u64 = 10;
const HELD: u64 = 20;
const LATE: u64 = 20;
/// Of this many connections one is reset.
const RESET_ONE_IN: u64 = 4;
/// The byte of the server after which a connection is reset: after a greeting, before a game's end.
const RESET_AFTER: std::ops::Range<u64> = 20..200;
/// How long a held chunk waits for the next one. It must end: a program that waits for an answer
/// sends no other.
pub const HOLD: Duration = Duration::from_millis(250);
/// The most pieces of one byte that a chunk is crumbled into; its rest is sent as one.
const CRUMBS: usize = 16;

/// What is to happen to a chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It passes unharmed.
    Spared,
    /// It is sent in pieces of these sizes, with a pause between them.
    Split(Vec<usize>, Duration),
    /// It waits for the next chunk, at most [`HOLD`], and is sent with it.
    Held,
    /// It is sent after this delay.
    Late(Duration),
}

/// The decisions of a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble {
    seed: u64,
}

impl Trouble {
    /// The bad network of that seed.
    pub fn new(seed: u64) -> Trouble {
        Trouble { seed }
    }

    /// The number of the server's bytes after which a connection is reset; `None` if it is not.
    pub fn reset_after(self, connection: u32) -> Option<u64> {
        let mut dice = Dice::new(&[self.seed, connection.into()]);
        let falls = dice.below(RESET_ONE_IN) == 0;
        falls.then(|| RESET_AFTER.start + dice.below(RESET_AFTER.end - RESET_AFTER.start))
    }

    /// What happens to a chunk of `size` bytes of a side that had sent `position` bytes before.
    pub fn fate(self, connection: u32, from: Side, position: u64, size: usize) -> Fate {
        let side = match from {
            Side::Client => 1,
            Side::Server => 2,
        };
        let numbers = [self.seed, connection.into(), side, position, size as u64];
        let mut dice = Dice::new(&numbers);
        let drawn = dice.below(100);
        let splits = SPLIT + CRUMBLED;
        match drawn {
            // One byte cannot be split.
            _ if drawn < splits && size < 2 => Fate::Spared,
            _ if drawn < SPLIT => {
                let first = 1 + dice.below(size as u64 - 1) as usize;
                Fate::Split(vec![first, size - first], dice.millis(30, 150))
            }
            _ if drawn < splits => Fate::Split(crumbs(size), dice.millis(5, 15)),
            _ if drawn < splits + HELD => Fate::Held,
            _ if drawn < splits + HELD + LATE => Fate::Late(dice.millis(100, 1000)),
            _ => Fate::Spared,
        }
    }
}

/// Pieces of one byte, and the rest as one.
fn crumbs(size: usize) -> Vec<usize> {
    let mut pieces = vec![1; size.min(CRUMBS)];
    if size > CRUMBS {
        pieces.push(size - CRUMBS);
    }
    pieces
}

/// Pseudo-random numbers: SplitMix64 (Steele, Lea and Flood), the same on every machine and in
/// every version.
struct Dice(u64);

impl Dice {
    fn new(numbers: &[u64]) -> Dice {
        let mix = |dice: Dice, number: &u64| Dice(Dice(dice.0 ^ number).draw());
        numbers.iter().fold(Dice(0), mix)
    }

    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.draw() % bound
    }

    fn millis(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from + self.below(to - from + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fates(seed: u64) -> Vec<Fate> {
        let trouble = Trouble::new(seed);
        let chunk = |i: u64| trouble.fate(1, Side::Server, 10 * i, 10);
        (0..1000).map(chunk).collect()
    }

    #[test]
    fn a_seed_decides_and_another_decides_otherwise() {
        assert_eq!(fates(7), fates(7));
        assert_ne!(fates(7), fates(8));
        let trouble = Trouble::new(7);
        let both = [Side::Client, Side::Server].map(|side| {
            let chunk = |i: u64| trouble.fate(1, side, i, 9);
            (0..100).map(chunk).collect::<Vec<_>>()
        });
        assert_ne!(both[0], both[1]);
    }

    /// Protects users who keep a seed: it means the same in the next version and on any machine.
    #[test]
    fn what_a_seed_decides_is_settled() {
        assert_eq!(Dice(0).draw(), 0xe220_a839_7b1d_cdaf);
        let trouble = Trouble::new(42);
        let first: Vec<Fate> = (0..4)
            .map(|i| trouble.fate(1, Side::Server, 10 * i, 10))
            .collect();
        assert_eq!(format!("{first:?}"), SETTLED);
        let resets: Vec<_> = (1..=8).map(|n| trouble.reset_after(n)).collect();
        assert_eq!(format!("{resets:?}"), SETTLED_RESETS);
    }

    const SETTLED: &str = "[Split([6, 4], 56ms), Held, Split([7, 3], 52ms), Split([7, 3], 108ms)]";
    const SETTLED_RESETS: &str =
        "[Some(179), None, None, Some(193), Some(156), Some(81), None, None]";

    /// Protects the lesson: each trouble occurs, about as often as it should.
    #[test]
    fn each_trouble_comes_about_as_often_as_it_says() {
        let fates = fates(3);
        let share = |is: fn(&Fate) -> bool| fates.iter().filter(|fate| is(fate)).count();
        let split = share(|fate| matches!(fate, Fate::Split(..)));
        let held = share(|fate| *fate == Fate::Held);
        let late = share(|fate| matches!(fate, Fate::Late(_)));
        assert!((330..470).contains(&split), "{split}");
        assert!((140..260).contains(&held), "{held}");
        assert!((140..260).contains(&late), "{late}");
        let resets = (0..1000).filter_map(|n| Trouble::new(3).reset_after(n));
        let resets: Vec<u64> = resets.collect();
        assert!((190..310).contains(&resets.len()), "{}", resets.len());
        assert!(resets.iter().all(|byte| RESET_AFTER.contains(byte)));
    }

    #[test]
    fn pieces_are_the_whole_chunk() {
        for size in [1, 2, 3, 16, 17, 1000] {
            for position in 0..200 {
                let fate = Trouble::new(1).fate(1, Side::Client, position, size);
                if let Fate::Split(pieces, _) = fate {
                    assert_eq!(pieces.iter().sum::<usize>(), size);
                    assert!(pieces.len() > 1 && !pieces.contains(&0), "{pieces:?}");
                }
            }
        }
    }
}
