//! Who is told of what happens to the objects of a bucket.

use kv::Present;
use model::BucketName;
use records::encode;
use serde::{Deserialize, Serialize};

use crate::bucket::{Bucket, StoredBucket, bucket_in};
use crate::error::ObjectsError;
use crate::key::{BUCKETS, SETTINGS, settings_key};
use crate::notice::Happening;
use crate::settings::{NOTIFICATIONS, Stored, stored};
use crate::store::Objects;

/// All who are told, as the owner of the bucket said it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notifications {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listeners: Vec<Listener>,
    /// Whether the default event bus is told of everything.
    #[serde(default)]
    pub to_event_bus: bool,
}

/// A function or a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listener {
    pub id: String,
    pub arn: String,
    /// `s3:ObjectCreated:*`
    pub events: Vec<String>,
    /// Names and values of what keys must be like: `prefix`, `suffix`, in whichever case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filter: Vec<(String, String)>,
}

impl Notifications {
    pub fn is_empty(&self) -> bool {
        self.listeners.is_empty() && !self.to_event_bus
    }
}

impl Listener {
    /// The beginning, or the end, that keys must have.
    pub fn part(&self, name: &str) -> &str {
        let found = self.filter.iter().find(|(held, _)| held.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    pub(crate) fn wants(&self, happening: Happening, key: &str) -> bool {
        self.events.iter().any(|event| is_named(event, happening.name()))
            && key.starts_with(self.part("prefix"))
            && key.ends_with(self.part("suffix"))
    }

    /// The events of both that may be one and the same, if there are such.
    pub fn shares_event<'a>(&'a self, other: &'a Listener) -> Option<(&'a str, &'a str)> {
        let pairs =
            self.events.iter().flat_map(|one| other.events.iter().map(move |two| (one, two)));
        let mut pairs = pairs.map(|(one, two)| (one.as_str(), two.as_str()));
        pairs.find(|(one, two)| {
            let short = |event: &'a str| event.strip_prefix("s3:").unwrap_or(event);
            is_named(one, short(two)) || is_named(two, short(one))
        })
    }

    /// Whether a key may be one that both are told of.
    pub fn shares_keys(&self, other: &Listener) -> bool {
        let both = |name: &str| (self.part(name), other.part(name));
        let ((one, two), (end, other_end)) = (both("prefix"), both("suffix"));
        (one.starts_with(two) || two.starts_with(one))
            && (end.ends_with(other_end) || other_end.ends_with(end))
    }
}

/// Whether `s3:ObjectCreated:*` means `ObjectCreated:Put`.
fn is_named(pattern: &str, name: &str) -> bool {
    let pattern = pattern.strip_prefix("s3:").unwrap_or(pattern);
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

impl Objects {
    /// Says anew who is told, from the next change on.
    pub async fn put_notifications(
        &self,
        bucket: &BucketName,
        notifications: Notifications,
    ) -> Result<(), ObjectsError> {
        let name = bucket.clone();
        let (notifies, value) = (!notifications.is_empty(), stored(&notifications));
        self.decide(value.len(), move |present| {
            let mut bucket = bucket_in(present, &name)?;
            bucket.notifies = notifies;
            let at = settings_key(bucket.number, NOTIFICATIONS);
            match notifies {
                true => present.put(SETTINGS, at, value),
                false => present.delete(SETTINGS, at),
            }
            present.put(BUCKETS, name.as_str(), encode(&bucket));
            Ok(())
        })
        .await
    }

    pub fn notifications(&self, bucket: &Bucket) -> Result<Notifications, ObjectsError> {
        Ok(self.setting(bucket, NOTIFICATIONS)?.unwrap_or_default())
    }
}

/// The same at a commit.
pub(crate) fn notifications_in(
    present: &mut Present<'_>,
    bucket: &StoredBucket,
) -> Result<Notifications, ObjectsError> {
    if !bucket.notifies {
        return Ok(Notifications::default());
    }
    let value = present.get(SETTINGS, &settings_key(bucket.number, NOTIFICATIONS))?;
    let held = value.map(|value| records::decode::<Stored<Notifications>>(&value)).transpose()?;
    Ok(held.map(|Stored(held)| held).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listener(events: &[&str], filter: &[(&str, &str)]) -> Listener {
        let events = events.iter().map(|event| (*event).to_owned()).collect();
        let filter = filter.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Listener { id: "l".to_owned(), arn: "a".to_owned(), events, filter: filter.collect() }
    }

    #[test]
    fn listeners_want_events_and_keys() {
        let all = listener(&["s3:ObjectCreated:*"], &[("Prefix", "in/"), ("suffix", ".json")]);
        assert!(all.wants(Happening::Copied, "in/a.json"));
        assert!(!all.wants(Happening::Copied, "in/a.txt"));
        assert!(!all.wants(Happening::Copied, "out/a.json"));
        assert!(!all.wants(Happening::Deleted, "in/a.json"));
        let one = listener(&["s3:ObjectRemoved:Delete", "s3:ObjectCreated:Put"], &[]);
        assert!(one.wants(Happening::Put, "x") && one.wants(Happening::Deleted, "x"));
        assert!(!one.wants(Happening::Posted, "x") && !one.wants(Happening::Marked, "x"));
    }

    #[test]
    fn listeners_that_could_hear_the_same() {
        let put = |filter: &[(&str, &str)]| listener(&["s3:ObjectCreated:Put"], filter);
        let any = listener(&["s3:ObjectRemoved:*", "s3:ObjectCreated:*"], &[]);
        let one = put(&[]);
        assert_eq!(any.shares_event(&one), Some(("s3:ObjectCreated:*", "s3:ObjectCreated:Put")));
        assert_eq!(listener(&["s3:ObjectCreated:Copy"], &[]).shares_event(&put(&[])), None);
        for (one, two, share) in [
            (("a/", ""), ("a/b/", ""), true),
            (("a/", ""), ("b/", ""), false),
            (("a/", ".jpg"), ("a/", ".png"), false),
            (("a/", "pg"), ("", "jpg"), true),
        ] {
            let of = |(prefix, suffix)| put(&[("prefix", prefix), ("suffix", suffix)]);
            assert_eq!(of(one).shares_keys(&of(two)), share, "{one:?} {two:?}");
        }
    }
}
