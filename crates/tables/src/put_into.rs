//! An item that becomes part of somebody else's batch.

use items::Item;
use kv::{Batch, Decision, Declined, Present};

use crate::standing::Table;
use crate::store::Tables;
use crate::write::{ItemChange, ItemWrite, Planned, WriteRefused};

/// A put that joined a batch.
#[derive(Debug)]
#[must_use = "those who follow streams are told by it"]
pub struct PendingPut {
    has_stream: bool,
}

/// Writes that never decline.
struct Certain<P>(P);

impl Tables {
    /// Adds the item to the batch, if the table can take it. From then on it stands or falls with the
    /// batch: no condition can fail. If the table is deleted before the batch is committed, the item
    /// is left out, as if it had been written before that.
    pub fn put_into(
        &self,
        batch: &mut Batch,
        table: &Table,
        item: Item,
    ) -> Result<PendingPut, WriteRefused> {
        let change = ItemChange::Put(item);
        let write = ItemWrite { table: table.clone(), change, condition: None, wants_old: false };
        batch.decide(Certain([write.plan(self.clock().now())?]));
        Ok(PendingPut { has_stream: table.definition().stream.is_some() })
    }

    /// Adds the deletion of an item to the batch, in the same way.
    pub fn delete_into(
        &self,
        batch: &mut Batch,
        table: &Table,
        key: Item,
    ) -> Result<PendingPut, WriteRefused> {
        let change = ItemChange::Delete { key };
        let write = ItemWrite { table: table.clone(), change, condition: None, wants_old: false };
        batch.decide(Certain([write.plan(self.clock().now())?]));
        Ok(PendingPut { has_stream: table.definition().stream.is_some() })
    }

    /// To be called when the batch is committed.
    pub fn committed(&self, put: &PendingPut) {
        if put.has_stream {
            self.hook.tell();
        }
    }
}

/// Adds writes that must not decline.
pub(crate) fn add_certain(batch: &mut Batch, planned: Vec<Planned>) {
    batch.decide(Certain(planned));
}

impl<P> Decision for Certain<P>
where
    P: AsRef<[Planned]> + IntoIterator<Item = Planned> + Send + Sync,
{
    fn bytes(&self) -> usize {
        self.0.as_ref().iter().map(Planned::bytes).sum()
    }

    fn decide(self: Box<Self>, present: &mut Present<'_>) -> Result<(), Declined> {
        let written = self.0.into_iter().try_for_each(|planned| {
            let judged = planned.judge_leniently(present)?;
            judged.map_or(Ok(()), |judged| judged.apply_unasked(present))
        });
        // What is left is a store that cannot be read.
        written.map_err(|_: WriteRefused| Declined::ByChoice)
    }
}
