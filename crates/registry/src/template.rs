//! Provisioning templates: bodies in up to five versions, one of which counts. What a body means is
//! decided above.

use bytes::Bytes;
use kv::{Batch, Expect, Snapshot, Space};
use model::{Arn, TemplateName};
use records::{Page, page};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::record::{self, Record, RecordError};
use crate::registry::{Decision, Registry, StoreError, find};
use crate::tags::{TagError, Taggable, Tags, check_tags, forget_tags, put_tags};

pub(crate) const TEMPLATES: Space = Space::new("provisioning-templates");

/// AWS's limit.
const VERSIONS_MAX: usize = 5;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TemplateKind {
    /// Devices ask for it, with a claim certificate that they share.
    #[default]
    FleetProvisioning,
    /// Used when a certificate of a registered authority first connects.
    Jitp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateVersion {
    pub number: u32,
    pub body: String,
    pub created_at: UnixMillis,
}

/// A function that is asked before a device is provisioned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hook {
    pub function_arn: String,
    pub payload_version: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pub name: TemplateName,
    pub kind: TemplateKind,
    pub description: Option<String>,
    pub is_enabled: bool,
    pub role_arn: String,
    pub hook: Option<Hook>,
    /// The number of the version that counts.
    pub default_version: u32,
    /// In the order of their numbers.
    pub versions: Vec<TemplateVersion>,
    pub created_at: UnixMillis,
    pub modified_at: UnixMillis,
    /// What the next version will be called; numbers are not given out twice.
    next_version: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTemplate {
    pub name: TemplateName,
    pub kind: TemplateKind,
    pub description: Option<String>,
    pub is_enabled: bool,
    pub role_arn: String,
    pub hook: Option<Hook>,
    pub body: String,
    pub tags: Tags,
}

/// What to change of a template; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateUpdate {
    pub description: Option<String>,
    pub is_enabled: Option<bool>,
    pub role_arn: Option<String>,
    /// The new one, or that there is to be none.
    pub hook: Option<Option<Hook>>,
    pub default_version: Option<u32>,
}

