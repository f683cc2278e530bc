//! How much is in a table. DynamoDB counts about every six hours, and so is this: what is small is
//! counted when it is asked for, what is large by the sweeper, piece by piece.

use items::Item;
use kv::{Batch, Direction, Snapshot, Space};
use model::IndexName;
use records::{Record, StoreError, decode, encode};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::definition::{Definition, Scope};
use crate::image::{INDEXES, ITEMS};
use crate::key::{behind, index_prefix, push_partition, table_prefix};
use crate::standing::Table;
use crate::store::Tables;
use crate::stored_item::StoredItem;

pub(crate) const SIZES: Space = Space::new("table-sizes");

/// How old a count may be.
pub(crate) const KEPT_MILLIS: u64 = 6 * 60 * 60 * 1_000;

/// Entries that are counted while somebody waits: about a millisecond.
const COUNTED_AT_ONCE_MAX: u64 = 1_000;

/// Entries that the sweeper counts in one step.
const PIECE_MAX: u64 = 5_000;

/// A table and its indexes, as they were counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSize {
    pub table: Size,
    pub indexes: Vec<(IndexName, Size)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    pub items: u64,
    pub bytes: u64,
}

/// Between which bounds the bytes of an item collection are: of all items of a partition, with their
/// entries in local indexes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CollectionSize {
    pub least_bytes: u64,
    pub most_bytes: u64,
}

/// What the sweeper has counted of one table.
#[derive(Serialize, Deserialize)]
struct StoredSizes {
    table: Size,
    /// By the number of the index.
    indexes: Vec<(u32, Size)>,
    at: UnixMillis,
}

impl Record for StoredSizes {
    const VERSION: u8 = 1;
}

/// A range of entries that are counted together.
#[derive(Debug)]
struct Source {
    index: Option<u32>,
    space: Space,
    prefix: Vec<u8>,
}

impl Tables {
    /// Exact for what is small; else of some time in the last hours, and zero before the sweeper has
    /// counted for the first time.
    pub fn table_size(&self, table: &Table) -> Result<TableSize, StoreError> {
        let definition = table.definition();
        let snapshot = self.store().snapshot();
        let stored = snapshot.get(SIZES, &table_prefix(definition.number))?;
        let stored = stored.map(|bytes| decode::<StoredSizes>(&bytes)).transpose()?;
        let known = |index: Option<u32>| {
            let Some(stored) = &stored else { return Size::default() };
            let of_index = stored.indexes.iter().find(|(number, _)| Some(*number) == index);
            index.map_or(stored.table, |_| of_index.map(|(_, size)| *size).unwrap_or_default())
        };
        let mut size = TableSize { table: Size::default(), indexes: Vec::new() };
        for source in sources(definition) {
            let (counted, rest) = source.count(&snapshot, None, COUNTED_AT_ONCE_MAX)?;
            let counted = if rest.is_none() { counted } else { known(source.index) };
            match definition.indexes.iter().find(|index| Some(index.number) == source.index) {
                Some(index) => size.indexes.push((index.name.clone(), counted)),
                None => size.table = counted,
            }
        }
        Ok(size)
    }
}

impl Tables {
    /// Of the collection that an item or a key is of. Exact for what is small; else between what was
    /// counted while somebody waited, and what all of the table and its local indexes take.
    pub fn collection_size(
        &self,
        table: &Table,
        item: &Item,
    ) -> Result<Option<CollectionSize>, StoreError> {
        let definition = table.definition();
        let Some(partition) = item.get(&definition.key.partition.name) else { return Ok(None) };
        let mut of_partition = Vec::new();
        push_partition(&mut of_partition, partition);
        let is_local = |number: u32| {
            let index = definition.indexes.iter().find(|index| index.number == number);
            index.is_some_and(|index| index.scope == Scope::Local)
        };
        let snapshot = self.store().snapshot();
        let (mut least_bytes, mut is_whole) = (0, true);
        for mut source in sources(definition).filter(|source| source.index.is_none_or(is_local)) {
            source.prefix.extend_from_slice(&of_partition);
            let (counted, rest) = source.count(&snapshot, None, COUNTED_AT_ONCE_MAX)?;
            least_bytes += counted.bytes;
            is_whole &= rest.is_none();
        }
        if is_whole {
            return Ok(Some(CollectionSize { least_bytes, most_bytes: least_bytes }));
        }
        let TableSize { table, indexes } = self.table_size(table)?;
        let local = definition.indexes.iter().filter(|index| index.scope == Scope::Local);
        let of_local = indexes.iter().filter(|(name, _)| local.clone().any(|it| it.name == *name));
        let all = table.bytes + of_local.map(|(_, size)| size.bytes).sum::<u64>();
        Ok(Some(CollectionSize { least_bytes, most_bytes: all.max(least_bytes) }))
    }
}

