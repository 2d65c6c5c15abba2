//! This program's own server of the game, for meetings: it speaks as the game's text port does, has no
//! seats and keeps nothing.

use game::limits::{MESSAGE_BYTES, PRACTICE_IDLE, WRITE_DEADLINE};
use game::phrases::Lang;
use game::protocol::{Pack, Reply};
use game::rules::{Answer, Range};
use game::wire::text::Phrasebook;
use os::system;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Plays one game after another with a client until it leaves.
pub async fn serve(mut stream: TcpStream, lang: Lang) {
    let book = Phrasebook {
        lang,
        pack: match lang {
            Lang::Fr => Pack::French,
            Lang::En => Pack::English,
        },
    };
    let (mut number, mut tries) = (secret(), 0);
    let mut answer = said(&book, &Reply::Greeting(Range::LESSON));
    answer.push(b'\n');
    let mut buffer = [0; MESSAGE_BYTES];
    loop {
        let written = timeout(WRITE_DEADLINE, stream.write_all(&answer)).await;
        let Ok(Ok(())) = written else { return };
        let read = timeout(PRACTICE_IDLE, stream.read(&mut buffer)).await;
        let Ok(Ok(count @ 1..)) = read else { return };
        answer.clear();
        for message in buffer[..count].split_inclusive(|byte| *byte == b'\n') {
            let text = String::from_utf8_lossy(message);
            let guess: Option<i64> = text.trim().parse().ok();
            tries += u32::from(guess.is_some());
            let reply = match guess {
                None => Reply::Help(Range::LESSON),
                Some(guess) if guess < number => Reply::Guess(Answer::TooSmall),
                Some(guess) if guess > number => Reply::Guess(Answer::TooBig),
                Some(_) => Reply::Guess(Answer::Found { tries }),
            };
            if guess == Some(number) {
                (number, tries) = (secret(), 0);
            }
            answer.extend(said(&book, &reply));
            if message.ends_with(b"\n") {
                answer.push(b'\n');
            }
        }
    }
}

fn said(book: &Phrasebook, reply: &Reply) -> Vec<u8> {
    let mut line = Vec::new();
    book.write(reply, &mut line);
    line
}

/// A number of the lesson's range; a test needs no better one.
fn secret() -> i64 {
    let mut byte = [0; 2];
    system::entropy()(&mut byte);
    let range = Range::LESSON;
    i64::from(range.min) + i64::from(u16::from_be_bytes(byte)) % i64::from(range.max)
}
