//! What must hold of the current version for a write to be done.

use kv::Present;
use model::ObjectKey;

use crate::bucket::StoredBucket;
use crate::error::ObjectsError;
use crate::key::{OBJECTS, object_key};
use crate::version::Version;

/// Conditions of a write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// The object has this entity tag.
    pub if_match: Option<Tagged>,
    /// There is no such object.
    pub if_none: bool,
}

/// An entity tag that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tagged {
    /// `*`
    Any,
    /// Without quotes.
    Tag(String),
}

impl Tagged {
    pub fn read(text: &str) -> Tagged {
        match text.trim() {
            "*" => Tagged::Any,
            tag => Tagged::Tag(tag.trim_matches('"').to_owned()),
        }
    }

    pub fn is(&self, etag: &str) -> bool {
        match self {
            Tagged::Any => true,
            Tagged::Tag(tag) => tag == etag,
        }
    }
}

impl Condition {
    pub fn is_none(&self) -> bool {
        *self == Condition::default()
    }

    pub(crate) fn check(
        &self,
        present: &mut Present<'_>,
        bucket: &StoredBucket,
        key: &ObjectKey,
    ) -> Result<(), ObjectsError> {
        if self.is_none() {
            return Ok(());
        }
        let value = present.get(OBJECTS, &object_key(bucket.number, key.as_str()))?;
        let current = value.map(|value| Version::decode(&value)).transpose()?;
        self.check_current(current.as_ref().filter(|version| !version.is_marker()))
    }

    fn check_current(&self, current: Option<&Version>) -> Result<(), ObjectsError> {
        match (&self.if_match, current) {
            (Some(_), None) => return Err(ObjectsError::NoKey),
            (Some(tag), Some(version)) if !tag.is(&version.details.etag) => {
                return Err(ObjectsError::ConditionFailed { condition: "If-Match" });
            }
            _ => {}
        }
        match current {
            Some(_) if self.if_none => {
                Err(ObjectsError::ConditionFailed { condition: "If-None-Match" })
            }
            _ => Ok(()),
        }
    }
}
