//! Item collections: what the items of one partition take in a table with local indexes.

use std::collections::BTreeMap;

use items::Item;
use serde::Serialize;
use tables::{ItemChange, Scope, Table};

use super::capacity::ReturnItemCollectionMetrics;
use crate::error::AwsError;
use crate::state::State;

/// A collection that is written to, of which it is asked how large it is.
#[derive(Debug)]
pub(crate) struct Collection {
    table: Table,
    /// The partition alone.
    key: Item,
}

#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ItemCollectionMetrics {
    item_collection_key: Item,
    /// A lower and an upper bound.
    #[serde(rename = "SizeEstimateRangeGB")]
    size_estimate_range_gb: [f64; 2],
}

/// Of several tables, by their names.
pub(crate) type MetricsOfTables = BTreeMap<String, Vec<ItemCollectionMetrics>>;

const GB: u64 = 1 << 30;

impl Collection {
    /// Nothing if nobody asks, or the table has no local indexes: then AWS tells nothing either.
    pub(crate) fn asked(
        asked: Option<ReturnItemCollectionMetrics>,
        table: &Table,
        change: &ItemChange,
    ) -> Option<Collection> {
        let definition = table.definition();
        let has_local = definition.indexes.iter().any(|index| index.scope == Scope::Local);
        let is_written = !matches!(change, ItemChange::Check { .. });
        if asked != Some(ReturnItemCollectionMetrics::Size) || !has_local || !is_written {
            return None;
        }
        let name = &definition.key.partition.name;
        let partition = change.touched().get(name)?.clone();
        let mut key = Item::new();
        key.insert(name.clone(), partition);
        Some(Collection { table: table.clone(), key })
    }

    /// As it is now, whole gigabytes apart.
    pub(crate) fn measure(self, state: &State) -> Result<Option<ItemCollectionMetrics>, AwsError> {
        let size = state.tables.collection_size(&self.table, &self.key)?;
        Ok(size.map(|size| {
            let (least, most) = (size.least_bytes / GB, size.most_bytes / GB + 1);
            let size_estimate_range_gb = [least as f64, most as f64];
            ItemCollectionMetrics { item_collection_key: self.key, size_estimate_range_gb }
        }))
    }
}

/// Measures each collection once.
pub(crate) fn measure_all(
    state: &State,
    collections: Vec<Collection>,
) -> Result<MetricsOfTables, AwsError> {
    let mut told = MetricsOfTables::new();
    for collection in collections {
        let of_table = told.entry(collection.table.definition().name.to_string()).or_default();
        if of_table.iter().all(|known| known.item_collection_key != collection.key) {
            of_table.extend(collection.measure(state)?);
        }
    }
    Ok(told)
}
