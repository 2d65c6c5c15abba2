//! A guess and what comes of it: a hint, the win, a question, a refusal, nothing.

use super::super::game::{Effect, Game};
use super::super::hint::{self, Reading};
use super::super::question::{self, Question};
use super::super::seen::Seen;
use super::super::text::Heard;
use super::super::{AfterWin, Meaning, range};
use super::{Learner, MISSES, RESTARTS, SWALLOWED, Sent, Stop, TRIES, Turn};

impl Learner {
    /// Makes the next guess.
    pub(super) fn guess(&mut self) {
        // A linear congruential step, Knuth's: another number each time, from one seed.
        let step = self.chance.wrapping_mul(6_364_136_223_846_793_005);
        self.chance = step.wrapping_add(1_442_695_040_888_963_407);
        let given = self.dialect.tries;
        let left = given.map(|all| all.saturating_sub(self.game.tries));
        match self.game.next(self.talk.left.or(left), self.chance) {
            Some(guess) if self.game.tries < TRIES => self.send_guess(guess),
            _ => self.stop(Stop::Contradiction),
        }
    }

    pub(super) fn send_guess(&mut self, guess: i64) {
        let bytes = self.way.guess(guess, self.game.tries + 1);
        self.send(Sent::Guess(guess), bytes);
    }

    /// What came after a guess.
    pub(super) fn guessed(&mut self, guess: i64, turn: &Turn) {
        let heard = &turn.heard;
        if heard.is_empty() {
            return match turn.closed {
                true => self.broke_off(turn),
                false => self.silent(guess, turn),
            };
        }
        self.talk.answered = true;
        self.dialect.newline = Some(turn.bytes.ends_with(b"\n"));
        if heard.raw && self.prefer_raw(&turn.bytes) {
            return self.other_way(true, turn.not_understood());
        }
        let said = self.without_prompts(heard);
        let read = hint::read(&said);
        if !turn.closed && read.is_none() && self.only_prompts(heard) {
            self.talk.swallowed += 1;
            return self.send_guess(guess);
        }
        let known = self.dialect.knows(&said);
        if !turn.closed && !known && self.is_no_answer(guess, &said, read, heard) {
            return;
        }
        let again = question::asked(heard) == Some(Question::Again);
        let ended = turn.closed || again;
        if is(read, Meaning::Lost) || ended && hint::lost(&said) {
            self.game.tries += 1;
            return self.over(None, turn);
        }
        match !known && is(read, Meaning::Refused) {
            true => self.refused(guess, turn),
            false => self.weigh(Seen::new(guess, said, ended), turn),
        }
    }

    /// The answer without its prompts. It may show that an earlier one was nothing else.
    pub(super) fn without_prompts(&mut self, heard: &Heard) -> Heard {
        let said = heard.without(&self.dialect.prompts);
        let prompts = self.game.drop_prompts(&said);
        if prompts.is_empty() {
            return said;
        }
        for prompt in &prompts {
            self.dialect.forget(prompt);
            self.dialect.add_prompts(prompt);
            self.talk.swallowed += 1;
        }
        heard.without(&self.dialect.prompts)
    }

    /// Whether only a prompt was said: the guess was taken for a name, or for what else is asked
    /// without a word.
    fn only_prompts(&self, heard: &Heard) -> bool {
        self.talk.swallowed < SWALLOWED
            && self.game.is_fresh()
            && !self.dialect.knows(heard)
            && !question::asked(heard).is_some_and(is_other)
            && heard.is_all(&self.dialect.prompts)
    }

    /// Whether the server has asked something, or greeted whoever spoke first, instead of judging;
    /// if so, goes on from there.
    fn is_no_answer(
        &mut self,
        guess: i64,
        said: &Heard,
        read: Option<Reading>,
        heard: &Heard,
    ) -> bool {
        let asked = question::asked(heard);
        let hint = read.is_some_and(|read| read.meaning != Meaning::Refused);
        if self.misses >= MISSES || hint {
            return false;
        }
        if let Some(question) = asked.filter(|it| is_other(*it)) {
            self.misses += 1;
            self.learn_prompt(heard);
            self.reply(question, heard);
            return true;
        }
        let greets = !range::ranges(said).is_empty() || question::only_asks_for_guess(said);
        let first = self.game.is_fresh() && self.misses == 0 && !self.talk.judged;
        let greeting = first && read.is_none() && asked != Some(Question::Again) && greets;
        if greeting {
            self.misses += 1;
            self.greeted(guess, said, heard);
        }
        greeting
    }

    /// Guesses again after what is a greeting, or a hint in words that nobody knows beside a prompt:
    /// the next answer shows which.
    fn greeted(&mut self, guess: i64, said: &Heard, heard: &Heard) {
        let prompt = said
            .only(|it| question::asks_for_guess(it) || !range::ranges(&Heard::of(it)).is_empty());
        let whole = said.sentences().len() == prompt.sentences().len();
        if whole {
            self.learn_prompt(heard);
            return self.send_guess(guess);
        }
        self.learn_prompt(&prompt);
        self.talk.greeting = Some((guess, heard.without(&self.dialect.prompts)));
        let next = self.game.end().unwrap_or(guess);
        self.send_guess(next);
    }

