//! Which documents count for a user or a role, read at one moment.

use kv::Snapshot;
use policy::Document;
use records::StoreError;

use crate::attachment::attached_to;
use crate::entity::{Entity, EntityKind};
use crate::entity_record::entity_of_id;
use crate::group::groups_of;
use crate::identity::Documents;
use crate::login::LoginError;
use crate::managed_policy::{CHARACTERS_MAX, ManagedPolicy};
use crate::policy_key::{PolicyKey, managed_of_key};

/// Inline and attached, and those of the groups of a user.
pub(crate) fn documents_of(snapshot: &Snapshot, entity: &Entity) -> Result<Documents, LoginError> {
    let mut documents = own_documents(snapshot, entity)?;
    if entity.name.kind() == EntityKind::User {
        for id in groups_of(snapshot, &entity.id)? {
            if let Some(group) = entity_of_id(snapshot, &id)? {
                documents.extend(own_documents(snapshot, &group)?);
            }
        }
    }
    Ok(documents)
}

/// The boundary of an entity, if it has one.
pub(crate) fn boundary_of(
    snapshot: &Snapshot,
    entity: &Entity,
) -> Result<Option<Documents>, LoginError> {
    match &entity.boundary {
        Some(arn) => managed_documents(snapshot, std::slice::from_ref(arn)).map(Some),
        None => Ok(None),
    }
}

/// The documents of managed policies. One that is gone counts for nothing, but does not let
/// anything through either: the list is shorter by what it allowed.
pub(crate) fn managed_documents(
    snapshot: &Snapshot,
    arns: &[String],
) -> Result<Documents, LoginError> {
    let mut documents = Documents::new();
    for arn in arns {
        let key = PolicyKey::of_arn(arn).map_err(|_| LoginError::Malformed {
            policy: arn.clone(),
            what: "its ARN is malformed".to_owned(),
        })?;
        if let Some(policy) = managed_of_key(snapshot, &key)? {
            documents.push(compiled(&policy)?);
        }
    }
    Ok(documents)
}

fn own_documents(snapshot: &Snapshot, entity: &Entity) -> Result<Documents, LoginError> {
    let mut documents = Documents::new();
    for (name, text) in &entity.inline {
        let label = format!("{name} of the {} {}", entity.name.kind().as_str(), entity.name);
        documents.push(compile(label, text, entity.name.kind().inline_characters_max())?);
    }
    for key in attached_to(snapshot, &entity.id)? {
        if let Some(policy) = managed_of_key(snapshot, &key)? {
            documents.push(compiled(&policy)?);
        }
    }
    Ok(documents)
}

fn compiled(policy: &ManagedPolicy) -> Result<(String, Document), LoginError> {
    compile(policy.name.to_string(), &policy.default().document, CHARACTERS_MAX)
}

/// One document that cannot be read may be the one that denies, so nothing counts then.
pub(crate) fn compile(
    label: String,
    text: &str,
    characters_max: usize,
) -> Result<(String, Document), LoginError> {
    match Document::parse_within(text, characters_max) {
        Ok(document) => Ok((label, document)),
        Err(error) => Err(LoginError::Malformed { policy: label, what: error.to_string() }),
    }
}

impl From<kv::ReadError> for LoginError {
    fn from(error: kv::ReadError) -> LoginError {
        StoreError::from(error).into()
    }
}
