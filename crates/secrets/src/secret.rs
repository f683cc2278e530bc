//! Secrets as they are, and as they are stored.

use std::collections::BTreeMap;
use std::fmt;

use records::Record;
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::id::SecretName;

/// The label of the version that is meant where none is named.
pub const CURRENT: &str = "AWSCURRENT";
/// The label of the version that was current before.
pub const PREVIOUS: &str = "AWSPREVIOUS";
/// The label of one that may become current.
pub const PENDING: &str = "AWSPENDING";

/// What a version keeps secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Binary(Vec<u8>),
}

impl fmt::Debug for Value {
    /// Never the value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Value::Text(_) => "Text",
            Value::Binary(_) => "Binary",
        })
    }
}

/// All that is known of a secret but its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    pub name: SecretName,
    pub arn: String,
    pub description: Option<String>,
    /// The key of KMS that it names, which is kept and shown.
    pub kms_key_id: Option<String>,
    pub tags: BTreeMap<String, String>,
    pub created_at: UnixMillis,
    pub changed_at: UnixMillis,
    /// The day on which somebody read a value last.
    pub accessed_on: Option<UnixMillis>,
    /// When it will be gone.
    pub deletion_due: Option<UnixMillis>,
    /// Oldest first.
    pub versions: Vec<Version>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub id: String,
    pub labels: Vec<String>,
    pub created_at: UnixMillis,
    pub accessed_on: Option<UnixMillis>,
    pub kms_key_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    /// The end of its ARN.
    pub(crate) suffix: String,
    pub(crate) description: Option<String>,
    pub(crate) kms_key_id: Option<String>,
    pub(crate) tags: BTreeMap<String, String>,
    /// A document that says who else may.
    pub(crate) policy: Option<String>,
    pub(crate) created_at: UnixMillis,
    pub(crate) changed_at: UnixMillis,
    pub(crate) accessed_on: Option<UnixMillis>,
    pub(crate) deletion_due: Option<UnixMillis>,
    /// Oldest first.
    pub(crate) versions: Vec<About>,
    /// Each label, and the version that carries it.
    pub(crate) labels: BTreeMap<String, String>,
}

/// What is known of a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct About {
    pub(crate) id: String,
    pub(crate) created_at: UnixMillis,
    pub(crate) accessed_on: Option<UnixMillis>,
    pub(crate) kms_key_id: Option<String>,
}

/// A version's value, sealed.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredValue {
    pub(crate) is_binary: bool,
    pub(crate) sealed: String,
}

impl Record for Head {
    const VERSION: u8 = 1;
}

impl Record for StoredValue {
    const VERSION: u8 = 1;
}

impl Head {
    /// The labels of a version.
    pub(crate) fn labels_of(&self, id: &str) -> Vec<String> {
        let carried = self.labels.iter().filter(|(_, version)| *version == id);
        carried.map(|(label, _)| label.clone()).collect()
    }

    pub(crate) fn version(&self, id: &str) -> Option<&About> {
        self.versions.iter().find(|version| version.id == id)
    }

    /// As it is shown.
    pub(crate) fn shown(self, name: SecretName, arn: String) -> Secret {
        let shown = |about: &About| Version {
            labels: self.labels_of(&about.id),
            id: about.id.clone(),
            created_at: about.created_at,
            accessed_on: about.accessed_on,
            kms_key_id: about.kms_key_id.clone(),
        };
        let versions = self.versions.iter().map(shown).collect();
        Secret {
            name,
            arn,
            description: self.description,
            kms_key_id: self.kms_key_id,
            tags: self.tags,
            created_at: self.created_at,
            changed_at: self.changed_at,
            accessed_on: self.accessed_on,
            deletion_due: self.deletion_due,
            versions,
        }
    }
}
