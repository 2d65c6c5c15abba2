//! The program: all that it does is in the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    juste_prix::run()
}
