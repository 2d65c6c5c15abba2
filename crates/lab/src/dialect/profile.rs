//! What kind of program a server is, told before any judgement of it: one row a trait.
//!
//! A row holds or does not, by what was learned; words are only a prior of that. A program that fits
//! no row is told as such, with its first answer that was not understood.

use super::learned::{Dialect, WinSign};
use super::way::{Form, Way};

/// A trait that a server has or has not.
#[derive(Debug)]
pub struct Row {
    /// Its name in JSON. It never changes.
    pub id: &'static str,
    /// The phrase that tells it to a person, which takes `size`, the bytes of a length or of a number.
    pub phrase: &'static str,
    /// Whether a server has it.
    holds: fn(&Dialect) -> bool,
}

const fn row(id: &'static str, phrase: &'static str, holds: fn(&Dialect) -> bool) -> Row {
    Row { id, phrase, holds }
}

/// All traits, in the order in which they are told.
pub static ROWS: &[Row] = &[
    row("speaks_first", "profile-speaks-first", |it| {
        it.speaks_first == Some(true)
    }),
    row("listens_first", "profile-listens-first", |it| {
        it.speaks_first == Some(false)
    }),
    row("two_players", "profile-two-players", |it| it.two_players),
    row("lines", "profile-lines", |it| {
        it.way.is_some() && it.newline == Some(true) && is_text(it)
    }),
    row("bare", "profile-bare", |it| {
        it.way.is_some() && it.newline == Some(false) && is_text(it)
    }),
    row("objects", "profile-objects", |it| {
        it.way.as_ref().is_some_and(Way::is_object)
    }),
    row("lengths_big_endian", "profile-lengths-big", |it| {
        has_lengths(it, true)
    }),
    row("lengths_little_endian", "profile-lengths-little", |it| {
        has_lengths(it, false)
    }),
    row("integers", "profile-integers", |it| {
        matches!(form(it), Some(Form::BigEndian | Form::LittleEndian))
    }),
    row("one_guess_a_connection", "profile-one-guess", |it| {
        it.one_guess
    }),
    row("without_hints", "profile-without-hints", |it| {
        it.without_hints
    }),
    row("narrows", "profile-narrows", |it| it.narrows),
    row("acknowledged", "profile-acknowledged", |it| it.acknowledged),
    row("range_each_game", "profile-range-each-game", |it| {
        it.ranges_differ
    }),
    row("win_in_words", "profile-win-words", |it| {
        it.win == Some(WinSign::Words)
    }),
    row("win_is_tries", "profile-win-tries", |it| {
        it.win == Some(WinSign::Tries)
    }),
    row("win_is_close", "profile-win-close", |it| {
        it.win == Some(WinSign::Close)
    }),
];

/// The traits that this server has.
pub fn of(dialect: &Dialect) -> impl Iterator<Item = &'static Row> {
    ROWS.iter().filter(|row| (row.holds)(dialect))
}

/// The bytes of a length before a text, or of an integer.
pub fn size(dialect: &Dialect) -> usize {
    dialect.prefix.map_or(4, |prefix| prefix.size)
}

fn form(dialect: &Dialect) -> Option<&Form> {
    dialect.way.as_ref().map(|way| &way.form)
}

fn is_text(dialect: &Dialect) -> bool {
    let is_object = dialect.way.as_ref().is_some_and(Way::is_object);
    matches!(form(dialect), Some(Form::Text(_))) && !is_object && dialect.prefix.is_none()
}

fn has_lengths(dialect: &Dialect, big_endian: bool) -> bool {
    dialect
        .prefix
        .is_some_and(|prefix| prefix.big_endian == big_endian)
}
