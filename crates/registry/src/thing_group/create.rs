//! Making a group.

use kv::{Batch, Expect, Snapshot};
use model::{Arn, ThingGroupName};
use stdx::clock::UnixMillis;

use crate::attributes::{AttributeError, Attributes, check};
use crate::description::{DescriptionError, check_description};
use crate::edge::{mark, require_no_newer};
use crate::registry::{Decision, Registry, StoreError};
use crate::tags::{TagError, Taggable, Tags, check_tags, put_tags};
use crate::thing_group::record::{
    CHILDREN, PARENT, THING_GROUPS, ThingGroup, child_key, encode, group,
};
use records::page;

/// AWS's limit of the levels of a hierarchy.
const LEVELS_MAX: usize = 7;
/// AWS's limit of the direct children of a group.
const CHILDREN_MAX: usize = 100;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewThingGroup {
    pub name: ThingGroupName,
    pub parent: Option<ThingGroupName>,
    pub description: Option<String>,
    pub attributes: Attributes,
    pub tags: Tags,
}

#[derive(Debug, thiserror::Error)]
pub enum CreateThingGroupError {
    #[error("the thing group {name} already exists and is another")]
    AlreadyExists { name: ThingGroupName },
    #[error("the parent thing group {parent} does not exist")]
    ParentNotFound { parent: ThingGroupName },
    #[error("a hierarchy of thing groups has at most 7 levels; {parent} stands on the lowest")]
    TooDeep { parent: ThingGroupName },
    #[error("the thing group {parent} has 100 children already")]
    TooManyChildren { parent: ThingGroupName },
    #[error(transparent)]
    Attributes(#[from] AttributeError),
    #[error(transparent)]
    Description(#[from] DescriptionError),
    #[error(transparent)]
    Tags(#[from] TagError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Registry {
    pub fn thing_group_arn(&self, name: &ThingGroupName) -> Arn {
        self.home().iot("thinggroup", name.as_str())
    }

    /// A group that exists already and is the same is no error, as with AWS.
    pub async fn create_thing_group(
        &self,
        new: NewThingGroup,
        now: UnixMillis,
    ) -> Result<ThingGroup, CreateThingGroupError> {
        check(&new.attributes)?;
        check_description(new.description.as_deref())?;
        check_tags(&new.tags)?;
        self.mutate(|snapshot| {
            if let Some((there, _)) = group(snapshot, &new.name)? {
                return match new.describes(&there) {
                    true => Ok(Decision::nothing(there)),
                    false => Err(CreateThingGroupError::AlreadyExists { name: new.name.clone() }),
                };
            }
            let mut batch = Batch::new();
            let created = ThingGroup {
                name: new.name.clone(),
                ancestors: below(&mut batch, snapshot, new.parent.as_ref(), &new.name)?,
                description: new.description.clone(),
                attributes: new.attributes.clone(),
                version: 1,
                created_at: now,
            };
            batch.require(THING_GROUPS, new.name.as_str(), Expect::Absent);
            batch.put(THING_GROUPS, new.name.as_str(), encode(&created));
            put_tags(&mut batch, &Taggable::ThingGroup(new.name.clone()), &new.tags);
            Ok(Decision { batch, changes: Vec::new(), outcome: created })
        })
        .await
    }
}

impl NewThingGroup {
    fn describes(&self, there: &ThingGroup) -> bool {
        self.parent.as_ref() == there.parent()
            && self.description == there.description
            && self.attributes == there.attributes
    }
}

/// Puts a child below its parent; answers its ancestors.
fn below(
    batch: &mut Batch,
    snapshot: &Snapshot,
    parent: Option<&ThingGroupName>,
    child: &ThingGroupName,
) -> Result<Vec<ThingGroupName>, CreateThingGroupError> {
    let Some(name) = parent else { return Ok(Vec::new()) };
    let missing = || CreateThingGroupError::ParentNotFound { parent: name.clone() };
    let (parent, bytes) = group(snapshot, name)?.ok_or_else(missing)?;
    let mut ancestors = parent.ancestors;
    ancestors.push(name.clone());
    if ancestors.len() >= LEVELS_MAX {
        return Err(CreateThingGroupError::TooDeep { parent: name.clone() });
    }
    let siblings = page(snapshot, CHILDREN, &format!("{name}/"), None, CHILDREN_MAX, |_, _| Ok(()));
    if siblings?.items.len() >= CHILDREN_MAX {
        return Err(CreateThingGroupError::TooManyChildren { parent: name.clone() });
    }
    require_no_newer(batch, snapshot, PARENT, name.as_str())?;
    batch.require(THING_GROUPS, name.as_str(), Expect::Value(bytes));
    batch.put(CHILDREN, child_key(name, child), Vec::new());
    mark(batch, PARENT, name.as_str());
    Ok(ancestors)
}
