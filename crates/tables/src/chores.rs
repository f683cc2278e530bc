//! A piece of a chore.

use std::ops::Bound;

use kv::{Batch, Declined, Direction, Present, ReadError, Snapshot, Space};
use model::TableName;
use records::StoreError;

use crate::chore::{CHORES, Chore, stored};
use crate::definition::{Definition, IndexStatus};
use crate::image::{self, INDEXES, ITEMS};
use crate::key::{behind, index_prefix, table_prefix};
use crate::sizes::SIZES;
use crate::store::{Tables, definition_in};
use crate::stored_item::StoredItem;

/// Keys that one piece deletes: about a millisecond of the committer.
const DROPPED_MAX: usize = 1_000;

/// Items that one piece enters into an index. Each is read by the committer.
const ENTERED_MAX: usize = 100;

/// What a piece of entering reads and writes, as a guess: items are mostly small.
const ENTERED_BYTES: usize = ENTERED_MAX * 1_024;

pub(crate) async fn work(
    tables: &Tables,
    snapshot: &Snapshot,
    key: Vec<u8>,
    chore: Chore,
) -> Result<(), StoreError> {
    match chore {
        Chore::DropTable { table } => {
            let prefix = table_prefix(table);
            drop_some(
                tables,
                snapshot,
                key,
                &[(ITEMS, &prefix), (INDEXES, &prefix), (SIZES, &prefix)],
            )
            .await
        }
        Chore::DropIndex { table, index } => {
            let prefix = index_prefix(table, index);
            drop_some(tables, snapshot, key, &[(INDEXES, &prefix)]).await
        }
        Chore::Backfill { name, table, index, after } => {
            let piece = Piece { name, table, index, after };
            piece.work(tables, snapshot, key).await
        }
    }
}

/// Nobody writes there any more, so what a snapshot shows is what there is.
async fn drop_some(
    tables: &Tables,
    snapshot: &Snapshot,
    chore: Vec<u8>,
    from: &[(Space, &[u8])],
) -> Result<(), StoreError> {
    let mut batch = Batch::new();
    let mut left = DROPPED_MAX;
    for (space, prefix) in from {
        for entry in snapshot.scan(*space, prefix)?.take(left) {
            batch.delete(*space, &entry?.0);
            left -= 1;
        }
    }
    if left > 0 {
        batch.delete(CHORES, chore);
    }
    tables.store().commit(batch).await.map_err(StoreError::Commit)
}

/// Items to be entered into an index or among the expiries.
struct Piece {
    name: TableName,
    table: u32,
    index: u32,
    after: Option<Vec<u8>>,
}

impl Piece {
    async fn work(
        self,
        tables: &Tables,
        snapshot: &Snapshot,
        chore: Vec<u8>,
    ) -> Result<(), StoreError> {
        let keys = self.keys(snapshot)?;
        if keys.len() < ENTERED_MAX {
            return self.work_last(tables, keys, chore).await;
        }
        let mut batch = Batch::new();
        batch.decide_by(ENTERED_BYTES, move |present| {
            // Not the last piece, so nothing of the definition changes.
            let definition = self.definition(present);
            match definition.map_err(|_| Declined::ByChoice)? {
                Some(definition) => self.enter(&definition, &keys, present)?,
                None => {
                    present.delete(CHORES, chore);
                    return Ok(());
                }
            }
            let after = keys.last().cloned();
            let Piece { name, table, index, .. } = self;
            present.put(CHORES, chore, stored(Chore::Backfill { name, table, index, after }));
            Ok(())
        });
        tables.store().commit(batch).await.map_err(StoreError::Commit)
    }

    /// Enters what is left, and with it the index becomes readable.
    async fn work_last(
        self,
        tables: &Tables,
        keys: Vec<Vec<u8>>,
        chore: Vec<u8>,
    ) -> Result<(), StoreError> {
        let name = self.name.clone();
        tables
            .define(&name, move |present, before| {
                present.delete(CHORES, chore);
                let Some(mut definition) = before else { return Ok((None, ())) };
                if self.is_wanted(&definition) {
                    self.enter(&definition, &keys, present)?;
                    let indexes = definition.indexes.iter_mut();
                    for index in indexes.filter(|index| index.number == self.index) {
                        index.status = IndexStatus::Active;
                    }
                }
                Ok::<_, StoreError>((Some(definition), ()))
            })
            .await
    }

    fn keys(&self, snapshot: &Snapshot) -> Result<Vec<Vec<u8>>, ReadError> {
        let prefix = table_prefix(self.table);
        let end = behind(&prefix);
        let lower = match &self.after {
            Some(after) => Bound::Excluded(&after[..]),
            None => Bound::Included(&prefix[..]),
        };
        let upper = end.as_ref().map_or(Bound::Unbounded, |end| Bound::Excluded(&end[..]));
        let range = snapshot.range(ITEMS, (lower, upper), Direction::Forward)?;
        range.take(ENTERED_MAX).map(|entry| Ok(entry?.0.to_vec())).collect()
    }

    /// The table, if it is still there and still wants the index.
    fn definition(&self, present: &mut Present<'_>) -> Result<Option<Definition>, StoreError> {
        let definition = definition_in(present, &self.name)?;
        Ok(definition.filter(|definition| self.is_wanted(definition)))
    }

    fn is_wanted(&self, definition: &Definition) -> bool {
        let expiries = definition.time_to_live.iter().map(|it| it.number);
        let mut numbers = definition.indexes.iter().map(|it| it.number).chain(expiries);
        definition.number == self.table && numbers.any(|number| number == self.index)
    }

    /// Enters the items as they are now; those that were written since are there already.
    fn enter(
        &self,
        definition: &Definition,
        keys: &[Vec<u8>],
        present: &mut Present<'_>,
    ) -> Result<(), ReadError> {
        let index = definition.indexes.iter().find(|index| index.number == self.index);
        for key in keys {
            let Some(bytes) = present.get(ITEMS, key)? else { continue };
            // What cannot be read is in no index, and is told of when it is asked for.
            let Ok(stored) = StoredItem::read(bytes) else { continue };
            let Ok(item) = stored.decode() else { continue };
            match index {
                Some(index) => image::enter(definition, index, &stored, &item, key, present),
                None => image::enter_expiry(definition, &item, key, present),
            }
        }
        Ok(())
    }
}
