//! `play`.
use crate::cli::Play;
use crate::commands::Failure;
use crate::phrases::Lang;

/// Plays.
pub fn play(_args: Play, _lang: Lang) -> Result<(), Failure> {
    Ok(())
}
