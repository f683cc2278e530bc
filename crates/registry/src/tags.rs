//! Tags: words that people hang on resources to find them, count them and allow actions on them.
//!
//! They are kept apart from what they hang on, under its kind and name as its ARN says them, and
//! are deleted with it.

use std::collections::BTreeMap;

use kv::{Batch, Expect, Snapshot, Space};
use model::{
    Arn, AuthorizerName, BillingGroupName, CertificateId, JobId, JobTemplateId, PolicyName,
    RoleAliasName, RuleName, TemplateName, ThingGroupName, ThingTypeName,
};
use serde::{Deserialize, Serialize};

use crate::authorizer::AUTHORIZERS;
use crate::billing_group::BILLING_GROUPS;
use crate::ca_certificate::CA_CERTIFICATES;
use crate::job::{JOB_TEMPLATES, JOBS};
use crate::policy::POLICIES;
use crate::record::{self, Record};
use crate::registry::{Decision, Registry, StoreError};
use crate::role_alias::ROLE_ALIASES;
use crate::template::TEMPLATES;
use crate::thing_group::THING_GROUPS;
use crate::thing_type::THING_TYPES;
use crate::topic_rule::TOPIC_RULES;

pub type Tags = BTreeMap<String, String>;

const TAGS: Space = Space::new("tags");

/// AWS's limits.
const TAGS_MAX: usize = 50;
const KEY_CHARACTERS_MAX: usize = 128;
const VALUE_CHARACTERS_MAX: usize = 256;
/// AWS keeps keys that begin so for itself.
const RESERVED: &str = "aws:";

/// What tags can hang on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Taggable {
    ThingGroup(ThingGroupName),
    ThingType(ThingTypeName),
    BillingGroup(BillingGroupName),
    Policy(PolicyName),
    CaCertificate(CertificateId),
    RoleAlias(RoleAliasName),
    Authorizer(AuthorizerName),
    TopicRule(RuleName),
    Template(TemplateName),
    Job(JobId),
    JobTemplate(JobTemplateId),
}

/// Why tags are not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TagError {
    #[error("a resource has at most {TAGS_MAX} tags, not {count}")]
    TooMany { count: usize },
    #[error("the tag key {key:?} must have 1 to 128 letters, digits, spaces and '_.:/=+-@'")]
    Key { key: String },
    #[error("the tag key {key:?} begins with aws:, which is reserved")]
    Reserved { key: String },
    #[error(
        "the value of the tag {key} may have at most 256 letters, digits, spaces and '_.:/=+-@'"
    )]
    Value { key: String },
}

#[derive(Debug, thiserror::Error)]
pub enum TagResourceError {
    #[error("{what} does not exist")]
    NotFound { what: String },
    #[error(transparent)]
    Tags(#[from] TagError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Taggable {
    /// What an ARN names, if it can have tags.
    pub fn from_arn(arn: &Arn) -> Option<Taggable> {
        let (kind, name) = arn.iot_resource()?;
        match kind {
            "thinggroup" => ThingGroupName::new(name).ok().map(Taggable::ThingGroup),
            "thingtype" => ThingTypeName::new(name).ok().map(Taggable::ThingType),
            "billinggroup" => BillingGroupName::new(name).ok().map(Taggable::BillingGroup),
            "policy" => PolicyName::new(name).ok().map(Taggable::Policy),
            "cacert" => CertificateId::new(name).ok().map(Taggable::CaCertificate),
            "rule" => RuleName::new(name).ok().map(Taggable::TopicRule),
            "rolealias" => RoleAliasName::new(name).ok().map(Taggable::RoleAlias),
            "authorizer" => AuthorizerName::new(name).ok().map(Taggable::Authorizer),
            "provisioningtemplate" => TemplateName::new(name).ok().map(Taggable::Template),
            "job" => JobId::new(name).ok().map(Taggable::Job),
            "jobtemplate" => JobTemplateId::new(name).ok().map(Taggable::JobTemplate),
            _ => None,
        }
    }

    /// The space and key of its record.
    fn place(&self) -> (Space, &str) {
        match self {
            Taggable::ThingGroup(name) => (THING_GROUPS, name.as_str()),
            Taggable::ThingType(name) => (THING_TYPES, name.as_str()),
            Taggable::BillingGroup(name) => (BILLING_GROUPS, name.as_str()),
            Taggable::Policy(name) => (POLICIES, name.as_str()),
            Taggable::CaCertificate(id) => (CA_CERTIFICATES, id.as_str()),
            Taggable::RoleAlias(name) => (ROLE_ALIASES, name.as_str()),
            Taggable::Authorizer(name) => (AUTHORIZERS, name.as_str()),
            Taggable::TopicRule(name) => (TOPIC_RULES, name.as_str()),
            Taggable::Template(name) => (TEMPLATES, name.as_str()),
            Taggable::Job(id) => (JOBS, id.as_str()),
            Taggable::JobTemplate(id) => (JOB_TEMPLATES, id.as_str()),
        }
    }

    /// Kind and name, as its ARN says them.
    fn key(&self) -> String {
        let kind = match self {
            Taggable::ThingGroup(_) => "thinggroup",
            Taggable::ThingType(_) => "thingtype",
            Taggable::BillingGroup(_) => "billinggroup",
            Taggable::Policy(_) => "policy",
            Taggable::CaCertificate(_) => "cacert",
            Taggable::RoleAlias(_) => "rolealias",
            Taggable::Authorizer(_) => "authorizer",
            Taggable::TopicRule(_) => "rule",
            Taggable::Template(_) => "provisioningtemplate",
            Taggable::Job(_) => "job",
            Taggable::JobTemplate(_) => "jobtemplate",
        };
        format!("{kind}/{}", self.place().1)
    }

    fn not_found(&self) -> TagResourceError {
        TagResourceError::NotFound { what: self.key() }
    }
}

impl Registry {
    /// Adds tags, or gives those that there are other values.
    pub async fn tag_resource(&self, what: &Taggable, tags: &Tags) -> Result<(), TagResourceError> {
        self.change_tags(what, |there| there.extend(tags.clone())).await
    }

