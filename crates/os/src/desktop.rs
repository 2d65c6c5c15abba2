//! The desktop of the person who starts the program: whether there is one, and its browser.

use std::env;
use std::io;

/// Whether windows can be opened here. Windows and macOS always have a desktop; elsewhere one of the
/// two display servers has announced itself.
pub fn is_there() -> bool {
    let announced = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(windows, target_os = "macos")) || announced("WAYLAND_DISPLAY") || announced("DISPLAY")
}

/// Opens a link in the user's browser, which outlives this process and its terminal.
///
/// # Errors
/// No program that opens links could be started.
pub fn open_link(link: &str) -> io::Result<()> {
    open::that_detached(link)
}
