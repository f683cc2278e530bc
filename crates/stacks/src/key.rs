//! Where things stand.

use kv::Space;

pub(crate) const STACKS: Space = Space::new("stacks");
pub(crate) const NAMES: Space = Space::new("stack-names");
pub(crate) const RESOURCES: Space = Space::new("stack-resources");
pub(crate) const EVENTS: Space = Space::new("stack-events");
pub(crate) const CHANGE_SETS: Space = Space::new("change-sets");
pub(crate) const EXPORTS: Space = Space::new("stack-exports");
pub(crate) const IMPORTS: Space = Space::new("stack-imports");
pub(crate) const RECEIPTS: Space = Space::new("stack-receipts");
pub(crate) const ANSWERS: Space = Space::new("stack-answers");

/// What stands below something.
pub(crate) fn below(one: &str, other: &str) -> String {
    format!("{one}\0{other}")
}
