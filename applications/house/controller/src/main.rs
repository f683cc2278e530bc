//! The controller as a program of its own: the `bootstrap` of a function.

use std::process::ExitCode;

fn main() -> ExitCode {
    house_controller::main()
}
