//! What is to be told of a change: a record in the change's own commit, which waits until somebody has taken it
//! on. So nothing is told that did not happen, and nothing that happened is left untold.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kv::{Batch, Present};
use model::{BucketName, ObjectKey};
use records::{Record, decode, encode};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;
use tokio::sync::Notify;

use crate::bucket::StoredBucket;
use crate::error::ObjectsError;
use crate::key::{NOTICES, Place};
use crate::listener::notifications_in;
use crate::store::Objects;

/// Notices that may wait: about a gigabyte. Beyond them, changes of buckets that tell are refused, with the
/// error that asks clients to slow down.
pub const NOTICES_MAX: usize = 1_000_000;

/// What a notice takes, about.
pub(crate) const NOTICE_BYTES: usize = 2_048;

/// What happened to an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Happening {
    #[default]
    Put,
    Posted,
    Copied,
    Completed,
    Deleted,
    /// Deleted by a marker.
    Marked,
    /// Deleted by a lifecycle rule.
    Expired,
    /// Deleted by a lifecycle rule, by a marker.
    ExpiredMarked,
    Tagged,
    Untagged,
}

impl Happening {
    /// As AWS calls it.
    pub fn name(self) -> &'static str {
        match self {
            Happening::Put => "ObjectCreated:Put",
            Happening::Posted => "ObjectCreated:Post",
            Happening::Copied => "ObjectCreated:Copy",
            Happening::Completed => "ObjectCreated:CompleteMultipartUpload",
            Happening::Deleted => "ObjectRemoved:Delete",
            Happening::Marked => "ObjectRemoved:DeleteMarkerCreated",
            Happening::Expired => "LifecycleExpiration:Delete",
            Happening::ExpiredMarked => "LifecycleExpiration:DeleteMarkerCreated",
            Happening::Tagged => "ObjectTagging:Put",
            Happening::Untagged => "ObjectTagging:Delete",
        }
    }
}

/// Who changes something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doer {
    /// `AWS:AIDA…`
    pub principal: String,
    /// An address, or a service.
    pub source: String,
    pub request_id: String,
}

impl Doer {
    const LIFECYCLE: &str = "s3.amazonaws.com";

    /// Who keeps lifecycle rules.
    pub(crate) fn lifecycle() -> Doer {
        let name = Doer::LIFECYCLE.to_owned();
        Doer { principal: name.clone(), source: name, request_id: String::new() }
    }

    pub fn is_lifecycle(&self) -> bool {
        self.principal == Doer::LIFECYCLE
    }
}

/// What is to be told, and to whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub happening: Happening,
    pub bucket: String,
    pub key: String,
    pub at: UnixMillis,
    pub doer: Doer,
    pub about: About,
    /// Ids and ARNs of those who want to hear of it.
    pub listeners: Vec<(String, String)>,
    pub to_event_bus: bool,
}

impl Record for Notice {
    const VERSION: u8 = 1;
}

/// What is told of the version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    pub bytes: Option<u64>,
    pub etag: Option<String>,
    pub version: Option<String>,
    /// Later changes of an object have greater ones.
    pub sequencer: Option<String>,
}

/// Notices of this store: how many wait, about, and who rings.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    waiting: AtomicUsize,
    bell: Notify,
}

/// One that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub notice: Notice,
    key: Vec<u8>,
}

/// A change that is told of when it is made.
#[derive(Clone, Debug)]
pub(crate) struct Telling {
    pub(crate) notices: Arc<Notices>,
    pub(crate) bucket: BucketName,
    pub(crate) key: ObjectKey,
    pub(crate) doer: Doer,
    pub(crate) at: UnixMillis,
}

impl Notices {
    /// Refuses a change of a bucket that tells, if too much waits to be told.
    pub(crate) fn check(&self, bucket: &StoredBucket) -> Result<(), ObjectsError> {
        match bucket.notifies && self.waiting.load(Ordering::Relaxed) >= NOTICES_MAX {
            true => Err(ObjectsError::Unheard { most: NOTICES_MAX }),
            false => Ok(()),
        }
    }

    /// After a commit.
    pub(crate) fn ring(&self) {
        if self.waiting.load(Ordering::Relaxed) > 0 {
            self.bell.notify_one();
        }
    }
}

impl Telling {
    /// Leaves a notice, if anybody wants to hear of it.
    pub(crate) fn tell(
        &self,
        present: &mut Present<'_>,
        bucket: &StoredBucket,
        happening: Happening,
        about: About,
    ) -> Result<(), ObjectsError> {
        let notifications = notifications_in(present, bucket)?;
        let wanting = notifications.listeners.into_iter();
        let wanting = wanting.filter(|listener| listener.wants(happening, self.key.as_str()));
        let listeners: Vec<_> = wanting.map(|listener| (listener.id, listener.arn)).collect();
        if listeners.is_empty() && !notifications.to_event_bus {
            return Ok(());
        }
        let notice = Notice {
            happening,
            bucket: self.bucket.as_str().to_owned(),
            key: self.key.as_str().to_owned(),
            at: self.at,
            doer: self.doer.clone(),
            about,
            listeners,
            to_event_bus: notifications.to_event_bus,
        };
        let place = Place::new(present.sequence());
        present.put_new(NOTICES, place, encode(&notice));
        self.notices.waiting.fetch_add(1, Ordering::Relaxed);
        self.notices.bell.notify_one();
        Ok(())
    }
}

/// What places sequencers are made of.
pub(crate) fn sequencer(place: Place) -> Option<String> {
    Some(place.to_string().to_uppercase())
}

impl Objects {
    pub(crate) fn telling(
        &self,
        (bucket, key): (&BucketName, &ObjectKey),
        doer: Doer,
        at: UnixMillis,
    ) -> Telling {
        let notices = Arc::clone(&self.notices);
        Telling { notices, bucket: bucket.clone(), key: key.clone(), doer, at }
    }

    /// Notices that wait, in the order of their changes.
    pub fn waiting(&self, most: usize) -> Result<Vec<Waiting>, ObjectsError> {
        let mut found = Vec::new();
        for entry in self.snapshot().scan(NOTICES, b"")?.take(most) {
            let (key, value) = entry?;
            found.push(Waiting { notice: decode(&value)?, key: key.to_vec() });
        }
        Ok(found)
    }

    /// Forgets those that somebody takes on in the same batch.
    pub fn forget_told(&self, batch: &mut Batch, told: &[Waiting]) {
        told.iter().for_each(|waiting| batch.delete(NOTICES, &waiting.key));
    }

    /// So many were taken on.
    pub fn count_told(&self, told: usize) {
        let less = |waiting: usize| Some(waiting.saturating_sub(told));
        self.notices.waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).ok();
    }

    /// Whether there are notices whose commits are under way.
    pub fn is_telling(&self) -> bool {
        self.notices.waiting.load(Ordering::Relaxed) > 0
    }

    /// Corrects the count where commits failed: none is under way any more, and none is on disk.
    pub fn forget_count(&self) {
        self.notices.waiting.store(0, Ordering::Relaxed);
    }

    /// Resolves when there may be something to tell.
    pub async fn told(&self) {
        self.notices.bell.notified().await;
    }
}
