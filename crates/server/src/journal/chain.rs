//! The chain of the journal's checksums: each is chained to the one before, so that a row that was
//! changed, removed or moved is detected.

use rusqlite::{Connection, OptionalExtension};

use game::rules::Record;

/// The end of the journal: its last sequence and checksum.
#[derive(Default)]
pub struct Chain {
    /// The last record's sequence.
    pub sequence: u64,
    /// The last record's checksum.
    pub sum: u32,
    /// A buffer that is reused from record to record.
    scratch: Vec<u8>,
}

impl Chain {
    /// A chain that ends with this sequence and checksum.
    pub fn at((sequence, sum): (u64, u32)) -> Self {
        Chain {
            sequence,
            sum,
            scratch: Vec::new(),
        }
    }

    /// The last record's sequence and checksum.
    pub fn end(&self) -> (u64, u32) {
        (self.sequence, self.sum)
    }

    /// The sequence and the checksum that the next record would have.
    pub fn next(&mut self, record: &Record) -> (u64, u32) {
        let sequence = self.sequence + 1;
        let mut bytes = std::mem::take(&mut self.scratch);
        bytes.clear();
        bytes = postcard::to_extend(&(sequence, record), bytes)
            .expect("a record has no type that postcard refuses, and memory takes it");
        let mut hasher = crc32fast::Hasher::new_with_initial(self.sum);
        hasher.update(&bytes);
        self.scratch = bytes;
        (sequence, hasher.finalize())
    }

    /// The checksum of what is in a row that was erased or rewritten, as it is now. It covers the chained
    /// checksum that the row had, and keeps.
    pub fn own<'a>(
        last: u64,
        records: impl IntoIterator<Item = &'a Record, IntoIter: ExactSizeIterator>,
        sum: u32,
    ) -> u32 {
        let records = records.into_iter();
        let mut chain = Chain::at((last - records.len() as u64, sum));
        records.for_each(|record| chain.link(record));
        chain.sum
    }

    /// Moves the chain's end.
    pub fn go_to(&mut self, (sequence, sum): (u64, u32)) {
        (self.sequence, self.sum) = (sequence, sum);
    }

    /// Appends the next record.
    pub fn link(&mut self, record: &Record) {
        let next = self.next(record);
        self.go_to(next);
    }
}

/// Moves the chain's end over a row's records, and these to the page. False if the row does not follow, or is
/// damaged; the chain then ends where it did.
pub fn follow(
    chain: &mut Chain,
    connection: &Connection,
    end: (u64, u32),
    records: &mut Vec<Record>,
    page: &mut Vec<(u64, Record)>,
) -> rusqlite::Result<bool> {
    let before = chain.end();
    if end.0.checked_sub(records.len() as u64) != Some(before.0) {
        return Ok(false);
    }
    let first = page.len();
    for record in records.drain(..) {
        chain.link(&record);
        page.push((chain.sequence, record));
    }
    if chain.end() == end {
        return Ok(true);
    }
    let now = page[first..].iter().map(|(_, record)| record);
    let own = Chain::own(end.0, now, end.1);
    let is_rewritten = own_sum(connection, end.0)? == Some(own);
    chain.go_to(if is_rewritten { end } else { before });
    Ok(is_rewritten)
}

/// Whether these records, which it takes, follow `before` and end at `end`.
pub fn follows(
    connection: &Connection,
    before: (u64, u32),
    end: (u64, u32),
    records: &mut Vec<Record>,
) -> rusqlite::Result<bool> {
    follow(
        &mut Chain::at(before),
        connection,
        end,
        records,
        &mut Vec::new(),
    )
}

/// The checksum of what is left of an entry that was erased or rewritten; `None` if it was not.
fn own_sum(connection: &Connection, sequence: u64) -> rusqlite::Result<Option<u32>> {
    let is_there = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'erased')";
    if !connection.query_row(is_there, [], |row| row.get(0))? {
        return Ok(None);
    }
    let sql = "SELECT sum FROM erased WHERE seq = ?1";
    let mut select = connection.prepare_cached(sql)?;
    select
        .query_row([sequence as i64], |row| row.get(0))
        .optional()
}
