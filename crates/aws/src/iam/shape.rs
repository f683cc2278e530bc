//! The nouns of IAM as answers show them.

use iam::{Entity, Iam, InstanceProfile, ManagedPolicy, PolicyVersion, Tags};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use crate::error::AwsError;
use crate::timestamp::iso_8601;

/// A tag, in both directions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Tag {
    pub(crate) key: String,
    pub(crate) value: String,
}

/// Tags as the stores take them.
pub(crate) fn pairs(tags: Vec<Tag>) -> Vec<(String, String)> {
    tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
}

pub(crate) fn tags(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect()
}

/// A user or a group.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Named {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<String>,
    arn: String,
    create_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions_boundary: Option<Boundary>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Boundary {
    permissions_boundary_type: &'static str,
    permissions_boundary_arn: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Role {
    path: String,
    role_name: String,
    role_id: String,
    arn: String,
    create_date: String,
    assume_role_policy_document: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    max_session_duration: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions_boundary: Option<Boundary>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Policy {
    policy_name: String,
    policy_id: String,
    arn: String,
    path: String,
    default_version_id: String,
    attachment_count: usize,
    permissions_boundary_usage_count: usize,
    is_attachable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    create_date: String,
    update_date: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Version {
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<String>,
    version_id: String,
    is_default_version: bool,
    create_date: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Profile {
    path: String,
    instance_profile_name: String,
    instance_profile_id: String,
    arn: String,
    create_date: String,
    roles: Vec<Role>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Attached {
    policy_name: String,
    policy_arn: String,
}

fn boundary(arn: Option<String>) -> Option<Boundary> {
    arn.map(|permissions_boundary_arn| Boundary {
        permissions_boundary_type: "Policy",
        permissions_boundary_arn,
    })
}

impl Named {
    pub(crate) fn user(iam: &Iam, user: &Entity) -> Named {
        Named {
            user_name: Some(user.name.to_string()),
            user_id: Some(user.id.clone()),
            permissions_boundary: boundary(user.boundary.clone()),
            tags: tags(&user.tags),
            ..Named::plain(iam, user)
        }
    }

    pub(crate) fn group(iam: &Iam, group: &Entity) -> Named {
        Named {
            group_name: Some(group.name.to_string()),
            group_id: Some(group.id.clone()),
            ..Named::plain(iam, group)
        }
    }

    /// The owner of the installation, who is no user and has no name.
    pub(crate) fn root(identity: &iam::Identity) -> Named {
        Named {
            path: "/".to_owned(),
            user_name: None,
            group_name: None,
            user_id: Some(identity.user_id.clone()),
            group_id: None,
            arn: identity.arn.clone(),
            create_date: iso_8601(0),
            permissions_boundary: None,
            tags: Vec::new(),
        }
    }

    fn plain(iam: &Iam, entity: &Entity) -> Named {
        Named {
            path: entity.path.to_string(),
            user_name: None,
            group_name: None,
            user_id: None,
            group_id: None,
            arn: entity.arn(iam.home()).to_string(),
            create_date: iso_8601(entity.created_at),
            permissions_boundary: None,
            tags: Vec::new(),
        }
    }
}

impl Role {
    pub(crate) fn of(iam: &Iam, role: Entity) -> Result<Role, AwsError> {
        let settings = role.role()?.clone();
        Ok(Role {
            path: role.path.to_string(),
            role_name: role.name.to_string(),
            arn: role.arn(iam.home()).to_string(),
            role_id: role.id,
            create_date: iso_8601(role.created_at),
            assume_role_policy_document: url_encoded(&settings.trust),
            description: settings.description,
            max_session_duration: settings.max_session_secs,
            permissions_boundary: boundary(role.boundary),
            tags: tags(&role.tags),
        })
    }
}

impl Policy {
    pub(crate) fn of(iam: &Iam, policy: ManagedPolicy) -> Result<Policy, AwsError> {
        let (attachment_count, permissions_boundary_usage_count) = iam.policy_uses(&policy)?;
        Ok(Policy {
            policy_name: policy.name.to_string(),
            arn: policy.arn(iam.home()).to_string(),
            policy_id: policy.id,
            path: policy.path.to_string(),
            default_version_id: version_id(policy.default_version),
            attachment_count,
            permissions_boundary_usage_count,
            is_attachable: true,
            description: policy.description,
            create_date: iso_8601(policy.created_at),
            update_date: iso_8601(policy.updated_at),
            tags: tags(&policy.tags),
        })
    }
}

impl Version {
    pub(crate) fn with_document(version: &PolicyVersion, default_version: u32) -> Version {
        let document = Some(url_encoded(&version.document));
        Version { document, ..Version::of(version, default_version) }
    }

    pub(crate) fn of(version: &PolicyVersion, default_version: u32) -> Version {
        Version {
            document: None,
            version_id: version_id(version.number),
            is_default_version: version.number == default_version,
            create_date: iso_8601(version.created_at),
        }
    }
}

impl Profile {
    pub(crate) fn of(iam: &Iam, profile: InstanceProfile) -> Result<Profile, AwsError> {
        let arn = profile.arn(iam.home()).to_string();
        let roles = profile.role.into_iter().map(|role| Role::of(iam, role));
        Ok(Profile {
            path: profile.path.to_string(),
            instance_profile_name: profile.name.to_string(),
            instance_profile_id: profile.id,
            arn,
            create_date: iso_8601(profile.created_at),
            roles: roles.collect::<Result<_, _>>()?,
            tags: tags(&profile.tags),
        })
    }
}

impl Attached {
    pub(crate) fn of(policy: iam::AttachedPolicy) -> Attached {
        Attached { policy_name: policy.name, policy_arn: policy.arn.to_string() }
    }
}

/// `v3`
pub(crate) fn version_id(number: u32) -> String {
    format!("v{number}")
}

pub(crate) fn version_number(id: &str) -> Result<u32, AwsError> {
    let number = id.strip_prefix('v').and_then(|digits| digits.parse().ok());
    number.ok_or_else(|| AwsError::validation(format!("VersionId {id:?} is not like v1")))
}

/// IAM gives documents so, by RFC 3986.
pub(crate) fn url_encoded(document: &str) -> String {
    const ENCODED: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    utf8_percent_encode(document, ENCODED).to_string()
}
