//! Telnet commands (RFC 854): skipped when received, never sent.
//!
//! A client that negotiates gets no answer and goes on as a plain terminal. Other programs may send
//! the same bytes (UTF-16 begins with `FF FE`), so no option swallows a newline, and a
//! subnegotiation that does not end is abandoned.

use std::borrow::Cow;

use crate::limits::SUBNEGOTIATION_BYTES;

const IAC: u8 = 255;
const SUBNEGOTIATION: u8 = 250;
const END: u8 = 240;

/// The state of the parser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Telnet {
    state: State,
    after_cr: bool,
    negotiates: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Data,
    /// After IAC.
    Command,
    /// After IAC and WILL, WON'T, DO or DON'T.
    Option,
    /// In a subnegotiation, with its length so far.
    Sub(u16),
    /// In a subnegotiation, after IAC.
    SubCommand(u16),
}

impl Telnet {
    /// Whether the client has sent any telnet command.
    pub fn negotiates(&self) -> bool {
        self.negotiates
    }

    /// Removes telnet commands. `CR NUL`, which some terminals send for the Enter key, becomes `CR
    /// LF`.
    pub fn strip<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let plain = self.state == State::Data && memchr::memchr2(IAC, 0, bytes).is_none();
        if plain {
            self.after_cr = bytes.last().map_or(self.after_cr, |last| *last == b'\r');
            return Cow::Borrowed(bytes);
        }
        let mut data = Vec::with_capacity(bytes.len() + 1);
        for &byte in bytes {
            self.byte(byte, &mut data);
        }
        Cow::Owned(data)
    }

    fn byte(&mut self, byte: u8, data: &mut Vec<u8>) {
        self.state = match (self.state, byte) {
            (State::Data, IAC) => State::Command,
            (State::Data, 0) if self.after_cr => self.keep(b'\n', data),
            (State::Data, _) => self.keep(byte, data),
            (State::Command, IAC) => self.keep(IAC, data),
            (State::Command, SUBNEGOTIATION) => State::Sub(0),
            (State::Command, 251..=254) => {
                self.negotiates = true;
                State::Option
            }
            (State::Command, END..=249) => State::Data,
            (State::Command, _) => {
                // No command: the 0xFF was data after all.
                data.push(IAC);
                self.keep(byte, data)
            }
            // No telnet has used option 10 since 1983 (RFC 652); a newline is a newline.
            (State::Option, b'\n') => self.keep(byte, data),
            (State::Option, _) => State::Data,
            (State::Sub(length), IAC) => State::SubCommand(length),
            (State::Sub(length) | State::SubCommand(length), _)
                if length >= SUBNEGOTIATION_BYTES =>
            {
                self.keep(byte, data)
            }
            (State::Sub(length), _) => State::Sub(length + 1),
            (State::SubCommand(_), END) => State::Data,
            (State::SubCommand(length), _) => State::Sub(length + 1),
        };
    }

    fn keep(&mut self, byte: u8, data: &mut Vec<u8>) -> State {
        data.push(byte);
        self.after_cr = byte == b'\r';
        State::Data
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(bytes: &[u8]) -> Vec<u8> {
        Telnet::default().strip(bytes).into_owned()
    }

    /// One table, fed whole and byte by byte.
    #[test]
    fn telnet_bytes_are_skipped_and_nothing_else() {
        let table: &[(&[u8], &[u8])] = &[
            (b"50\r\n", b"50\r\n"),
            (b"\xff\xfb\x1f\xff\xfd\x0350\r\n", b"50\r\n"),
            (b"\xff\xfa\x1f\x00\x50\x00\x18\xff\xf050", b"50"),
            (b"\xff\xfa\x18\x00xterm\xff\xff\xff\xf042\n", b"42\n"),
            (b"4\xff\xf12", b"42"),
            (b"50\r\0", b"50\r\n"),
            (b"5\x000", b"5\x000"),
            (b"\xff\xff", b"\xff"),
            (b"\xffA", b"\xffA"),
            (b"\xff\n", b"\xff\n"),
            (b"\xff\xfe\n", b"\n"),
        ];
        for (input, expected) in table {
            assert_eq!(whole(input), *expected, "{}", input.escape_ascii());
            let mut telnet = Telnet::default();
            let bytes: Vec<u8> = input
                .chunks(1)
                .flat_map(|b| telnet.strip(b).into_owned())
                .collect();
            assert_eq!(bytes, *expected, "byte by byte: {}", input.escape_ascii());
        }
    }

    #[test]
    fn a_subnegotiation_that_never_ends_does() {
        let mut input = vec![IAC, SUBNEGOTIATION];
        input.extend([b'x'; 600]);
        input.extend(b"\n50\n");
        assert!(whole(&input).ends_with(b"\n50\n"));
    }

    proptest! {
        /// How the bytes were cut into packets changes nothing.
        #[test]
        fn splits_do_not_matter(
            bytes in prop::collection::vec(prop_oneof![Just(255u8), Just(250), Just(240), Just(13), Just(0), Just(10), any::<u8>()], 0..200),
            cut in 0usize..200,
        ) {
            let cut = cut.min(bytes.len());
            let mut telnet = Telnet::default();
            let mut parts = telnet.strip(&bytes[..cut]).into_owned();
            parts.extend_from_slice(&telnet.strip(&bytes[cut..]));
            prop_assert_eq!(parts, whole(&bytes));
        }
    }
}
