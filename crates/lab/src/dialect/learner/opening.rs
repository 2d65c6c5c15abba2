//! Before the first guess: greetings, questions and their replies, words that have to be said.

use super::super::question::{self, Question};
use super::super::range;
use super::super::text::Heard;
use super::{Learner, MISSES, Sent, Turn};
use game::rules::Range;

impl Learner {
    /// What came before a guess was made.
    pub(super) fn opened(&mut self, sent: Sent, turn: &Turn) {
        let heard = &turn.heard;
        if sent == Sent::Nothing {
            let known = self.dialect.speaks_first.unwrap_or(false);
            self.dialect.speaks_first = Some(known || !heard.is_empty());
        }
        self.learn_prompt(heard);
        if turn.closed {
            return self.broke_off(turn);
        }
        let asked = question::asked(heard);
        let prompt = heard.text.trim_end().ends_with([':', '>', '?']);
        self.talk.prompted |= prompt && asked == Some(Question::Guess);
        match asked {
            Some(question) if question != Question::Guess && self.misses < MISSES => {
                self.misses += 1;
                self.reply(question, heard);
            }
            _ => self.go_on(),
        }
    }

    /// Replies to a question.
    pub(super) fn reply(&mut self, question: Question, heard: &Heard) {
        let reply = question::reply(question, heard);
        let known = self.dialect.asked.iter().any(|(it, _, _)| *it == question);
        if question != Question::Again && !known {
            let asked = (question, heard.sample.clone(), reply.clone());
            self.dialect.asked.push(asked);
        }
        if question == Question::Highest {
            let max = reply.parse().expect("the reply is a number");
            self.announced(Range { min: 1, max });
        }
        // A word that was said before the question was taken for the reply to it.
        self.talk.preamble = self.way.opening.iter().cloned().collect();
        self.send(Sent::Reply(question), self.way.words(&reply));
    }

    /// Says the next word that has to be said, else guesses.
    pub(super) fn go_on(&mut self) {
        match self.talk.preamble.pop_front() {
            Some(words) => self.send(Sent::Words, self.way.words(&words)),
            None => self.guess(),
        }
    }

    /// Takes what is announced; what is said here is no answer to a guess.
    pub(super) fn learn_prompt(&mut self, heard: &Heard) {
        if self.game.is_fresh() {
            let without_levels = question::without_choices(heard);
            if let Some(range) = range::ranges(&without_levels).first() {
                self.announced(*range);
            }
            self.dialect.tries = range::tries(heard, true).or(self.dialect.tries);
        }
        self.prefer_named(heard);
        self.dialect.add_prompts(heard);
    }

    pub(super) fn announced(&mut self, range: Range) {
        self.dialect.range = Some(range);
        self.dialect.announced = true;
        self.game.announce(range);
    }
}
