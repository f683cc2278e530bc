//! How much memory there is for us.

use std::path::Path;

const GROUPS: &str = "/sys/fs/cgroup";

/// What this machine has, or what the groups that this process is in may take, if that is less.
pub(crate) fn bytes() -> u64 {
    let machine = rustix::system::sysinfo();
    let machine = machine.totalram.saturating_mul(machine.mem_unit.into());
    let groups = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let limit = own_group(&groups).and_then(|group| limit(Path::new(GROUPS), group));
    limit.map_or(machine, |limit| machine.min(limit))
}

/// The path of our group, without the first slash. Older systems have one for each kind of limit; what
/// those allow is not looked at.
fn own_group(groups: &str) -> Option<&str> {
    groups.lines().find_map(|line| line.strip_prefix("0::/"))
}

/// The least that a group or one that it is in may take. Most have no limit, and say `max`.
fn limit(groups: &Path, group: &str) -> Option<u64> {
    let within = groups.join(group);
    let limits = within.ancestors().take_while(|group| group.starts_with(groups));
    limits.filter_map(|group| read(&group.join("memory.max"))).min()
}

fn read(limit: &Path) -> Option<u64> {
    std::fs::read_to_string(limit).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_some() {
        assert!(bytes() > 16 * 1024 * 1024);
    }

    #[test]
    fn the_least_limit_of_our_groups_counts() {
        let place = tempfile::tempdir().unwrap();
        let unit = place.path().join("system.slice/house.service");
        std::fs::create_dir_all(&unit).unwrap();
        let limit_of = |groups: &str| limit(place.path(), own_group(groups)?);
        let ours = "1:name=systemd:/old\n0::/system.slice/house.service\n";
        std::fs::write(unit.join("memory.max"), "max\n").unwrap();
        assert_eq!(limit_of(ours), None);
        std::fs::write(place.path().join("system.slice/memory.max"), "5000\n").unwrap();
        assert_eq!(limit_of(ours), Some(5000));
        std::fs::write(unit.join("memory.max"), "4000\n").unwrap();
        assert_eq!(limit_of(ours), Some(4000));
        assert_eq!(limit_of("0::/\n"), None);
        assert_eq!(limit_of("4:memory:/docker\n"), None);
    }
}
