//! A group as it is, as it is stored, and where it stands.

use bytes::Bytes;
use kv::{Snapshot, Space};
use model::{ThingGroupName, ThingName};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::attributes::Attributes;
use crate::edge::EdgeKind;
use crate::record::{self, Record, RecordError};
use crate::registry::{StoreError, find};

pub(crate) const THING_GROUPS: Space = Space::new("thing-groups");
/// Groups by their parents: `parent/child`.
pub(crate) const CHILDREN: Space = Space::new("thing-group-children");
/// Ends of memberships are paths with a slash at their end.
pub(crate) const MEMBERS: EdgeKind = EdgeKind {
    forward: Space::new("thing-group-things"),
    backward: Space::new("thing-thing-groups"),
    from: "thing-group",
    to: crate::thing::THING,
};
/// The kind of mark that a new child leaves on its parent.
pub(crate) const PARENT: &str = "thing-group-parent";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThingGroup {
    pub name: ThingGroupName,
    /// The groups above it, from the root to its parent.
    pub ancestors: Vec<ThingGroupName>,
    pub description: Option<String>,
    pub attributes: Attributes,
    /// Begins at 1 and rises with each update.
    pub version: u64,
    pub created_at: UnixMillis,
}

impl ThingGroup {
    pub fn parent(&self) -> Option<&ThingGroupName> {
        self.ancestors.last()
    }

    pub(crate) fn path(&self) -> GroupPath {
        let names = self.ancestors.iter().chain([&self.name]);
        GroupPath(names.map(|name| format!("{name}/")).collect())
    }
}

/// Where a group stands: `root/child/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GroupPath(String);

impl GroupPath {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn parse(text: &str) -> Result<GroupPath, RecordError> {
        let path = GroupPath(text.to_owned());
        match text.ends_with('/') && path.names().count() > 0 {
            true => Ok(path),
            false => Err(RecordError::Key),
        }
    }

    /// The group's own name and those above it, from the root down.
    pub(crate) fn names(&self) -> impl DoubleEndedIterator<Item = ThingGroupName> {
        self.0.split('/').filter_map(|name| ThingGroupName::new(name).ok())
    }

    pub(crate) fn name(&self) -> ThingGroupName {
        self.names().next_back().expect("a path holds at least its own name")
    }

    pub(crate) fn root(&self) -> ThingGroupName {
        self.names().next().expect("a path holds at least its own name")
    }
}

/// A group as it is stored; its name is the key.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredThingGroup {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ancestors: Vec<ThingGroupName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    attributes: Attributes,
    pub(crate) version: u64,
    created_at: UnixMillis,
}

impl Record for StoredThingGroup {
    const VERSION: u8 = 1;
}

impl StoredThingGroup {
    pub(crate) fn into_group(self, name: ThingGroupName) -> ThingGroup {
        let StoredThingGroup { ancestors, description, attributes, version, created_at } = self;
        ThingGroup { name, ancestors, description, attributes, version, created_at }
    }
}

pub(crate) fn encode(group: &ThingGroup) -> Bytes {
    let ThingGroup { ancestors, description, attributes, version, created_at, .. } = group.clone();
    let stored = StoredThingGroup { ancestors, description, attributes, version, created_at };
    record::encode(&stored).into()
}

/// A group and the bytes that it was read from.
pub(crate) fn group(
    snapshot: &Snapshot,
    name: &ThingGroupName,
) -> Result<Option<(ThingGroup, Bytes)>, StoreError> {
    let found = find::<StoredThingGroup>(snapshot, THING_GROUPS, name.as_str())?;
    Ok(found.map(|found| (found.record.into_group(name.clone()), found.bytes)))
}

pub(crate) fn child_key(parent: &ThingGroupName, child: &ThingGroupName) -> String {
    format!("{parent}/{child}")
}

pub(crate) fn thing_name(key: &str) -> Result<ThingName, RecordError> {
    ThingName::new(key).map_err(|_| RecordError::Key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_its_names() {
        let path = GroupPath::parse("site/hall/row/").expect("a path");
        assert_eq!((path.root().as_str(), path.name().as_str()), ("site", "row"));
        assert_eq!(path.names().count(), 3);
        for other in ["", "/", "site"] {
            assert!(GroupPath::parse(other).is_err(), "{other}");
        }
    }
}
