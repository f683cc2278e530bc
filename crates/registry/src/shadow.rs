//! Shadows as they are stored. What an update means is the crate `shadow`'s; here is where each of a
//! thing's shadows is, and the condition under which it may be replaced.

use bytes::Bytes;
use kv::{Batch, Expect, Space};
use model::{ShadowName, ThingName};
use shadow::Shadow;

use crate::registry::Registry;

use records::{Found, Page, Record, RecordError, StoreError, decode, encode, find, page};
use serde::{Deserialize, Serialize};

const SHADOWS: Space = Space::new("shadows");

/// Which shadow: a thing's classic one, or one by name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ShadowOf {
    pub thing: ThingName,
    pub name: Option<ShadowName>,
}

/// A shadow and the bytes that it was read from.
#[derive(Debug)]
pub struct StoredShadow {
    pub shadow: Shadow,
    of: ShadowOf,
    bytes: Option<Bytes>,
}

/// A shadow as it is stored.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Document(Shadow);

impl Record for Document {
    const VERSION: u8 = 1;
}

impl ShadowOf {
    fn key(&self) -> String {
        format!("{}/{}", self.thing, self.name.as_ref().map_or("", ShadowName::as_str))
    }
}

impl StoredShadow {
    /// The change to `shadow`, if no other comes first.
    pub fn replace(&self, shadow: &Shadow) -> Batch {
        let key = self.of.key();
        let mut batch = Batch::new();
        let expect = self.bytes.clone().map_or(Expect::Absent, Expect::Value);
        batch.require(SHADOWS, &key, expect);
        batch.put(SHADOWS, key, encode(&Document(shadow.clone())));
        batch
    }
}

impl Registry {
    /// A shadow; one that never was is like one that was deleted, at version 0.
    pub fn shadow(&self, of: &ShadowOf) -> Result<StoredShadow, StoreError> {
        let found = find::<Document>(&self.snapshot(), SHADOWS, &of.key())?;
        let (shadow, bytes) = match found {
            Some(Found { record, bytes }) => (record.0, Some(bytes)),
            None => (Shadow::default(), None),
        };
        Ok(StoredShadow { shadow, of: of.clone(), bytes })
    }

    /// The names of a thing's named shadows, in order. A page may hold fewer than it could, or none,
    /// where shadows were deleted.
    pub fn shadow_names(
        &self,
        thing: &ThingName,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<ShadowName>, StoreError> {
        let prefix = format!("{thing}/");
        let read = |name: &str, bytes: &Bytes| {
            let Document(shadow) = decode(bytes)?;
            let is_listed = shadow.exists() && !name.is_empty();
            is_listed.then(|| ShadowName::new(name).map_err(|_| RecordError::Key)).transpose()
        };
        let Page { items, next } = page(&self.snapshot(), SHADOWS, &prefix, after, limit, read)?;
        Ok(Page { items: items.into_iter().flatten().collect(), next })
    }
}
