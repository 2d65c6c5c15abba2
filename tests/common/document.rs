//! The tables of docs/protocol.md and of other documents, for tests that do what they say.

/// The rows of the table that follows `<!-- table: NAME -->`, without its head.
pub fn table(name: &str) -> Vec<Vec<String>> {
    table_in(include_str!("../../docs/protocol.md"), name)
}

/// The same, of another document.
pub fn table_in(document: &str, name: &str) -> Vec<Vec<String>> {
    let mark = format!("<!-- table: {name} -->");
    let (_, after) = document.split_once(&mark).expect("a table of that name");
    let rows = after
        .trim_start()
        .lines()
        .take_while(|line| line.starts_with('|'));
    let cell = |cell: &str| {
        let cell = cell.trim();
        let code = cell.strip_prefix('`').and_then(|c| c.strip_suffix('`'));
        code.unwrap_or(cell).to_owned()
    };
    rows.skip(2)
        .map(|row| row.trim_matches('|').split('|').map(cell).collect())
        .collect()
}

/// The bytes of a message as the document writes it: `\xNN` is a byte.
pub fn bytes(cell: &str) -> Vec<u8> {
    let mut pieces = cell.split("\\x");
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        bytes.push(u8::from_str_radix(&piece[..2], 16).expect("two hex digits"));
        bytes.extend_from_slice(&piece.as_bytes()[2..]);
    }
    bytes
}
