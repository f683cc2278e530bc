//! Destinations of topic rules: servers that requests go to, once their owner confirmed that it wants
//! them.

use bytes::Bytes;
use kv::{Batch, Expect, Snapshot, Space};
use model::Arn;
use records::{Page, page};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::record::{self, Record, RecordError};
use crate::registry::{Decision, Registry, StoreError, find};

const DESTINATIONS: Space = Space::new("rule-destinations");
/// URL → id.
const URLS: Space = Space::new("rule-destination-urls");

/// AWS's limit.
const DESTINATIONS_MAX: usize = 1_000;

/// Behind `arn:aws:iot:us-east-1:000000000000:ruledestination/`
const HTTP: &str = "http/";

/// In AWS's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DestinationStatus {
    /// Its owner was asked, and did not confirm yet.
    InProgress,
    Enabled,
    Disabled,
    /// Its owner could not be asked.
    Error,
    Deleting,
}

/// A server that requests may go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    pub id: String,
    pub confirmation_url: String,
    pub status: DestinationStatus,
    pub status_reason: Option<String>,
    /// What its owner shows to confirm it.
    pub token: String,
    pub is_confirmed: bool,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

#[derive(Debug, thiserror::Error)]
pub enum CreateDestinationError {
    #[error("there is a destination for {url} already")]
    AlreadyExists { url: String },
    #[error("an account has at most {DESTINATIONS_MAX} destinations")]
    TooMany,
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum DestinationError {
    #[error("the destination {id} does not exist")]
    NotFound { id: String },
    #[error(
        "the destination was not confirmed; set it to IN_PROGRESS to have its owner asked again"
    )]
    NotConfirmed,
    #[error("a destination is set to ENABLED, DISABLED or IN_PROGRESS")]
    NotToBeSet,
    #[error("the confirmation token is not, or no longer, one of a destination")]
    Token,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Registry {
    pub fn destination_arn(&self, id: &str) -> Arn {
        self.home().iot("ruledestination", &format!("{HTTP}{id}"))
    }

    /// The id in the ARN of a destination.
    pub fn destination_id<'a>(&self, arn: &'a str) -> Option<&'a str> {
        let (_, id) = arn.split_once(":ruledestination/")?;
        let id = id.strip_prefix(HTTP)?;
        (self.destination_arn(id).as_str() == arn).then_some(id)
    }

    /// A destination that its owner is to be asked about.
    pub async fn create_destination(
        &self,
        url: &str,
        now: UnixMillis,
    ) -> Result<Destination, CreateDestinationError> {
        let id = random_id();
        let destination = Destination {
            token: token(&id),
            id,
            confirmation_url: url.to_owned(),
            status: DestinationStatus::InProgress,
            status_reason: None,
            is_confirmed: false,
            created_at: now,
            updated_at: now,
        };
        self.mutate(|snapshot| {
            if snapshot.get(URLS, url.as_bytes()).map_err(StoreError::from)?.is_some() {
                return Err(CreateDestinationError::AlreadyExists { url: url.to_owned() });
            }
            let known = snapshot.scan(DESTINATIONS, b"").map_err(StoreError::from)?;
            if known.count() >= DESTINATIONS_MAX {
                return Err(CreateDestinationError::TooMany);
            }
            let mut batch = Batch::new();
            batch.require(URLS, url, Expect::Absent);
            batch.put(URLS, url, destination.id.clone().into_bytes());
            batch.put(DESTINATIONS, &destination.id, encode(&destination));
            Ok(Decision { batch, changes: Vec::new(), outcome: destination.clone() })
        })
        .await
    }

    /// Sets what its owner here may set. IN_PROGRESS makes a new token, to be sent.
    pub async fn set_destination(
        &self,
        id: &str,
        status: DestinationStatus,
        now: UnixMillis,
    ) -> Result<Destination, DestinationError> {
        let fresh = token(id);
        self.change_destination(id, now, |destination| {
            match status {
                DestinationStatus::InProgress => {
                    (destination.token, destination.is_confirmed) = (fresh.clone(), false);
                }
                DestinationStatus::Enabled | DestinationStatus::Disabled => {
                    if !destination.is_confirmed {
                        return Err(DestinationError::NotConfirmed);
                    }
                }
                DestinationStatus::Error | DestinationStatus::Deleting => {
                    return Err(DestinationError::NotToBeSet);
                }
            }
            (destination.status, destination.status_reason) = (status, None);
            Ok(())
        })
        .await
    }

    /// Its owner could not be asked with this token. Nothing changes if it has another by now.
    pub async fn fail_destination(
        &self,
        asked: &Destination,
        reason: &str,
        now: UnixMillis,
    ) -> Result<(), DestinationError> {
        let failed = self.change_destination(&asked.id, now, |destination| {
            if destination.token == asked.token && !destination.is_confirmed {
                destination.status = DestinationStatus::Error;
                destination.status_reason = Some(reason.to_owned());
            }
            Ok(())
        });
        failed.await.map(drop)
    }

    /// Whoever has the token confirms. Doing it again is no error.
    pub async fn confirm_destination(
        &self,
        token: &str,
        now: UnixMillis,
    ) -> Result<Destination, DestinationError> {
        let (id, _) = token.rsplit_once('.').ok_or(DestinationError::Token)?;
        let confirmed = self.change_destination(id, now, |destination| {
            if destination.token != token {
                return Err(DestinationError::Token);
            }
            if !destination.is_confirmed {
                (destination.status, destination.status_reason) =
                    (DestinationStatus::Enabled, None);
                destination.is_confirmed = true;
            }
            Ok(())
        });
        confirmed.await.map_err(|error| match error {
            DestinationError::NotFound { .. } => DestinationError::Token,
            other => other,
        })
    }

    pub async fn delete_destination(&self, id: &str) -> Result<(), DestinationError> {
        self.mutate(|snapshot| {
            let missing = || DestinationError::NotFound { id: id.to_owned() };
            let (destination, bytes) = destination(snapshot, id)?.ok_or_else(missing)?;
            let mut batch = Batch::new();
            batch.require(DESTINATIONS, id, Expect::Value(bytes));
            batch.delete(DESTINATIONS, id);
            batch.delete(URLS, &destination.confirmation_url);
            Ok(Decision { batch, changes: Vec::new(), outcome: () })
        })
        .await
    }

    pub fn destination(&self, id: &str) -> Result<Option<Destination>, StoreError> {
        Ok(destination(&self.snapshot(), id)?.map(|(destination, _)| destination))
    }

    pub fn destination_of_url(&self, url: &str) -> Result<Option<Destination>, StoreError> {
        let snapshot = self.snapshot();
        let Some(id) = snapshot.get(URLS, url.as_bytes())? else { return Ok(None) };
        let id = std::str::from_utf8(&id).map_err(|_| RecordError::Key)?;
        Ok(destination(&snapshot, id)?.map(|(destination, _)| destination))
    }

    /// Destinations in the order of their ids.
    pub fn destinations(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Destination>, StoreError> {
        page(&self.snapshot(), DESTINATIONS, "", after, limit, |id, bytes| {
            Ok(record::decode::<StoredDestination>(bytes)?.into_destination(id))
        })
    }

    async fn change_destination(
        &self,
        id: &str,
        now: UnixMillis,
        change: impl Fn(&mut Destination) -> Result<(), DestinationError>,
    ) -> Result<Destination, DestinationError> {
        self.mutate(|snapshot| {
            let missing = || DestinationError::NotFound { id: id.to_owned() };
            let (mut destination, bytes) = destination(snapshot, id)?.ok_or_else(missing)?;
            change(&mut destination)?;
            destination.updated_at = now;
            let mut batch = Batch::new();
            batch.require(DESTINATIONS, id, Expect::Value(bytes));
            batch.put(DESTINATIONS, id, encode(&destination));
            Ok(Decision { batch, changes: Vec::new(), outcome: destination })
        })
        .await
    }
}

