//! Long work that a change of a table leaves behind. A chore is a record that says what is left, so a
//! restart goes on where it was.

use kv::{Present, Snapshot, Space};
use model::TableName;
use records::{Record, StoreError, decode, encode};
use serde::{Deserialize, Serialize};

use crate::store::next_number;

pub(crate) const CHORES: Space = Space::new("table-chores");

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Chore {
    /// Take away what a deleted table has left.
    DropTable { table: u32 },
    /// Take away the entries of an index, or the expiries of a time to live.
    DropIndex { table: u32, index: u32 },
    /// Enter the items that were there before the index or time to live, from behind `after` on.
    Backfill { name: TableName, table: u32, index: u32, after: Option<Vec<u8>> },
}

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct StoredChore(Chore);

impl Record for StoredChore {
    const VERSION: u8 = 1;
}

pub(crate) fn leave(chore: Chore, present: &mut Present<'_>) -> Result<(), StoreError> {
    let number = next_number(present, "chores")?;
    present.put(CHORES, number.to_be_bytes(), encode(&StoredChore(chore)));
    Ok(())
}

/// The oldest chore, and its key.
pub(crate) fn first(snapshot: &Snapshot) -> Result<Option<(Vec<u8>, Chore)>, StoreError> {
    let Some(entry) = snapshot.scan(CHORES, b"")?.next() else { return Ok(None) };
    let (key, bytes) = entry?;
    Ok(Some((key.to_vec(), decode::<StoredChore>(&bytes)?.0)))
}

/// The bytes of a chore that is to go on.
pub(crate) fn stored(chore: Chore) -> Vec<u8> {
    encode(&StoredChore(chore))
}
