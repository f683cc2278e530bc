//! The store of stacks.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use kv::{Present, Rider, Store};
use model::Home;
use records::{Page, decode, encode, find, page};
use stdx::clock::{Clock, UnixMillis};
use tokio::sync::Notify;

use crate::error::StacksError;
use crate::event::Event;
use crate::id;
use crate::key::{EVENTS, NAMES, RECEIPTS, RESOURCES, STACKS, below};
use crate::resource::Resource;
use crate::stack::Stack;
use crate::status::Status;

/// What a change keeps and writes beside templates, about.
const DECISION_BYTES: usize = 64 * 1_024;

/// Stacks. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Stacks {
    pub(crate) store: Store,
    home: Home,
    clock: Clock,
    /// Rings when there is work to do.
    bell: Arc<Notify>,
    /// Rings when something came that was waited for.
    pub(crate) answered: Arc<Notify>,
}

/// One step of the work on a stack, which is on disk as a whole or not at all.
#[derive(Clone, Debug, Default)]
pub struct Step {
    pub stack: Option<Stack>,
    /// The status that the stack has, if nobody said otherwise meanwhile.
    pub from: Option<Status>,
    pub resources: Vec<Resource>,
    pub gone: Vec<String>,
    pub events: Vec<Event>,
}

impl Stacks {
    pub fn new(store: Store, home: Home, clock: Clock) -> Stacks {
        Stacks { store, home, clock, bell: Arc::default(), answered: Arc::default() }
    }

    pub fn now(&self) -> UnixMillis {
        self.clock.now()
    }

    /// An ARN for a new stack.
    pub fn new_id(&self, name: &str) -> String {
        self.arn(&format!("stack/{name}/{}", id::random()))
    }

    pub fn new_change_set_id(&self, name: &str) -> String {
        self.arn(&format!("changeSet/{name}/{}", id::random()))
    }

    pub fn new_event_id(&self) -> String {
        id::random()
    }

    fn arn(&self, path: &str) -> String {
        let Home { region, account } = &self.home;
        format!("arn:aws:cloudformation:{region}:{account}:{path}")
    }

    /// Waits until there may be work.
    pub async fn rung(&self) {
        self.bell.notified().await;
    }

    /// Keeps a new stack, unless one has its name.
    pub async fn create(&self, stack: Stack, events: Vec<Event>) -> Result<(), StacksError> {
        self.decide(move |present| {
            if let Some(id) = present.get(NAMES, stack.name.as_bytes())? {
                let held = text(&id)?;
                let found = present.get(STACKS, held.as_bytes())?;
                let found = found.map(|bytes| decode::<Stack>(&bytes)).transpose()?;
                // One that is only under review gives way to what is reviewed.
                if found.is_some_and(|found| found.status != Status::DeleteComplete) {
                    return Err(StacksError::Exists(stack.name));
                }
            }
            present.put(NAMES, &stack.name, stack.id.clone().into_bytes());
            present.put(STACKS, &stack.id, encode(&stack));
            keep_events(present, &stack.id, &events);
            Ok(())
        })
        .await
    }

    /// A stack by its name, if it is not deleted, or by its id.
    pub fn find(&self, name_or_id: &str) -> Result<Stack, StacksError> {
        let snapshot = self.store.snapshot();
        let missing = || StacksError::NoStack(name_or_id.to_owned());
        let id = match name_or_id.starts_with("arn:") {
            true => name_or_id.to_owned(),
            false => {
                let id = snapshot.get(NAMES, name_or_id.as_bytes())?.ok_or_else(missing)?;
                text(&id)?.to_owned()
            }
        };
        Ok(find::<Stack>(&snapshot, STACKS, &id)?.ok_or_else(missing)?.record)
    }

