//! The parts of the program, without the program around them: rooms and conversations under a virtual
//! clock, stores of the journal, the learner of dialects, and what any bytes may not do.

mod answers;
mod conversations;
mod dialect;
mod fuzz;
mod journal;
#[path = "common/nats.rs"]
mod nats;
mod simulation;
