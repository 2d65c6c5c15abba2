//! What a test may have left out, to see that the others notice: a campaign that can't fail
//! protects nothing.
//!
//! Only in a program that was built with the feature `sabotage`, which none is that anybody plays
//! on, and there only when the environment asks for it. `scripts/sabotage` does both.

/// The environment variable that names what is left out.
pub const VARIABLE: &str = "JUSTE_PRIX_SABOTAGE";

/// A rule that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Nothing is answered before the journal has it: `commit`.
    CommitFirst,
    /// A request that an entry repeats is ignored: `repeats`.
    IgnoreRepeats,
}

/// Whether this rule is left out.
pub fn leaves_out(rule: Rule) -> bool {
    let name = match rule {
        Rule::CommitFirst => "commit",
        Rule::IgnoreRepeats => "repeats",
    };
    cfg!(feature = "sabotage") && std::env::var(VARIABLE).is_ok_and(|left_out| left_out == name)
}