/// A count that takes several steps. It begins anew after a restart.
#[derive(Debug)]
pub(crate) struct Counting {
    table: u32,
    left: Vec<Source>,
    /// Of the source that is counted.
    after: Option<Vec<u8>>,
    sum: Size,
    counted: Vec<(Option<u32>, Size)>,
}

impl Counting {
    /// Nothing if the last count is young enough, or the table so small that none is needed.
    pub(crate) fn due(
        definition: &Definition,
        snapshot: &Snapshot,
        now: UnixMillis,
    ) -> Result<Option<Counting>, StoreError> {
        let table = definition.number;
        if let Some(stored) = snapshot.get(SIZES, &table_prefix(table))?
            && decode::<StoredSizes>(&stored)?.at + KEPT_MILLIS > now
        {
            return Ok(None);
        }
        let prefix = table_prefix(table);
        let end = behind(&prefix).unwrap_or_default();
        for space in [ITEMS, INDEXES] {
            // Cheap to tell: whether an entry is there beyond so many.
            let mut range = snapshot.range(space, &prefix[..]..&end[..], Direction::Forward)?;
            if range.nth(COUNTED_AT_ONCE_MAX as usize).transpose()?.is_some() {
                let left = sources(definition).collect();
                let (after, sum, counted) = (None, Size::default(), Vec::new());
                return Ok(Some(Counting { table, left, after, sum, counted }));
            }
        }
        Ok(None)
    }

    /// Counts a piece; answers whether that was the last, and then stores what was counted.
    pub(crate) fn work(
        &mut self,
        snapshot: &Snapshot,
        now: UnixMillis,
        batch: &mut Batch,
    ) -> Result<bool, StoreError> {
        let Some(source) = self.left.last() else {
            self.store(now, batch);
            return Ok(true);
        };
        let (piece, rest) = source.count(snapshot, self.after.as_deref(), PIECE_MAX)?;
        self.sum.items += piece.items;
        self.sum.bytes += piece.bytes;
        if rest.is_none() {
            self.counted.push((source.index, std::mem::take(&mut self.sum)));
            self.left.pop();
        }
        self.after = rest;
        Ok(false)
    }

    fn store(&self, at: UnixMillis, batch: &mut Batch) {
        let mut sizes = StoredSizes { table: Size::default(), indexes: Vec::new(), at };
        for (index, size) in &self.counted {
            match index {
                Some(index) => sizes.indexes.push((*index, *size)),
                None => sizes.table = *size,
            }
        }
        batch.put(SIZES, table_prefix(self.table), encode(&sizes));
    }
}

impl Source {
    /// Counts up to so many entries from behind `after` on, and tells the last if more may follow.
    fn count(
        &self,
        snapshot: &Snapshot,
        after: Option<&[u8]>,
        most: u64,
    ) -> Result<(Size, Option<Vec<u8>>), StoreError> {
        use std::ops::Bound::{Excluded, Included};
        let lower = after.map_or(Included(&self.prefix[..]), Excluded);
        let end = behind(&self.prefix).unwrap_or_default();
        let mut size = Size::default();
        for entry in snapshot.range(self.space, (lower, Excluded(&end[..])), Direction::Forward)? {
            let (key, bytes) = entry?;
            size.items += 1;
            // One that is damaged is told of when it is asked for.
            size.bytes += StoredItem::read(bytes).map_or(0, |item| item.item_bytes() as u64);
            if size.items == most {
                return Ok((size, Some(key.to_vec())));
            }
        }
        Ok((size, None))
    }
}

fn sources(definition: &Definition) -> impl Iterator<Item = Source> {
    let table = definition.number;
    let prefix = table_prefix(table).to_vec();
    let items = Source { index: None, space: ITEMS, prefix };
    let indexes = definition.indexes.iter().map(move |index| {
        let prefix = index_prefix(table, index.number).to_vec();
        Source { index: Some(index.number), space: INDEXES, prefix }
    });
    std::iter::once(items).chain(indexes)
}
