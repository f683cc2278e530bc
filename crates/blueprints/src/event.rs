//! Events: invocations that nobody waits for. Each is on disk before it is answered, and until the
//! function had it or it was given up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use kv::{Batch, CommitError, Direction};
use model::FunctionName;
use records::{Record, StoreError, decode, encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use stdx::clock::UnixMillis;

use crate::error::BlueprintError;
use crate::event_lines::EventLines;
use crate::function::random_uuid;
use crate::key::{EVENTS, due_at, event_key, events_prefix};
use crate::qualifier::Qualifier;
use crate::store::Blueprints;

/// AWS's limit.
pub const EVENT_BYTES_MAX: usize = 1_048_576;

/// What an event costs beside its payload, about.
const EVENT_BYTES: usize = 512;

/// An event that is to be queued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    pub function: FunctionName,
    pub qualifier: Option<Qualifier>,
    pub payload: Bytes,
    pub client_context: Option<String>,
    pub at: UnixMillis,
}

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub request_id: String,
    pub qualifier: Option<String>,
    #[serde(serialize_with = "to_base64", deserialize_with = "from_base64")]
    pub payload: Bytes,
    pub client_context: Option<String>,
    pub queued_at: UnixMillis,
    /// How often the function had it and failed.
    pub attempts: u32,
}

impl Record for Event {
    const VERSION: u8 = 1;
}

/// An event on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingEvent {
    pub key: Vec<u8>,
    pub due_at: UnixMillis,
    pub event: Event,
    bytes: usize,
}

/// An event that joined somebody's batch. Dropped before it is told that the batch is committed, its
/// room is given back.
#[derive(Debug)]
#[must_use = "those who work off events are told by it"]
pub struct PendingEvent {
    pub request_id: String,
    function: FunctionName,
    bytes: usize,
    lines: Arc<EventLines>,
    is_committed: AtomicBool,
}

impl PendingEvent {
    /// To be called when the batch is committed.
    pub fn committed(&self) {
        self.is_committed.store(true, Ordering::Relaxed);
        self.lines.bell.notify_one();
    }
}

impl Drop for PendingEvent {
    fn drop(&mut self) {
        if !self.is_committed.load(Ordering::Relaxed) {
            self.lines.leave(self.function.as_str(), self.bytes);
        }
    }
}

impl Blueprints {
    /// Queues an event, and answers its request id when it is on disk.
    pub async fn queue_event(&self, new: NewEvent) -> Result<String, BlueprintError> {
        let mut batch = Batch::new();
        let pending = self.queue_event_into(&mut batch, new)?;
        self.store.commit(batch).await.map_err(StoreError::Commit)?;
        let request_id = pending.request_id.clone();
        pending.committed();
        Ok(request_id)
    }

    /// Adds an event to somebody's batch. From then on it stands or falls with the batch.
    pub fn queue_event_into(
        &self,
        batch: &mut Batch,
        new: NewEvent,
    ) -> Result<PendingEvent, BlueprintError> {
        let bytes = new.payload.len();
        if bytes > EVENT_BYTES_MAX {
            return Err(BlueprintError::EventTooLarge { bytes, most: EVENT_BYTES_MAX });
        }
        let event = Event {
            request_id: random_uuid(),
            qualifier: new.qualifier.as_ref().map(Qualifier::text),
            payload: new.payload,
            client_context: new.client_context,
            queued_at: new.at,
            attempts: 0,
        };
        let (request_id, value) = (event.request_id.clone(), encode(&event));
        let (function, bytes) = (new.function, value.len());
        self.lines.reserve(function.as_str(), bytes)?;
        put_event(batch, &function, new.at, value);
        let lines = Arc::clone(&self.lines);
        let is_committed = AtomicBool::new(false);
        Ok(PendingEvent { request_id, function, bytes, lines, is_committed })
    }

    /// Functions that events wait for.
    pub fn functions_with_events(&self) -> Vec<FunctionName> {
        let names = self.lines.names();
        names.iter().filter_map(|name| FunctionName::new(name).ok()).collect()
    }

    /// Returns when there may be a new event.
    pub async fn event_rung(&self) {
        self.lines.bell.notified().await;
    }

    /// The events of a function that are due first, in the order in which they are due.
    pub fn events(
        &self,
        function: &FunctionName,
        limit: usize,
    ) -> Result<Vec<WaitingEvent>, BlueprintError> {
        let snapshot = self.snapshot();
        let mut waiting = Vec::new();
        for stored in snapshot.scan(EVENTS, &events_prefix(function.as_str()))?.take(limit) {
            let (key, value) = stored?;
            let due_at = due_at(&key).ok_or(records::RecordError::Key)?;
            let (event, bytes) = (decode(&value)?, value.len());
            waiting.push(WaitingEvent { key: key.to_vec(), due_at, event, bytes });
        }
        Ok(waiting)
    }

    /// The event is done with. `batch` is what follows from that, and is committed with it.
    pub async fn finish_event(
        &self,
        function: &FunctionName,
        waiting: &WaitingEvent,
        mut batch: Batch,
    ) -> Result<(), BlueprintError> {
        batch.delete(EVENTS, &waiting.key);
        self.store.commit(batch).await.map_err(StoreError::Commit)?;
        self.lines.leave(function.as_str(), waiting.bytes);
        Ok(())
    }

    /// The event is to be tried again at another time, with what is now known of it.
    pub async fn postpone_event(
        &self,
        function: &FunctionName,
        waiting: &WaitingEvent,
        event: &Event,
        due_at: UnixMillis,
    ) -> Result<(), BlueprintError> {
        let mut batch = Batch::new();
        batch.delete(EVENTS, &waiting.key);
        let value = encode(event);
        self.lines.add(function.as_str(), value.len());
        put_event(&mut batch, function, due_at, value);
        let committed: Result<(), CommitError> = self.store.commit(batch).await;
        self.lines.leave(function.as_str(), waiting.bytes);
        Ok(committed.map_err(StoreError::Commit)?)
    }

    /// Whether anything waits, for tests and the doctor.
    pub fn has_events(&self) -> Result<bool, BlueprintError> {
        let mut all = self.snapshot().range(EVENTS, .., Direction::Forward)?;
        Ok(all.next().is_some())
    }
}

fn put_event(batch: &mut Batch, function: &FunctionName, due_at: UnixMillis, value: Vec<u8>) {
    let name = function.clone();
    batch.decide_by(EVENT_BYTES + value.len(), move |present| {
        let sequence = present.sequence();
        present.put_new(EVENTS, event_key(name.as_str(), due_at, sequence), value);
        Ok(())
    });
}

fn to_base64<S: Serializer>(bytes: &Bytes, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&STANDARD.encode(bytes))
}

fn from_base64<'de, D: Deserializer<'de>>(from: D) -> Result<Bytes, D::Error> {
    let text = String::deserialize(from)?;
    STANDARD.decode(text).map(Bytes::from).map_err(serde::de::Error::custom)
}
