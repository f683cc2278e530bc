//! Things: the names that devices go by, with their types and attributes.

use bytes::Bytes;
use kv::{Batch, Expect, Snapshot, Space};
use model::{Arn, BillingGroupName, ThingName, ThingTypeName};
use serde::{Deserialize, Serialize};

use crate::attributes::{self, AttributeError, Attributes};
use crate::billing_group::{self, BILLING_GROUPS};
use crate::change::Change;
use crate::edge::forget_end;
use crate::job;
use crate::record::{self, Record};
use crate::registry::{Decision, Found, Registry, StoreError, find};
use crate::thing_group;
use crate::thing_principal::THING_PRINCIPALS;
use crate::thing_type::{self, TypeError, Untypable};

pub(crate) const THINGS: Space = Space::new("things");
/// The kind of an end of an edge.
pub(crate) const THING: &str = "thing";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    pub name: ThingName,
    pub type_name: Option<ThingTypeName>,
    pub attributes: Attributes,
    /// Begins at 1 and rises with each update.
    pub version: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewThing {
    pub name: ThingName,
    pub type_name: Option<ThingTypeName>,
    pub attributes: Attributes,
    pub billing_group: Option<BillingGroupName>,
}

/// What to change of a thing; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThingUpdate {
    pub attributes: Option<Attributes>,
    /// Whether the attributes are added to those that there are; an empty value then removes one.
    pub merge: bool,
    pub type_name: Option<ThingTypeName>,
    pub remove_type: bool,
    pub expected_version: Option<u64>,
}

