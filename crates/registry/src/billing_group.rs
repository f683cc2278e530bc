//! Billing groups: whom the cost of things is booked to. A thing is in one at most.

use bytes::Bytes;
use kv::{Batch, Expect, Snapshot, Space};
use model::{Arn, BillingGroupName, ThingName};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::description::{DescriptionError, check_description};
use crate::edge::{EdgeKind, forget_end, require_no_newer};
use crate::record::{self, Record, RecordError};
use crate::registry::{Decision, Registry, StoreError, find};
use crate::tags::{TagError, Taggable, Tags, check_tags, forget_tags, put_tags};
use crate::thing::{THING, THINGS};
use records::{PAGE_ITEMS_MAX, Page, page};

pub(crate) const BILLING_GROUPS: Space = Space::new("billing-groups");
pub(crate) const BILLED: EdgeKind = EdgeKind {
    forward: Space::new("billing-group-things"),
    backward: Space::new("thing-billing-groups"),
    from: "billing-group",
    to: THING,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillingGroup {
    pub name: BillingGroupName,
    pub description: Option<String>,
    /// Begins at 1 and rises with each update.
    pub version: u64,
    pub created_at: UnixMillis,
}

#[derive(Debug, thiserror::Error)]
pub enum CreateBillingGroupError {
    #[error("the billing group {name} already exists and is another")]
    AlreadyExists { name: BillingGroupName },
    #[error(transparent)]
    Description(#[from] DescriptionError),
    #[error(transparent)]
    Tags(#[from] TagError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum ChangeBillingGroupError {
    #[error("the billing group {name} does not exist")]
    NotFound { name: BillingGroupName },
    #[error("the billing group {name} has version {found}, not {expected}")]
    VersionConflict { name: BillingGroupName, found: u64, expected: u64 },
    #[error(transparent)]
    Description(#[from] DescriptionError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum BillingError {
    #[error("the thing {name} does not exist")]
    ThingNotFound { name: ThingName },
    #[error("the billing group {name} does not exist")]
    GroupNotFound { name: BillingGroupName },
    #[error("the thing {thing} is in the billing group {there} already")]
    Elsewhere { thing: ThingName, there: BillingGroupName },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Registry {
    pub fn billing_group_arn(&self, name: &BillingGroupName) -> Arn {
        self.home().iot("billinggroup", name.as_str())
    }

    /// A group that exists already and is the same is no error, as with AWS.
    pub async fn create_billing_group(
        &self,
        name: &BillingGroupName,
        description: Option<String>,
        tags: &Tags,
        now: UnixMillis,
    ) -> Result<BillingGroup, CreateBillingGroupError> {
        check_description(description.as_deref())?;
        check_tags(tags)?;
        let created = BillingGroup { name: name.clone(), description, version: 1, created_at: now };
        self.mutate(|snapshot| {
            if let Some((there, _)) = billing_group(snapshot, name)? {
                return match there.description == created.description {
                    true => Ok(Decision::nothing(there)),
                    false => Err(CreateBillingGroupError::AlreadyExists { name: name.clone() }),
                };
            }
            let mut batch = Batch::new();
            batch.require(BILLING_GROUPS, name.as_str(), Expect::Absent);
            batch.put(BILLING_GROUPS, name.as_str(), encode(&created));
            put_tags(&mut batch, &Taggable::BillingGroup(name.clone()), tags);
            Ok(Decision { batch, changes: Vec::new(), outcome: created.clone() })
        })
        .await
    }

    pub async fn update_billing_group(
        &self,
        name: &BillingGroupName,
        description: Option<&str>,
        expected_version: Option<u64>,
    ) -> Result<BillingGroup, ChangeBillingGroupError> {
        check_description(description)?;
        self.mutate(|snapshot| {
            let missing = || ChangeBillingGroupError::NotFound { name: name.clone() };
            let (mut group, bytes) = billing_group(snapshot, name)?.ok_or_else(missing)?;
            group.expect_version(expected_version)?;
            if let Some(description) = description {
                group.description = Some(description.to_owned());
            }
            group.version += 1;
            let mut batch = Batch::new();
            batch.require(BILLING_GROUPS, name.as_str(), Expect::Value(bytes));
            batch.put(BILLING_GROUPS, name.as_str(), encode(&group));
            Ok(Decision { batch, changes: Vec::new(), outcome: group })
        })
        .await
    }

    /// Deleting a group that is not there is no error. Its things are in none then; a group of many
    /// things is deleted in steps, and one that was cut off is finished by calling it again.
    pub async fn delete_billing_group(
        &self,
        name: &BillingGroupName,
        expected_version: Option<u64>,
    ) -> Result<(), ChangeBillingGroupError> {
        let decide = |snapshot: &Snapshot| {
            let Some((group, bytes)) = billing_group(snapshot, name)? else {
                return Ok(Decision::nothing(true));
            };
            group.expect_version(expected_version)?;
            let mut batch = Batch::new();
            let things = BILLED.from(snapshot, name.as_str(), None, PAGE_ITEMS_MAX, thing_name)?;
            let is_last = things.next.is_none();
            for thing in things.items {
                BILLED.detach(&mut batch, name.as_str(), thing.as_str());
            }
            if is_last {
                batch.require(BILLING_GROUPS, name.as_str(), Expect::Value(bytes));
                batch.delete(BILLING_GROUPS, name.as_str());
                forget_tags(&mut batch, &Taggable::BillingGroup(name.clone()));
                forget_end(&mut batch, snapshot, BILLED.from, name.as_str())?;
            }
            Ok::<_, ChangeBillingGroupError>(Decision {
                batch,
                changes: Vec::new(),
                outcome: is_last,
            })
        };
        while !self.mutate(decide).await? {}
        Ok(())
    }

    pub fn billing_group(
        &self,
        name: &BillingGroupName,
    ) -> Result<Option<BillingGroup>, StoreError> {
        Ok(billing_group(&self.snapshot(), name)?.map(|(group, _)| group))
    }

    /// Groups whose names begin with `prefix`, in the order of their names.
    pub fn billing_groups(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<BillingGroup>, StoreError> {
        page(&self.snapshot(), BILLING_GROUPS, prefix, after, limit, |rest, bytes| {
            let name = BillingGroupName::new(&format!("{prefix}{rest}"));
            let name = name.map_err(|_| RecordError::Key)?;
            Ok(record::decode::<StoredBillingGroup>(bytes)?.into_group(name))
        })
    }
}

impl BillingGroup {
    fn expect_version(&self, expected: Option<u64>) -> Result<(), ChangeBillingGroupError> {
        let (name, found) = (self.name.clone(), self.version);
        match expected.filter(|expected| *expected != found) {
            Some(expected) => {
                Err(ChangeBillingGroupError::VersionConflict { name, found, expected })
            }
            None => Ok(()),
        }
    }
}

// === things ===

impl Registry {
    /// Adding a thing to the group that it is in is no error.
    pub async fn add_thing_to_billing_group(
        &self,
        thing: &ThingName,
        group: &BillingGroupName,
    ) -> Result<(), BillingError> {
        self.mutate(|snapshot| {
            thing_and_group(snapshot, thing, group)?;
            match group_of(snapshot, thing)? {
                Some(there) if there == *group => return Ok(Decision::nothing(())),
                Some(there) => {
                    return Err(BillingError::Elsewhere { thing: thing.clone(), there });
                }
                None => {}
            }
            let mut batch = Batch::new();
            batch.require(THINGS, thing.as_str(), Expect::Present);
            require_no_newer(&mut batch, snapshot, THING, thing.as_str())?;
            enter(&mut batch, thing, group);
            Ok(Decision { batch, changes: Vec::new(), outcome: () })
        })
        .await
    }

    /// Removing a thing that is not in the group is no error.
    pub async fn remove_thing_from_billing_group(
        &self,
        thing: &ThingName,
        group: &BillingGroupName,
    ) -> Result<(), BillingError> {
        self.mutate(|snapshot| {
            thing_and_group(snapshot, thing, group)?;
            let mut batch = Batch::new();
            BILLED.detach(&mut batch, group.as_str(), thing.as_str());
            Ok(Decision { batch, changes: Vec::new(), outcome: () })
        })
        .await
    }

    pub fn things_of_billing_group(
        &self,
        group: &BillingGroupName,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<ThingName>, BillingError> {
        let snapshot = self.snapshot();
        let missing = || BillingError::GroupNotFound { name: group.clone() };
        billing_group(&snapshot, group)?.ok_or_else(missing)?;
        Ok(BILLED.from(&snapshot, group.as_str(), after, limit, thing_name)?)
    }

    pub fn billing_group_of(
        &self,
        thing: &ThingName,
    ) -> Result<Option<BillingGroupName>, StoreError> {
        group_of(&self.snapshot(), thing)
    }
}

/// Puts a thing into a group, which must be there when this is committed.
pub(crate) fn enter(batch: &mut Batch, thing: &ThingName, group: &BillingGroupName) {
    batch.require(BILLING_GROUPS, group.as_str(), Expect::Present);
    BILLED.attach(batch, group.as_str(), thing.as_str());
}

/// Takes a thing that is to be deleted out of its group.
pub(crate) fn leave(
    batch: &mut Batch,
    snapshot: &Snapshot,
    thing: &ThingName,
) -> Result<(), StoreError> {
    if let Some(group) = group_of(snapshot, thing)? {
        BILLED.detach(batch, group.as_str(), thing.as_str());
    }
    Ok(())
}

pub(crate) fn group_of(
    snapshot: &Snapshot,
    thing: &ThingName,
) -> Result<Option<BillingGroupName>, StoreError> {
    let read = |name: &str| BillingGroupName::new(name).map_err(|_| RecordError::Key);
    Ok(BILLED.to(snapshot, thing.as_str(), None, 1, read)?.items.pop())
}

fn thing_and_group(
    snapshot: &Snapshot,
    thing: &ThingName,
    group: &BillingGroupName,
) -> Result<(), BillingError> {
    if snapshot.get(THINGS, thing.as_str().as_bytes()).map_err(StoreError::from)?.is_none() {
        return Err(BillingError::ThingNotFound { name: thing.clone() });
    }
    match billing_group(snapshot, group)? {
        Some(_) => Ok(()),
        None => Err(BillingError::GroupNotFound { name: group.clone() }),
    }
}

fn thing_name(key: &str) -> Result<ThingName, RecordError> {
    ThingName::new(key).map_err(|_| RecordError::Key)
}

pub(crate) fn billing_group(
    snapshot: &Snapshot,
    name: &BillingGroupName,
) -> Result<Option<(BillingGroup, Bytes)>, StoreError> {
    let found = find::<StoredBillingGroup>(snapshot, BILLING_GROUPS, name.as_str())?;
    Ok(found.map(|found| (found.record.into_group(name.clone()), found.bytes)))
}

/// A group as it is stored; its name is the key.
#[derive(Serialize, Deserialize)]
struct StoredBillingGroup {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    version: u64,
    created_at: UnixMillis,
}

impl Record for StoredBillingGroup {
    const VERSION: u8 = 1;
}

impl StoredBillingGroup {
    fn into_group(self, name: BillingGroupName) -> BillingGroup {
        let StoredBillingGroup { description, version, created_at } = self;
        BillingGroup { name, description, version, created_at }
    }
}

fn encode(group: &BillingGroup) -> Bytes {
    let BillingGroup { description, version, created_at, .. } = group.clone();
    record::encode(&StoredBillingGroup { description, version, created_at }).into()
}
