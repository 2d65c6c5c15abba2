//! What a room remembers of its protocol page: the teacher's rules, and what pupils propose.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::limits::{PROPOSALS, PROPOSALS_EACH};
use crate::rules::{PlayerId, Proposal, Topic};

/// The page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Protocol {
    /// The rules, each one line.
    pub rules: BTreeMap<Topic, Box<str>>,
    /// What pupils propose, oldest first: of each pupil the latest on a topic.
    pub proposals: Vec<Proposal>,
    /// How often each pupil has proposed something.
    made: BTreeMap<PlayerId, u32>,
}

impl Protocol {
    /// Whether a player may propose something more.
    pub fn takes(&self, player: PlayerId, topic: Topic) -> bool {
        let made = self.made.get(&player).copied().unwrap_or_default();
        made < PROPOSALS_EACH && !self.is_full(player, topic)
    }

    /// Whether there is no place for a player's proposal, which replaces their earlier one on the topic.
    pub fn is_full(&self, player: PlayerId, topic: Topic) -> bool {
        let mut all = self.proposals.iter();
        let replaces = all.any(|it| (it.player, it.topic) == (player, topic));
        !replaces && self.proposals.len() >= PROPOSALS
    }

    /// Adds a proposal, in place of the player's earlier one on the topic.
    pub(super) fn propose(&mut self, proposal: Proposal) {
        if self.takes(proposal.player, proposal.topic) {
            *self.made.entry(proposal.player).or_default() += 1;
            self.dismiss(proposal.player, proposal.topic);
            self.proposals.push(proposal);
        }
    }

    /// Writes a rule, or removes it if it is empty. Those who proposed it have been heard.
    pub(super) fn set(&mut self, topic: Topic, text: &str) {
        if text.is_empty() {
            self.rules.remove(&topic);
        } else {
            self.rules.insert(topic, text.into());
        }
        let is_heard = |it: &Proposal| it.topic == topic && &*it.text == text;
        self.proposals.retain(|it| !is_heard(it));
    }

    /// Puts a proposal away.
    pub(super) fn dismiss(&mut self, player: PlayerId, topic: Topic) {
        let is_it = |it: &Proposal| (it.player, it.topic) == (player, topic);
        self.proposals.retain(|it| !is_it(it));
    }

    /// Forgets what a player has proposed.
    pub(super) fn erase(&mut self, player: PlayerId) {
        self.proposals.retain(|it| it.player != player);
        self.made.remove(&player);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects the teacher's list and the journal from a pupil who proposes without end.
    #[test]
    fn proposals_have_a_bound_for_each_pupil_and_for_the_room() {
        let mut page = Protocol::default();
        let propose = |page: &mut Protocol, who: u8, topic, text: &str| {
            page.propose(Proposal {
                player: PlayerId([who; 16]),
                topic,
                text: text.into(),
            });
        };
        for n in 0..=PROPOSALS_EACH {
            propose(&mut page, 0, Topic::Small, &n.to_string());
        }
        let texts: Vec<&str> = page.proposals.iter().map(|it| &*it.text).collect();
        assert_eq!(texts, [(PROPOSALS_EACH - 1).to_string()]);
        for who in 1..=200 {
            propose(&mut page, who, Topic::Big, "+");
        }
        assert_eq!(page.proposals.len(), PROPOSALS);
        page.set(Topic::Big, "+");
        assert_eq!(page.proposals.len(), 1, "those who proposed it are heard");
        page.erase(PlayerId([0; 16]));
        assert!(page.proposals.is_empty());
        page.set(Topic::Big, "");
        assert!(page.rules.is_empty());
    }
}