    /// What was taken for a greeting is said once more: it was the answer to its guess.
    fn judge_greeting(&mut self, seen: &Seen) {
        let same = |(_, heard): &(i64, Heard)| heard.tokens == seen.heard.tokens;
        if let Some((guess, heard)) = self.talk.greeting.take_if(|it| same(it)) {
            let first = Seen::new(guess, heard, false);
            self.game.judge(first.clone(), &self.dialect.memory);
            self.game.note(&first, &mut self.dialect);
        }
    }

    /// Weighs an answer against the others.
    fn weigh(&mut self, seen: Seen, turn: &Turn) {
        self.judge_greeting(&seen);
        let effect = self.game.judge(seen.clone(), &self.dialect.memory);
        self.game.note(&seen, &mut self.dialect);
        self.talk.left = range::tries(&turn.heard, false);
        match effect {
            Effect::Won if self.needs_proof(&seen) => self.prove(seen.guess),
            Effect::Won => self.over(Some(seen.guess), turn),
            Effect::WonBefore(number) => self.won_before(number, seen, turn),
            Effect::NotJudged => self.refused(seen.guess, turn),
            Effect::Contradiction if self.restarts >= RESTARTS => self.stop(Stop::Contradiction),
            Effect::Contradiction => {
                self.restarts += 1;
                self.dialect.restarts += 1;
                self.judged(seen.ended, turn);
            }
            Effect::Hint => self.judged(seen.ended, turn),
        }
    }

    /// A guess was judged: this way of sending is understood.
    pub(super) fn judged(&mut self, ended: bool, turn: &Turn) {
        if !self.talk.judged {
            self.talk.swallowed += self.talk.silences;
        }
        if self.dialect.way.is_none() {
            self.dialect.unasked = self.talk.swallowed;
        }
        if self.talk.games > 0 && self.dialect.after_win == Some(AfterWin::StaysOpen) {
            self.dialect.after_win = Some(AfterWin::PlaysOn);
        }
        self.talk.judged = true;
        // After a hint the prompt comes; after the win it may not.
        self.dialect.add_whole(&turn.heard);
        (self.talk.silences, self.misses) = (0, 0);
        if self.game.is_understood() {
            self.dialect.way = Some(self.way.clone());
        }
        match ended {
            // It ends on a hint: no tries are left.
            true => self.over(None, turn),
            false => self.guess(),
        }
    }

    /// The game had been won by then, and another one has begun.
    pub(super) fn won_before(&mut self, number: i64, seen: Seen, turn: &Turn) {
        let game = std::mem::replace(&mut self.game, Game::new(self.wish.strategy, None));
        let (won, mut next) = game.split(number, &self.dialect.memory);
        next.judge(seen, &self.dialect.memory);
        self.game = won;
        self.over(Some(number), &turn.silence());
        self.dialect.after_win = Some(AfterWin::PlaysOn);
        self.game = next;
        if self.played.len() < self.wish.games as usize {
            self.judged(false, turn);
        }
    }

    /// Nothing came.
    fn silent(&mut self, guess: i64, turn: &Turn) {
        self.talk.silences += 1;
        // What was sent may have been taken for a name that was not asked for.
        if self.talk.silences <= 2 && !self.talk.answered && !self.talk.prompted {
            return self.send_guess(guess);
        }
        if self.talk.games > 0 && self.game.is_fresh() {
            self.dialect.after_win = Some(AfterWin::Hangs);
            return self.go_elsewhere(turn.now);
        }
        let hangs = self
            .talk
            .judged
            .then(|| self.game.ended(&self.dialect.memory));
        if let Some(number) = hangs.flatten() {
            self.over(Some(number), turn);
            self.dialect.after_win = Some(AfterWin::Hangs);
            return self.go_elsewhere(turn.now);
        }
        match self.dialect.way.is_some() {
            true => self.reconnect(Stop::Silent),
            false => self.other_way(true, Stop::Silent),
        }
    }

    /// The guess was not understood, or is not allowed.
    fn refused(&mut self, guess: i64, turn: &Turn) {
        self.misses += 1;
        let stop = turn.not_understood();
        if self.misses > MISSES {
            return self.stop(stop);
        }
        let ranges = range::ranges(&turn.heard);
        let narrower = ranges.first().filter(|range| !range.contains(guess));
        narrower
            .into_iter()
            .for_each(|range| self.announced(*range));
        self.prefer_named(&turn.heard);
        let proven = self.dialect.way.is_some();
        match () {
            () if turn.closed => self.other_way(true, stop),
            () if narrower.is_some() || proven && self.game.shrink(guess) => self.guess(),
            () if proven => self.stop(stop),
            () => self.other_way(false, stop),
        }
    }
}

/// Whether something else is asked than the game itself asks.
fn is_other(question: Question) -> bool {
    !matches!(question, Question::Guess | Question::Again)
}

fn is(read: Option<Reading>, meaning: Meaning) -> bool {
    read.is_some_and(|read| read.meaning == meaning)
}
