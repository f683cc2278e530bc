//! Parameters as they are, and as they are stored.

use std::collections::BTreeMap;

use records::Record;
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::name::ParameterName;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    String,
    StringList,
    SecureString,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tier {
    Standard,
    Advanced,
}

/// One version of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub number: u64,
    /// Of a secret: sealed, unless it was asked for open.
    pub value: String,
    pub modified_at: UnixMillis,
    /// The ARN of who wrote it.
    pub modified_by: String,
    pub description: Option<String>,
    pub allowed_pattern: Option<String>,
    pub tier: Tier,
    pub labels: Vec<String>,
}

/// A parameter at one of its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    pub name: ParameterName,
    pub kind: Kind,
    pub version: Version,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredVersion {
    pub(crate) number: u64,
    pub(crate) value: String,
    pub(crate) modified_at: UnixMillis,
    pub(crate) modified_by: String,
    pub(crate) description: Option<String>,
    pub(crate) allowed_pattern: Option<String>,
    pub(crate) tier: Tier,
}

impl Record for StoredVersion {
    const VERSION: u8 = 1;
}

/// What all versions share, and the newest of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) kind: Kind,
    pub(crate) newest: StoredVersion,
    /// The number of the oldest version that is kept.
    pub(crate) oldest: u64,
    /// Each label, and the version that carries it.
    pub(crate) labels: BTreeMap<String, u64>,
    pub(crate) tags: BTreeMap<String, String>,
}

impl Record for Head {
    const VERSION: u8 = 1;
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::String => "String",
            Kind::StringList => "StringList",
            Kind::SecureString => "SecureString",
        }
    }

    pub fn of_name(name: &str) -> Option<Kind> {
        [Kind::String, Kind::StringList, Kind::SecureString]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

impl Tier {
    pub fn name(self) -> &'static str {
        match self {
            Tier::Standard => "Standard",
            Tier::Advanced => "Advanced",
        }
    }
}

impl Head {
    /// The labels of a version.
    pub(crate) fn labels_of(&self, number: u64) -> Vec<String> {
        let carried = self.labels.iter().filter(|(_, version)| **version == number);
        carried.map(|(label, _)| label.clone()).collect()
    }

    /// A version as it is shown, with its value as it is stored.
    pub(crate) fn shown(&self, stored: StoredVersion) -> Version {
        let labels = self.labels_of(stored.number);
        let StoredVersion { number, value, modified_at, modified_by, .. } = stored;
        let StoredVersion { description, allowed_pattern, tier, .. } = stored;
        Version {
            number,
            value,
            modified_at,
            modified_by,
            description,
            allowed_pattern,
            tier,
            labels,
        }
    }
}
