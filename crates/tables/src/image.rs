//! What an item leaves in the store: itself, its entries in the table's indexes, its expiry.

use bytes::Bytes;
use items::{Item, Kind, Value};
use kv::{Present, Space};

use crate::definition::{Definition, Index, Projection, Scope};
use crate::key;
use crate::stored_item::StoredItem;

/// Items of all tables.
pub(crate) const ITEMS: Space = Space::new("table-items");

/// Entries of all indexes, and expiries. An entry holds what the index projects: a query of an index
/// is one walk, and touches no item.
pub(crate) const INDEXES: Space = Space::new("table-indexes");

#[derive(Clone, Debug)]
pub(crate) struct Image {
    pub(crate) stored: StoredItem,
    /// In the order of the table's indexes; then the expiry.
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    key: Vec<u8>,
    value: Bytes,
}

/// Why an item cannot be in an index. The texts are DynamoDB's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexKeyRefused {
    #[error(
        "One or more parameter values were invalid: Type mismatch for Index Key {name} Expected: \
         {expected} Actual: {actual} IndexName: {index}"
    )]
    Mismatch { index: String, name: String, expected: &'static str, actual: &'static str },
    #[error(
        "One or more parameter values are not valid. A value specified for a secondary index key is \
         not supported. The AttributeValue for a key attribute cannot contain an empty {what} value. \
         IndexName: {index}, IndexKey: {name}"
    )]
    Empty { what: &'static str, index: String, name: String },
}

impl Image {
    /// The item was checked by [`check`].
    pub(crate) fn of(table: &Definition, item: &Item, item_key: &[u8]) -> Image {
        let stored = StoredItem::of(item);
        let entries = entries(table, item, &stored, item_key);
        Image { stored, entries }
    }

    /// Of an item that is in the store.
    pub(crate) fn of_stored(
        table: &Definition,
        stored: StoredItem,
        item: &Item,
        item_key: &[u8],
    ) -> Image {
        let entries = entries(table, item, &stored, item_key);
        Image { stored, entries }
    }

    /// Of an item in a table that has no indexes.
    pub(crate) fn alone(stored: StoredItem) -> Image {
        Image { stored, entries: Vec::new() }
    }

    /// Writes the item and what it has in indexes, where that differs from what `old` left.
    pub(crate) fn replace(self, old: Option<&Image>, item_key: &[u8], present: &mut Present<'_>) {
        present.put_own(ITEMS, item_key, self.stored.into_bytes());
        let old = old.map_or(&[][..], |old| &old.entries);
        for gone in old.iter().filter(|old| !self.entries.iter().any(|new| new.key == old.key)) {
            present.delete(INDEXES, &gone.key);
        }
        for changed in self.entries.iter().filter(|new| !old.contains(new)) {
            present.put_own(INDEXES, &changed.key, changed.value.clone());
        }
    }

    /// Takes the item and all that it has in indexes away.
    pub(crate) fn remove(&self, item_key: &[u8], present: &mut Present<'_>) {
        present.delete(ITEMS, item_key);
        for entry in &self.entries {
            present.delete(INDEXES, &entry.key);
        }
    }
}

/// Whether every index can hold the item, or may leave it out.
pub(crate) fn check(table: &Definition, item: &Item) -> Result<(), IndexKeyRefused> {
    for index in &table.indexes {
        for attribute in index.key.attributes() {
            let Some(value) = item.get(&attribute.name) else { continue };
            let (index, name) = (|| index.name.to_string(), || attribute.name.clone());
            let (expected, actual) = (Kind::from(attribute.kind), value.kind());
            if expected != actual {
                let (expected, actual) = (expected.as_str(), actual.as_str());
                let (index, name) = (index(), name());
                return Err(IndexKeyRefused::Mismatch { index, name, expected, actual });
            }
            if let Some(what) = empty(value) {
                return Err(IndexKeyRefused::Empty { what, index: index(), name: name() });
            }
        }
    }
    Ok(())
}

fn empty(value: &Value) -> Option<&'static str> {
    match value {
        Value::S(text) if text.is_empty() => Some("string"),
        Value::B(bytes) if bytes.is_empty() => Some("binary"),
        _ => None,
    }
}

/// The entry of one index, for items that were there before it. Nothing if the index leaves it out.
pub(crate) fn enter(
    table: &Definition,
    index: &Index,
    stored: &StoredItem,
    item: &Item,
    item_key: &[u8],
    present: &mut Present<'_>,
) {
    if let Some(entry) = entry(table, index, item, stored, item_key) {
        present.put(INDEXES, &entry.key, entry.value);
    }
}

/// Likewise for a time to live.
pub(crate) fn enter_expiry(
    table: &Definition,
    item: &Item,
    item_key: &[u8],
    present: &mut Present<'_>,
) {
    if let Some(expiry) = expiry(table, item, item_key) {
        present.put(INDEXES, &expiry.key, expiry.value);
    }
}

fn entries(table: &Definition, item: &Item, stored: &StoredItem, item_key: &[u8]) -> Vec<Entry> {
    let indexes = table.indexes.iter();
    let entries = indexes.filter_map(|index| entry(table, index, item, stored, item_key));
    entries.chain(expiry(table, item, item_key)).collect()
}

fn entry(
    table: &Definition,
    index: &Index,
    item: &Item,
    stored: &StoredItem,
    item_key: &[u8],
) -> Option<Entry> {
    // An index that came later than the item may find what it cannot hold, and leaves it out.
    let is_fit = index.key.attributes().all(|attribute| {
        let value = item.get(&attribute.name);
        value.is_some_and(|value| value.kind() == attribute.kind.into() && empty(value).is_none())
    });
    let key = key::of_index(table, index, item, item_key).filter(|_| is_fit)?;
    let value = match &index.projection {
        // The same bytes, not another copy of them.
        Projection::All => stored.bytes().clone(),
        Projection::KeysOnly => projected(table, index, item, &[]),
        Projection::Include(names) => projected(table, index, item, names),
    };
    Some(Entry { key, value })
}

fn projected(table: &Definition, index: &Index, item: &Item, names: &[String]) -> Bytes {
    let keys = table.key.attributes().chain(index.key.attributes());
    let names = keys.map(|attribute| &attribute.name).chain(names);
    let mut projected = Item::new();
    for name in names {
        if let Some(value) = item.get(name) {
            projected.insert(name.as_str(), value.clone());
        }
    }
    StoredItem::of(&projected).bytes().clone()
}

fn expiry(table: &Definition, item: &Item, item_key: &[u8]) -> Option<Entry> {
    let time_to_live = table.time_to_live.as_ref()?;
    let second = expiry_second(&time_to_live.attribute, item)?;
    let key = key::of_expiry(table.number, time_to_live.number, second, item_key);
    Some(Entry { key, value: Bytes::new() })
}

/// When an item expires. What is no number, or lies before the epoch, never does.
pub(crate) fn expiry_second(attribute: &str, item: &Item) -> Option<u64> {
    u64::try_from(item.get(attribute)?.as_n()?.truncated()?).ok()
}

impl Index {
    /// Whether an entry holds the attribute.
    pub fn holds(&self, table: &Definition, name: &str) -> bool {
        match &self.projection {
            Projection::All => true,
            Projection::KeysOnly => self.key.contains(name) || table.key.contains(name),
            Projection::Include(names) => {
                self.key.contains(name)
                    || table.key.contains(name)
                    || names.iter().any(|it| it == name)
            }
        }
    }

    pub fn is_global(&self) -> bool {
        self.scope == Scope::Global
    }
}
