//! Messages found in a stream, however it is cut and whenever the line is quiet.

use game::limits::MESSAGE_BYTES;
use game::wire::framing::{Frame, Framing, Unfinished};

use super::input::Input;

/// All input is taken, no message is much longer than one may be, a line has no newline in it, and
/// lines are the same however they are cut.
pub fn check(data: &[u8]) {
    steps(Input(data));
    let mut input = Input(data);
    let (mut framing, mut cut, mut sent) = (lines(), Vec::new(), Vec::new());
    while !input.is_over() {
        let chunk = input.chunk();
        sent.extend_from_slice(chunk);
        cut.extend(frames(&mut framing, chunk));
    }
    assert_eq!(cut, frames(&mut lines(), &sent), "a cut changed the lines");
}

/// What a client that has sent a newline is read with.
fn lines() -> Framing {
    let mut framing = Framing::default();
    frames(&mut framing, b"\n");
    framing
}

/// Anything that can happen to a line, in any order.
fn steps(mut input: Input<'_>) {
    let mut framing = Framing::default();
    let mut was_lines = false;
    while !input.is_over() {
        match input.below(8) {
            0 => framing.quiet().into_iter().for_each(sound),
            1 => framing.end().into_iter().for_each(sound),
            // Only a line that has begun is given up, and only once.
            2 if framing.unfinished() == Unfinished::Line => {
                assert!(!framing.give_up().is_empty(), "nothing had begun");
                assert_eq!(framing.unfinished(), Unfinished::Nothing);
            }
            _ => drop(frames(&mut framing, input.chunk())),
        }
        assert!(framing.is_lines() || !was_lines, "a line client stays one");
        was_lines = framing.is_lines();
    }
}

fn frames(framing: &mut Framing, mut chunk: &[u8]) -> Vec<Option<Vec<u8>>> {
    let mut frames = Vec::new();
    while let Some(frame) = framing.next(&mut chunk) {
        frames.push(match &frame {
            Frame::Message(message) => {
                assert!(!message.contains(&b'\n'), "two lines in one");
                Some(message.to_vec())
            }
            Frame::Completes => None,
            Frame::Closed => panic!("a stream of lines says no close"),
        });
        sound(frame);
    }
    assert!(chunk.is_empty(), "input is left over");
    frames
}

fn sound(frame: Frame<'_>) {
    if let Frame::Message(message) = frame {
        assert!(
            message.len() <= MESSAGE_BYTES + 2,
            "{} bytes",
            message.len()
        );
    }
}
