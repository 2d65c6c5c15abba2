//! Rules that a test may leave out, to prove that its campaign notices: one that cannot fail
//! protects nothing.
//!
//! Only a program built with the feature `sabotage` can leave a rule out, and only when its
//! environment asks for it. Such a program is never released. `scripts/sabotage` runs the campaigns.

use std::sync::OnceLock;

/// A rule that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Nothing is answered before the journal has it: `commit`.
    CommitFirst,
    /// A request that an entry repeats is ignored: `repeats`.
    IgnoreRepeats,
}

static LEFT_OUT: OnceLock<Rule> = OnceLock::new();

/// Leaves out the rule of that name for the rest of the process, if the program can. Any other name
/// leaves out nothing. The first rule stays: later calls are ignored.
pub fn leave_out(name: &str) {
    let rule = match name {
        "commit" => Rule::CommitFirst,
        "repeats" => Rule::IgnoreRepeats,
        _ => return,
    };
    LEFT_OUT.get_or_init(|| rule);
}

/// Whether this rule is left out.
pub fn leaves_out(rule: Rule) -> bool {
    cfg!(feature = "sabotage") && LEFT_OUT.get() == Some(&rule)
}
