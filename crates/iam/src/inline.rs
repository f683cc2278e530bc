//! Policies that are a part of the user, group or role that they belong to.

use model::PolicyName;
use policy::Document;

use crate::entity::{Entity, EntityName};
use crate::entity_store::characters;
use crate::error::IamError;
use crate::iam::Iam;

impl Iam {
    /// Adds a policy, or replaces the one of this name.
    pub async fn put_inline_policy(
        &self,
        entity: &EntityName,
        name: &PolicyName,
        document: &str,
    ) -> Result<(), IamError> {
        let kind = entity.kind();
        let most = kind.inline_characters_max();
        // Too long alone is the same error as too long together.
        if characters(document) <= most {
            Document::parse_within(document, most)?;
        }
        self.change_entity(entity, |entity| {
            entity.inline.insert(name.clone(), document.to_owned());
            let together: usize = entity.inline.values().map(|text| characters(text)).sum();
            if together > most {
                let name = entity.name.as_str().to_owned();
                return Err(IamError::InlineSize { what: kind.as_str(), name, most });
            }
            Ok(())
        })
        .await
    }

    pub fn inline_policy(
        &self,
        entity: &EntityName,
        name: &PolicyName,
    ) -> Result<String, IamError> {
        let entity = self.entity(entity)?;
        entity.inline.get(name).cloned().ok_or_else(|| missing(&entity, name))
    }

    pub async fn delete_inline_policy(
        &self,
        entity: &EntityName,
        name: &PolicyName,
    ) -> Result<(), IamError> {
        self.change_entity(entity, |entity| match entity.inline.remove(name) {
            Some(_) => Ok(()),
            None => Err(missing(entity, name)),
        })
        .await
    }
}

fn missing(entity: &Entity, name: &PolicyName) -> IamError {
    IamError::not_found(entity.name.kind().inline_policy(), name.as_str())
}
