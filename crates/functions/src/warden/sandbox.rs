//! What the system can forbid a worker, where it can: files that are not its own, and processes that
//! are not its own.

use std::path::PathBuf;

use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, PathBeneath, PathFd, RestrictionStatus,
    Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
};

use crate::order::Order;

/// The newest interface that we know; of an older system's we use what it has.
const KNOWN: ABI = ABI::V6;

/// Of the system: programs, libraries, what they are configured by.
const SYSTEM: &[&str] = &[
    "/bin",
    "/etc",
    "/lib",
    "/lib32",
    "/lib64",
    "/nix",
    "/opt",
    "/proc",
    "/run/systemd/resolve",
    "/sbin",
    "/sys",
    "/usr",
];

/// Devices that hold nothing.
const DEVICES: &[&str] =
    &["/dev/full", "/dev/null", "/dev/random", "/dev/urandom", "/dev/zero", "/dev/tty"];

/// Forbids this thread, and what it will begin, everything else from now on.
pub(super) fn enter(order: &Order) -> std::io::Result<()> {
    match restrict(order) {
        Ok(status) if status.ruleset == RulesetStatus::NotEnforced => {
            // An old kernel; rights to gain more are given up all the same.
            rustix::thread::set_no_new_privs(true)?;
            Ok(())
        }
        Ok(_) => Ok(()),
        Err(error) => Err(std::io::Error::other(error)),
    }
}

fn restrict(order: &Order) -> Result<RestrictionStatus, RulesetError> {
    let all = AccessFs::from_all(KNOWN);
    let read = AccessFs::from_read(KNOWN);
    let rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(all)?
        .scope(Scope::Signal)?
        .create()?;
    let system = SYSTEM.iter().map(PathBuf::from);
    let mut rules = allow(rules, system.chain(order.readable.iter().cloned()), read)?;
    rules = allow(rules, order.writable.iter().cloned(), all)?;
    let device = AccessFs::ReadFile | AccessFs::WriteFile;
    rules = allow(rules, DEVICES.iter().map(PathBuf::from), device)?;
    rules.restrict_self()
}

/// What is not there needs no rule.
fn allow(
    mut rules: RulesetCreated,
    paths: impl Iterator<Item = PathBuf>,
    access: landlock::BitFlags<AccessFs>,
) -> Result<RulesetCreated, RulesetError> {
    for path in paths {
        if let Ok(opened) = PathFd::new(&path) {
            rules = rules.add_rule(PathBeneath::new(opened, access))?;
        }
    }
    Ok(rules)
}
