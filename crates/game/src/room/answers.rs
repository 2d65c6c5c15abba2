//! What a room remembers of its lesson: each player's latest answer to each question.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::limits::{ANSWERS_EACH, ANSWERS_EACH_BYTES, SEATS_PER_ROOM};
use crate::rules::PlayerId;

/// A player's latest answer to a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answered {
    /// The question's name.
    pub question: Box<str>,
    /// The judgement's word.
    pub verdict: Box<str>,
    /// What was kept of it.
    pub text: Option<Box<str>>,
    /// How often it was answered.
    pub attempts: u32,
    /// The teacher's mark, for this very answer.
    pub mark: Option<Box<str>>,
}

/// All answers of a room.
#[derive(Debug, Default, Serialize)]
pub struct Answers {
    players: BTreeMap<PlayerId, Vec<Answered>>,
}

impl Answers {
    /// Takes note of an answer; ignores one that is too much, which no server proposes.
    pub fn add(&mut self, player: PlayerId, question: &str, verdict: &str, text: Option<&str>) {
        if self.players.len() >= SEATS_PER_ROOM && !self.players.contains_key(&player) {
            return;
        }
        let answers = self.players.entry(player).or_default();
        let place = answers.iter().position(|it| &*it.question == question);
        let others = (answers.iter().enumerate()).filter(|(index, _)| Some(*index) != place);
        let kept: usize = others
            .map(|(_, it)| it.text.as_deref().map_or(0, str::len))
            .sum();
        let text = text.filter(|text| kept + text.len() <= ANSWERS_EACH_BYTES);
        let answer = Answered {
            question: question.into(),
            verdict: verdict.into(),
            text: text.map(Box::from),
            attempts: 1 + place.map_or(0, |place| answers[place].attempts),
            mark: None,
        };
        match place {
            Some(place) => answers[place] = answer,
            None if answers.len() < ANSWERS_EACH => answers.push(answer),
            None => {}
        }
    }

    /// The teacher marks an answer.
    pub fn mark(&mut self, player: PlayerId, question: &str, mark: &str) {
        let answers = self.players.get_mut(&player);
        let mut answers = answers.into_iter().flatten();
        if let Some(answer) = answers.find(|it| &*it.question == question) {
            answer.mark = Some(mark.into());
        }
    }

    /// A player's answers, in the order of their first.
    pub fn of(&self, player: PlayerId) -> &[Answered] {
        self.players.get(&player).map_or(&[], |answers| answers)
    }

    /// Everybody's, by player.
    pub fn all(&self) -> impl Iterator<Item = (PlayerId, &[Answered])> {
        self.players
            .iter()
            .map(|(player, answers)| (*player, &**answers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects a room's memory from a journal that has more than any server proposes.
    #[test]
    fn a_player_s_answers_have_a_bound_in_number_and_in_bytes() {
        let (mut answers, player) = (Answers::default(), PlayerId([1; 16]));
        let text = "x".repeat(ANSWERS_EACH_BYTES / 2);
        for n in 0..=ANSWERS_EACH {
            answers.add(player, &format!("q{n}"), "right", Some(&text));
        }
        let kept = answers.of(player);
        assert_eq!(kept.len(), ANSWERS_EACH);
        let texts = kept.iter().filter_map(|it| it.text.as_deref());
        assert_eq!(texts.map(str::len).sum::<usize>(), ANSWERS_EACH_BYTES);
        // The latest of a question takes the place of the one before, at the bound too.
        answers.add(player, "q0", "wrong", Some("x"));
        let first = &answers.of(player)[0];
        assert_eq!((&*first.verdict, first.attempts), ("wrong", 2));
        assert_eq!(first.text.as_deref(), Some("x"));
    }
}
