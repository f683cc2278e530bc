//! Things: the names that devices go by, with their types and attributes.

use std::collections::BTreeMap;

use bytes::Bytes;
use kv::{Batch, Expect, Space};
use model::{Arn, ThingName};
use serde::{Deserialize, Serialize};

use crate::change::Change;
use crate::edge::forget_end;
use crate::record::{self, Record};
use crate::registry::{Decision, Found, Registry, StoreError, find};
use crate::thing_principal::THING_PRINCIPALS;
use records::{Page, page};

pub(crate) const THINGS: Space = Space::new("things");
/// The kind of an end of an edge.
pub(crate) const THING: &str = "thing";

/// AWS's limit for a thing with a type.
const ATTRIBUTES_MAX: usize = 50;
const ATTRIBUTE_NAME_MAX: usize = 128;
const ATTRIBUTE_VALUE_MAX: usize = 800;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    pub name: ThingName,
    pub type_name: Option<String>,
    pub attributes: BTreeMap<String, String>,
    /// Begins at 1 and rises with each update.
    pub version: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewThing {
    pub name: ThingName,
    pub type_name: Option<String>,
    pub attributes: BTreeMap<String, String>,
}

/// What to change of a thing; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThingUpdate {
    pub attributes: Option<BTreeMap<String, String>>,
    /// Whether the attributes are added to those that there are; an empty value then removes one.
    pub merge: bool,
    pub type_name: Option<String>,
    pub remove_type: bool,
    pub expected_version: Option<u64>,
}

/// Why attributes are not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttributeError {
    #[error("a thing may have at most 50 attributes, not {count}")]
    TooMany { count: usize },
    #[error("an attribute name has 1 to 128 of letters, digits and '_.,@/:#=[]-', unlike {name:?}")]
    Name { name: String },
    #[error("the value of {name} may have at most 800 of letters, digits and '_.,@/:#=[]-'")]
    Value { name: String },
}

#[derive(Debug, thiserror::Error)]
pub enum CreateThingError {
    #[error("the thing {name} already exists and is another")]
    AlreadyExists { name: ThingName },
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
        check(&new.attributes)?;
        let NewThing { name, type_name, attributes } = new;
        let thing = Thing { name, type_name, attributes, version: 1 };
        self.mutate(|snapshot| {
            let name = &thing.name;
            if let Some(found) = find::<StoredThing>(snapshot, THINGS, name.as_str())? {
                let there = found.record.into_thing(name.clone());
                let is_same =
                    there.type_name == thing.type_name && there.attributes == thing.attributes;
                return match is_same {
                    true => Ok(Decision::nothing(there)),
                    false => Err(CreateThingError::AlreadyExists { name: name.clone() }),
                };
            }
            let mut batch = Batch::new();
            batch.require(THINGS, name.as_str(), Expect::Absent);
            batch.put(THINGS, name.as_str(), encode(&thing));
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
            let thing = update.apply(found.record.into_thing(name.clone()));
            check(&thing.attributes)?;
            let mut batch = Batch::new();
            batch.require(THINGS, name.as_str(), Expect::Value(found.bytes));
            batch.put(THINGS, name.as_str(), encode(&thing));
            let changes = vec![Change::Thing(name.clone())];
            Ok(Decision { batch, changes, outcome: thing })
        })
        .await
    }

    /// Deleting a thing that is not there is no error, as with AWS.
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
            forget_end(&mut batch, snapshot, THING, name.as_str())?;
            Ok(Decision { batch, changes: Vec::new(), outcome: () })
        })
        .await
    }

    pub fn thing(&self, name: &ThingName) -> Result<Option<Thing>, StoreError> {
        let found = find::<StoredThing>(&self.snapshot(), THINGS, name.as_str())?;
        Ok(found.map(|found| found.record.into_thing(name.clone())))
    }

    /// Things in the order of their names.
    pub fn things(&self, after: Option<&str>, limit: usize) -> Result<Page<Thing>, StoreError> {
        page(&self.snapshot(), THINGS, "", after, limit, |name, bytes| {
            let name = ThingName::new(name).map_err(|_| record::RecordError::Key)?;
            Ok(record::decode::<StoredThing>(bytes)?.into_thing(name))
        })
    }
}

impl ThingUpdate {
    fn apply(&self, mut thing: Thing) -> Thing {
        match &self.attributes {
            Some(attributes) if self.merge => thing.attributes.extend(attributes.clone()),
            Some(attributes) => thing.attributes.clone_from(attributes),
            None => {}
        }
        thing.attributes.retain(|_, value| !value.is_empty());
        if self.remove_type {
            thing.type_name = None;
        } else if let Some(type_name) = &self.type_name {
            thing.type_name = Some(type_name.clone());
        }
        thing.version += 1;
        thing
    }
}

fn check(attributes: &BTreeMap<String, String>) -> Result<(), AttributeError> {
    if attributes.len() > ATTRIBUTES_MAX {
        return Err(AttributeError::TooMany { count: attributes.len() });
    }
    let is_plain =
        |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "_.,@/:#=[]-".contains(c));
    for (name, value) in attributes {
        if name.is_empty() || name.len() > ATTRIBUTE_NAME_MAX || !is_plain(name) {
            return Err(AttributeError::Name { name: name.clone() });
        }
        if value.len() > ATTRIBUTE_VALUE_MAX || !is_plain(value) {
            return Err(AttributeError::Value { name: name.clone() });
        }
    }
    Ok(())
}

/// A thing as it is stored; its name is the key.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredThing {
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    type_name: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    attributes: BTreeMap<String, String>,
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
