//! The drawn number, its commitment and its opening.
//!
//! A round's number and nonce are derived from a 256-bit seed that never leaves the journal. The
//! commitment is readable before the first guess; the opening is published at the round's end. The
//! commitment is the SHA-256 of the opening's text, so that anyone can verify it without this
//! program: `printf %s 'jp1:HALL:1:1..100:57:…' | sha256sum`.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Range, RoomId, Seed};

/// A drawn number whose round is not over. `Debug` does not print it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret(i32);

impl Secret {
    /// The number. The caller must not reveal it before the round is over.
    pub fn number(self) -> i32 {
        self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Draws the number of a round: uniform in the range, the same for the same seed and round.
pub fn draw(seed: &Seed, round: u32, range: Range) -> Secret {
    let span = range.size();
    // Rejection: of the 2^64 values only a whole number of spans is used, so none is favoured.
    let limit = u64::MAX - u64::MAX % span;
    for counter in 0u32.. {
        let mut mac = keyed(seed);
        mac.update(b"number");
        mac.update(&round.to_be_bytes());
        mac.update(&counter.to_be_bytes());
        let bytes = mac.finalize().into_bytes();
        let word = u64::from_be_bytes(bytes[..8].try_into().expect("SHA-256 has 32 bytes"));
        if word < limit {
            let offset = (word % span) as i64;
            return Secret((i64::from(range.min) + offset) as i32);
        }
    }
    unreachable!("a word is rejected at most once in 2^33: 2^32 times in a row does not happen")
}

fn keyed(seed: &Seed) -> Hmac<Sha256> {
    Hmac::new_from_slice(&seed.0).expect("HMAC takes a key of any length")
}

/// The opening of a commitment, published when the round is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The room's label: its code or `HALL`.
    pub room: String,
    /// The round's number, from 1.
    pub round: u32,
    /// The range it was drawn from.
    pub range: Range,
    /// The drawn number.
    pub number: i32,
    /// 256 bits that keep the commitment from being guessed.
    pub nonce: [u8; 32],
}

impl Opening {
    /// Opens a round. Only for a finished round, or to compute its
    /// [`commitment`](Self::commitment).
    pub fn of(seed: &Seed, room: &RoomId, round: u32, range: Range) -> Self {
        let mut mac = keyed(seed);
        mac.update(b"nonce");
        mac.update(&round.to_be_bytes());
        Opening {
            room: room.label().to_owned(),
            round,
            range,
            number: draw(seed, round, range).number(),
            nonce: mac.finalize().into_bytes().into(),
        }
    }

    /// SHA-256 of the opening's text.
    pub fn commitment(&self) -> Commitment {
        Commitment(Sha256::digest(self.to_string()).into())
    }
}

impl fmt::Display for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Opening {
            room,
            round,
            range,
            number,
            nonce,
        } = self;
        let nonce = HEXLOWER.encode(nonce);
        write!(f, "jp1:{room}:{round}:{range}:{number}:{nonce}")
    }
}

impl FromStr for Opening {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let parts: Vec<&str> = text.trim().split(':').collect();
        let ["jp1", room, round, range, number, nonce] = parts[..] else {
            return Err(());
        };
        let nonce = HEXLOWER.decode(nonce.as_bytes()).map_err(drop)?;
        Ok(Opening {
            room: room.to_owned(),
            round: round.parse().map_err(drop)?,
            range: range.parse()?,
            number: number.parse().map_err(drop)?,
            nonce: nonce.try_into().map_err(drop)?,
        })
    }
}

/// Binds the server to a number without revealing it. Published at a round's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commitment(pub [u8; 32]);

impl fmt::Display for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl FromStr for Commitment {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.trim().to_ascii_lowercase();
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(drop)?;
        Ok(Commitment(bytes.try_into().map_err(drop)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANGE: Range = Range { min: 1, max: 100 };

    fn seed(n: u32) -> Seed {
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&n.to_be_bytes());
        Seed(bytes)
    }

    /// Protects fairness: each number is as likely as any other (chi-square, 99 degrees of
    /// freedom; 148.2 is passed by chance once in 1,000 fixed seeds, and these seeds are fixed).
    #[test]
    fn draws_are_uniform() {
        let mut seen = [0f64; 100];
        for n in 0..200u32 {
            for round in 1..=500 {
                seen[(draw(&seed(n), round, RANGE).number() - 1) as usize] += 1.0;
            }
        }
        let expected = 100_000.0 / 100.0;
        let chi: f64 = seen.iter().map(|s| (s - expected).powi(2) / expected).sum();
        assert!(chi < 148.2, "chi-square {chi}: {seen:?}");
    }

    #[test]
    fn draws_stay_in_any_range() {
        for (min, max) in [(0, 1), (-5, 5), (-1_000_000_000, 1_000_000_000), (7, 8)] {
            let range = Range { min, max };
            for round in 0..200 {
                let number = draw(&seed(1), round, range).number();
                assert!((min..=max).contains(&number), "{number} in {range}");
            }
        }
    }

    #[test]
    fn an_opening_verifies_and_a_changed_one_does_not() {
        let room = RoomId::Shared("4821".parse().expect("a code"));
        let opening = Opening::of(&seed(3), &room, 2, RANGE);
        let commitment = opening.commitment();
        let read: Opening = opening.to_string().parse().expect("reads back");
        assert_eq!(read, opening);
        assert_eq!(read.commitment(), commitment);
        assert_eq!(commitment.to_string().parse(), Ok(commitment));
        let other = Opening {
            number: opening.number % 100 + 1,
            ..opening
        };
        assert_ne!(other.commitment(), commitment);
    }
}