#[derive(Debug, thiserror::Error)]
pub enum CreateThingError {
    #[error("the thing {name} already exists and is another")]
    AlreadyExists { name: ThingName },
    #[error("the billing group {name} does not exist")]
    BillingGroupNotFound { name: BillingGroupName },
    #[error(transparent)]
    Type(#[from] TypeError),
    #[error(transparent)]
    Attributes(#[from] AttributeError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum UpdateThingError {
    #[error("the thing {name} does not exist")]
    NotFound { name: ThingName },
    #[error("the thing {name} has version {found}, not {expected}")]
    VersionConflict { name: ThingName, found: u64, expected: u64 },
    #[error("a type cannot be both given and removed")]
    TypeGivenAndRemoved,
    #[error(transparent)]
    Type(#[from] TypeError),
    #[error(transparent)]
    Attributes(#[from] AttributeError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum DeleteThingError {
    #[error("the thing {name} has version {found}, not {expected}")]
    VersionConflict { name: ThingName, found: u64, expected: u64 },
    #[error("the thing {name} still has principals attached")]
    HasPrincipals { name: ThingName },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Registry {
    pub fn thing_arn(&self, name: &ThingName) -> Arn {
        self.home().iot("thing", name.as_str())
    }

    /// A thing that exists already and is the same is no error, as with AWS.
    pub async fn create_thing(&self, new: NewThing) -> Result<Thing, CreateThingError> {
        attributes::check_of_thing(&new.attributes, new.type_name.is_some())?;
        let NewThing { name, type_name, attributes, billing_group } = new;
        let thing = Thing { name, type_name, attributes, version: 1 };
        let billing_group = billing_group.as_ref();
        self.mutate(|snapshot| {
            let name = &thing.name;
            if let Some(found) = find::<StoredThing>(snapshot, THINGS, name.as_str())? {
                let there = found.record.into_thing(name.clone());
                let is_same = there.type_name == thing.type_name
                    && there.attributes == thing.attributes
                    && billing_group::group_of(snapshot, name)?.as_ref() == billing_group;
                return match is_same {
                    true => Ok(Decision::nothing(there)),
                    false => Err(CreateThingError::AlreadyExists { name: name.clone() }),
                };
            }
            let batch = create(snapshot, &thing, billing_group)?;
            Ok(Decision { batch, changes: Vec::new(), outcome: thing.clone() })
        })
        .await
    }

    pub async fn update_thing(
        &self,
        name: &ThingName,
        update: &ThingUpdate,
    ) -> Result<Thing, UpdateThingError> {
        if update.remove_type && update.type_name.is_some() {
            return Err(UpdateThingError::TypeGivenAndRemoved);
        }
        self.mutate(|snapshot| {
            let found = find::<StoredThing>(snapshot, THINGS, name.as_str())?
                .ok_or_else(|| UpdateThingError::NotFound { name: name.clone() })?;
            let version = found.record.version;
            if let Some(expected) = update.expected_version.filter(|e| *e != version) {
                let (name, found) = (name.clone(), version);
                return Err(UpdateThingError::VersionConflict { name, found, expected });
            }
            let there = found.record.into_thing(name.clone());
            let mut batch = Batch::new();
            batch.require(THINGS, name.as_str(), Expect::Value(found.bytes));
            let thing = update.apply(there.clone());
            attributes::check_of_thing(&thing.attributes, thing.type_name.is_some())?;
            retype(&mut batch, snapshot, &there, &thing)?;
            batch.put(THINGS, name.as_str(), encode(&thing));
            let changes = vec![Change::Thing(name.clone())];
            Ok(Decision { batch, changes, outcome: thing })
        })
        .await
    }

    /// Deleting a thing that is not there is no error, as with AWS. It leaves its groups.
    pub async fn delete_thing(
        &self,
        name: &ThingName,
        expected_version: Option<u64>,
    ) -> Result<(), DeleteThingError> {
        self.mutate(|snapshot| {
            let found = find::<StoredThing>(snapshot, THINGS, name.as_str())?;
            let Some(Found { record, bytes }) = found else { return Ok(Decision::nothing(())) };
            if let Some(expected) = expected_version.filter(|e| *e != record.version) {
                let (name, found) = (name.clone(), record.version);
                return Err(DeleteThingError::VersionConflict { name, found, expected });
            }
            if THING_PRINCIPALS.has_any_from(snapshot, name.as_str())? {
                return Err(DeleteThingError::HasPrincipals { name: name.clone() });
            }
            let mut batch = Batch::new();
            batch.require(THINGS, name.as_str(), Expect::Value(bytes));
            batch.delete(THINGS, name.as_str());
            if let Some(type_name) = &record.type_name {
                thing_type::leave(&mut batch, type_name, name);
            }
            let changes = thing_group::leave_all(&mut batch, snapshot, name)?;
            job::thing_moved(&mut batch, name);
            billing_group::leave(&mut batch, snapshot, name)?;
            forget_end(&mut batch, snapshot, THING, name.as_str())?;
            Ok(Decision { batch, changes, outcome: () })
        })
        .await
    }

    pub fn thing(&self, name: &ThingName) -> Result<Option<Thing>, StoreError> {
        let found = find::<StoredThing>(&self.snapshot(), THINGS, name.as_str())?;
        Ok(found.map(|found| found.record.into_thing(name.clone())))
    }
}

fn create(
    snapshot: &Snapshot,
    thing: &Thing,
    billing_group: Option<&BillingGroupName>,
) -> Result<Batch, CreateThingError> {
    let mut batch = Batch::new();
    let name = &thing.name;
    if let Some(type_name) = &thing.type_name {
        thing_type::enter(&mut batch, snapshot, type_name, name).map_err(|error| match error {
            Untypable::Type(error) => CreateThingError::Type(error),
            Untypable::Store(error) => CreateThingError::Store(error),
        })?;
    }
    if let Some(group) = billing_group {
        let found = snapshot.get(BILLING_GROUPS, group.as_str().as_bytes());
        if found.map_err(StoreError::from)?.is_none() {
            return Err(CreateThingError::BillingGroupNotFound { name: group.clone() });
        }
        billing_group::enter(&mut batch, name, group);
    }
    batch.require(THINGS, name.as_str(), Expect::Absent);
    batch.put(THINGS, name.as_str(), encode(thing));
    Ok(batch)
}

/// Moves a thing from the type that it has to the one that it will have.
fn retype(
    batch: &mut Batch,
    snapshot: &Snapshot,
    there: &Thing,
    thing: &Thing,
) -> Result<(), UpdateThingError> {
    if there.type_name == thing.type_name {
        return Ok(());
    }
    if let Some(type_name) = &there.type_name {
        thing_type::leave(batch, type_name, &thing.name);
    }
    let Some(type_name) = &thing.type_name else { return Ok(()) };
    thing_type::enter(batch, snapshot, type_name, &thing.name).map_err(|error| match error {
        Untypable::Type(error) => UpdateThingError::Type(error),
        Untypable::Store(error) => UpdateThingError::Store(error),
    })
}

impl ThingUpdate {
    fn apply(&self, mut thing: Thing) -> Thing {
        attributes::change(&mut thing.attributes, self.attributes.as_ref(), self.merge);
        if self.remove_type {
            thing.type_name = None;
        } else if let Some(type_name) = &self.type_name {
            thing.type_name = Some(type_name.clone());
        }
        thing.version += 1;
        thing
    }
}

/// A thing as it is stored; its name is the key.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredThing {
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    type_name: Option<ThingTypeName>,
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    attributes: Attributes,
    version: u64,
}

impl Record for StoredThing {
    const VERSION: u8 = 1;
}

impl StoredThing {
    pub(crate) fn into_thing(self, name: ThingName) -> Thing {
        let StoredThing { type_name, attributes, version } = self;
        Thing { name, type_name, attributes, version }
    }
}

fn encode(thing: &Thing) -> Bytes {
    let Thing { type_name, attributes, version, .. } = thing.clone();
    record::encode(&StoredThing { type_name, attributes, version }).into()
}
