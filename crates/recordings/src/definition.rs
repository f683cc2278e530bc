//! What is recorded, and within which limits.

use kv::Space;
use model::TopicFilter;
use records::Record;
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

pub(crate) const RECORDINGS: Space = Space::new("recordings");

/// How long and how much is kept unless said otherwise: a week, and what every disk has to spare.
pub const DAYS: u32 = 7;
pub const MEGABYTES: u32 = 256;

pub const DAYS_MAX: u32 = 365;
pub const MEGABYTES_MAX: u32 = 65_536;

/// Recordings at a time. A message is kept once for each that it belongs to, all in one batch, so this
/// times the largest payload must fit into one.
pub const RECORDINGS_MAX: usize = 64;

const DAY_MILLIS: u64 = 24 * 60 * 60 * 1_000;

/// Given out once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordingNumber(pub(crate) u32);

/// How long and how much a recording keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    pub days: u32,
    /// Of a million bytes, keys and all that is kept of a message included.
    pub megabytes: u32,
}

/// Messages of topics that a filter matches are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    pub number: RecordingNumber,
    pub filter: TopicFilter,
    pub limits: Limits,
    pub started_at: UnixMillis,
}

impl Record for Recording {
    const VERSION: u8 = 1;
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { days: DAYS, megabytes: MEGABYTES }
    }
}

impl Limits {
    pub(crate) fn are_allowed(&self) -> bool {
        (1..=DAYS_MAX).contains(&self.days) && (1..=MEGABYTES_MAX).contains(&self.megabytes)
    }

    pub(crate) fn bytes(&self) -> u64 {
        u64::from(self.megabytes) * 1_000_000
    }

    /// What came before this is too old.
    pub(crate) fn oldest_at(&self, now: UnixMillis) -> UnixMillis {
        now.saturating_sub(u64::from(self.days) * DAY_MILLIS)
    }
}

/// Rises whenever recordings begin, change or end; what it was when one began is that one's number.
pub(crate) const COUNTER: &[u8] = b"n";

/// Of those that go on.
pub(crate) const ON: u8 = b'o';
/// Of those that ended, until all that they kept is taken away.
pub(crate) const OVER: u8 = b'x';
const SIZE: u8 = b's';

impl RecordingNumber {
    pub(crate) fn on_key(self) -> [u8; 5] {
        self.key(ON)
    }

    pub(crate) fn over_key(self) -> [u8; 5] {
        self.key(OVER)
    }

    pub(crate) fn size_key(self) -> [u8; 5] {
        self.key(SIZE)
    }

    fn key(self, kind: u8) -> [u8; 5] {
        let [a, b, c, d] = self.0.to_be_bytes();
        [kind, a, b, c, d]
    }
}
