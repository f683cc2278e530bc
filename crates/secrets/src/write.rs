//! Making a secret, and giving it values.

use std::collections::BTreeMap;

use kv::Present;
use records::{decode, encode};
use stdx::clock::UnixMillis;

use crate::error::{SecretError, check_length};
use crate::id::{SecretId, SecretName};
use crate::label::check_label;
use crate::random;
use crate::secret::{About, CURRENT, Head, PENDING, PREVIOUS, StoredValue, Value};
use crate::store::{Named, SECRETS, Secrets, VALUES, check_tags, head_in, place, value_key};

/// AWS's limits.
const VALUE_BYTES_MAX: usize = 65_536;
const DESCRIPTION_CHARS_MAX: usize = 2_048;
const KEY_ID_CHARS_MAX: usize = 2_048;
const TOKEN_CHARS: std::ops::RangeInclusive<usize> = 32..=64;

/// A value, and the token that becomes its version's id: who sends the same again changes nothing.
#[derive(Clone, Debug)]
pub struct NewValue {
    pub token: String,
    pub value: Value,
}

#[derive(Clone, Debug)]
pub struct NewSecret {
    pub name: SecretName,
    pub description: Option<String>,
    pub kms_key_id: Option<String>,
    pub tags: BTreeMap<String, String>,
    pub value: Option<NewValue>,
    pub now: UnixMillis,
}

#[derive(Clone, Debug)]
pub struct NewVersion {
    pub value: NewValue,
    /// None: it becomes the current one.
    pub labels: Option<Vec<String>>,
    pub now: UnixMillis,
}

#[derive(Clone, Debug)]
pub struct Update {
    /// An empty one takes it away; so does an empty key.
    pub description: Option<String>,
    pub kms_key_id: Option<String>,
    pub value: Option<NewValue>,
    pub now: UnixMillis,
}

/// What was written, or was there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub secret: Named,
    pub version: Option<String>,
    /// Of the version.
    pub labels: Vec<String>,
}

impl Secrets {
    pub async fn create(&self, new: NewSecret) -> Result<Written, SecretError> {
        check_description(new.description.as_deref())?;
        check_key(new.kms_key_id.as_deref())?;
        check_tags(&new.tags)?;
        new.value.as_ref().map_or(Ok(()), NewValue::check)?;
        let secrets = self.clone();
        self.decide(move |present| secrets.create_in(present, new)).await
    }

    /// A new version.
    pub async fn put(&self, id: &SecretId, new: NewVersion) -> Result<Written, SecretError> {
        new.value.check()?;
        let labels = new.labels.unwrap_or_else(|| vec![CURRENT.to_owned()]);
        labels.iter().try_for_each(|label| check_label(label))?;
        let (id, secrets) = (id.clone(), self.clone());
        self.decide(move |present| {
            let (name, mut head) = unmarked(present, &id)?;
            if secrets.is_there(present, (&name, &head), &new.value)? {
                return Ok(secrets.written(&name, &head, Some(new.value.token)));
            }
            let version = new.value.token.clone();
            secrets.add(present, (&name, &mut head), new.value, &labels, new.now)?;
            Ok(secrets.written(&name, &head, Some(version)))
        })
        .await
    }

    pub async fn update(&self, id: &SecretId, update: Update) -> Result<Written, SecretError> {
        check_description(update.description.as_deref())?;
        check_key(update.kms_key_id.as_deref())?;
        update.value.as_ref().map_or(Ok(()), NewValue::check)?;
        let (id, secrets) = (id.clone(), self.clone());
        self.decide(move |present| {
            let (name, mut head) = unmarked(present, &id)?;
            let Update { description, kms_key_id, value, now } = update;
            if let Some(description) = description {
                head.description = filled(description);
            }
            if let Some(key) = kms_key_id {
                head.seal_with(filled(key));
            }
            head.changed_at = now;
            let version = value.as_ref().map(|value| value.token.clone());
            match value {
                Some(value) if !secrets.is_there(present, (&name, &head), &value)? => {
                    let labels = [CURRENT.to_owned()];
                    secrets.add(present, (&name, &mut head), value, &labels, now)?;
                }
                _ => present.put(SECRETS, name.as_str(), encode(&head)),
            }
            Ok(secrets.written(&name, &head, version))
        })
        .await
    }

    fn create_in(&self, present: &mut Present<'_>, new: NewSecret) -> Result<Written, SecretError> {
        let NewSecret { name, description, kms_key_id, tags, value, now } = new;
        match head_in(present, &SecretId::Name(name.clone())) {
            Ok((_, head)) => return self.create_again(present, (&name, &head), value),
            Err(SecretError::NotFound) => {}
            Err(error) => return Err(error),
        }
        let mut head = Head {
            suffix: random::suffix(),
            description: description.and_then(filled),
            kms_key_id: kms_key_id.and_then(filled),
            tags,
            policy: None,
            created_at: now,
            changed_at: now,
            accessed_on: None,
            deletion_due: None,
            versions: Vec::new(),
            labels: BTreeMap::new(),
        };
        let version = value.as_ref().map(|value| value.token.clone());
        match value {
            Some(value) => {
                self.add(present, (&name, &mut head), value, &[CURRENT.to_owned()], now)?;
            }
            None => present.put(SECRETS, name.as_str(), encode(&head)),
        }
        Ok(self.written(&name, &head, version))
    }

