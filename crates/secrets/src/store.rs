//! The store of secrets: found, changed, tagged.

use std::collections::BTreeMap;
use std::sync::Arc;

use kv::{Present, Snapshot, Space, Store};
use model::Home;
use records::{StoreError, decode, encode, find};
use seal::Seal;
use stdx::clock::UnixMillis;

use crate::error::{SecretError, check_length};
use crate::id::{SecretId, SecretName};
use crate::secret::{Head, StoredValue, Value};

pub(crate) const SECRETS: Space = Space::new("secrets");
pub(crate) const VALUES: Space = Space::new("secret-versions");
pub(crate) const DELETIONS: Space = Space::new("secret-deletions");

/// AWS's limits.
const TAGS_MAX: usize = 50;
const TAG_KEY_CHARS_MAX: usize = 128;
const TAG_VALUE_CHARS_MAX: usize = 256;

/// AWS's limit of the document of a secret that says who else may.
pub const POLICY_CHARACTERS_MAX: usize = 20_480;

/// What secrets are sealed for.
const PURPOSE: &str = "secrets";

/// What a decision keeps and writes, about: a value of the largest size, sealed, and what is known.
const DECISION_BYTES: usize = 160 * 1024;

/// Secrets. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Secrets {
    pub(crate) store: Store,
    home: Home,
    seal: Arc<Seal>,
}

/// A secret, by its two names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub name: SecretName,
    pub arn: String,
}

impl Secrets {
    pub fn open(store: Store, home: Home) -> Result<Secrets, StoreError> {
        let seal = Arc::new(Seal::open(&store, PURPOSE)?);
        Ok(Secrets { store, home, seal })
    }

    pub fn id(&self, text: &str) -> Result<SecretId, SecretError> {
        SecretId::parse(&self.home, text)
    }

    pub async fn tag(
        &self,
        id: &SecretId,
        tags: BTreeMap<String, String>,
        now: UnixMillis,
    ) -> Result<(), SecretError> {
        let tagged = self.change(id, move |_, head| {
            head.tags.extend(tags);
            head.changed_at = now;
            check_tags(&head.tags)
        });
        tagged.await.map(drop)
    }

    /// Tags that are not there are no error.
    pub async fn untag(
        &self,
        id: &SecretId,
        keys: Vec<String>,
        now: UnixMillis,
    ) -> Result<(), SecretError> {
        let untagged = self.change(id, move |_, head| {
            head.tags.retain(|key, _| !keys.contains(key));
            head.changed_at = now;
            Ok(())
        });
        untagged.await.map(drop)
    }

    /// Sets the document that says who else may, or takes it away.
    pub async fn set_policy(
        &self,
        id: &SecretId,
        policy: Option<String>,
    ) -> Result<Named, SecretError> {
        let changed = self.change(id, move |_, head| {
            head.policy = policy;
            Ok(())
        });
        changed.await.map(|(named, ())| named)
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.store.snapshot()
    }

    pub(crate) fn arn(&self, name: &SecretName, suffix: &str) -> String {
        let Home { region, account, .. } = &self.home;
        format!("arn:aws:secretsmanager:{region}:{account}:secret:{name}-{suffix}")
    }

    pub(crate) fn named(&self, name: &SecretName, suffix: &str) -> Named {
        Named { name: name.clone(), arn: self.arn(name, suffix) }
    }

    /// The secret that is meant.
    pub(crate) fn head(
        &self,
        snapshot: &Snapshot,
        id: &SecretId,
    ) -> Result<(SecretName, Head), SecretError> {
        for (name, suffix) in id.candidates() {
            let found = find::<Head>(snapshot, SECRETS, name.as_str())?;
            let head = found.map(|found| found.record);
            if let Some(head) = head.filter(|head| suffix.is_none_or(|it| it == head.suffix)) {
                return Ok((name, head));
            }
        }
        Err(SecretError::NotFound)
    }

    /// Changes a secret that is not marked for deletion.
    pub(crate) async fn change<T: Send + Sync + 'static>(
        &self,
        id: &SecretId,
        change: impl FnOnce(&mut Present<'_>, &mut Head) -> Result<T, SecretError>
        + Send
        + Sync
        + 'static,
    ) -> Result<(Named, T), SecretError> {
        let (id, secrets) = (id.clone(), self.clone());
        self.decide(move |present| {
            let (name, mut head) = head_in(present, &id)?;
            if head.deletion_due.is_some() {
                return Err(SecretError::Marked);
            }
            let changed = change(present, &mut head)?;
            present.put(SECRETS, name.as_str(), encode(&head));
            Ok((secrets.named(&name, &head.suffix), changed))
        })
        .await
    }

    pub(crate) async fn decide<T: Send + Sync + 'static>(
        &self,
        decide: impl FnOnce(&mut Present<'_>) -> Result<T, SecretError> + Send + Sync + 'static,
    ) -> Result<T, SecretError> {
        records::decide(&self.store, DECISION_BYTES, decide).await
    }

    /// A value as it is stored.
    pub(crate) fn closed(&self, place: &str, value: Value) -> StoredValue {
        let (is_binary, plain) = match value {
            Value::Text(text) => (false, text.into_bytes()),
            Value::Binary(bytes) => (true, bytes),
        };
        StoredValue { is_binary, sealed: self.seal.seal(&bound(place, is_binary), plain) }
    }

    /// The other way.
    pub(crate) fn opened(&self, place: &str, stored: &StoredValue) -> Result<Value, SecretError> {
        let plain = self.seal.open_text(&bound(place, stored.is_binary), &stored.sealed);
        let plain = plain.ok_or(SecretError::Sealed)?;
        match stored.is_binary {
            true => Ok(Value::Binary(plain)),
            false => String::from_utf8(plain).map(Value::Text).map_err(|_| SecretError::Sealed),
        }
    }
}

/// Where a value belongs: sealed for this place, it is none anywhere else.
pub(crate) fn place(name: &SecretName, suffix: &str, version: &str) -> String {
    format!("{name}-{suffix}:{version}")
}

fn bound(place: &str, is_binary: bool) -> String {
    format!("{}:{place}", if is_binary { "binary" } else { "text" })
}

/// The secret that is meant, at the commit.
pub(crate) fn head_in(
    present: &mut Present<'_>,
    id: &SecretId,
) -> Result<(SecretName, Head), SecretError> {
    for (name, suffix) in id.candidates() {
        let stored = present.get(SECRETS, name.as_str().as_bytes())?;
        let head: Option<Head> = stored.map(|bytes| decode(&bytes)).transpose()?;
        if let Some(head) = head.filter(|head| suffix.is_none_or(|it| it == head.suffix)) {
            return Ok((name, head));
        }
    }
    Err(SecretError::NotFound)
}

/// Names hold no NUL.
pub(crate) fn value_key(name: &SecretName, version: &str) -> Vec<u8> {
    [name.as_str().as_bytes(), &[0], version.as_bytes()].concat()
}

pub(crate) fn check_tags(tags: &BTreeMap<String, String>) -> Result<(), SecretError> {
    if tags.len() > TAGS_MAX {
        return Err(SecretError::Limit(format!("A secret can have at most {TAGS_MAX} tags.")));
    }
    for (key, value) in tags {
        check_length("tags.key", key.chars().count(), 1, TAG_KEY_CHARS_MAX)?;
        check_length("tags.value", value.chars().count(), 0, TAG_VALUE_CHARS_MAX)?;
    }
    Ok(())
}
