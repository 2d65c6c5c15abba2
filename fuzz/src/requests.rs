//! Any message as a request, and what is said of one that is none.

use game::limits::{MESSAGE_BYTES, QUOTE_CHARS};
use game::phrases::Lang;
use game::protocol::{Pack, Refusal, Reply, Request};
use game::rules::{Name, Range};
use game::wire::answer::{self, Read};
use game::wire::text::{Phrasebook, parse, quote};

/// It is read or refused; a refusal quotes it in one short line that is read as an error.
pub fn check(data: &[u8]) {
    let quoted = quote(data);
    assert!(quoted.chars().count() <= QUOTE_CHARS + 1, "{quoted}");
    let refusal = match parse(data) {
        Err(misread) => Refusal::Misread(misread, quoted, Range::LESSON),
        Ok(Request::Guess(_)) => Refusal::OutOfRange(quoted, Range::LESSON),
        Ok(Request::Name(text)) => match Name::parse(text) {
            Err(error) => Refusal::Name(error),
            Ok(name) => {
                return line(&Reply::Named(name, None), |read| {
                    assert!(matches!(read, Read::Named(None)), "{read:?}");
                });
            }
        },
        Ok(Request::Room(Some(code))) => Refusal::NoRoom(code),
        Ok(Request::Resume(code)) => {
            return line(&Reply::Code(code), |read| {
                assert!(
                    matches!(read, Read::Code(found) if found == code),
                    "{read:?}"
                );
            });
        }
        Ok(_) => return,
    };
    line(&Reply::Refused(refusal), |read| {
        assert_eq!(read, Read::Error)
    });
}

/// Said in both languages it is one line that fits a message.
fn line(reply: &Reply, judge: impl Fn(Read)) {
    for (lang, pack) in [(Lang::Fr, Pack::French), (Lang::En, Pack::English)] {
        let mut said = Vec::new();
        Phrasebook { lang, pack }.write(reply, &mut said);
        let text = std::str::from_utf8(&said).expect("sentences are UTF-8");
        assert!(!text.contains(['\n', '\r']), "more than a line: {text:?}");
        assert!(said.len() < MESSAGE_BYTES, "{} bytes: {text}", said.len());
        judge(answer::read(&said));
    }
}
