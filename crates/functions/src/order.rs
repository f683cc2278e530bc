//! What the server tells a warden, and what the warden tells the server: lines of JSON.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What to run, and within which limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) directory: PathBuf,
    /// Private memory that each process may map.
    pub(crate) data_bytes_max: u64,
    pub(crate) files_max: u64,
    /// The longest file that it may write.
    pub(crate) file_bytes_max: u64,
    /// What it may read and run, where the system can hold it to that.
    pub(crate) readable: Vec<PathBuf>,
    pub(crate) writable: Vec<PathBuf>,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Word {
    Started {
        pid: i32,
    },
    /// It cannot be started at all.
    Failed {
        what: String,
    },
    Ended(Ending),
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Ending {
    Exit(i32),
    Signal(i32),
}

impl std::fmt::Display for Ending {
    /// As Lambda words it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Ending::Exit(0) => f.write_str("Runtime exited without providing a reason"),
            Ending::Exit(code) => write!(f, "Runtime exited with error: exit status {code}"),
            Ending::Signal(number) => {
                let name = match number {
                    4 => "illegal instruction",
                    6 => "aborted",
                    7 => "bus error",
                    8 => "floating point exception",
                    9 => "killed",
                    11 => "segmentation fault",
                    15 => "terminated",
                    25 => "file size limit exceeded",
                    31 => "bad system call",
                    _ => return write!(f, "Runtime exited with error: signal: {number}"),
                };
                write!(f, "Runtime exited with error: signal: {name}")
            }
        }
    }
}
