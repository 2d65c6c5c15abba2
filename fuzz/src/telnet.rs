//! Telnet's bytes taken off, however the stream is cut.

use game::wire::telnet::Telnet;

use super::input::Input;

/// Cut or whole, the data are the same; nothing is invented but the `LF` of a `CR NUL`; and no
/// option swallows the newlines after it for good.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    let (mut cut, mut sent) = (Telnet::default(), Vec::new());
    let mut pieces = Vec::new();
    while !input.is_over() {
        let chunk = input.chunk();
        sent.extend_from_slice(chunk);
        pieces.extend_from_slice(&cut.strip(chunk));
    }
    let mut whole = Telnet::default();
    let stripped = whole.strip(&sent).into_owned();
    assert_eq!(pieces, stripped, "a cut changed the data");
    assert_eq!(cut, whole, "a cut changed the state");
    assert!(stripped.len() <= sent.len(), "bytes were invented");
    let end = whole.strip(&[b'\n'; 1024]);
    assert!(end.contains(&b'\n'), "newlines are swallowed for ever");
}
