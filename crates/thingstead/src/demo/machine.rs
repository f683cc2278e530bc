//! What a process takes of this machine.

use std::fs;

/// Of the server, at some moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) memory_kib: u64,
    pub(super) descriptors: usize,
}

/// None where the system does not say.
pub(super) fn taken(pid: u32) -> Option<Taken> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let descriptors = fs::read_dir(format!("/proc/{pid}/fd")).ok()?.count();
    Some(Taken { memory_kib: anonymous_kib(&status)?, descriptors })
}

/// Memory of its own. What is mapped of files can be had back at any time, so it says nothing of growth.
fn anonymous_kib(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

impl std::fmt::Display for Taken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, tenth) = (self.memory_kib / 1_024, self.memory_kib % 1_024 * 10 / 1_024);
        write!(f, "{whole}.{tenth} MiB, {} descriptors", self.descriptors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_takes_something() {
        let taken = taken(std::process::id()).expect("told");
        assert!(taken.memory_kib > 0 && taken.descriptors > 2, "{taken}");
        assert_eq!(anonymous_kib("VmRSS:\t 9 kB\nRssAnon:\t    1536 kB\n"), Some(1_536));
        let taken = Taken { memory_kib: 1_536, descriptors: 7 };
        assert_eq!(taken.to_string(), "1.5 MiB, 7 descriptors");
    }
}