    /// Who asks twice for the same is answered the same.
    fn create_again(
        &self,
        present: &mut Present<'_>,
        (name, head): (&SecretName, &Head),
        value: Option<NewValue>,
    ) -> Result<Written, SecretError> {
        if head.deletion_due.is_some() {
            return Err(SecretError::NameMarked);
        }
        match value {
            Some(value) if self.is_there(present, (name, head), &value)? => {
                Ok(self.written(name, head, Some(value.token)))
            }
            _ => Err(SecretError::Exists { name: name.to_string() }),
        }
    }

    /// Whether there is such a version with this value; another value of the same token is refused.
    fn is_there(
        &self,
        present: &mut Present<'_>,
        (name, head): (&SecretName, &Head),
        new: &NewValue,
    ) -> Result<bool, SecretError> {
        if head.version(&new.token).is_none() {
            return Ok(false);
        }
        let stored = present.get(VALUES, &value_key(name, &new.token))?;
        let stored: StoredValue = decode(&stored.ok_or(SecretError::Sealed)?)?;
        let held = self.opened(&place(name, &head.suffix, &new.token), &stored)?;
        match held == new.value {
            true => Ok(true),
            false => {
                let arn = self.arn(name, &head.suffix);
                Err(SecretError::TokenUsed { token: new.token.clone(), arn })
            }
        }
    }

    fn add(
        &self,
        present: &mut Present<'_>,
        (name, head): (&SecretName, &mut Head),
        new: NewValue,
        labels: &[String],
        now: UnixMillis,
    ) -> Result<(), SecretError> {
        let NewValue { token, value } = new;
        let is_first = head.versions.is_empty();
        let kms_key_id = head.kms_key_id.clone();
        head.versions.push(About {
            id: token.clone(),
            created_at: now,
            accessed_on: None,
            kms_key_id,
        });
        head.label_new(&token, labels)?;
        if is_first && !head.labels.contains_key(CURRENT) {
            head.label_new(&token, &[CURRENT.to_owned()])?;
        }
        head.changed_at = now;
        for gone in head.prune() {
            present.delete(VALUES, value_key(name, &gone));
        }
        let stored = self.closed(&place(name, &head.suffix, &token), value);
        present.put(VALUES, value_key(name, &token), encode(&stored));
        present.put(SECRETS, name.as_str(), encode(head));
        Ok(())
    }

    fn written(&self, name: &SecretName, head: &Head, version: Option<String>) -> Written {
        let labels = version.as_deref().map(|id| head.labels_of(id)).unwrap_or_default();
        Written { secret: self.named(name, &head.suffix), version, labels }
    }
}

impl Head {
    /// As on AWS: versions that rotation knows are sealed anew, others stay as they are.
    fn seal_with(&mut self, key: Option<String>) {
        let known = [CURRENT, PENDING, PREVIOUS].map(|label| self.labels.get(label).cloned());
        for version in &mut self.versions {
            if known.iter().flatten().any(|id| *id == version.id) {
                version.kms_key_id.clone_from(&key);
            }
        }
        self.kms_key_id = key;
    }
}

impl NewValue {
    fn check(&self) -> Result<(), SecretError> {
        if !TOKEN_CHARS.contains(&self.token.chars().count()) {
            let what = "ClientRequestToken must be 32-64 characters long.";
            return Err(SecretError::Unfit(what.to_owned()));
        }
        match &self.value {
            Value::Text(text) => check_length("secretString", text.len(), 1, VALUE_BYTES_MAX),
            Value::Binary(bytes) => check_length("secretBinary", bytes.len(), 1, VALUE_BYTES_MAX),
        }
    }
}

fn unmarked(present: &mut Present<'_>, id: &SecretId) -> Result<(SecretName, Head), SecretError> {
    let (name, head) = head_in(present, id)?;
    match head.deletion_due {
        Some(_) => Err(SecretError::Marked),
        None => Ok((name, head)),
    }
}

fn filled(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn check_description(text: Option<&str>) -> Result<(), SecretError> {
    let length = text.map_or(0, |text| text.chars().count());
    check_length("description", length, 0, DESCRIPTION_CHARS_MAX)
}

fn check_key(text: Option<&str>) -> Result<(), SecretError> {
    check_length("kmsKeyId", text.map_or(0, |text| text.chars().count()), 0, KEY_ID_CHARS_MAX)
}