fn random_id() -> String {
    let bits = u128::from(random()) << 64 | u128::from(random());
    let hex = format!("{bits:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// Nobody guesses it; it begins with the id that it is for.
fn token(id: &str) -> String {
    format!("{id}.{:016x}{:016x}", random(), random())
}

fn random() -> u64 {
    getrandom::u64().expect("the system has randomness, or no TLS would start")
}

fn destination(snapshot: &Snapshot, id: &str) -> Result<Option<(Destination, Bytes)>, StoreError> {
    let found = find::<StoredDestination>(snapshot, DESTINATIONS, id)?;
    Ok(found.map(|found| (found.record.into_destination(id), found.bytes)))
}

/// A destination as it is stored; its id is the key.
#[derive(Serialize, Deserialize)]
struct StoredDestination {
    confirmation_url: String,
    status: DestinationStatus,
    status_reason: Option<String>,
    token: String,
    is_confirmed: bool,
    created_at: UnixMillis,
    updated_at: UnixMillis,
}

impl Record for StoredDestination {
    const VERSION: u8 = 1;
}

impl StoredDestination {
    fn into_destination(self, id: &str) -> Destination {
        Destination {
            id: id.to_owned(),
            confirmation_url: self.confirmation_url,
            status: self.status,
            status_reason: self.status_reason,
            token: self.token,
            is_confirmed: self.is_confirmed,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

fn encode(destination: &Destination) -> Bytes {
    let held = destination.clone();
    let stored = StoredDestination {
        confirmation_url: held.confirmation_url,
        status: held.status,
        status_reason: held.status_reason,
        token: held.token,
        is_confirmed: held.is_confirmed,
        created_at: held.created_at,
        updated_at: held.updated_at,
    };
    record::encode(&stored).into()
}
