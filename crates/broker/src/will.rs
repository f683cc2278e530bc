//! Wills that wait for their delay.

use std::sync::{Arc, Mutex, PoisonError};

use hashbrown::HashMap;
use kv::{Batch, Durability};
use model::ClientId;
use sessions::{Sessions, StoredWill};

use crate::broker::Shared;

/// The wills of clients that are gone, until they are sent or the client is back.
#[derive(Debug, Default)]
pub(crate) struct Wills(Mutex<HashMap<ClientId, Due>>);

#[derive(Debug)]
struct Due {
    will: StoredWill,
    at: u64,
}

impl Wills {
    /// Keeps a will whose client is gone since `now`.
    pub(crate) fn put(&self, client_id: ClientId, will: StoredWill, now: u64) {
        let at = now + u64::from(will.delay_secs) * 1_000;
        self.lock().insert(client_id, Due { will, at });
    }

    /// Takes a waiting will: the client is back, or its session ends.
    pub(crate) fn take(&self, client_id: &ClientId) -> Option<StoredWill> {
        self.lock().remove(client_id).map(|due| due.will)
    }

    fn take_due(&self, now: u64) -> Vec<(ClientId, StoredWill)> {
        let is_due = |_: &ClientId, due: &mut Due| due.at <= now;
        self.lock().extract_if(is_due).map(|(client_id, due)| (client_id, due.will)).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<ClientId, Due>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    pub(crate) async fn send_due_wills(&self) {
        for (client_id, will) in self.wills.take_due(self.now()) {
            self.send_will(&client_id, will).await;
        }
    }

    /// Publishes a will, and forgets it in the same turn.
    pub(crate) async fn send_will(&self, client_id: &ClientId, will: StoredWill) {
        self.publish(Arc::new(will.message), 0).await;
        self.forget_will(client_id);
    }

    /// Forgets a will that will not be sent.
    pub(crate) fn forget_will(&self, client_id: &ClientId) {
        let mut batch = Batch::new();
        batch.durability(Durability::Buffered);
        Sessions::delete_will(&mut batch, client_id);
        self.flow.clean_up(batch);
    }
}
