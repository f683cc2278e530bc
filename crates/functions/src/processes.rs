//! What `/proc` says of processes.

use std::fs;

/// What a tree of processes takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) processes: usize,
    /// Memory of its own: without what comes from files.
    pub(crate) own_bytes: u64,
    /// All that is in memory.
    pub(crate) resident_bytes: u64,
}

/// All descendants of a process, or as many as are wanted.
pub(crate) fn below(root: i32, most: usize) -> Vec<i32> {
    let mut found: Vec<i32> = children(root);
    let mut looked = 0;
    while looked < found.len() && found.len() < most {
        let more = children(found[looked]);
        found.extend(more);
        looked += 1;
    }
    found
}

fn children(process: i32) -> Vec<i32> {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else { return Vec::new() };
    let mut found = Vec::new();
    for thread in threads.flatten() {
        let Ok(text) = fs::read_to_string(thread.path().join("children")) else { continue };
        found.extend(text.split_ascii_whitespace().filter_map(|pid| pid.parse::<i32>().ok()));
    }
    found
}

/// What everything below a process takes; beyond `most` processes nobody counts.
pub(crate) fn taken_below(root: i32, most: usize) -> Taken {
    let mut taken = Taken::default();
    for process in below(root, most) {
        taken.processes += 1;
        let Some((own, resident)) = memory(process) else { continue };
        taken.own_bytes += own;
        taken.resident_bytes += resident;
    }
    taken
}

fn memory(process: i32) -> Option<(u64, u64)> {
    let text = fs::read_to_string(format!("/proc/{process}/statm")).ok()?;
    let mut pages = text.split_ascii_whitespace().skip(1).map_while(|word| word.parse().ok());
    let (resident, shared): (u64, u64) = (pages.next()?, pages.next()?);
    let page = rustix::param::page_size() as u64;
    Some((resident.saturating_sub(shared) * page, resident * page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_below_and_takes_memory() {
        let mut child =
            std::process::Command::new("sleep").arg("60").spawn().expect("sleep is started");
        let own = i32::try_from(std::process::id()).expect("a process id");
        let pid = i32::try_from(child.id()).expect("a process id");
        assert!(below(own, usize::MAX).contains(&pid));
        assert!(taken_below(own, 100).processes >= 1);
        child.kill().expect("killed");
        child.wait().expect("ended");
        assert!(!below(own, usize::MAX).contains(&pid));
    }
}
