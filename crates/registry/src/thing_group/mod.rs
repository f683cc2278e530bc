//! Static thing groups: trees of groups, each of which may hold things.
//!
//! A group never changes its name or its parent, so where it stands is a fixed path: `root/child/`.
//! Keys of memberships begin with the path of the group; the things below a group, at whatever
//! depth, are thus one range.

mod create;
mod delete;
mod look;
mod membership;
mod record;
mod update;

pub use create::{CreateThingGroupError, NewThingGroup};
pub use delete::DeleteThingGroupError;
pub use look::{GroupFilter, ThingGroupNotFound};
pub use membership::{GROUPS_PER_THING_MAX, MembershipError};
pub use record::ThingGroup;
pub use update::{ThingGroupUpdate, UpdateThingGroupError};

pub(crate) use membership::{leave_all, paths_of};
pub(crate) use record::{GroupPath, THING_GROUPS, group};
