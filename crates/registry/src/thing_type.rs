//! Thing types: what things have in common, and how many attributes they may have.

use bytes::Bytes;
use kv::{Batch, Expect, Snapshot, Space};
use model::{Arn, ThingName, ThingTypeName};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::attributes::{AttributeError, check_name};
use crate::description::{DescriptionError, check_description};
use crate::edge::{forget_end, mark};
use crate::record::{self, Record, RecordError};
use crate::registry::{Decision, Registry, StoreError, find};
use crate::tags::{TagError, Taggable, Tags, check_tags, forget_tags, put_tags};
use records::{Page, page};

pub(crate) const THING_TYPES: Space = Space::new("thing-types");
/// Things by their types: `type/thing`.
pub(crate) const TYPE_THINGS: Space = Space::new("thing-type-things");
/// The kind of mark that a new thing leaves on its type.
const THING_TYPE: &str = "thing-type";

/// AWS's limit.
const SEARCHABLE_ATTRIBUTES_MAX: usize = 3;
/// AWS's: so long after its deprecation a type can be deleted.
pub const DEPRECATED_MILLIS_MIN: u64 = 5 * 60 * 1000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThingType {
    pub name: ThingTypeName,
    pub description: Option<String>,
    pub searchable_attributes: Vec<String>,
    pub created_at: UnixMillis,
    /// Things cannot be given a type that is deprecated.
    pub deprecated_at: Option<UnixMillis>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewThingType {
    pub name: ThingTypeName,
    pub description: Option<String>,
    pub searchable_attributes: Vec<String>,
    pub tags: Tags,
}

/// What to change of a type; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThingTypeUpdate {
    pub description: Option<String>,
    pub searchable_attributes: Option<Vec<String>>,
}

