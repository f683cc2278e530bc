//! Who is to be told when what an action planned is on disk.

use blueprints::PendingEvent;
use queues::PendingSend;
use tables::{PendingPut, Tables};

/// Those who follow tables, wait for messages of queues, or work off events of functions.
#[derive(Debug, Default)]
pub struct ToTell {
    pub(crate) puts: Vec<PendingPut>,
    pub(crate) sends: Vec<PendingSend>,
    pub(crate) events: Vec<PendingEvent>,
}

impl ToTell {
    pub fn extend(&mut self, other: ToTell) {
        self.puts.extend(other.puts);
        self.sends.extend(other.sends);
        self.events.extend(other.events);
    }

    /// To be called when the batch is committed.
    pub fn committed(&self, tables: &Tables) {
        self.puts.iter().for_each(|put| tables.committed(put));
        self.sends.iter().for_each(PendingSend::committed);
        self.events.iter().for_each(PendingEvent::committed);
    }
}
