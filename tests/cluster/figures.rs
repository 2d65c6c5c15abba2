//! How long players waited because of each fault.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::fault::Kind;
use crate::player::Identity;

/// From a fault's beginning until everybody had been answered after its end.
pub struct Window {
    pub kind: Kind,
    pub began: Instant,
    pub ended: Instant,
}

/// Of one kind of fault: the pauses of each window.
#[derive(Default)]
struct Pauses {
    /// Nobody at all was answered.
    all: Vec<Duration>,
    /// A player who had asked waited so long for an answer, on whatever connection.
    median: Vec<Duration>,
    worst: Vec<Duration>,
}

/// Prints a line for each kind, and one for all.
pub fn print(windows: &[Window], players: &[Vec<Identity>]) {
    let mut kinds: BTreeMap<Kind, Pauses> = BTreeMap::new();
    let mut every = Pauses::default();
    let answers: Vec<Vec<(Instant, Instant)>> = players.iter().map(|p| waits(p)).collect();
    let mut told: Vec<Instant> = answers.iter().flatten().map(|(_, told)| *told).collect();
    told.sort_unstable();
    for window in windows {
        let is_in = |at: Instant| at >= window.began && at <= window.ended;
        let edges = [window.began]
            .into_iter()
            .chain(told.iter().copied().filter(|at| is_in(*at)));
        let edges: Vec<Instant> = edges.chain([window.ended]).collect();
        let gaps = edges.windows(2).map(|two| two[1] - two[0]);
        let all = gaps.max().unwrap_or_default();
        let mut longest: Vec<Duration> = answers
            .iter()
            .map(|waits| {
                let here = waits.iter().filter(|(_, told)| is_in(*told));
                here.map(|(asked, told)| *told - *asked)
                    .max()
                    .unwrap_or_default()
            })
            .collect();
        let (median, worst) = (
            middle(&mut longest),
            longest.last().copied().unwrap_or_default(),
        );
        for pauses in [kinds.entry(window.kind).or_default(), &mut every] {
            pauses.all.push(all);
            pauses.median.push(median);
            pauses.worst.push(worst);
        }
    }
    println!("| fault | times | nobody answered: median, worst | a player waited: median, worst |");
    println!("|---|---|---|---|");
    for (kind, mut pauses) in kinds {
        row(&format!("{kind:?}"), &mut pauses);
    }
    row("all", &mut every);
}

fn row(name: &str, pauses: &mut Pauses) {
    let Pauses { all, median, worst } = pauses;
    let (times, middle_all, middle) = (all.len(), middle(all), middle(median));
    let longest = |durations: &[Duration]| durations.iter().max().copied().unwrap_or_default();
    println!(
        "| {name} | {times} | {:.1} s, {:.1} s | {:.1} s, {:.1} s |",
        middle_all.as_secs_f64(),
        longest(all).as_secs_f64(),
        middle.as_secs_f64(),
        longest(worst).as_secs_f64(),
    );
}

/// Sorts them.
fn middle(durations: &mut [Duration]) -> Duration {
    durations.sort_unstable();
    durations
        .get(durations.len() / 2)
        .copied()
        .unwrap_or_default()
}

/// When a player asked something, first, and when they were answered, on whatever connection.
fn waits(identities: &[Identity]) -> Vec<(Instant, Instant)> {
    let talks = identities
        .iter()
        .flat_map(|identity| &identity.conversations);
    let mut asked = None;
    let mut waits = Vec::new();
    for exchange in talks.flat_map(|talk| &talk.exchanges) {
        let since = *asked.get_or_insert(exchange.sent);
        if let Some((told, _)) = exchange.answer {
            waits.push((since, told));
            asked = None;
        }
    }
    waits
}
