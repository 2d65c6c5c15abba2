//! The players of `scripts/bench` and `scripts/million`: `bench_load PLAN [LINE]`.
//!
//! PLAN is a [`Plan`] as JSON. The players connect, `ready` is written, and they play once a line
//! arrives on standard input, so that the caller measures a server's memory and CPU in between. At the
//! end a report is written as one line of JSON. With LINE, such as Redis's `PING`, the server is sent that in
//! place of guesses.

use std::error::Error;

use juste_prix::load::{Plan, Transport, run_part};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let plan = args.next().ok_or("usage: bench_load PLAN [LINE]")?;
    let mut plan: Plan = serde_json::from_str(&plan)?;
    if let Some(line) = args.next() {
        plan.transport = Transport::Lines(line.leak());
    }
    Ok(run_part(plan)?)
}
