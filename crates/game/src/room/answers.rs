//! What a room remembers of its lesson: each player's latest answer to each question.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::limits::{ANSWERS_EACH, ANSWERS_EACH_BYTES, SEATS_PER_ROOM};
use crate::rules::PlayerId;

/// A player's latest answer to a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Answers {
    players: BTreeMap<PlayerId, OfPlayer>,
}

/// The answers of a player.
#[derive(Debug, Default, Serialize, Deserialize)]
struct OfPlayer {
    answers: Vec<Answered>,
    /// Bytes of all answers that the journal has of them.
    written: u64,
}

/// Bytes that an answer adds to the journal, at most.
pub fn size(question: &str, verdict: &str, text: Option<&str>) -> u32 {
    /// The row's other columns.
    const FIXED: usize = 100;
    let bytes = FIXED + question.len() + verdict.len() + text.map_or(0, str::len);
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

impl Answers {
    /// Takes note of an answer; ignores one that is too much, which no server proposes.
    pub fn add(&mut self, player: PlayerId, question: &str, verdict: &str, text: Option<&str>) {
        if self.players.len() >= SEATS_PER_ROOM && !self.players.contains_key(&player) {
            return;
        }
        let of_player = self.players.entry(player).or_default();
        of_player.written += u64::from(size(question, verdict, text));
        let answers = &mut of_player.answers;
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
        let mut answers = answers.into_iter().flat_map(|it| &mut it.answers);
        if let Some(answer) = answers.find(|it| &*it.question == question) {
            answer.mark = Some(mark.into());
        }
    }

    /// Forgets a player's answers.
    pub fn erase(&mut self, player: PlayerId) {
        self.players.remove(&player);
    }

    /// Whether nobody has answered anything.
    pub fn is_empty(&self) -> bool {
        self.players.is_empty()
    }

    /// A player's answers, in the order of their first.
    pub fn of(&self, player: PlayerId) -> &[Answered] {
        self.players.get(&player).map_or(&[], |it| &it.answers)
    }

    /// Bytes of all answers that the journal has of a player.
    pub fn written(&self, player: PlayerId) -> u64 {
        self.players.get(&player).map_or(0, |it| it.written)
    }

    /// Everybody's, by player.
    pub fn all(&self) -> impl Iterator<Item = (PlayerId, &[Answered])> {
        self.players
            .iter()
            .map(|(player, it)| (*player, &*it.answers))
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
