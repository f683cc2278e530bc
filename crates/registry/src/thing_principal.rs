//! Which certificates stand for which things.

use bytes::Bytes;
use kv::{Batch, Expect, Snapshot, Space};
use model::{CertificateId, ThingName};
use serde::{Deserialize, Serialize};

use crate::certificate::{CERTIFICATE, CERTIFICATES};
use crate::change::Change;
use crate::edge::{EdgeKind, require_no_newer};
use crate::record::{self, Record, RecordError};
use crate::registry::{Decision, Registry, StoreError};
use crate::thing::{THING, THINGS};
use records::{Page, page_where};

pub(crate) const THING_PRINCIPALS: EdgeKind = EdgeKind {
    forward: Space::new("thing-principals"),
    backward: Space::new("principal-things"),
    from: THING,
    to: CERTIFICATE,
};

/// Whether a certificate may stand for other things, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ThingPrincipalType {
    ExclusiveThing,
    #[default]
    NonExclusiveThing,
}

#[derive(Debug, thiserror::Error)]
pub enum AttachThingPrincipalError {
    #[error("the thing {name} does not exist")]
    ThingNotFound { name: ThingName },
    #[error("the certificate {id} does not exist")]
    CertificateNotFound { id: CertificateId },
    #[error("the certificate {id} is attached to the thing {thing} exclusively")]
    IsExclusive { id: CertificateId, thing: ThingName },
    #[error(
        "the certificate {id} cannot be attached exclusively: it is attached to the thing {thing}"
    )]
    IsShared { id: CertificateId, thing: ThingName },
    #[error("the certificate {id} is attached to this thing in the other way; detach it first")]
    OtherType { id: CertificateId },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Registry {
    /// Attaching what is attached is no error, unless it is to be attached in the other way.
    pub async fn attach_thing_principal(
        &self,
        name: &ThingName,
        id: &CertificateId,
        asked: Option<ThingPrincipalType>,
    ) -> Result<(), AttachThingPrincipalError> {
        let kind = asked.unwrap_or_default();
        self.mutate(|snapshot| {
            both_there(snapshot, name, id)?;
            if let Some(value) = THING_PRINCIPALS.value(snapshot, name.as_str(), id.as_str())? {
                let there = decode(&value).map_err(StoreError::from)?;
                return match asked.is_none_or(|asked| asked == there) {
                    true => Ok(Decision::nothing(())),
                    false => Err(AttachThingPrincipalError::OtherType { id: id.clone() }),
                };
            }
            check_exclusive(snapshot, id, kind)?;
            let mut batch = Batch::new();
            batch.require(THINGS, name.as_str(), Expect::Present);
            batch.require(CERTIFICATES, id.as_str(), Expect::Present);
            // Another thing that it is attached to at once may be an exclusive one.
            require_no_newer(&mut batch, snapshot, CERTIFICATE, id.as_str())?;
            THING_PRINCIPALS.attach_as(&mut batch, name.as_str(), id.as_str(), &encode(kind));
            Ok(Decision { batch, changes: changes(name, id), outcome: () })
        })
        .await
    }

    /// Detaching what is not attached is no error.
    pub async fn detach_thing_principal(
        &self,
        name: &ThingName,
        id: &CertificateId,
    ) -> Result<(), StoreError> {
        self.mutate(|snapshot| {
            if !THING_PRINCIPALS.exists(snapshot, name.as_str(), id.as_str())? {
                return Ok(Decision::nothing(()));
            }
            let mut batch = Batch::new();
            THING_PRINCIPALS.detach(&mut batch, name.as_str(), id.as_str());
            Ok(Decision { batch, changes: changes(name, id), outcome: () })
        })
        .await
    }

    pub fn is_attached(&self, name: &ThingName, id: &CertificateId) -> Result<bool, StoreError> {
        THING_PRINCIPALS.exists(&self.snapshot(), name.as_str(), id.as_str())
    }

    /// The certificates that are attached to a thing.
    pub fn principals_of(
        &self,
        name: &ThingName,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<CertificateId>, StoreError> {
        let page = self.typed_principals_of(name, None, after, limit)?;
        Ok(Page { items: page.items.into_iter().map(|(id, _)| id).collect(), next: page.next })
    }

    /// The things that a certificate is attached to.
    pub fn things_of(
        &self,
        id: &CertificateId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<ThingName>, StoreError> {
        let page = self.typed_things_of(id, None, after, limit)?;
        Ok(Page { items: page.items.into_iter().map(|(name, _)| name).collect(), next: page.next })
    }

    /// The certificates that are attached to a thing, and how; those of one type, if it is given.
    pub fn typed_principals_of(
        &self,
        name: &ThingName,
        only: Option<ThingPrincipalType>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<(CertificateId, ThingPrincipalType)>, StoreError> {
        let prefix = format!("{name}/");
        let space = THING_PRINCIPALS.forward;
        page_where(&self.snapshot(), space, &prefix, after, limit, |id, value| {
            let id = CertificateId::new(id).map_err(|_| RecordError::Key)?;
            let kind = decode(value)?;
            Ok(only.is_none_or(|only| only == kind).then_some((id, kind)))
        })
    }

    /// The things that a certificate is attached to, and how; those of one type, if it is given.
    pub fn typed_things_of(
        &self,
        id: &CertificateId,
        only: Option<ThingPrincipalType>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<(ThingName, ThingPrincipalType)>, StoreError> {
        let prefix = format!("{id}/");
        let space = THING_PRINCIPALS.backward;
        page_where(&self.snapshot(), space, &prefix, after, limit, |name, value| {
            let kind = decode(value)?;
            Ok(only.is_none_or(|only| only == kind).then_some((thing_name(name)?, kind)))
        })
    }
}

fn both_there(
    snapshot: &Snapshot,
    name: &ThingName,
    id: &CertificateId,
) -> Result<(), AttachThingPrincipalError> {
    let thing = snapshot.get(THINGS, name.as_str().as_bytes());
    if thing.map_err(StoreError::from)?.is_none() {
        return Err(AttachThingPrincipalError::ThingNotFound { name: name.clone() });
    }
    let certificate = snapshot.get(CERTIFICATES, id.as_str().as_bytes());
    match certificate.map_err(StoreError::from)? {
        Some(_) => Ok(()),
        None => Err(AttachThingPrincipalError::CertificateNotFound { id: id.clone() }),
    }
}

/// An exclusive attachment is the only one of its certificate.
fn check_exclusive(
    snapshot: &Snapshot,
    id: &CertificateId,
    kind: ThingPrincipalType,
) -> Result<(), AttachThingPrincipalError> {
    let Some(thing) = THING_PRINCIPALS.to(snapshot, id.as_str(), None, 1, thing_name)?.items.pop()
    else {
        return Ok(());
    };
    let value = THING_PRINCIPALS.value(snapshot, thing.as_str(), id.as_str())?.unwrap_or_default();
    let id = id.clone();
    match (decode(&value).map_err(StoreError::from)?, kind) {
        (ThingPrincipalType::ExclusiveThing, _) => {
            Err(AttachThingPrincipalError::IsExclusive { id, thing })
        }
        (_, ThingPrincipalType::ExclusiveThing) => {
            Err(AttachThingPrincipalError::IsShared { id, thing })
        }
        _ => Ok(()),
    }
}

fn changes(name: &ThingName, id: &CertificateId) -> Vec<Change> {
    vec![Change::ThingPrincipal(name.clone(), id.clone())]
}

fn thing_name(key: &str) -> Result<ThingName, RecordError> {
    ThingName::new(key).map_err(|_| RecordError::Key)
}

/// What is said of the edge. Edges that were stored before there were types say nothing, and are
/// not exclusive.
#[derive(Serialize, Deserialize)]
struct StoredAttachment {
    kind: ThingPrincipalType,
}

impl Record for StoredAttachment {
    const VERSION: u8 = 1;
}

fn encode(kind: ThingPrincipalType) -> Bytes {
    match kind {
        ThingPrincipalType::NonExclusiveThing => Bytes::new(),
        ThingPrincipalType::ExclusiveThing => record::encode(&StoredAttachment { kind }).into(),
    }
}

fn decode(value: &Bytes) -> Result<ThingPrincipalType, RecordError> {
    match value.is_empty() {
        true => Ok(ThingPrincipalType::NonExclusiveThing),
        false => Ok(record::decode::<StoredAttachment>(value)?.kind),
    }
}
