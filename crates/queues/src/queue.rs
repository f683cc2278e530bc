//! Queues as records: made, changed, listed, purged and deleted.

use std::collections::BTreeMap;

use kv::{Present, Snapshot};
use model::QueueName;
use records::{Page, Record, RecordError, decode, encode, find, page};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::attributes::Attributes;
use crate::error::{QueueError, UnfitAttribute};
use crate::key::{CHORES, LAST, NUMBERS, QUEUES, number_key};
use crate::queues::Queues;

/// AWS's limit.
pub const TAGS_MAX: usize = 50;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    pub name: QueueName,
    pub attributes: Attributes,
    pub tags: BTreeMap<String, String>,
    pub created_at: UnixMillis,
    pub modified_at: UnixMillis,
    pub(crate) number: u64,
}

/// A queue as it is stored; its name is the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredQueue {
    pub(crate) number: u64,
    pub(crate) attributes: Attributes,
    tags: BTreeMap<String, String>,
    created_at: UnixMillis,
    modified_at: UnixMillis,
}

impl Record for StoredQueue {
    const VERSION: u8 = 1;
}

impl StoredQueue {
    pub(crate) fn named(self, name: QueueName) -> Queue {
        let StoredQueue { number, attributes, tags, created_at, modified_at } = self;
        Queue { name, attributes, tags, created_at, modified_at, number }
    }
}

impl Queue {
    pub fn is_fifo(&self) -> bool {
        self.name.is_fifo()
    }
}

impl Queues {
    /// Makes a queue. One that is there already and has these attributes is as good.
    pub async fn create(
        &self,
        name: &QueueName,
        named: BTreeMap<String, String>,
        tags: BTreeMap<String, String>,
    ) -> Result<Queue, QueueError> {
        let mut attributes = Attributes::default();
        attributes.set(&named, name.is_fifo())?;
        if name.is_fifo() && named.get("FifoQueue").is_none_or(|text| text != "true") {
            let why = "the name ends with .fifo, so FifoQueue must be true".to_owned();
            return Err(UnfitAttribute::Value { name: "FifoQueue", why }.into());
        }
        self.check_redrive(name, &attributes)?;
        check_tags(&tags)?;
        let (name, now) = (name.clone(), self.now());
        self.decide(0, move |present| {
            if let Some(there) = queue_in(present, &name)? {
                return match there.attributes.difference(&named, name.is_fifo())? {
                    Some(attribute) => Err(QueueError::Exists { attribute }),
                    None => Ok(there.named(name)),
                };
            }
            let number = next_number(present)?;
            let (created_at, modified_at) = (now, now);
            let stored = StoredQueue { number, attributes, tags, created_at, modified_at };
            present.put(QUEUES, name.as_str(), encode(&stored));
            Ok(stored.named(name))
        })
        .await
    }

    pub fn queue(&self, name: &str) -> Result<Queue, QueueError> {
        find_queue(&self.snapshot(), name)?.ok_or(QueueError::NoQueue)
    }

    /// The queue of an ARN of this house.
    pub(crate) fn queue_of_arn(
        &self,
        snapshot: &Snapshot,
        arn: &str,
    ) -> Result<Option<Queue>, QueueError> {
        let prefix = self.arn("");
        arn.strip_prefix(&prefix).map_or(Ok(None), |name| find_queue(snapshot, name))
    }

    pub async fn set_attributes(
        &self,
        name: &QueueName,
        named: BTreeMap<String, String>,
    ) -> Result<(), QueueError> {
        let mut wanted = Attributes::default();
        wanted.set(&named, name.is_fifo())?;
        if named.contains_key("RedrivePolicy") {
            self.check_redrive(name, &wanted)?;
        }
        let is_fifo = name.is_fifo();
        self.change(name, move |queue| Ok(queue.attributes.set(&named, is_fifo)?)).await
    }

    pub async fn tag(
        &self,
        name: &QueueName,
        tags: BTreeMap<String, String>,
    ) -> Result<(), QueueError> {
        self.change(name, move |queue| {
            queue.tags.extend(tags);
            check_tags(&queue.tags)
        })
        .await
    }

    /// Tags that are not there are no error.
    pub async fn untag(&self, name: &QueueName, keys: Vec<String>) -> Result<(), QueueError> {
        self.change(name, move |queue| {
            queue.tags.retain(|key, _| !keys.contains(key));
            Ok(())
        })
        .await
    }

    /// Its messages are gone at once, and taken away by the sweeper.
    pub async fn delete(&self, name: &QueueName) -> Result<(), QueueError> {
        let name = name.clone();
        let number = self
            .decide(0, move |present| {
                let queue = queue_in(present, &name)?.ok_or(QueueError::NoQueue)?;
                present.delete(QUEUES, name.as_str());
                present.put(CHORES, number_key(queue.number), Vec::new());
                Ok(queue.number)
            })
            .await?;
        self.desks.close(number);
        Ok(())
    }

