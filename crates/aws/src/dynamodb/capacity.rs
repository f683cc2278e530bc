//! Capacity units, as DynamoDB counts them: of a read for each 4 KB, of a write for each 1 KB, of a
//! page for all its items together.

use std::collections::BTreeMap;

use items::{Item, item_bytes};
use serde::Serialize;
use tables::{Definition, Index, Scope, StoredItem};

use super::input::wire_words;
use crate::error::AwsError;

wire_words! {
    ReturnConsumedCapacity at "returnConsumedCapacity" {
        Indexes = "INDEXES", Total = "TOTAL", None = "NONE",
    }
}

wire_words! {
    ReturnItemCollectionMetrics at "returnItemCollectionMetrics" { Size = "SIZE", None = "NONE" }
}

const READ_BYTES: usize = 4 * 1_024;
const WRITE_BYTES: usize = 1_024;

/// What a request consumed of one table.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ConsumedCapacity {
    table_name: String,
    capacity_units: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    read_capacity_units: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    write_capacity_units: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<Units>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    local_secondary_indexes: BTreeMap<String, Units>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    global_secondary_indexes: BTreeMap<String, Units>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Units {
    capacity_units: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    read_capacity_units: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    write_capacity_units: Option<f64>,
}

/// Counts what a request consumes of one table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meter {
    table: f64,
    indexes: BTreeMap<String, (Scope, f64)>,
    /// Of transactions, which tell reads from writes and cost twice.
    transaction: Option<Direction>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Read,
    Write,
}

/// Whether anything is to be counted.
pub(crate) fn is_asked(asked: Option<ReturnConsumedCapacity>) -> bool {
    matches!(asked, Some(ReturnConsumedCapacity::Total | ReturnConsumedCapacity::Indexes))
}

impl Meter {
    pub(crate) fn of_transaction(direction: Direction) -> Meter {
        Meter { transaction: Some(direction), ..Meter::default() }
    }

    /// One item, or a page of many, of the table itself.
    pub(crate) fn read(&mut self, bytes: usize, is_consistent: bool) {
        self.table += read_units(bytes, is_consistent);
    }

    pub(crate) fn read_index(&mut self, index: &Index, bytes: usize, is_consistent: bool) {
        let units = read_units(bytes, is_consistent);
        self.index(index, units);
    }

    /// One item that was there, is there, or both.
    pub(crate) fn write(
        &mut self,
        definition: &Definition,
        old: Option<&StoredItem>,
        new: Option<&StoredItem>,
    ) -> Result<(), AwsError> {
        if definition.indexes.is_empty() {
            let bytes = [old, new].into_iter().flatten().map(StoredItem::item_bytes).max();
            self.table += write_units(bytes.unwrap_or(0));
            return Ok(());
        }
        let new = new.map(StoredItem::decode).transpose()?;
        self.write_new(definition, old, new.as_ref())
    }

    /// The same of an item that is not stored yet.
    pub(crate) fn write_new(
        &mut self,
        definition: &Definition,
        old: Option<&StoredItem>,
        new: Option<&Item>,
    ) -> Result<(), AwsError> {
        let old = old.map(StoredItem::decode).transpose()?;
        let bytes = [old.as_ref(), new].into_iter().flatten().map(item_bytes).max();
        self.table += write_units(bytes.unwrap_or(0));
        for index in &definition.indexes {
            let entry = |item: Option<&Item>| item.and_then(|it| entry(definition, index, it));
            let units = index_units(index, entry(old.as_ref()), entry(new));
            if units > 0.0 {
                self.index(index, units);
            }
        }
        Ok(())
    }

    fn index(&mut self, index: &Index, units: f64) {
        let counted = self.indexes.entry(index.name.to_string()).or_insert((index.scope, 0.0));
        counted.1 += units;
    }

