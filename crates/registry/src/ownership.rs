//! Ownership tokens: a device that was given a certificate proves with one that it may have the
//! certificate provisioned. Each is good for an hour and for one use.

use bytes::Bytes;
use kv::{Batch, Expect, Snapshot, Space};
use model::CertificateId;
use records::page;
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::record::{self, Record};
use crate::registry::{Decision, Registry, StoreError, find};

const TOKENS: Space = Space::new("certificate-ownership-tokens");

/// AWS's.
const TOKEN_MILLIS: u64 = 60 * 60 * 1000;
/// How many that have expired are swept out by each new one. More than one, so that those that are
/// never used do not pile up.
const SWEPT_MAX: usize = 8;

#[derive(Debug, thiserror::Error)]
pub enum OwnershipError {
    #[error("the ownership token is unknown, used or expired")]
    Unknown,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Registry {
    /// A token for a certificate, and the certificates whose tokens expired unused and are swept
    /// out by this. `secret` is random, in hexadecimal digits. The token begins with its last moment,
    /// so that those that have expired come first.
    pub async fn create_ownership_token(
        &self,
        id: &CertificateId,
        secret: &str,
        now: UnixMillis,
    ) -> Result<(String, Vec<CertificateId>), StoreError> {
        let token = format!("{:012x}{secret}", now + TOKEN_MILLIS);
        self.mutate(|snapshot| {
            let (mut batch, mut abandoned) = (Batch::new(), Vec::new());
            let read = |key: &str, value: &Bytes| Ok((key.to_owned(), value.clone()));
            for (old, value) in page(snapshot, TOKENS, "", None, SWEPT_MAX, read)?.items {
                if has_expired(&old, now) {
                    batch.delete(TOKENS, &old);
                    let stored: StoredToken = record::decode(&value).map_err(StoreError::from)?;
                    abandoned.push(stored.certificate);
                }
            }
            batch.put(TOKENS, &token, record::encode(&StoredToken { certificate: id.clone() }));
            let outcome = (token.clone(), abandoned);
            Ok::<_, StoreError>(Decision { batch, changes: Vec::new(), outcome })
        })
        .await
    }

    /// The certificate that a token stands for.
    pub fn owned_certificate(
        &self,
        token: &str,
        now: UnixMillis,
    ) -> Result<CertificateId, OwnershipError> {
        Ok(owned(&self.snapshot(), token, now)?.0)
    }

    /// Uses a token up.
    pub async fn use_ownership_token(
        &self,
        token: &str,
        now: UnixMillis,
    ) -> Result<(), OwnershipError> {
        self.mutate(|snapshot| {
            let (_, bytes) = owned(snapshot, token, now)?;
            let mut batch = Batch::new();
            batch.require(TOKENS, token, Expect::Value(bytes));
            batch.delete(TOKENS, token);
            Ok(Decision { batch, changes: Vec::new(), outcome: () })
        })
        .await
    }
}

fn owned(
    snapshot: &Snapshot,
    token: &str,
    now: UnixMillis,
) -> Result<(CertificateId, Bytes), OwnershipError> {
    let found = find::<StoredToken>(snapshot, TOKENS, token)?;
    let found = found.filter(|_| !has_expired(token, now)).ok_or(OwnershipError::Unknown)?;
    Ok((found.record.certificate, found.bytes))
}

fn has_expired(token: &str, now: UnixMillis) -> bool {
    let last = token.get(..12).and_then(|digits| u64::from_str_radix(digits, 16).ok());
    last.is_none_or(|last| now > last)
}

#[derive(Serialize, Deserialize)]
struct StoredToken {
    certificate: CertificateId,
}

impl Record for StoredToken {
    const VERSION: u8 = 1;
}
