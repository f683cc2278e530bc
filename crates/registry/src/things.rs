//! Lists of things.

use kv::Snapshot;
use model::{ThingName, ThingTypeName};

use crate::record::{self, RecordError};
use crate::registry::{Registry, StoreError, find};
use crate::thing::{StoredThing, THINGS, Thing};
use crate::thing_type::{TYPE_THINGS, key};
use records::{Page, page_where};

/// Which things to list. All that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThingFilter {
    pub type_name: Option<ThingTypeName>,
    /// Only things that have this attribute.
    pub attribute: Option<String>,
    /// Only things whose attribute has this value.
    pub value: Option<String>,
    /// Whether the value is only the beginning of one.
    pub is_prefix: bool,
}

impl ThingFilter {
    fn takes(&self, thing: &Thing) -> bool {
        let Some(name) = &self.attribute else { return true };
        match (thing.attributes.get(name), &self.value) {
            (Some(has), Some(value)) if self.is_prefix => has.starts_with(value.as_str()),
            (Some(has), Some(value)) => has == value,
            (has, None) => has.is_some(),
            (None, Some(_)) => false,
        }
    }
}

impl Registry {
    /// Things in the order of their names.
    pub fn things(&self, after: Option<&str>, limit: usize) -> Result<Page<Thing>, StoreError> {
        self.things_where(&ThingFilter::default(), after, limit)
    }

    /// The things that a filter takes, in the order of their names.
    pub fn things_where(
        &self,
        filter: &ThingFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Thing>, StoreError> {
        let snapshot = self.snapshot();
        if let Some(type_name) = &filter.type_name {
            return things_of_type(&snapshot, type_name, filter, after, limit);
        }
        page_where(&snapshot, THINGS, "", after, limit, |name, bytes| {
            let thing = record::decode::<StoredThing>(bytes)?.into_thing(thing_name(name)?);
            Ok(filter.takes(&thing).then_some(thing))
        })
    }
}

fn things_of_type(
    snapshot: &Snapshot,
    type_name: &ThingTypeName,
    filter: &ThingFilter,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<Thing>, StoreError> {
    let read = |name: &str, _: &bytes::Bytes| thing_name(name).map(Some);
    let names = page_where(snapshot, TYPE_THINGS, &key(type_name, ""), after, limit, read)?;
    let mut items = Vec::new();
    for name in names.items {
        let found = find::<StoredThing>(snapshot, THINGS, name.as_str())?;
        let thing = found.map(|found| found.record.into_thing(name));
        items.extend(thing.filter(|thing| filter.takes(thing)));
    }
    Ok(Page { items, next: names.next })
}

fn thing_name(key: &str) -> Result<ThingName, RecordError> {
    ThingName::new(key).map_err(|_| RecordError::Key)
}