    /// As it is answered; nothing if nobody asked.
    pub(crate) fn told(
        self,
        table: &str,
        asked: Option<ReturnConsumedCapacity>,
    ) -> Option<ConsumedCapacity> {
        let asked = asked.filter(|asked| *asked != ReturnConsumedCapacity::None)?;
        let factor = if self.transaction.is_some() { 2.0 } else { 1.0 };
        let units = |units: f64| {
            let units = units * factor;
            let of = |direction| (self.transaction == Some(direction)).then_some(units);
            Units {
                capacity_units: units,
                read_capacity_units: of(Direction::Read),
                write_capacity_units: of(Direction::Write),
            }
        };
        let all = units(self.table + self.indexes.values().map(|(_, units)| units).sum::<f64>());
        let mut told = ConsumedCapacity {
            table_name: table.to_owned(),
            capacity_units: all.capacity_units,
            read_capacity_units: all.read_capacity_units,
            write_capacity_units: all.write_capacity_units,
            ..ConsumedCapacity::default()
        };
        if asked == ReturnConsumedCapacity::Indexes {
            told.table = Some(units(self.table));
            for (name, (scope, counted)) in &self.indexes {
                let of_scope = match scope {
                    Scope::Local => &mut told.local_secondary_indexes,
                    Scope::Global => &mut told.global_secondary_indexes,
                };
                of_scope.insert(name.clone(), units(*counted));
            }
        }
        Some(told)
    }
}

fn read_units(bytes: usize, is_consistent: bool) -> f64 {
    let units = bytes.div_ceil(READ_BYTES).max(1) as f64;
    if is_consistent { units } else { units / 2.0 }
}

fn write_units(bytes: usize) -> f64 {
    bytes.div_ceil(WRITE_BYTES).max(1) as f64
}

/// The part of an item that an index holds; nothing if it lacks one of the index's keys.
fn entry(definition: &Definition, index: &Index, item: &Item) -> Option<Item> {
    if !index.key.attributes().all(|attribute| item.contains(&attribute.name)) {
        return None;
    }
    let is_projected = |name: &str| match &index.projection {
        tables::Projection::All => true,
        tables::Projection::KeysOnly => false,
        tables::Projection::Include(names) => names.iter().any(|it| it == name),
    };
    let is_held = |name: &str| {
        is_projected(name) || index.key.contains(name) || definition.key.contains(name)
    };
    let held = item.iter().filter(|(name, _)| is_held(name));
    Some(held.map(|(name, value)| (name, value.clone())).collect())
}

/// An entry whose key changes is deleted and written.
fn index_units(index: &Index, old: Option<Item>, new: Option<Item>) -> f64 {
    let units = |item: &Item| write_units(item_bytes(item));
    match (old, new) {
        (None, None) => 0.0,
        (Some(one), None) | (None, Some(one)) => units(&one),
        (Some(old), Some(new)) if old == new => 0.0,
        (Some(old), Some(new)) => {
            let is_moved = index.key.attributes().any(|it| old.get(&it.name) != new.get(&it.name));
            if is_moved { units(&old) + units(&new) } else { units(&old).max(units(&new)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_whole_but_for_eventual_reads() {
        for (bytes, read, write) in
            [(0, 1.0, 1.0), (1, 1.0, 1.0), (1_024, 1.0, 1.0), (1_025, 1.0, 2.0), (4_097, 2.0, 5.0)]
        {
            assert_eq!(read_units(bytes, true), read, "{bytes}");
            assert_eq!(read_units(bytes, false), read / 2.0, "{bytes}");
            assert_eq!(write_units(bytes), write, "{bytes}");
        }
    }

    #[test]
    fn transactions_cost_twice() {
        let mut meter = Meter::of_transaction(Direction::Read);
        meter.read(10, true);
        let told = meter.told("lamps", Some(ReturnConsumedCapacity::Total)).expect("asked");
        assert_eq!((told.capacity_units, told.read_capacity_units), (2.0, Some(2.0)));
        assert_eq!(Meter::default().told("lamps", Some(ReturnConsumedCapacity::None)), None);
    }
}
