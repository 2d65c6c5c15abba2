//! Message framing for clients that send newlines and for clients that do not.
//!
//! A client that has sent a newline (LF or CRLF) is line-framed from then on. Before that, what has
//! arrived is one message once the connection has been quiet for a short time; the caller has the
//! clock and calls [`Framing::quiet`]. A newline that arrives alone after such a message belongs to
//! it.
//!
//! A byte order mark of UTF-8 before the first message is skipped, and so is a NUL behind a newline:
//! some programs send a string of C with its end.
//!
//! The state is the beginning of an unfinished message, at most `KEPT_BYTES`.

use std::borrow::Cow;

use crate::limits::MESSAGE_BYTES;

/// Bytes of a message that are kept; the rest is discarded. One more than is allowed shows that a
/// message is too long, and another allows for the CR of a CRLF.
const KEPT_BYTES: usize = MESSAGE_BYTES + 2;

/// The byte order mark of UTF-8, which Windows programs send before their first text.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// What the bytes so far amount to.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame<'a> {
    /// A whole message, without its newline. Of a message longer than [`MESSAGE_BYTES`] only the
    /// beginning, which is longer still.
    Message(Cow<'a, [u8]>),
    /// The newline of the last message, which was taken as unframed. Its answer needs a newline
    /// too.
    Completes,
    /// The client closed the conversation. WebSocket only.
    Closed,
}

/// What an unfinished message waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfinished {
    /// No message is unfinished.
    Nothing,
    /// For the connection to be quiet: the client has never sent a newline.
    Quiet,
    /// For the newline of a line.
    Line,
}

/// One connection's framing.
#[derive(Debug, Default)]
pub struct Framing {
    lines: bool,
    /// Whether the last message was unframed, so that a newline now belongs to it.
    newline_is_last: bool,
    /// Whether the current line was answered before its end, so that the rest is discarded.
    given_up: bool,
    /// Whether there was a message: before the first one a byte order mark is skipped.
    has_begun: bool,
    partial: Vec<u8>,
}

impl Framing {
    /// Creates the framing of a client that is known to send lines.
    pub fn lines() -> Self {
        Framing {
            lines: true,
            ..Framing::default()
        }
    }

    /// Whether the client is line-framed; its answers then end in a newline too.
    pub fn is_lines(&self) -> bool {
        self.lines
    }

    /// The number of bytes held of an unfinished message.
    pub fn held(&self) -> usize {
        self.partial.len()
    }

    /// What an unfinished message waits for.
    pub fn unfinished(&self) -> Unfinished {
        match (self.partial.is_empty(), self.lines) {
            (true, _) => Unfinished::Nothing,
            (false, false) => Unfinished::Quiet,
            (false, true) => Unfinished::Line,
        }
    }

