//! The house's controller, in either of its languages: its code, and what it needs of this machine.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use serde_json::Value;

use super::elf;
use crate::stack::{Code, program};

const PYTHON: &str = include_str!("../../../../applications/house/python/ac_control_lambda.py");

/// What answers where Python and its packages are, if boto3 is among them.
const ASK_PYTHON: &str = "import boto3, json, sys; print(json.dumps([sys.executable, sys.path]))";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    Rust,
    Python,
}

impl Language {
    /// As the template's parameter has it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Language::Rust => "rust",
            Language::Python => "python",
        }
    }

    /// The controller in Rust is in this program, which therefore is its own bootstrap: see [`as_function`].
    pub(super) fn code(self) -> Result<Code> {
        if self == Language::Python {
            return Ok(Code::Text("ac_control_lambda.py", PYTHON));
        }
        let path = std::env::current_exe().context("this program does not know where it is")?;
        let own = std::fs::read(&path);
        let own = own.with_context(|| format!("{} cannot be read", path.display()))?;
        Ok(Code::Archive(program(elf::loaded(own))?))
    }

    /// What a server must be configured with, so that the code runs.
    pub(super) fn configuration(self) -> Result<String> {
        if self == Language::Rust {
            return Ok(String::new());
        }
        let asked = Command::new("python3").args(["-c", ASK_PYTHON]).stdin(Stdio::null()).output();
        let Some(answer) = asked.ok().filter(|asked| asked.status.success()) else {
            bail!("python3 has no boto3: pip install boto3, or choose --controller rust");
        };
        let answer: Value =
            serde_json::from_slice(&answer.stdout).context("python3 does not say where it is")?;
        let paths = answer[1].as_array().into_iter().flatten().filter_map(Value::as_str);
        let readable: Vec<PathBuf> =
            paths.map(PathBuf::from).filter(|path| path.is_absolute() && path.exists()).collect();
        let python = answer[0].as_str().unwrap_or("python3");
        Ok(format!("[functions]\npython = {python:?}\nreadable = {readable:?}\n"))
    }
}

/// What this program does where it was begun as a function: what its handler says. None if it was not.
pub(crate) fn as_function() -> Option<std::process::ExitCode> {
    // A bootstrap is begun without a word.
    if !function::is_function() || std::env::args_os().len() > 1 {
        return None;
    }
    let handler = std::env::var("_HANDLER").unwrap_or_default();
    if handler == house_controller::HANDLER {
        return Some(house_controller::main());
    }
    let told = format!("no function of this program is called {handler:?}\n");
    let _unheard = std::io::Write::write_all(&mut std::io::stderr(), told.as_bytes());
    Some(std::process::ExitCode::FAILURE)
}
