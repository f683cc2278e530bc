//! Who is to be told when what an action planned is on disk.

use queues::PendingSend;
use tables::{PendingPut, Tables};

/// Those who follow tables, and those who wait for messages of queues.
#[derive(Debug, Default)]
pub struct ToTell {
    pub(crate) puts: Vec<PendingPut>,
    pub(crate) sends: Vec<PendingSend>,
}

impl ToTell {
    pub fn extend(&mut self, other: ToTell) {
        self.puts.extend(other.puts);
        self.sends.extend(other.sends);
    }

    /// To be called when the batch is committed.
    pub fn committed(&self, tables: &Tables) {
        self.puts.iter().for_each(|put| tables.committed(put));
        self.sends.iter().for_each(PendingSend::committed);
    }
}
