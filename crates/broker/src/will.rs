//! Wills, from the end of a connection until they are sent or forgotten.

use std::sync::{Arc, Mutex, PoisonError};

use hashbrown::HashMap;
use kv::{Batch, Durability};
use model::ClientId;
use sessions::{Sessions, StoredWill};

use crate::broker::Shared;
use crate::port::{Authority, Sender};

/// A will and who may have it published.
#[derive(Clone, Debug)]
pub(crate) struct Testament {
    pub(crate) will: StoredWill,
    /// `None` for a will of the server's last run: its client was allowed it then.
    pub(crate) authority: Option<Arc<dyn Authority>>,
}

/// The wills of clients that are gone, until they are sent or the client is back.
#[derive(Debug, Default)]
pub(crate) struct Wills(Mutex<HashMap<ClientId, Due>>);

#[derive(Debug)]
struct Due {
    testament: Testament,
    at: u64,
}

impl Testament {
    /// Authority is asked again: it may have been lost since the will was made.
    fn is_allowed(&self) -> bool {
        let message = &self.will.message;
        let topic = message.topic.as_str();
        self.authority.as_ref().is_none_or(|authority| {
            authority.is_valid()
                && authority.may_publish(topic)
                && (!message.retain || authority.may_retain(topic))
        })
    }
}

impl Wills {
    /// Keeps a will until `at`; gives back an earlier one of the same client.
    pub(crate) fn put(
        &self,
        client_id: ClientId,
        testament: Testament,
        at: u64,
    ) -> Option<Testament> {
        self.lock().insert(client_id, Due { testament, at }).map(|due| due.testament)
    }

    /// Takes a waiting will: the client is back, or its session ends.
    pub(crate) fn take(&self, client_id: &ClientId) -> Option<Testament> {
        self.lock().remove(client_id).map(|due| due.testament)
    }

    fn take_due(&self, now: u64) -> Vec<(ClientId, Testament)> {
        let is_due = |_: &ClientId, due: &mut Due| due.at <= now;
        let due = self.lock().extract_if(is_due).collect::<Vec<_>>();
        due.into_iter().map(|(client_id, due)| (client_id, due.testament)).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<ClientId, Due>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    pub(crate) async fn send_due_wills(&self) {
        for (client_id, testament) in self.wills.take_due(self.now()) {
            self.send_will(&client_id, testament).await;
        }
    }

    /// Publishes a will, and forgets it in the same turn.
    pub(crate) async fn send_will(&self, client_id: &ClientId, testament: Testament) {
        if !testament.is_allowed() {
            return self.forget_will(&testament);
        }
        let mut batch = Batch::new();
        Sessions::delete_will(&mut batch, testament.will.number);
        let house = Sender::house(self.now());
        let principal =
            testament.authority.as_deref().map_or(house.principal, Authority::principal);
        let sender = Sender { client_id: Some(client_id), principal, ..house };
        self.publish(Arc::new(testament.will.message), batch, &sender).await;
    }

    /// Forgets a will that will not be sent.
    pub(crate) fn forget_will(&self, testament: &Testament) {
        let mut batch = Batch::new();
        batch.durability(Durability::Buffered);
        Sessions::delete_will(&mut batch, testament.will.number);
        self.flow.clean_up(batch);
    }

    /// Takes up the wills that the last run of the server left. Their clients have their delay, as
    /// far as they have a session to come back to [MQTT-3.1.3-9].
    pub(crate) fn restore_wills(&self, now: u64) -> Result<(), sessions::SessionsError> {
        for (client_id, will) in self.sessions.wills()? {
            let delay_secs = if self.has_session(&client_id) { will.delay_secs } else { 0 };
            let at = now + u64::from(delay_secs) * 1_000;
            let testament = Testament { will, authority: None };
            if let Some(earlier) = self.wills.put(client_id, testament, at) {
                self.forget_will(&earlier);
            }
        }
        Ok(())
    }
}