    /// Takes the next message off the input; stores what is unfinished.
    pub fn next<'a>(&mut self, input: &mut &'a [u8]) -> Option<Frame<'a>> {
        while let Some(&byte) = input.first() {
            if byte == 0 && self.lines && self.partial.is_empty() {
                *input = &input[1..];
                continue;
            }
            let Some(end) = memchr::memchr(b'\n', input) else {
                self.newline_is_last &= *input == b"\r";
                self.keep(input);
                *input = &[];
                return None;
            };
            let (line, rest) = (&input[..end], &input[end + 1..]);
            *input = rest;
            let first = std::mem::replace(&mut self.lines, true);
            debug_assert!(!first || !self.newline_is_last, "lines have no open end");
            let alone = matches!((&self.partial[..], line), (b"", b"" | b"\r") | (b"\r", b""));
            if std::mem::take(&mut self.newline_is_last) && alone {
                self.partial = Vec::new();
                return Some(Frame::Completes);
            }
            if let Some(frame) = self.line(line) {
                return Some(frame);
            }
        }
        None
    }

    /// Ends an unframed message, because the connection has been quiet.
    pub fn quiet(&mut self) -> Option<Frame<'static>> {
        if self.lines {
            return None;
        }
        let frame = self.rest()?;
        self.newline_is_last = true;
        Some(frame)
    }

    /// Ends the last message, because the client has closed its sending side.
    pub fn end(&mut self) -> Option<Frame<'static>> {
        self.rest()
    }

    /// Abandons an unfinished line and returns it; the rest of it is discarded.
    pub fn give_up(&mut self) -> Vec<u8> {
        self.given_up = true;
        std::mem::take(&mut self.partial)
    }

    fn rest(&mut self) -> Option<Frame<'static>> {
        if std::mem::take(&mut self.given_up) || self.partial.is_empty() {
            return None;
        }
        let message = std::mem::take(&mut self.partial);
        if !self.has_begun && message == MARK {
            return None;
        }
        Some(self.whole(Cow::Owned(message)))
    }

    fn line<'a>(&mut self, line: &'a [u8]) -> Option<Frame<'a>> {
        if self.partial.is_empty() && !self.given_up {
            return Some(self.whole(Cow::Borrowed(&line[..line.len().min(KEPT_BYTES)])));
        }
        self.keep(line);
        self.rest()
    }

    /// The message without the CR of a CRLF, and the first one without its byte order mark.
    fn whole<'a>(&mut self, message: Cow<'a, [u8]>) -> Frame<'a> {
        let is_first = !std::mem::replace(&mut self.has_begun, true);
        let mark = if is_first { MARK } else { b"" };
        let strip = |bytes: &[u8]| {
            let start = if bytes.starts_with(mark) {
                mark.len()
            } else {
                0
            };
            start..bytes.len() - usize::from(bytes.ends_with(b"\r"))
        };
        Frame::Message(match message {
            Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[strip(bytes)]),
            Cow::Owned(mut bytes) => {
                let kept = strip(&bytes);
                bytes.truncate(kept.end);
                bytes.drain(..kept.start);
                Cow::Owned(bytes)
            }
        })
    }

    /// Appends to the unfinished message, up to `KEPT_BYTES`.
    fn keep(&mut self, bytes: &[u8]) {
        if self.given_up {
            return;
        }
        let room = KEPT_BYTES - self.partial.len();
        self.partial
            .extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a client does to the line.
    #[derive(Clone, Debug)]
    enum Do {
        Send(&'static [u8]),
        Quiet,
        End,
    }
    use Do::*;

    fn show(frame: Frame<'_>) -> String {
        match frame {
            Frame::Message(bytes) if bytes.len() > MESSAGE_BYTES => "long".into(),
            Frame::Message(bytes) => format!("<{}>", bytes.escape_ascii()),
            Frame::Completes => "completes".into(),
            Frame::Closed => "closed".into(),
        }
    }

    fn frames(steps: &[Do]) -> String {
        let mut framing = Framing::default();
        let mut seen = Vec::new();
        for step in steps {
            match step {
                Send(bytes) => {
                    let mut input = *bytes;
                    while let Some(frame) = framing.next(&mut input) {
                        seen.push(show(frame));
                    }
                    assert!(input.is_empty(), "all input is taken");
                }
                Quiet => seen.extend(framing.quiet().map(show)),
                End => seen.extend(framing.end().map(show)),
            }
        }
        seen.join(" ")
    }

    #[test]
    fn messages_end_where_the_rule_says() {
        let table: &[(&[Do], &str)] = &[
            (&[Send(b"50\n")], "<50>"),
            (&[Send(b"50\r\n25\n")], "<50> <25>"),
            (&[Send(b"5"), Send(b"0"), Send(b"\n")], "<50>"),
            (&[Send(b"50")], ""),
            (&[Send(b"50"), Quiet], "<50>"),
            (&[Send(b"50"), Send(b"42"), Quiet], "<5042>"),
            (&[Send(b"50"), Quiet, Send(b"\n")], "<50> completes"),
            (
                &[Send(b"50"), Quiet, Send(b"\r\n"), Send(b"\n")],
                "<50> completes <>",
            ),
            (
                &[Send(b"50"), Quiet, Send(b"\r"), Send(b"\n")],
                "<50> completes",
            ),
            (&[Send(b"50\r"), Quiet, Send(b"\n")], "<50> completes"),
            (
                &[Send(b"50"), Quiet, Send(b"\n25\n")],
                "<50> completes <25>",
            ),
            (&[Send(b"50"), Quiet, Send(b"25"), Quiet], "<50> <25>"),
            (&[Send(b"50"), Quiet, Send(b"25\n")], "<50> <25>"),
            (&[Send(b"50\n2"), Quiet, Quiet], "<50>"),
            (&[Send(b"50\n2"), Quiet, Send(b"5\n")], "<50> <25>"),
            (&[Send(b"50\n2"), End], "<50> <2>"),
            (&[Send(b"50"), End], "<50>"),
            (&[Send(b"\n")], "<>"),
            (&[Send(b"\n"), Send(b"\n")], "<> <>"),
            (&[Quiet, End], ""),
            (
                &[Send(b"\xef\xbb\xbf50\n\xef\xbb\xbf25\n")],
                "<50> <\\xef\\xbb\\xbf25>",
            ),
            (&[Send(b"\xef\xbb\xbf"), Quiet, Send(b"50"), Quiet], "<50>"),
            (&[Send(b"\xef\xbb"), Send(b"\xbf50"), End], "<50>"),
            (&[Send(b"50\n\0"), Quiet, Send(b"25\n\0"), End], "<50> <25>"),
            (
                &[Send(b"50\0"), Quiet, Send(b"25\0"), Quiet],
                "<50\\x00> <25\\x00>",
            ),
        ];
        for (steps, expected) in table {
            assert_eq!(frames(steps), *expected, "{steps:?}");
        }
    }

    #[test]
    fn a_long_message_gets_one_error_and_ends_where_it_ends() {
        const LONG: &[u8] = &[b'9'; 5000];
        const EXACT: &[u8] = &[b'9'; MESSAGE_BYTES];
        const RETURNS: &[u8] = &[b'\r'; 5000];
        let exact = format!("<{}>", "9".repeat(MESSAGE_BYTES));
        assert_eq!(
            frames(&[Send(LONG), Send(LONG), Send(b"\n5\n")]),
            "long <5>"
        );
        assert_eq!(frames(&[Send(LONG), Quiet, Send(b"5"), Quiet]), "long <5>");
        assert_eq!(frames(&[Send(EXACT), Send(b"\r\n")]), exact);
        assert_eq!(frames(&[Send(EXACT), Send(b"9\n7\n")]), "long <7>");
        assert_eq!(frames(&[Send(LONG), End]), "long");
        assert_eq!(frames(&[Send(RETURNS), Send(b"\n5\n")]), "long <5>");
        assert_eq!(frames(&[Send(EXACT), Send(b"\r\r\n")]), "long");
    }

    #[test]
    fn a_line_given_up_is_thrown_away_up_to_its_end() {
        let mut framing = Framing::default();
        let mut input: &[u8] = b"1\n2";
        assert!(framing.next(&mut input).is_some());
        assert!(framing.next(&mut input).is_none());
        assert_eq!(framing.unfinished(), Unfinished::Line);
        assert_eq!(framing.give_up(), b"2");
        // It was answered: no second deadline runs for it.
        assert_eq!(framing.unfinished(), Unfinished::Nothing);
        let mut input: &[u8] = b"22\n3\n";
        assert_eq!(framing.next(&mut input).map(show), Some("<3>".into()));
    }

    proptest! {
        /// Lines are the same however they are cut, once the client is known to send lines.
        #[test]
        fn splits_do_not_matter_to_lines(
            lines in prop::collection::vec("[a-z0-9 é]{0,30}", 1..8),
            cuts in prop::collection::vec(1usize..9, 0..40),
        ) {
            let text = format!("{}\n", lines.join("\n"));
            let mut framing = Framing::default();
            let mut rest = text.as_bytes();
            let mut seen = Vec::new();
            let mut cuts = cuts.into_iter();
            while !rest.is_empty() {
                let cut = cuts.next().unwrap_or(rest.len()).min(rest.len());
                let (mut chunk, later) = rest.split_at(cut);
                rest = later;
                while let Some(Frame::Message(message)) = framing.next(&mut chunk) {
                    seen.push(String::from_utf8(message.into_owned()).expect("whole lines"));
                }
            }
            prop_assert_eq!(seen, lines);
        }

        /// No input makes it keep more than a message.
        #[test]
        fn memory_is_bounded(chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..3000), 0..10)) {
            let mut framing = Framing::default();
            for chunk in &chunks {
                let mut input = &chunk[..];
                while framing.next(&mut input).is_some() {}
                prop_assert!(framing.partial.len() <= KEPT_BYTES);
            }
        }
    }
}
