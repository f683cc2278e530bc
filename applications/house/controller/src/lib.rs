//! The house's controller: each minute it asks what was measured within the last one, and switches the air
//! conditioner of each zone.
//!
//! A function of Lambda in Rust. [`decision`] says what a mean leads to and [`readings`] gets them; what is
//! published is in [`control`]. It keeps nothing between its invocations.

mod control;
mod decision;
mod readings;

use std::io::Write;
use std::process::ExitCode;

use function::{CallError, Caller};
use serde_json::Value;

pub use decision::{OFF_BELOW, ON_ABOVE, Switch, decide, mean};
pub use readings::Window;

/// What the function is named by where one program holds several.
pub const HANDLER: &str = "house.controller";

/// How far back it looks unless the event says otherwise.
const WINDOW_DEFAULT: &str = "1m";

/// Why an invocation failed.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error("window is {text}; a number with ms, s, m or h is needed, as 1m")]
    Window { text: String },
    /// The others have been worked on all the same.
    #[error("{}", failures.join("; "))]
    Zones { failures: Vec<String> },
}

/// Serves invocations until the process is ended.
pub fn main() -> ExitCode {
    let ended = function::run(|event| control_once(&event));
    // It only returns with an error, and there is a log that it goes to.
    if let Err(error) = ended {
        let _unheard = writeln!(std::io::stderr(), "{error}");
    }
    ExitCode::FAILURE
}

/// The clock's event says nothing of a window. A house that lives faster has shorter minutes.
fn control_once(event: &Value) -> Result<Value, ControlError> {
    let window = Window::parse(event["window"].as_str().unwrap_or(WINDOW_DEFAULT))?;
    let mut caller = Caller::from_environment()?;
    control::control(&mut caller, &window, &mut std::io::stdout())
}
