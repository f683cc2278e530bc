//! `[functions]` of the configuration: what functions may take of this machine.

use std::path::PathBuf;
use std::time::Duration;

use functions::{EVENT_RETRY_DEFAULT, IDLE_DEFAULT, Settings, WORKERS_MAX_DEFAULT};
use serde::Deserialize;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct FunctionsConfig {
    max_workers: usize,
    idle_secs: u64,
    event_retry_secs: u64,
    python: String,
    node: String,
    readable: Vec<PathBuf>,
}

impl Default for FunctionsConfig {
    fn default() -> FunctionsConfig {
        FunctionsConfig {
            max_workers: WORKERS_MAX_DEFAULT,
            idle_secs: IDLE_DEFAULT.as_secs(),
            event_retry_secs: EVENT_RETRY_DEFAULT.as_secs(),
            python: "python3".to_owned(),
            node: "node".to_owned(),
            readable: Vec::new(),
        }
    }
}

impl FunctionsConfig {
    pub(crate) fn check(&self, wrong: &mut Vec<String>) {
        if self.max_workers == 0 {
            wrong.push("functions.max_workers cannot be 0".to_owned());
        }
        for path in self.readable.iter().filter(|path| !path.is_absolute()) {
            wrong.push(format!("functions.readable: {} is no absolute path", path.display()));
        }
    }

    /// The settings of functions, which live in this directory.
    pub(crate) fn settings(&self, directory: PathBuf) -> Settings {
        Settings {
            workers_max: self.max_workers,
            idle: Duration::from_secs(self.idle_secs),
            event_retry: Duration::from_secs(self.event_retry_secs),
            python: self.python.clone(),
            node: self.node.clone(),
            readable: self.readable.clone(),
            ..Settings::new(directory)
        }
    }

    /// Each key with its value, as TOML.
    pub(crate) fn lines(&self) -> Vec<(String, String)> {
        let lines = [
            ("max_workers", self.max_workers.to_string()),
            ("idle_secs", self.idle_secs.to_string()),
            ("event_retry_secs", self.event_retry_secs.to_string()),
            ("python", format!("{:?}", self.python)),
            ("node", format!("{:?}", self.node)),
            ("readable", format!("{:?}", self.readable)),
        ];
        lines.into_iter().map(|(key, value)| (format!("functions.{key}"), value)).collect()
    }
}