/// Why the properties of a type are not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThingTypePropertyError {
    #[error(
        "a thing type has at most {SEARCHABLE_ATTRIBUTES_MAX} searchable attributes, not {count}"
    )]
    TooManySearchable { count: usize },
    #[error(transparent)]
    Attribute(#[from] AttributeError),
    #[error(transparent)]
    Description(#[from] DescriptionError),
}

#[derive(Debug, thiserror::Error)]
pub enum CreateThingTypeError {
    #[error("the thing type {name} already exists and is another")]
    AlreadyExists { name: ThingTypeName },
    #[error(transparent)]
    Properties(#[from] ThingTypePropertyError),
    #[error(transparent)]
    Tags(#[from] TagError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum UpdateThingTypeError {
    #[error("the thing type {name} does not exist")]
    NotFound { name: ThingTypeName },
    #[error(transparent)]
    Properties(#[from] ThingTypePropertyError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum DeleteThingTypeError {
    #[error("the thing type {name} does not exist")]
    NotFound { name: ThingTypeName },
    #[error("the thing type {name} must be deprecated before it is deleted")]
    NotDeprecated { name: ThingTypeName },
    #[error(
        "the thing type {name} was deprecated less than 5 minutes ago; wait {} seconds more",
        .wait_millis.div_ceil(1000)
    )]
    TooEarly { name: ThingTypeName, wait_millis: u64 },
    #[error("things still have the thing type {name}")]
    HasThings { name: ThingTypeName },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Registry {
    pub fn thing_type_arn(&self, name: &ThingTypeName) -> Arn {
        self.home().iot("thingtype", name.as_str())
    }

    /// A type that exists already and is the same is no error, as with AWS.
    pub async fn create_thing_type(
        &self,
        new: NewThingType,
        now: UnixMillis,
    ) -> Result<ThingType, CreateThingTypeError> {
        check(new.description.as_deref(), &new.searchable_attributes)?;
        check_tags(&new.tags)?;
        let NewThingType { name, description, searchable_attributes, tags } = new;
        let (created_at, deprecated_at) = (now, None);
        let created =
            ThingType { name, description, searchable_attributes, created_at, deprecated_at };
        self.mutate(|snapshot| {
            let name = &created.name;
            if let Some((there, _)) = thing_type(snapshot, name)? {
                let is_same = there.description == created.description
                    && there.searchable_attributes == created.searchable_attributes;
                return match is_same {
                    true => Ok(Decision::nothing(there)),
                    false => Err(CreateThingTypeError::AlreadyExists { name: name.clone() }),
                };
            }
            let mut batch = Batch::new();
            batch.require(THING_TYPES, name.as_str(), Expect::Absent);
            batch.put(THING_TYPES, name.as_str(), encode(&created));
            put_tags(&mut batch, &Taggable::ThingType(name.clone()), &tags);
            Ok(Decision { batch, changes: Vec::new(), outcome: created.clone() })
        })
        .await
    }

    pub async fn update_thing_type(
        &self,
        name: &ThingTypeName,
        update: &ThingTypeUpdate,
    ) -> Result<ThingType, UpdateThingTypeError> {
        let searchable = update.searchable_attributes.as_deref().unwrap_or_default();
        check(update.description.as_deref(), searchable)?;
        self.change_thing_type(name, |there| {
            if update.description.is_some() {
                there.description.clone_from(&update.description);
            }
            if let Some(searchable) = &update.searchable_attributes {
                there.searchable_attributes.clone_from(searchable);
            }
        })
        .await
    }

    /// Deprecates a type, or takes that back. One that is deprecated already keeps its date.
    pub async fn deprecate_thing_type(
        &self,
        name: &ThingTypeName,
        undo: bool,
        now: UnixMillis,
    ) -> Result<ThingType, UpdateThingTypeError> {
        self.change_thing_type(name, |there| {
            there.deprecated_at = match undo {
                true => None,
                false => there.deprecated_at.or(Some(now)),
            };
        })
        .await
    }

    pub async fn delete_thing_type(
        &self,
        name: &ThingTypeName,
        now: UnixMillis,
    ) -> Result<(), DeleteThingTypeError> {
        self.mutate(|snapshot| {
            let missing = || DeleteThingTypeError::NotFound { name: name.clone() };
            let (there, bytes) = thing_type(snapshot, name)?.ok_or_else(missing)?;
            let not_deprecated = || DeleteThingTypeError::NotDeprecated { name: name.clone() };
            let earliest = there.deprecated_at.ok_or_else(not_deprecated)? + DEPRECATED_MILLIS_MIN;
            if now < earliest {
                let (name, wait_millis) = (name.clone(), earliest - now);
                return Err(DeleteThingTypeError::TooEarly { name, wait_millis });
            }
            let things = page(snapshot, TYPE_THINGS, &key(name, ""), None, 1, |_, _| Ok(()))?;
            if !things.items.is_empty() {
                return Err(DeleteThingTypeError::HasThings { name: name.clone() });
            }
            let mut batch = Batch::new();
            batch.require(THING_TYPES, name.as_str(), Expect::Value(bytes));
            batch.delete(THING_TYPES, name.as_str());
            forget_tags(&mut batch, &Taggable::ThingType(name.clone()));
            forget_end(&mut batch, snapshot, THING_TYPE, name.as_str())?;
            Ok(Decision { batch, changes: Vec::new(), outcome: () })
        })
        .await
    }

    pub fn thing_type(&self, name: &ThingTypeName) -> Result<Option<ThingType>, StoreError> {
        Ok(thing_type(&self.snapshot(), name)?.map(|(there, _)| there))
    }

    /// Types in the order of their names.
    pub fn thing_types(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<ThingType>, StoreError> {
        page(&self.snapshot(), THING_TYPES, "", after, limit, |name, bytes| {
            let name = ThingTypeName::new(name).map_err(|_| RecordError::Key)?;
            Ok(record::decode::<StoredThingType>(bytes)?.into_type(name))
        })
    }

    async fn change_thing_type(
        &self,
        name: &ThingTypeName,
        change: impl Fn(&mut ThingType),
    ) -> Result<ThingType, UpdateThingTypeError> {
        self.mutate(|snapshot| {
            let missing = || UpdateThingTypeError::NotFound { name: name.clone() };
            let (mut there, bytes) = thing_type(snapshot, name)?.ok_or_else(missing)?;
            change(&mut there);
            let mut batch = Batch::new();
            batch.require(THING_TYPES, name.as_str(), Expect::Value(bytes));
            batch.put(THING_TYPES, name.as_str(), encode(&there));
            Ok(Decision { batch, changes: Vec::new(), outcome: there })
        })
        .await
    }
}

fn check(
    description: Option<&str>,
    searchable_attributes: &[String],
) -> Result<(), ThingTypePropertyError> {
    check_description(description)?;
    let count = searchable_attributes.len();
    if count > SEARCHABLE_ATTRIBUTES_MAX {
        return Err(ThingTypePropertyError::TooManySearchable { count });
    }
    searchable_attributes.iter().try_for_each(|name| check_name(name))?;
    Ok(())
}

// === what a thing does with its type ===

/// A type cannot be given to a thing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TypeError {
    #[error("the thing type {name} does not exist")]
    NotFound { name: ThingTypeName },
    #[error("the thing type {name} is deprecated")]
    Deprecated { name: ThingTypeName },
}

/// Why a thing could not be given its type.
pub(crate) enum Untypable {
    Type(TypeError),
    Store(StoreError),
}

/// Gives a thing its type, which must be there and not deprecated when this is committed.
pub(crate) fn enter(
    batch: &mut Batch,
    snapshot: &Snapshot,
    name: &ThingTypeName,
    thing: &ThingName,
) -> Result<(), Untypable> {
    let found = thing_type(snapshot, name).map_err(Untypable::Store)?;
    let missing = || Untypable::Type(TypeError::NotFound { name: name.clone() });
    let (there, bytes) = found.ok_or_else(missing)?;
    if there.deprecated_at.is_some() {
        return Err(Untypable::Type(TypeError::Deprecated { name: name.clone() }));
    }
    batch.require(THING_TYPES, name.as_str(), Expect::Value(bytes));
    batch.put(TYPE_THINGS, key(name, thing.as_str()), Bytes::new());
    mark(batch, THING_TYPE, name.as_str());
    Ok(())
}

pub(crate) fn leave(batch: &mut Batch, name: &ThingTypeName, thing: &ThingName) {
    batch.delete(TYPE_THINGS, key(name, thing.as_str()));
}

pub(crate) fn key(name: &ThingTypeName, thing: &str) -> String {
    format!("{name}/{thing}")
}

fn thing_type(
    snapshot: &Snapshot,
    name: &ThingTypeName,
) -> Result<Option<(ThingType, Bytes)>, StoreError> {
    let found = find::<StoredThingType>(snapshot, THING_TYPES, name.as_str())?;
    Ok(found.map(|found| (found.record.into_type(name.clone()), found.bytes)))
}

/// A type as it is stored; its name is the key.
#[derive(Serialize, Deserialize)]
struct StoredThingType {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    searchable_attributes: Vec<String>,
    created_at: UnixMillis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deprecated_at: Option<UnixMillis>,
}

impl Record for StoredThingType {
    const VERSION: u8 = 1;
}

impl StoredThingType {
    fn into_type(self, name: ThingTypeName) -> ThingType {
        let StoredThingType { description, searchable_attributes, created_at, deprecated_at } =
            self;
        ThingType { name, description, searchable_attributes, created_at, deprecated_at }
    }
}

fn encode(thing_type: &ThingType) -> Bytes {
    let ThingType { description, searchable_attributes, created_at, deprecated_at, .. } =
        thing_type.clone();
    let stored = StoredThingType { description, searchable_attributes, created_at, deprecated_at };
    record::encode(&stored).into()
}
