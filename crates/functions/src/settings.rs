//! How functions are run on this machine.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How many invocations run at once. AWS allows a thousand, each on a machine of its own; here each is a
/// process of this machine.
pub const WORKERS_MAX_DEFAULT: usize = 64;

/// How long a worker waits for another invocation. Lambda's live for some minutes.
pub const IDLE_DEFAULT: Duration = Duration::from_secs(300);

/// AWS's.
pub const EVENT_RETRY_DEFAULT: Duration = Duration::from_secs(60);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Unpacked code and the files of workers: nothing in it must be kept.
    pub directory: PathBuf,
    /// What starts a warden: this program, and what to tell it.
    pub warden: (PathBuf, Vec<String>),
    pub workers_max: usize,
    pub idle: Duration,
    /// How long a failed event waits for its first retry; for the second it waits twice as long.
    pub event_retry: Duration,
    /// Names to be looked for, or paths.
    pub python: String,
    pub node: String,
    /// What functions may read beside the system and their own code.
    pub readable: Vec<PathBuf>,
    /// Where they find the AWS API.
    pub endpoint: Option<SocketAddr>,
}

impl Settings {
    /// Defaults, with this program as its own warden.
    pub fn new(directory: PathBuf) -> Settings {
        Settings {
            directory,
            // Also right when the file was replaced by a newer one since.
            warden: (PathBuf::from("/proc/self/exe"), vec![crate::WARDEN.to_owned()]),
            workers_max: WORKERS_MAX_DEFAULT,
            idle: IDLE_DEFAULT,
            event_retry: EVENT_RETRY_DEFAULT,
            python: "python3".to_owned(),
            node: "node".to_owned(),
            readable: Vec::new(),
            endpoint: None,
        }
    }
}
