//! Any line of any server as an answer: what `play`, `bot` and `chat` read.

use game::wire::answer::{Read, read};

/// It is read, whatever it is, the same with and without its newline; `FIN` is the end.
pub fn check(data: &[u8]) {
    let found = read(data);
    let mut line = data.to_vec();
    line.push(b'\n');
    assert_eq!(read(&line), found, "its newline changed an answer");
    if data.eq_ignore_ascii_case(b"FIN") {
        assert_eq!(found, Read::Fin);
    }
}
