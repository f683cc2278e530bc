//! What is said of databases and tables.

use std::collections::BTreeMap;

use model::{DatabaseName, SeriesTableName};
use records::Record;
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::error::SeriesError;

/// AWS's limits.
const TAGS_MAX: usize = 200;
const TAG_KEY_MAX: usize = 128;
const TAG_VALUE_MAX: usize = 256;
const MEMORY_HOURS_MAX: u64 = 8_766;
const MAGNETIC_DAYS_MAX: u64 = 73_000;

const HOUR_NANOS: i64 = 3_600_000_000_000;
pub(crate) const DAY_NANOS: i64 = 24 * HOUR_NANOS;

pub type Tags = BTreeMap<String, String>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    pub name: DatabaseName,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
    pub key_id: Option<String>,
    pub tags: Tags,
    pub table_count: usize,
}

/// A database as it is stored; its name is the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredDatabase {
    pub(crate) created_at: UnixMillis,
    pub(crate) updated_at: UnixMillis,
    pub(crate) key_id: Option<String>,
    pub(crate) tags: Tags,
}

impl Record for StoredDatabase {
    const VERSION: u8 = 1;
}

/// How long rows are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// How old a row may be when it is written.
    pub memory_hours: u64,
    pub magnetic_days: u64,
}

impl Default for Retention {
    /// AWS's.
    fn default() -> Retention {
        Retention { memory_hours: 6, magnetic_days: MAGNETIC_DAYS_MAX }
    }
}

impl Retention {
    pub fn check(&self) -> Result<(), SeriesError> {
        let fits = |field, value, most| match value {
            0 => Err(SeriesError::invalid(field, "must be greater than or equal to 1")),
            value if value > most => {
                Err(SeriesError::invalid(field, format!("must be less than or equal to {most}")))
            }
            _ => Ok(()),
        };
        fits("MemoryStoreRetentionPeriodInHours", self.memory_hours, MEMORY_HOURS_MAX)?;
        fits("MagneticStoreRetentionPeriodInDays", self.magnetic_days, MAGNETIC_DAYS_MAX)
    }

    /// The earliest time of rows that may be written to memory.
    pub(crate) fn memory_from(&self, now: i64) -> i64 {
        let hours = i64::try_from(self.memory_hours).unwrap_or(i64::MAX);
        now.saturating_sub(hours.saturating_mul(HOUR_NANOS))
    }

    /// Rows before this time are gone.
    pub(crate) fn kept_from(&self, now: i64) -> i64 {
        let days = i64::try_from(self.magnetic_days).unwrap_or(i64::MAX);
        now.saturating_sub(days.saturating_mul(DAY_NANOS)).min(self.memory_from(now))
    }
}

/// Whether late rows are taken, and where those are told that were refused later. Kept and shown:
/// we refuse at once, so that nothing is ever reported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MagneticWrites {
    pub enabled: bool,
    pub rejected_data: Option<RejectedData>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedData {
    pub bucket: Option<String>,
    pub prefix: Option<String>,
    pub encryption: Option<String>,
    pub key_id: Option<String>,
}

/// What a table's rows are spread by on AWS. Kept, shown, and enforced when rows are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PartitionKey {
    Measure,
    Dimension { name: String, is_required: bool },
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewTable {
    pub retention: Retention,
    pub magnetic_writes: MagneticWrites,
    pub partition_key: Option<PartitionKey>,
    pub tags: Tags,
}

/// What is to be changed of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableUpdate {
    pub retention: Option<Retention>,
    pub magnetic_writes: Option<MagneticWrites>,
    pub partition_key: Option<PartitionKey>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub database: DatabaseName,
    pub name: SeriesTableName,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
    pub retention: Retention,
    pub magnetic_writes: MagneticWrites,
    pub partition_key: Option<PartitionKey>,
    pub tags: Tags,
    pub(crate) number: u32,
}

/// A table as it is stored; its names are the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredTable {
    pub(crate) number: u32,
    pub(crate) created_at: UnixMillis,
    pub(crate) updated_at: UnixMillis,
    pub(crate) retention: Retention,
    pub(crate) magnetic_writes: MagneticWrites,
    pub(crate) partition_key: Option<PartitionKey>,
    pub(crate) tags: Tags,
}

impl Record for StoredTable {
    const VERSION: u8 = 1;
}

impl StoredTable {
    pub(crate) fn named(self, database: DatabaseName, name: SeriesTableName) -> Table {
        Table {
            database,
            name,
            created_at: self.created_at,
            updated_at: self.updated_at,
            retention: self.retention,
            magnetic_writes: self.magnetic_writes,
            partition_key: self.partition_key,
            tags: self.tags,
            number: self.number,
        }
    }
}

pub(crate) fn check_tags(tags: &Tags) -> Result<(), SeriesError> {
    if tags.len() > TAGS_MAX {
        return Err(SeriesError::invalid("Tags", format!("at most {TAGS_MAX} tags are allowed")));
    }
    for (key, value) in tags {
        if key.is_empty() || key.chars().count() > TAG_KEY_MAX {
            return Err(SeriesError::invalid("Tags.Key", "must have 1 to 128 characters"));
        }
        if value.chars().count() > TAG_VALUE_MAX {
            return Err(SeriesError::invalid("Tags.Value", "must have at most 256 characters"));
        }
    }
    Ok(())
}