    /// Changes a stack as it is now.
    pub async fn change<T: Send + Sync + 'static>(
        &self,
        id: &str,
        events: Vec<Event>,
        change: impl FnOnce(&mut Stack) -> Result<T, StacksError> + Send + Sync + 'static,
    ) -> Result<T, StacksError> {
        let id = id.to_owned();
        self.decide(move |present| {
            let bytes = present.get(STACKS, id.as_bytes())?;
            let bytes = bytes.ok_or_else(|| StacksError::NoStack(id.clone()))?;
            let mut stack: Stack = decode(&bytes)?;
            let outcome = change(&mut stack)?;
            present.put(STACKS, &id, encode(&stack));
            keep_events(present, &id, &events);
            Ok(outcome)
        })
        .await
    }

    /// Writes down a step of the work on a stack.
    pub async fn step(&self, id: &str, step: Step) -> Result<(), StacksError> {
        let id = id.to_owned();
        self.decide(move |present| {
            for resource in &step.resources {
                let key = below(&id, &resource.logical_id);
                if resource.attempt.is_none() {
                    present.delete(RECEIPTS, &key);
                }
                present.put(RESOURCES, key, encode(resource));
            }
            for logical_id in &step.gone {
                present.delete(RECEIPTS, below(&id, logical_id));
                present.delete(RESOURCES, below(&id, logical_id));
            }
            if let Some(mut stack) = step.stack {
                if let Some(bytes) = present.get(STACKS, id.as_bytes())? {
                    let found: Stack = decode(&bytes)?;
                    if step.from.is_some_and(|from| from != found.status) {
                        return Err(StacksError::Overtaken);
                    }
                    // What others may change while it is worked on.
                    stack.is_protected = found.is_protected;
                }
                present.put(STACKS, &id, encode(&stack));
                if stack.status == Status::DeleteComplete {
                    present.delete(NAMES, &stack.name);
                }
            }
            keep_events(present, &id, &step.events);
            Ok(())
        })
        .await
    }

    /// An entry that says that the attempt at a resource did something, to ride along with it.
    pub fn receipt(&self, id: &str, logical_id: &str) -> Rider {
        Rider { space: RECEIPTS, key: below(id, logical_id).into(), value: Bytes::new() }
    }

    /// Whether the attempt at a resource did something.
    pub fn has_receipt(&self, id: &str, logical_id: &str) -> Result<bool, StacksError> {
        Ok(self.store.get(RECEIPTS, below(id, logical_id).as_bytes())?.is_some())
    }

    pub fn resources(&self, id: &str) -> Result<BTreeMap<String, Resource>, StacksError> {
        let mut resources = BTreeMap::new();
        for entry in self.store.snapshot().scan(RESOURCES, below(id, "").as_bytes())? {
            let resource: Resource = decode(&entry?.1)?;
            resources.insert(resource.logical_id.clone(), resource);
        }
        Ok(resources)
    }

    /// The stack that holds what has this physical id.
    pub fn owner(&self, physical_id: &str) -> Result<Stack, StacksError> {
        for entry in self.store.snapshot().scan(RESOURCES, b"")? {
            let (key, value) = entry?;
            let resource: Resource = decode(&value)?;
            let id = text(&key)?.split('\0').next().unwrap_or_default();
            if resource.made.is_some_and(|made| made.physical_id == physical_id) {
                return self.find(id);
            }
        }
        Err(StacksError::Invalid(format!("Stack for {physical_id} does not exist")))
    }

    /// Newest first.
    pub fn events(&self, id: &str) -> Result<Vec<Event>, StacksError> {
        let mut events = Vec::new();
        for entry in self.store.snapshot().scan(EVENTS, below(id, "").as_bytes())? {
            events.push(decode(&entry?.1)?);
        }
        events.reverse();
        Ok(events)
    }

    pub fn list(&self, after: Option<&str>, limit: usize) -> Result<Page<Stack>, StacksError> {
        let read = |_: &str, value: &Bytes| decode(value);
        Ok(page(&self.store.snapshot(), STACKS, "", after, limit, read)?)
    }

    /// Those on which there is work to do.
    pub fn under_way(&self) -> Result<Vec<String>, StacksError> {
        let mut found = Vec::new();
        // Those that are deleted have no name.
        for entry in self.store.snapshot().scan(NAMES, b"")? {
            let stack = self.find(text(&entry?.1)?)?;
            if stack.status.is_under_way() {
                found.push(stack.id);
            }
        }
        Ok(found)
    }

    pub(crate) async fn decide<T: Send + Sync + 'static>(
        &self,
        decide: impl FnOnce(&mut Present<'_>) -> Result<T, StacksError> + Send + Sync + 'static,
    ) -> Result<T, StacksError> {
        let bytes = DECISION_BYTES + 2 * templates::TEXT_BYTES_MAX;
        let decided = records::decide(&self.store, bytes, decide).await;
        self.bell.notify_one();
        decided
    }
}

fn keep_events(present: &mut Present<'_>, id: &str, events: &[Event]) {
    if events.is_empty() {
        return;
    }
    let kv::Sequence { record, position } = present.sequence();
    for (number, event) in events.iter().enumerate() {
        let place = format!("{record:020}.{position:010}.{number:04}");
        present.put_new(EVENTS, below(id, &place), encode(event));
    }
}

pub(crate) fn text(bytes: &[u8]) -> Result<&str, StacksError> {
    std::str::from_utf8(bytes).map_err(|_| records::RecordError::Key.into())
}
