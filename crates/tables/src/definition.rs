//! What a table is: its keys, its indexes, and all that is kept and shown of it.

use items::Kind;
use model::{IndexName, TableName};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

/// A table as it was defined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    pub name: TableName,
    /// What DynamoDB calls `TableId`: a table of the same name that is made later has another.
    pub id: String,
    pub created_at: UnixMillis,
    pub key: KeySchema,
    /// Those that keys are made of, in the order in which they were given.
    pub attributes: Vec<KeyAttribute>,
    pub indexes: Vec<Index>,
    pub billing: Billing,
    pub class: TableClass,
    pub deletion_protected: bool,
    pub stream: Option<Stream>,
    pub time_to_live: Option<TimeToLive>,
    pub tags: Vec<(String, String)>,
    /// Stands for the table in all keys. Never given out twice.
    pub(crate) number: u32,
    /// The number of the next index.
    pub(crate) next_index: u32,
}

/// The names of the attributes that make the key, partition first, with their types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySchema {
    pub partition: KeyAttribute,
    pub sort: Option<KeyAttribute>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyAttribute {
    pub name: String,
    pub kind: KeyKind,
}

/// The types that a key may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyKind {
    S,
    N,
    B,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    pub name: IndexName,
    pub scope: Scope,
    pub key: KeySchema,
    pub projection: Projection,
    pub status: IndexStatus,
    pub billing: IndexBilling,
    /// Stands for the index in keys. Not given out again within the table.
    pub(crate) number: u32,
}

/// What one partition of the index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// A partition of the table in another order.
    Local,
    /// Made of an attribute of its own.
    Global,
}

/// Which attributes an index holds beside the keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Projection {
    All,
    KeysOnly,
    Include(Vec<String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum IndexStatus {
    Active,
    /// Items from before the index was made are still being entered. It cannot be read yet.
    Backfilling,
}

/// Kept and shown, not enforced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Billing {
    pub mode: BillingMode,
    /// Zeros where requests are paid for one by one.
    pub throughput: Throughput,
    pub on_demand: Option<OnDemand>,
    pub warm: Option<Throughput>,
    pub on_demand_since: Option<UnixMillis>,
    pub increased_at: Option<UnixMillis>,
    pub decreased_at: Option<UnixMillis>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexBilling {
    pub throughput: Throughput,
    pub on_demand: Option<OnDemand>,
    pub warm: Option<Throughput>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BillingMode {
    Provisioned,
    PayPerRequest,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Throughput {
    pub read_units: u64,
    pub write_units: u64,
}

/// The most that may be asked; -1 is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnDemand {
    pub read_units_max: Option<i64>,
    pub write_units_max: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TableClass {
    Standard,
    StandardInfrequentAccess,
}

/// A table's change stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stream {
    /// The moment at which it was enabled, as it stands in the stream's ARN.
    pub label: String,
    pub view: StreamView,
    pub(crate) number: u32,
}

/// What a change record holds beside the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StreamView {
    KeysOnly,
    NewImage,
    OldImage,
    NewAndOldImages,
}

/// Items whose attribute names a moment in the past are deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeToLive {
    pub attribute: String,
    /// Expiries are entered as an index's entries are, under a number of theirs.
    pub(crate) number: u32,
}

impl Definition {
    pub fn index(&self, name: &str) -> Option<&Index> {
        self.indexes.iter().find(|index| index.name.as_str() == name)
    }
}

impl KeySchema {
    /// Partition, and sort if there is one.
    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> + Clone {
        std::iter::once(&self.partition).chain(&self.sort)
    }

    pub fn contains(&self, name: &str) -> bool {
        self.attributes().any(|attribute| attribute.name == name)
    }
}

impl StreamView {
    pub(crate) fn has_new(self) -> bool {
        matches!(self, StreamView::NewImage | StreamView::NewAndOldImages)
    }

    pub(crate) fn has_old(self) -> bool {
        matches!(self, StreamView::OldImage | StreamView::NewAndOldImages)
    }
}

impl From<KeyKind> for Kind {
    fn from(kind: KeyKind) -> Kind {
        match kind {
            KeyKind::S => Kind::S,
            KeyKind::N => Kind::N,
            KeyKind::B => Kind::B,
        }
    }
}

impl KeyKind {
    pub fn as_str(self) -> &'static str {
        Kind::from(self).as_str()
    }
}