    /// Empties a queue: it goes on under another number.
    pub async fn purge(&self, name: &QueueName) -> Result<(), QueueError> {
        let name = name.clone();
        let number = self
            .decide(0, move |present| {
                let mut queue = queue_in(present, &name)?.ok_or(QueueError::NoQueue)?;
                let left = queue.number;
                present.put(CHORES, number_key(left), Vec::new());
                queue.number = next_number(present)?;
                present.put(QUEUES, name.as_str(), encode(&queue));
                Ok(left)
            })
            .await?;
        self.desks.close(number);
        Ok(())
    }

    /// Queues in the order of their names.
    pub fn list(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<QueueName>, QueueError> {
        let read = |rest: &str, _: &bytes::Bytes| {
            QueueName::new(&format!("{prefix}{rest}")).map_err(|_| RecordError::Key)
        };
        Ok(page(&self.snapshot(), QUEUES, prefix, after, limit, read)?)
    }

    /// Queues whose messages come to this one when they were received too often.
    pub fn sources_of(
        &self,
        name: &QueueName,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<QueueName>, QueueError> {
        let arn = self.arn(name.as_str());
        let read = |rest: &str, value: &bytes::Bytes| {
            let queue: StoredQueue = decode(value)?;
            let is_source =
                queue.attributes.redrive.is_some_and(|redrive| redrive.target_arn == arn);
            is_source.then(|| QueueName::new(rest).map_err(|_| RecordError::Key)).transpose()
        };
        Ok(records::page_where(&self.snapshot(), QUEUES, "", after, limit, read)?)
    }

    async fn change(
        &self,
        name: &QueueName,
        change: impl FnOnce(&mut StoredQueue) -> Result<(), QueueError> + Send + Sync + 'static,
    ) -> Result<(), QueueError> {
        let (name, now) = (name.clone(), self.now());
        self.decide(0, move |present| {
            let mut queue = queue_in(present, &name)?.ok_or(QueueError::NoQueue)?;
            change(&mut queue)?;
            queue.modified_at = now;
            present.put(QUEUES, name.as_str(), encode(&queue));
            Ok(())
        })
        .await
    }

    /// The target must be there, be of the same kind, and let this queue name it.
    fn check_redrive(&self, name: &QueueName, attributes: &Attributes) -> Result<(), QueueError> {
        let Some(redrive) = &attributes.redrive else { return Ok(()) };
        let unfit = |why: &str| UnfitAttribute::Value {
            name: "RedrivePolicy",
            why: format!("{why}: {}", redrive.target_arn),
        };
        let target = self.queue_of_arn(&self.snapshot(), &redrive.target_arn)?;
        let target = target.ok_or_else(|| unfit("Dead letter target does not exist"))?;
        if target.is_fifo() != name.is_fifo() {
            return Err(unfit("the dead-letter queue must be of the same type").into());
        }
        let allows = target.attributes.redrive_allow;
        match allows.is_none_or(|allow| allow.allows(&self.arn(name.as_str()))) {
            true => Ok(()),
            false => Err(unfit("the dead-letter queue does not allow this source").into()),
        }
    }
}

pub(crate) fn find_queue(snapshot: &Snapshot, name: &str) -> Result<Option<Queue>, QueueError> {
    let Ok(name) = QueueName::new(name) else { return Ok(None) };
    let found = find::<StoredQueue>(snapshot, QUEUES, name.as_str())?;
    Ok(found.map(|found| found.record.named(name)))
}

pub(crate) fn queue_in(
    present: &mut Present<'_>,
    name: &QueueName,
) -> Result<Option<StoredQueue>, QueueError> {
    let stored = present.get(QUEUES, name.as_str().as_bytes())?;
    Ok(stored.map(|bytes| decode(&bytes)).transpose()?)
}

/// A number that no queue had before.
fn next_number(present: &mut Present<'_>) -> Result<u64, QueueError> {
    let last = present.get(NUMBERS, LAST)?;
    let last = last.and_then(|bytes| bytes[..].try_into().ok()).map_or(0, u64::from_be_bytes);
    present.put(NUMBERS, LAST, (last + 1).to_be_bytes().to_vec());
    Ok(last + 1)
}

fn check_tags(tags: &BTreeMap<String, String>) -> Result<(), QueueError> {
    if tags.len() > TAGS_MAX {
        let what = format!("Too many tags added for queue: at most {TAGS_MAX} are allowed");
        return Err(QueueError::Parameter(what));
    }
    match tags.keys().find(|key| key.is_empty() || key.chars().count() > 128) {
        Some(key) => Err(QueueError::Parameter(format!("Invalid tag key: {key:?}"))),
        None => Ok(()),
    }
}
