//! Reading: one item, a query of a partition, a scan of all.

use items::{Item, KeyTest, Kind, Value};
use kv::{Direction, ReadError, Snapshot, Space};
use records::StoreError;

use crate::definition::{Definition, Index, IndexStatus};
use crate::image::{INDEXES, ITEMS};
use crate::key::{self, KeyRefused};
use crate::standing::Table;
use crate::store::Tables;
use crate::stored_item::{ItemDamaged, StoredItem};
use crate::stretch::Stretch;

/// What one page holds at most, as items are counted.
pub const PAGE_BYTES_MAX: usize = 1_024 * 1_024;

/// Memory is taken at once for no more of them.
const ITEMS_EXPECTED: usize = 64;

/// All items of a partition, in the order of their sort keys, or a part of them.
#[derive(Clone, Debug)]
pub struct Query<'a> {
    pub table: &'a Table,
    pub index: Option<&'a str>,
    pub partition: &'a Value,
    pub sort: Option<&'a KeyTest>,
    pub backward: bool,
    /// What an index does not hold is read from the table.
    pub whole_items: bool,
    pub limit: Option<usize>,
    /// Where the last page ended.
    pub start: Option<&'a Item>,
}

/// All items, partition by partition, in an order that says nothing.
#[derive(Clone, Debug)]
pub struct Scan<'a> {
    pub table: &'a Table,
    pub index: Option<&'a str>,
    /// One of so many parts, counted from 0.
    pub segment: Option<(u32, u32)>,
    pub whole_items: bool,
    pub limit: Option<usize>,
    pub start: Option<&'a Item>,
}

/// Items as they were passed; filters are the caller's.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub items: Vec<StoredItem>,
    /// The sum of their sizes, as capacity counts them.
    pub item_bytes: usize,
    /// Where the next page begins, if there may be one: the keys of the last item.
    pub last: Option<Item>,
}

/// Why nothing was read. The texts are DynamoDB's.
#[derive(Debug, thiserror::Error)]
pub enum ReadRefused {
    #[error(transparent)]
    Key(#[from] KeyRefused),
    #[error("The table does not have the specified index: {name}")]
    IndexNotFound { name: String },
    #[error("Cannot read from backfilling global secondary index: {name}")]
    Backfilling { name: String },
    #[error(
        "One or more parameter values were invalid: Condition parameter type does not match schema type"
    )]
    ConditionType,
    #[error("The provided starting key is invalid")]
    Start,
    #[error("The provided starting key is outside query boundaries based on provided conditions")]
    StartOutside,
    #[error(
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use \
         ExclusiveStartKey with correct Segment. TotalSegments: {total} Segment: {segment}"
    )]
    StartInOtherSegment { segment: u32, total: u32 },
    #[error(transparent)]
    Damaged(#[from] ItemDamaged),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ReadError> for ReadRefused {
    fn from(error: ReadError) -> ReadRefused {
        ReadRefused::Store(error.into())
    }
}

impl Tables {
    pub fn get_item(&self, table: &Table, key: &Item) -> Result<Option<StoredItem>, ReadRefused> {
        let key = key::of_key(table.definition(), key)?;
        let bytes = self.store().get(ITEMS, &key)?;
        Ok(bytes.map(StoredItem::read).transpose()?)
    }

    /// Many items as they are at one moment, in the order of their keys here.
    pub fn get_items(
        &self,
        keys: &[(Table, Item)],
    ) -> Result<Vec<Option<StoredItem>>, ReadRefused> {
        let places = keys.iter().map(|(table, key)| key::of_key(table.definition(), key));
        let places = places.collect::<Result<Vec<_>, _>>()?;
        let snapshot = self.store().snapshot();
        let read = |place: Vec<u8>| {
            let bytes = snapshot.get(ITEMS, &place)?;
            Ok(bytes.map(StoredItem::read).transpose()?)
        };
        places.into_iter().map(read).collect()
    }

    pub fn query(&self, query: &Query<'_>) -> Result<Page, ReadRefused> {
        let source = Source::of(query.table.definition(), query.index)?;
        let partition_of = &source.schema().partition;
        if Kind::from(partition_of.kind) != query.partition.kind() {
            return Err(ReadRefused::ConditionType);
        }
        let mut prefix = source.prefix();
        key::push_partition(&mut prefix, query.partition);
        let stretch = match query.sort {
            None => Stretch::of_prefix(prefix),
            Some(test) => {
                let sort = source.schema().sort.as_ref();
                let kind = sort.map(|sort| Kind::from(sort.kind));
                if test.values().any(|value| Some(value.kind()) != kind) {
                    return Err(ReadRefused::ConditionType);
                }
                Stretch::of_test(&prefix, test)
            }
        };
        let direction = if query.backward { Direction::Backward } else { Direction::Forward };
        let stretch = match query.start {
            None => Some(stretch),
            Some(start) => {
                let start = source.place_of_start(start)?;
                if !stretch.contains(&start) {
                    return Err(ReadRefused::StartOutside);
                }
                stretch.beyond(start, direction)
            }
        };
        let whole = query.whole_items;
        self.walk(&source, stretch, direction, query.limit, whole)
    }

