//! Rules of how long objects live.

use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::version::Version;

const DAY_MS: u64 = 24 * 3_600_000;

/// A rule of a bucket. What is nothing does not happen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifecycleRule {
    pub id: String,
    pub is_enabled: bool,
    pub filter: LifecycleFilter,
    /// Days after which the current version expires.
    pub expire_days: Option<u32>,
    /// Whether a delete marker goes that has nothing behind it.
    pub expire_markers: bool,
    /// Days after which a version goes that is no longer current.
    pub earlier_days: Option<u32>,
    /// Days after which an upload is given up.
    pub abort_days: Option<u32>,
}

/// Of which objects a rule speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifecycleFilter {
    pub prefix: String,
    pub tags: Vec<(String, String)>,
    pub larger_than: Option<u64>,
    pub smaller_than: Option<u64>,
    /// How its owner wrote it: with `And`, in `Filter`, or with the old `Prefix`.
    pub is_old_form: bool,
}

impl LifecycleFilter {
    pub(crate) fn matches(&self, key: &str, version: &Version) -> bool {
        let details = &version.details;
        key.starts_with(&self.prefix)
            && self.tags.iter().all(|tag| details.tags.contains(tag))
            && self.larger_than.is_none_or(|least| details.bytes > least)
            && self.smaller_than.is_none_or(|most| details.bytes < most)
    }
}

/// Whether so many days are over; as on AWS, a day ends at midnight.
pub(crate) fn is_over(since: UnixMillis, days: u32, now: UnixMillis) -> bool {
    let end = since.saturating_add(u64::from(days) * DAY_MS);
    now >= end.div_ceil(DAY_MS) * DAY_MS
}