#[derive(Debug, thiserror::Error)]
pub enum CreateTemplateError {
    #[error("the provisioning template {name} already exists")]
    AlreadyExists { name: TemplateName },
    #[error(transparent)]
    Tags(#[from] TagError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    #[error("the provisioning template {name} does not exist")]
    NotFound { name: TemplateName },
    #[error("the provisioning template {name} has no version {number}")]
    VersionNotFound { name: TemplateName, number: u32 },
    #[error("version {number} is the default version of the provisioning template {name}")]
    IsDefault { name: TemplateName, number: u32 },
    #[error("the provisioning template {name} has five versions already; delete one first")]
    TooManyVersions { name: TemplateName },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Template {
    pub fn version(&self, number: u32) -> Option<&TemplateVersion> {
        self.versions.iter().find(|version| version.number == number)
    }

    /// The version that counts.
    pub fn default(&self) -> &TemplateVersion {
        self.version(self.default_version).expect("the default version is never deleted")
    }

    fn expect_version(&self, number: u32) -> Result<(), TemplateError> {
        let missing = || TemplateError::VersionNotFound { name: self.name.clone(), number };
        self.version(number).map(drop).ok_or_else(missing)
    }
}

impl Registry {
    pub fn template_arn(&self, name: &TemplateName) -> Arn {
        self.home().iot("provisioningtemplate", name.as_str())
    }

    pub async fn create_template(
        &self,
        new: NewTemplate,
        now: UnixMillis,
    ) -> Result<Template, CreateTemplateError> {
        check_tags(&new.tags)?;
        let template = Template {
            name: new.name,
            kind: new.kind,
            description: new.description,
            is_enabled: new.is_enabled,
            role_arn: new.role_arn,
            hook: new.hook,
            default_version: 1,
            versions: vec![TemplateVersion { number: 1, body: new.body, created_at: now }],
            created_at: now,
            modified_at: now,
            next_version: 2,
        };
        self.mutate(|snapshot| {
            let name = &template.name;
            if self::template(snapshot, name)?.is_some() {
                return Err(CreateTemplateError::AlreadyExists { name: name.clone() });
            }
            let mut batch = Batch::new();
            batch.require(TEMPLATES, name.as_str(), Expect::Absent);
            batch.put(TEMPLATES, name.as_str(), encode(&template));
            put_tags(&mut batch, &Taggable::Template(name.clone()), &new.tags);
            Ok(Decision { batch, changes: Vec::new(), outcome: template.clone() })
        })
        .await
    }

    pub async fn update_template(
        &self,
        name: &TemplateName,
        update: &TemplateUpdate,
        now: UnixMillis,
    ) -> Result<Template, TemplateError> {
        self.change_template(name, now, |template| {
            if let Some(number) = update.default_version {
                template.expect_version(number)?;
                template.default_version = number;
            }
            if update.description.is_some() {
                template.description.clone_from(&update.description);
            }
            if let Some(role_arn) = &update.role_arn {
                template.role_arn.clone_from(role_arn);
            }
            if let Some(hook) = &update.hook {
                template.hook.clone_from(hook);
            }
            template.is_enabled = update.is_enabled.unwrap_or(template.is_enabled);
            Ok(())
        })
        .await
    }

    /// Answers the template with its new version, which is the last.
    pub async fn create_template_version(
        &self,
        name: &TemplateName,
        body: &str,
        set_as_default: bool,
        now: UnixMillis,
    ) -> Result<Template, TemplateError> {
        self.change_template(name, now, |template| {
            if template.versions.len() >= VERSIONS_MAX {
                return Err(TemplateError::TooManyVersions { name: name.clone() });
            }
            let (number, body) = (template.next_version, body.to_owned());
            template.versions.push(TemplateVersion { number, body, created_at: now });
            template.next_version += 1;
            if set_as_default {
                template.default_version = number;
            }
            Ok(())
        })
        .await
    }

    pub async fn delete_template_version(
        &self,
        name: &TemplateName,
        number: u32,
        now: UnixMillis,
    ) -> Result<Template, TemplateError> {
        self.change_template(name, now, |template| {
            template.expect_version(number)?;
            if template.default_version == number {
                return Err(TemplateError::IsDefault { name: name.clone(), number });
            }
            template.versions.retain(|version| version.number != number);
            Ok(())
        })
        .await
    }

    pub async fn delete_template(&self, name: &TemplateName) -> Result<(), TemplateError> {
        self.mutate(|snapshot| {
            let missing = || TemplateError::NotFound { name: name.clone() };
            let (_, bytes) = template(snapshot, name)?.ok_or_else(missing)?;
            let mut batch = Batch::new();
            batch.require(TEMPLATES, name.as_str(), Expect::Value(bytes));
            batch.delete(TEMPLATES, name.as_str());
            forget_tags(&mut batch, &Taggable::Template(name.clone()));
            Ok(Decision { batch, changes: Vec::new(), outcome: () })
        })
        .await
    }

    pub fn template(&self, name: &TemplateName) -> Result<Option<Template>, StoreError> {
        Ok(template(&self.snapshot(), name)?.map(|(template, _)| template))
    }

    /// Templates in the order of their names.
    pub fn templates(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Template>, StoreError> {
        page(&self.snapshot(), TEMPLATES, "", after, limit, |name, bytes| {
            let name = TemplateName::new(name).map_err(|_| RecordError::Key)?;
            Ok(record::decode::<StoredTemplate>(bytes)?.into_template(name))
        })
    }

    async fn change_template(
        &self,
        name: &TemplateName,
        now: UnixMillis,
        change: impl Fn(&mut Template) -> Result<(), TemplateError>,
    ) -> Result<Template, TemplateError> {
        self.mutate(|snapshot| {
            let missing = || TemplateError::NotFound { name: name.clone() };
            let (mut template, bytes) = template(snapshot, name)?.ok_or_else(missing)?;
            change(&mut template)?;
            template.modified_at = now;
            let mut batch = Batch::new();
            batch.require(TEMPLATES, name.as_str(), Expect::Value(bytes));
            batch.put(TEMPLATES, name.as_str(), encode(&template));
            Ok(Decision { batch, changes: Vec::new(), outcome: template })
        })
        .await
    }
}

fn template(
    snapshot: &Snapshot,
    name: &TemplateName,
) -> Result<Option<(Template, Bytes)>, StoreError> {
    let found = find::<StoredTemplate>(snapshot, TEMPLATES, name.as_str())?;
    Ok(found.map(|found| (found.record.into_template(name.clone()), found.bytes)))
}

/// A template as it is stored; its name is the key.
#[derive(Serialize, Deserialize)]
struct StoredTemplate {
    kind: TemplateKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    is_enabled: bool,
    role_arn: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hook: Option<Hook>,
    default_version: u32,
    next_version: u32,
    versions: Vec<TemplateVersion>,
    created_at: UnixMillis,
    modified_at: UnixMillis,
}

/// Before version 2, no template had a hook.
impl Record for StoredTemplate {
    const VERSION: u8 = 2;

    fn from_older(version: u8, json: &[u8]) -> Result<StoredTemplate, RecordError> {
        match version {
            1 => record::parse(json),
            _ => Err(RecordError::Version { version, newest: Self::VERSION }),
        }
    }
}

impl StoredTemplate {
    fn into_template(self, name: TemplateName) -> Template {
        Template {
            name,
            kind: self.kind,
            description: self.description,
            is_enabled: self.is_enabled,
            role_arn: self.role_arn,
            hook: self.hook,
            default_version: self.default_version,
            versions: self.versions,
            created_at: self.created_at,
            modified_at: self.modified_at,
            next_version: self.next_version,
        }
    }
}

fn encode(template: &Template) -> Bytes {
    let template = template.clone();
    let stored = StoredTemplate {
        kind: template.kind,
        description: template.description,
        is_enabled: template.is_enabled,
        role_arn: template.role_arn,
        hook: template.hook,
        default_version: template.default_version,
        next_version: template.next_version,
        versions: template.versions,
        created_at: template.created_at,
        modified_at: template.modified_at,
    };
    record::encode(&stored).into()
}
