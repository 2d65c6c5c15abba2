//! The results of a bot's games.

use game::phrases::{Lang, decimal, say};

/// Counts of games, and of the guesses that won them.
#[derive(Debug, Default)]
pub struct Results {
    games: u32,
    won: u32,
    /// Guesses of all won games together.
    tries: u64,
    fewest: Option<u32>,
    most: Option<u32>,
}

impl Results {
    /// Adds a game: the number of guesses that won it; `None` if it was lost.
    pub fn add(&mut self, game: Option<u32>) {
        self.games += 1;
        if let Some(tries) = game {
            self.won += 1;
            self.tries += u64::from(tries);
            self.fewest = Some(self.fewest.map_or(tries, |fewest| fewest.min(tries)));
            self.most = self.most.max(Some(tries));
        }
    }

    fn mean(&self) -> Option<f64> {
        (self.won > 0).then(|| self.tries as f64 / f64::from(self.won))
    }

    /// The results as JSON.
    pub fn document(&self) -> serde_json::Value {
        serde_json::json!({
            "games": self.games,
            "won": self.won,
            "mean": self.mean(),
            "fewest": self.fewest,
            "most": self.most,
        })
    }

    /// The results as text.
    pub fn text(&self, lang: Lang) -> String {
        let games = [("games", self.games.into()), ("won", self.won.into())];
        let games = say(lang, "bot-games", &games);
        let (Some(mean), Some(fewest), Some(most)) = (self.mean(), self.fewest, self.most) else {
            return games;
        };
        let mean = decimal(lang, mean, 1);
        let tries = [
            ("mean", mean.into()),
            ("fewest", fewest.into()),
            ("most", most.into()),
        ];
        format!("{games}\n{}", say(lang, "bot-tries", &tries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_count_the_tries_of_what_was_won() {
        let mut results = Results::default();
        let none = results.document();
        assert!(none["mean"].is_null() && none["won"] == 0, "{none}");
        for game in [Some(7), None, Some(3), Some(4)] {
            results.add(game);
        }
        let read = results.document();
        assert_eq!((&read["games"], &read["won"]), (&4.into(), &3.into()));
        assert_eq!((&read["fewest"], &read["most"]), (&3.into(), &7.into()));
        let text = results.text(Lang::Fr).replace('\u{a0}', " ");
        assert!(text.contains("4 parties") && text.contains("4,7"), "{text}");
        assert!(results.text(Lang::En).contains("4.7"));
    }
}
