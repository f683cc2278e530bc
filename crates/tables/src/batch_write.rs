//! Puts and deletes of many items in one commit, each for itself.

use kv::Batch;
use records::StoreError;

use crate::put_into::add_certain;
use crate::store::Tables;
use crate::write::{ItemWrite, Planned, WriteRefused};

#[derive(Debug, thiserror::Error)]
pub enum BatchWriteRefused {
    #[error("Provided list of item keys contains duplicates")]
    Duplicates,
    #[error(transparent)]
    Item(#[from] WriteRefused),
}

impl Tables {
    /// Writes items that need no condition, all in one commit.
    pub async fn batch_write(&self, writes: Vec<ItemWrite>) -> Result<(), BatchWriteRefused> {
        let now = self.clock().now();
        let mut planned = Vec::with_capacity(writes.len());
        for write in writes {
            planned.push(write.plan(now)?);
        }
        check(&planned)?;
        let has_stream = planned.iter().any(|one| one.table.definition().stream.is_some());
        let mut batch = Batch::new();
        add_certain(&mut batch, planned);
        let committed = self.store().commit(batch).await;
        committed.map_err(|error| WriteRefused::Store(StoreError::Commit(error)))?;
        if has_stream {
            self.hook.tell();
        }
        Ok(())
    }
}

fn check(planned: &[Planned]) -> Result<(), BatchWriteRefused> {
    let mut keys: Vec<&[u8]> = planned.iter().map(|one| &one.key[..]).collect();
    keys.sort_unstable();
    let has_duplicates = keys.windows(2).any(|pair| pair[0] == pair[1]);
    if has_duplicates { Err(BatchWriteRefused::Duplicates) } else { Ok(()) }
}
