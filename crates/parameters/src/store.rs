//! The store of parameters: changed, deleted, tagged.

use std::collections::BTreeMap;
use std::sync::Arc;

use kv::{Present, Snapshot, Space, Store};
use records::{StoreError, decode, encode};
use seal::Seal;

use crate::error::ParameterError;
use crate::name::ParameterName;
use crate::parameter::{Head, Kind};

pub(crate) const PARAMETERS: Space = Space::new("parameters");
pub(crate) const VERSIONS: Space = Space::new("parameter-versions");

/// AWS's limit.
pub const TAGS_MAX: usize = 50;

/// What secrets are sealed for.
const PURPOSE: &str = "parameters";

/// What a decision keeps and writes, about.
pub(crate) const DECISION_BYTES: usize = 16 * 1024;

/// Parameters. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Parameters {
    pub(crate) store: Store,
    seal: Arc<Seal>,
}

impl Parameters {
    pub fn open(store: Store) -> Result<Parameters, StoreError> {
        let seal = Arc::new(Seal::open(&store, PURPOSE)?);
        Ok(Parameters { store, seal })
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.store.snapshot()
    }

    /// Whether there was one.
    pub async fn delete(&self, name: &ParameterName) -> Result<bool, ParameterError> {
        let name = name.clone();
        self.decide(move |present| {
            let Some(head) = head_in(present, &name)? else { return Ok(false) };
            for number in head.oldest..head.newest.number {
                present.delete(VERSIONS, version_key(&name, number));
            }
            present.delete(PARAMETERS, name.as_str());
            Ok(true)
        })
        .await
    }

    pub async fn tag(
        &self,
        name: &ParameterName,
        tags: BTreeMap<String, String>,
    ) -> Result<(), ParameterError> {
        self.change(name, move |head| {
            head.tags.extend(tags);
            check_tags(&head.tags)
        })
        .await
    }

    /// Tags that are not there are no error.
    pub async fn untag(
        &self,
        name: &ParameterName,
        keys: Vec<String>,
    ) -> Result<(), ParameterError> {
        self.change(name, move |head| {
            head.tags.retain(|key, _| !keys.contains(key));
            Ok(())
        })
        .await
    }

    pub(crate) async fn change<T: Send + Sync + 'static>(
        &self,
        name: &ParameterName,
        change: impl FnOnce(&mut Head) -> Result<T, ParameterError> + Send + Sync + 'static,
    ) -> Result<T, ParameterError> {
        let name = name.clone();
        self.decide(move |present| {
            let head = head_in(present, &name)?;
            let not_found = || ParameterError::NotFound { name: name.as_str().to_owned() };
            let mut head = head.ok_or_else(not_found)?;
            let changed = change(&mut head)?;
            present.put(PARAMETERS, name.as_str(), encode(&head));
            Ok(changed)
        })
        .await
    }

    pub(crate) async fn decide<T: Send + Sync + 'static>(
        &self,
        decide: impl FnOnce(&mut Present<'_>) -> Result<T, ParameterError> + Send + Sync + 'static,
    ) -> Result<T, ParameterError> {
        records::decide(&self.store, DECISION_BYTES, decide).await
    }

    /// A value as it is stored.
    pub(crate) fn closed(
        &self,
        name: &ParameterName,
        kind: Kind,
        number: u64,
        value: &str,
    ) -> String {
        match kind {
            Kind::SecureString => self.seal.seal(&bound(name, number), value.into()),
            Kind::String | Kind::StringList => value.to_owned(),
        }
    }

    /// The other way.
    pub(crate) fn opened(
        &self,
        name: &ParameterName,
        kind: Kind,
        number: u64,
        stored: String,
    ) -> Result<String, ParameterError> {
        if kind != Kind::SecureString {
            return Ok(stored);
        }
        let plain = self.seal.open_text(&bound(name, number), &stored);
        plain.and_then(|plain| String::from_utf8(plain).ok()).ok_or(ParameterError::Sealed)
    }
}

/// A secret cannot be put into the place of another.
fn bound(name: &ParameterName, number: u64) -> String {
    format!("{}:{number}", name.as_str())
}

pub(crate) fn head_in(
    present: &mut Present<'_>,
    name: &ParameterName,
) -> Result<Option<Head>, ParameterError> {
    let stored = present.get(PARAMETERS, name.as_str().as_bytes())?;
    Ok(stored.map(|bytes| decode(&bytes)).transpose()?)
}

/// Names hold no NUL.
pub(crate) fn version_key(name: &ParameterName, number: u64) -> Vec<u8> {
    [name.as_str().as_bytes(), &[0], &number.to_be_bytes()].concat()
}

pub(crate) fn check_tags(tags: &BTreeMap<String, String>) -> Result<(), ParameterError> {
    match tags.len() > TAGS_MAX {
        true => Err(ParameterError::Tags { most: TAGS_MAX }),
        false => Ok(()),
    }
}
