//! Deleting secrets, having them back, and taking away what is due.

use kv::Present;
use records::{RecordError, encode};
use stdx::clock::UnixMillis;

use crate::error::SecretError;
use crate::id::{SecretId, SecretName};
use crate::random;
use crate::secret::Head;
use crate::store::{DELETIONS, Named, SECRETS, Secrets, VALUES, head_in, value_key};

/// AWS's limits.
const DAYS: std::ops::RangeInclusive<i64> = 7..=30;
const DAYS_DEFAULT: i64 = 30;

const DAY_MS: u64 = 86_400_000;

/// Secrets that are taken away in one step.
const STEP: usize = 16;

/// When a secret is to be gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    AtOnce,
    /// None: as AWS has it.
    AfterDays(Option<i64>),
}

/// A secret that is deleted, and when it is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    pub secret: Named,
    pub due: UnixMillis,
}

impl Secrets {
    pub async fn delete(
        &self,
        id: &SecretId,
        when: Deletion,
        now: UnixMillis,
    ) -> Result<Deleted, SecretError> {
        let (id, secrets) = (id.clone(), self.clone());
        let days = match when {
            Deletion::AtOnce => {
                return self.decide(move |present| secrets.delete_now(present, &id, now)).await;
            }
            Deletion::AfterDays(days) => days.unwrap_or(DAYS_DEFAULT),
        };
        if !DAYS.contains(&days) {
            let what = "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).";
            return Err(SecretError::Unfit(what.to_owned()));
        }
        let due = now + days.unsigned_abs() * DAY_MS;
        self.decide(move |present| {
            let (name, mut head) = head_in(present, &id)?;
            if head.deletion_due.is_some() {
                return Err(SecretError::MarkedAlready);
            }
            head.deletion_due = Some(due);
            present.put(SECRETS, name.as_str(), encode(&head));
            present.put(DELETIONS, deletion_key(due, &name), Vec::new());
            Ok(Deleted { secret: secrets.named(&name, &head.suffix), due })
        })
        .await
    }

    /// One that is not marked for deletion stays as it is.
    pub async fn restore(&self, id: &SecretId) -> Result<Named, SecretError> {
        let (id, secrets) = (id.clone(), self.clone());
        self.decide(move |present| {
            let (name, mut head) = head_in(present, &id)?;
            if let Some(due) = head.deletion_due.take() {
                present.delete(DELETIONS, deletion_key(due, &name));
                present.put(SECRETS, name.as_str(), encode(&head));
            }
            Ok(secrets.named(&name, &head.suffix))
        })
        .await
    }

    /// Takes away some of what is due, and answers whether there may be more.
    pub async fn sweep(&self, now: UnixMillis) -> Result<bool, SecretError> {
        let mut due = Vec::new();
        for found in self.snapshot().scan(DELETIONS, b"")? {
            let (key, _) = found?;
            let (at, name) = read_deletion_key(&key)?;
            if at > now || due.len() == STEP {
                break;
            }
            due.push((at, name));
        }
        let is_more = due.len() == STEP;
        for (at, name) in due {
            self.decide(move |present| {
                match head_in(present, &SecretId::Name(name.clone())) {
                    Ok((_, head)) if head.deletion_due == Some(at) => {
                        take_away(present, &name, &head);
                    }
                    Ok(_) | Err(SecretError::NotFound) => {
                        present.delete(DELETIONS, deletion_key(at, &name));
                    }
                    Err(error) => return Err(error),
                }
                Ok(())
            })
            .await?;
        }
        Ok(is_more)
    }

    /// As on AWS, one that is not there is deleted with the same answer: so is one whose deletion is
    /// still under way.
    fn delete_now(
        &self,
        present: &mut Present<'_>,
        id: &SecretId,
        now: UnixMillis,
    ) -> Result<Deleted, SecretError> {
        let (name, suffix) = match head_in(present, id) {
            Ok((name, head)) => {
                take_away(present, &name, &head);
                (name, head.suffix)
            }
            Err(SecretError::NotFound) => {
                let first = id.candidates().into_iter().next().ok_or(SecretError::NotFound)?;
                (first.0, first.1.map_or_else(random::suffix, str::to_owned))
            }
            Err(error) => return Err(error),
        };
        Ok(Deleted { secret: self.named(&name, &suffix), due: now })
    }
}

fn take_away(present: &mut Present<'_>, name: &SecretName, head: &Head) {
    for version in &head.versions {
        present.delete(VALUES, value_key(name, &version.id));
    }
    if let Some(due) = head.deletion_due {
        present.delete(DELETIONS, deletion_key(due, name));
    }
    present.delete(SECRETS, name.as_str());
}

fn deletion_key(due: UnixMillis, name: &SecretName) -> Vec<u8> {
    [&due.to_be_bytes()[..], name.as_str().as_bytes()].concat()
}

fn read_deletion_key(key: &[u8]) -> Result<(UnixMillis, SecretName), SecretError> {
    let (due, name) = key.split_first_chunk().ok_or(RecordError::Key)?;
    let name = std::str::from_utf8(name).map_err(|_| RecordError::Key)?;
    let name = SecretName::new(name).map_err(|_| RecordError::Key)?;
    Ok((u64::from_be_bytes(*due), name))
}