    /// Takes tags away; those that are not there are no error.
    pub async fn untag_resource(
        &self,
        what: &Taggable,
        keys: &[String],
    ) -> Result<(), TagResourceError> {
        self.change_tags(what, |there| there.retain(|key, _| !keys.contains(key))).await
    }

    /// The tags of a resource, in the order of their keys.
    pub fn tags_of(&self, what: &Taggable) -> Result<Tags, TagResourceError> {
        let snapshot = self.snapshot();
        match exists(&snapshot, what)? {
            true => Ok(tags(&snapshot, what)?.0),
            false => Err(what.not_found()),
        }
    }

    async fn change_tags(
        &self,
        what: &Taggable,
        change: impl Fn(&mut Tags),
    ) -> Result<(), TagResourceError> {
        self.mutate(|snapshot| {
            if !exists(snapshot, what)? {
                return Err(what.not_found());
            }
            let (mut tags, expect) = tags(snapshot, what)?;
            change(&mut tags);
            check_tags(&tags)?;
            let mut batch = Batch::new();
            let (space, name) = what.place();
            batch.require(space, name, Expect::Present);
            batch.require(TAGS, what.key(), expect);
            match tags.is_empty() {
                true => batch.delete(TAGS, what.key()),
                false => put_tags(&mut batch, what, &tags),
            }
            Ok(Decision { batch, changes: Vec::new(), outcome: () })
        })
        .await
    }
}

pub(crate) fn check_tags(tags: &Tags) -> Result<(), TagError> {
    if tags.len() > TAGS_MAX {
        return Err(TagError::TooMany { count: tags.len() });
    }
    for (key, value) in tags {
        if key.starts_with(RESERVED) {
            return Err(TagError::Reserved { key: key.clone() });
        }
        if key.is_empty() || key.chars().count() > KEY_CHARACTERS_MAX || !is_plain(key) {
            return Err(TagError::Key { key: key.clone() });
        }
        if value.chars().count() > VALUE_CHARACTERS_MAX || !is_plain(value) {
            return Err(TagError::Value { key: key.clone() });
        }
    }
    Ok(())
}

/// Puts the tags of what is made by the same batch. They were checked.
pub(crate) fn put_tags(batch: &mut Batch, what: &Taggable, tags: &Tags) {
    if !tags.is_empty() {
        batch.put(TAGS, what.key(), record::encode(&StoredTags(tags.clone())));
    }
}

/// Takes out the tags of what is deleted by the same batch.
pub(crate) fn forget_tags(batch: &mut Batch, what: &Taggable) {
    batch.delete(TAGS, what.key());
}

fn tags(snapshot: &Snapshot, what: &Taggable) -> Result<(Tags, Expect), StoreError> {
    match snapshot.get(TAGS, what.key().as_bytes())? {
        Some(bytes) => Ok((record::decode::<StoredTags>(&bytes)?.0, Expect::Value(bytes))),
        None => Ok((Tags::new(), Expect::Absent)),
    }
}

fn exists(snapshot: &Snapshot, what: &Taggable) -> Result<bool, StoreError> {
    let (space, name) = what.place();
    Ok(snapshot.get(space, name.as_bytes())?.is_some())
}

/// Letters and digits of any script, spaces, and what AWS allows beside them.
fn is_plain(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c))
}

#[derive(Serialize, Deserialize)]
struct StoredTags(Tags);

impl Record for StoredTags {
    const VERSION: u8 = 1;
}
