//! The warden alone, for tests of this crate: the server is its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    functions::run_warden()
}
