//! Reading secrets.

use kv::{Batch, Snapshot};
use records::{decode, encode};
use stdx::clock::UnixMillis;

use crate::error::SecretError;
use crate::id::{SecretId, SecretName};
use crate::secret::{CURRENT, Head, Secret, StoredValue, Value};
use crate::store::{Named, SECRETS, Secrets, VALUES, head_in, place, value_key};

const DAY_MS: u64 = 86_400_000;

/// What noting a read keeps and writes, about.
const NOTE_BYTES: usize = 16 * 1024;

/// Which version is meant; none of both is the current one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Which {
    pub version: Option<String>,
    pub label: Option<String>,
}

/// A version with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revealed {
    pub secret: Named,
    pub version: String,
    pub value: Value,
    pub labels: Vec<String>,
    pub created_at: UnixMillis,
    /// The days on which somebody read the secret last, and this version.
    accessed_on: [Option<UnixMillis>; 2],
}

impl Secrets {
    pub fn describe(&self, id: &SecretId) -> Result<Secret, SecretError> {
        let (name, head) = self.head(&self.snapshot(), id)?;
        let arn = self.arn(&name, &head.suffix);
        Ok(head.shown(name, arn))
    }

    /// Its ARN, with a suffix that is none if there is no such secret.
    pub fn arn_of(&self, id: &SecretId) -> Result<String, SecretError> {
        match self.head(&self.snapshot(), id) {
            Ok((name, head)) => Ok(self.arn(&name, &head.suffix)),
            Err(SecretError::NotFound) => Ok(match id.candidates().into_iter().next() {
                Some((name, suffix)) => self.arn(&name, suffix.unwrap_or("??????")),
                None => "*".to_owned(),
            }),
            Err(error) => Err(error),
        }
    }

    /// The document that says who else may.
    pub fn policy(&self, id: &SecretId) -> Result<(Named, Option<String>), SecretError> {
        let (name, head) = self.head(&self.snapshot(), id)?;
        Ok((self.named(&name, &head.suffix), head.policy))
    }

    pub fn value(&self, id: &SecretId, which: &Which) -> Result<Revealed, SecretError> {
        let snapshot = self.snapshot();
        let (name, head) = self.head(&snapshot, id)?;
        if head.deletion_due.is_some() {
            return Err(SecretError::Marked);
        }
        self.reveal(&snapshot, (&name, &head), which)
    }

    /// Remembers that a value was read. Nobody waits for that: it says no more than the day.
    pub fn note_read(&self, revealed: &Revealed, now: UnixMillis) {
        let day = now - now % DAY_MS;
        if revealed.accessed_on == [Some(day); 2] {
            return;
        }
        let id = SecretId::Name(revealed.secret.name.clone());
        let version = revealed.version.clone();
        let mut batch = Batch::new();
        batch.decide_by(NOTE_BYTES, move |present| {
            // A secret that is gone meanwhile, or cannot be read, keeps no note.
            let Ok((name, mut head)) = head_in(present, &id) else { return Ok(()) };
            head.accessed_on = Some(day);
            let read = head.versions.iter_mut().filter(|held| held.id == version);
            read.for_each(|held| held.accessed_on = Some(day));
            present.put(SECRETS, name.as_str(), encode(&head));
            Ok(())
        });
        drop(self.store.commit(batch));
    }

    fn reveal(
        &self,
        snapshot: &Snapshot,
        (name, head): (&SecretName, &Head),
        which: &Which,
    ) -> Result<Revealed, SecretError> {
        let no_value = |what: String| SecretError::NoValue { what };
        let version = match (&which.version, &which.label) {
            (Some(id), label) => {
                let version = head.version(id);
                let version = version.ok_or_else(|| no_value(format!("VersionId: {id}")))?;
                if label.as_ref().is_some_and(|label| head.labels.get(label) != Some(id)) {
                    return Err(SecretError::OtherStage);
                }
                version
            }
            (None, label) => {
                let label = label.as_deref().unwrap_or(CURRENT);
                let version = head.labels.get(label).and_then(|id| head.version(id));
                version.ok_or_else(|| no_value(format!("staging label: {label}")))?
            }
        };
        let stored = snapshot.get(VALUES, &value_key(name, &version.id))?;
        let stored: StoredValue = decode(&stored.ok_or(SecretError::Sealed)?)?;
        Ok(Revealed {
            secret: self.named(name, &head.suffix),
            value: self.opened(&place(name, &head.suffix, &version.id), &stored)?,
            version: version.id.clone(),
            labels: head.labels_of(&version.id),
            created_at: version.created_at,
            accessed_on: [head.accessed_on, version.accessed_on],
        })
    }
}