    pub fn scan(&self, scan: &Scan<'_>) -> Result<Page, ReadRefused> {
        let source = Source::of(scan.table.definition(), scan.index)?;
        let stretch = match scan.segment {
            None => Some(Stretch::of_prefix(source.prefix())),
            Some((segment, total)) => Stretch::of_segment(&source.prefix(), segment, total),
        };
        let stretch = match (stretch, scan.start) {
            (stretch, None) => stretch,
            (stretch, Some(start)) => {
                let start = source.place_of_start(start)?;
                let (segment, total) = scan.segment.unwrap_or((0, 1));
                let inside = stretch.filter(|stretch| stretch.contains(&start));
                let inside = inside.ok_or(ReadRefused::StartInOtherSegment { segment, total })?;
                inside.beyond(start, Direction::Forward)
            }
        };
        self.walk(&source, stretch, Direction::Forward, scan.limit, scan.whole_items)
    }

    fn walk(
        &self,
        source: &Source<'_>,
        stretch: Option<Stretch>,
        direction: Direction,
        limit: Option<usize>,
        whole_items: bool,
    ) -> Result<Page, ReadRefused> {
        let Some(stretch) = stretch else { return Ok(Page::default()) };
        let snapshot = self.store().snapshot();
        let mut range = snapshot.range(source.space(), stretch.bounds(), direction)?;
        if let Some(limit) = limit {
            range = range.expecting(limit);
        }
        let limit = limit.unwrap_or(usize::MAX);
        let items = Vec::with_capacity(limit.min(ITEMS_EXPECTED));
        let mut page = Page { items, ..Page::default() };
        for bytes in range.values() {
            let mut item = StoredItem::read(bytes?)?;
            if whole_items && source.index.is_some() {
                item = source.whole(&snapshot, &item)?;
            }
            let item_bytes = item.item_bytes();
            // An item alone may be larger than none.
            if !page.items.is_empty() && page.item_bytes + item_bytes > PAGE_BYTES_MAX {
                page.last = source.keys_of_last(&page)?;
                break;
            }
            page.item_bytes += item_bytes;
            page.items.push(item);
            if page.items.len() >= limit {
                // As DynamoDB does, without a look whether more follow.
                page.last = source.keys_of_last(&page)?;
                break;
            }
        }
        Ok(page)
    }
}

/// A table or one of its indexes.
struct Source<'a> {
    table: &'a Definition,
    index: Option<&'a Index>,
}

impl<'a> Source<'a> {
    fn of(table: &'a Definition, index: Option<&str>) -> Result<Source<'a>, ReadRefused> {
        let Some(name) = index else { return Ok(Source { table, index: None }) };
        let missing = || ReadRefused::IndexNotFound { name: name.to_owned() };
        let index = table.index(name).ok_or_else(missing)?;
        if index.status == IndexStatus::Backfilling {
            return Err(ReadRefused::Backfilling { name: name.to_owned() });
        }
        Ok(Source { table, index: Some(index) })
    }

    fn schema(&self) -> &'a crate::definition::KeySchema {
        self.index.map_or(&self.table.key, |index| &index.key)
    }

    fn space(&self) -> Space {
        if self.index.is_some() { INDEXES } else { ITEMS }
    }

    fn prefix(&self) -> Vec<u8> {
        match self.index {
            Some(index) => key::index_prefix(self.table.number, index.number).to_vec(),
            None => key::table_prefix(self.table.number).to_vec(),
        }
    }

    /// The names of all attributes that say where an entry is.
    fn key_names(&self) -> Vec<&'a str> {
        let index = self.index.into_iter().flat_map(|index| index.key.attributes());
        let mut names: Vec<&str> = Vec::new();
        for attribute in self.table.key.attributes().chain(index) {
            if !names.contains(&attribute.name.as_str()) {
                names.push(&attribute.name);
            }
        }
        names
    }

    fn place_of_start(&self, start: &Item) -> Result<Vec<u8>, ReadRefused> {
        if start.len() != self.key_names().len() {
            return Err(ReadRefused::Start);
        }
        let key = key::of_item(self.table, start).map_err(|_| ReadRefused::Start)?;
        let Some(index) = self.index else { return Ok(key) };
        let fits = |attribute: &crate::definition::KeyAttribute| {
            let value = start.get(&attribute.name);
            value.is_some_and(|value| value.kind() == attribute.kind.into())
        };
        let place = key::of_index(self.table, index, start, &key);
        place.filter(|_| index.key.attributes().all(fits)).ok_or(ReadRefused::Start)
    }

    fn keys_of_last(&self, page: &Page) -> Result<Option<Item>, ReadRefused> {
        let Some(last) = page.items.last() else { return Ok(None) };
        Ok(Some(last.pick(self.key_names().into_iter())?))
    }

    /// The item that an entry of an index stands for.
    fn whole(&self, snapshot: &Snapshot, entry: &StoredItem) -> Result<StoredItem, ReadRefused> {
        let names = self.table.key.attributes().map(|attribute| attribute.name.as_str());
        let key = key::of_key(self.table, &entry.pick(names)?)?;
        let bytes = snapshot.get(ITEMS, &key)?.ok_or(ItemDamaged)?;
        Ok(StoredItem::read(bytes)?)
    }
}
