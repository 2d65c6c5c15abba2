//! A batch as one message of the log, and back.
//!
//! Every message has its publisher, the publisher's lane, and the lane's count. A publish whose
//! acknowledgement was lost is retried, and the log may then hold the message twice, at any distance:
//! every reader skips a count that the lane has had.

use std::collections::HashMap;

use game::limits::MESSAGE_OF_LOG_BYTES;
use game::rules::Record;
use game::sabotage::{Rule, leaves_out};

/// The format's number, the first byte of each message.
const FORMAT: u8 = 1;
/// The length of the head: the format and a CRC-32 of what follows.
const HEAD: usize = 5;

/// The publisher of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lane {
    /// The process, by a random number drawn at its start.
    pub instance: u64,
    /// One that publishes there, one message after the other. Logs have several of one process from
    /// before all that waits went as one message.
    pub number: u16,
}

/// A message's unique label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Label {
    /// The lane that published it.
    pub lane: Lane,
    /// The message's number in its lane, from 1.
    pub count: u64,
}

impl Label {
    /// The id by which the log's server drops duplicates within its window.
    pub fn id(self) -> String {
        let Label { lane, count } = self;
        format!("{:016x}-{}-{count}", lane.instance, lane.number)
    }
}

/// The approximate size of these records in a message, in bytes.
pub fn size(records: &[Record]) -> usize {
    let size = |record| postcard::experimental::serialized_size(record).unwrap_or(0);
    records.iter().map(size).sum()
}

/// The records as one message, or as several if one would be too large.
pub fn pack(records: &[Record], label: impl FnMut() -> Label) -> Vec<(Label, usize, Vec<u8>)> {
    let mut label = label;
    let mut packed = Vec::new();
    let mut rest = records;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = |record: &&Record| {
            bytes += size(std::slice::from_ref(*record));
            bytes <= MESSAGE_OF_LOG_BYTES
        };
        // A single record is never too large, since its texts are bounded.
        let few = rest.iter().take_while(fits).count().max(1);
        let (now, later) = rest.split_at(few);
        let label = label();
        packed.push((label, few, encode(label, now)));
        rest = later;
    }
    packed
}

fn encode(label: Label, records: &[Record]) -> Vec<u8> {
    let Label { lane, count } = label;
    let head = vec![FORMAT, 0, 0, 0, 0];
    let body = (lane.instance, lane.number, count, records);
    let mut bytes = postcard::to_extend(&body, head)
        .expect("a record has no type that postcard refuses, and memory takes it");
    let sum = crc32fast::hash(&bytes[HEAD..]);
    bytes[1..HEAD].copy_from_slice(&sum.to_le_bytes());
    bytes
}

/// Decodes a message. `None` for an unknown format or a checksum mismatch.
pub fn decode(bytes: &[u8]) -> Option<(Label, Vec<Record>)> {
    let (head, body) = bytes.split_at_checked(HEAD)?;
    let sum = crc32fast::hash(body).to_le_bytes();
    if head[0] != FORMAT || head[1..] != sum {
        return None;
    }
    let (instance, number, count, records) = postcard::from_bytes(body).ok()?;
    let lane = Lane { instance, number };
    Some((Label { lane, count }, records))
}

/// Numbers the log's entries from 1 without a gap. Every reader that starts at the beginning gets the
/// same numbers.
#[derive(Default)]
pub struct Numbering {
    /// The last entry's number.
    pub sequence: u64,
    /// The last count of each lane. It grows by a few bytes at each start of a node.
    had: HashMap<Lane, u64>,
}

impl Numbering {
    /// The number of the message's first entry; `None` for a duplicate.
    pub fn next(&mut self, label: Label, entries: usize) -> Option<u64> {
        let had = self.had.entry(label.lane).or_default();
        if label.count <= *had && !leaves_out(Rule::IgnoreRepeats) {
            return None;
        }
        *had = label.count;
        let first = self.sequence + 1;
        self.sequence += entries as u64;
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use game::rules::{Entry, RoomId};

    fn label(count: u64) -> Label {
        let lane = Lane {
            instance: 7,
            number: 1,
        };
        Label { lane, count }
    }

    fn records(few: usize) -> Vec<Record> {
        let room = RoomId::Shared("4821".parse().expect("a code"));
        let record = |round| Record {
            room,
            at: 5,
            entry: Entry::Close { round },
        };
        (0..few as u32).map(record).collect()
    }

    #[test]
    fn a_message_reads_back_and_a_damaged_one_does_not() {
        let records = records(3);
        let bytes = encode(label(1), &records);
        assert_eq!(decode(&bytes), Some((label(1), records)));
        for place in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[place] ^= 0x10;
            assert_eq!(decode(&damaged), None, "byte {place}");
            assert_eq!(decode(&bytes[..place]), None, "{place} bytes");
        }
    }

    #[test]
    fn a_message_that_comes_twice_counts_once() {
        let mut numbering = Numbering::default();
        assert_eq!(numbering.next(label(1), 3), Some(1));
        assert_eq!(numbering.next(label(2), 2), Some(4));
        assert_eq!(numbering.next(label(1), 3), None);
        assert_eq!(numbering.next(label(2), 2), None);
        assert_eq!(numbering.next(label(3), 1), Some(6));
    }

    #[test]
    fn a_large_batch_is_several_messages_and_loses_nothing() {
        let records = records(MESSAGE_OF_LOG_BYTES / 8);
        let mut count = 0;
        let packed = pack(&records, || {
            count += 1;
            label(count)
        });
        assert!(packed.len() > 1);
        let read = packed.iter().flat_map(|(label, few, bytes)| {
            assert!(bytes.len() < MESSAGE_OF_LOG_BYTES + 100);
            let (read, records) = decode(bytes).expect("sound");
            assert_eq!((read, records.len()), (*label, *few));
            records
        });
        assert!(read.eq(records));
    }
}
