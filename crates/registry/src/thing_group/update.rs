//! Changing a group's description and attributes.

use kv::{Batch, Expect};
use model::ThingGroupName;

use crate::attributes::{self, AttributeError, Attributes};
use crate::description::{DescriptionError, check_description};
use crate::registry::{Decision, Registry, StoreError};
use crate::thing_group::record::{THING_GROUPS, ThingGroup, encode, group};

/// What to change of a group; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThingGroupUpdate {
    pub description: Option<String>,
    pub attributes: Option<Attributes>,
    /// Whether the attributes are added to those that there are; an empty value then removes one.
    pub merge: bool,
    pub expected_version: Option<u64>,
}

#[derive(Debug, thiserror::Error)]
pub enum UpdateThingGroupError {
    #[error("the thing group {name} does not exist")]
    NotFound { name: ThingGroupName },
    #[error("the thing group {name} has version {found}, not {expected}")]
    VersionConflict { name: ThingGroupName, found: u64, expected: u64 },
    #[error(transparent)]
    Attributes(#[from] AttributeError),
    #[error(transparent)]
    Description(#[from] DescriptionError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Registry {
    pub async fn update_thing_group(
        &self,
        name: &ThingGroupName,
        update: &ThingGroupUpdate,
    ) -> Result<ThingGroup, UpdateThingGroupError> {
        check_description(update.description.as_deref())?;
        self.mutate(|snapshot| {
            let missing = || UpdateThingGroupError::NotFound { name: name.clone() };
            let (mut group, bytes) = group(snapshot, name)?.ok_or_else(missing)?;
            let found = group.version;
            if let Some(expected) = update.expected_version.filter(|e| *e != found) {
                let name = name.clone();
                return Err(UpdateThingGroupError::VersionConflict { name, found, expected });
            }
            if update.description.is_some() {
                group.description.clone_from(&update.description);
            }
            let (by, merge) = (update.attributes.as_ref(), update.merge);
            attributes::change(&mut group.attributes, by, merge);
            attributes::check(&group.attributes)?;
            group.version += 1;
            let mut batch = Batch::new();
            batch.require(THING_GROUPS, name.as_str(), Expect::Value(bytes));
            batch.put(THING_GROUPS, name.as_str(), encode(&group));
            Ok(Decision { batch, changes: Vec::new(), outcome: group })
        })
        .await
    }
}
