//! What users, groups and roles are: names that hold policies.

use std::collections::BTreeMap;
use std::fmt;

use kv::Space;
use model::{Arn, GroupName, Home, IamPath, PolicyName, RoleName, UserName};
use stdx::clock::UnixMillis;

use crate::error::IamError;
use crate::tag::Tags;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntityKind {
    User,
    Group,
    Role,
}

/// A user, group or role, by name. Names are not told apart by case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntityName {
    User(UserName),
    Group(GroupName),
    Role(RoleName),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    pub name: EntityName,
    pub path: IamPath,
    /// `AIDA…`, `AGPA…`, `AROA…`: never given out twice, so that a name that is given again is
    /// another.
    pub id: String,
    pub created_at: UnixMillis,
    pub tags: Tags,
    /// Policies that are a part of it, by name.
    pub inline: BTreeMap<PolicyName, String>,
    /// The ARN of the policy beyond which no other policy of it reaches.
    pub boundary: Option<String>,
    /// Of a role, and only of one.
    pub(crate) role: Option<RoleSettings>,
}

/// What only a role has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleSettings {
    /// The document that says who may take the role.
    pub trust: String,
    pub description: Option<String>,
    pub max_session_secs: u32,
}

impl EntityKind {
    /// As in ARNs.
    pub fn as_str(self) -> &'static str {
        match self {
            EntityKind::User => "user",
            EntityKind::Group => "group",
            EntityKind::Role => "role",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            EntityKind::User => "User",
            EntityKind::Group => "Group",
            EntityKind::Role => "Role",
        }
    }

    pub(crate) fn inline_policy(self) -> &'static str {
        match self {
            EntityKind::User => "user policy",
            EntityKind::Group => "group policy",
            EntityKind::Role => "role policy",
        }
    }

    pub(crate) fn id_prefix(self) -> &'static str {
        match self {
            EntityKind::User => "AIDA",
            EntityKind::Group => "AGPA",
            EntityKind::Role => "AROA",
        }
    }

    pub(crate) fn space(self) -> Space {
        match self {
            EntityKind::User => Space::new("iam-users"),
            EntityKind::Group => Space::new("iam-groups"),
            EntityKind::Role => Space::new("iam-roles"),
        }
    }

    /// AWS's limit for all inline policies together, white space not counted.
    pub(crate) fn inline_characters_max(self) -> usize {
        match self {
            EntityKind::User => 2048,
            EntityKind::Group => 5120,
            EntityKind::Role => 10_240,
        }
    }

    /// How many policies may be attached; AWS's quota, which it calls so.
    pub(crate) fn attached_quota(self) -> &'static str {
        match self {
            EntityKind::User => "PoliciesPerUser",
            EntityKind::Group => "PoliciesPerGroup",
            EntityKind::Role => "PoliciesPerRole",
        }
    }

    pub(crate) fn name(self, text: &str) -> Result<EntityName, model::name::NameError> {
        match self {
            EntityKind::User => UserName::new(text).map(EntityName::User),
            EntityKind::Group => GroupName::new(text).map(EntityName::Group),
            EntityKind::Role => RoleName::new(text).map(EntityName::Role),
        }
    }
}

impl EntityName {
    pub fn kind(&self) -> EntityKind {
        match self {
            EntityName::User(_) => EntityKind::User,
            EntityName::Group(_) => EntityKind::Group,
            EntityName::Role(_) => EntityKind::Role,
        }
    }

    pub fn as_str(&self) -> &str {
        match self {
            EntityName::User(name) => name.as_str(),
            EntityName::Group(name) => name.as_str(),
            EntityName::Role(name) => name.as_str(),
        }
    }

    pub(crate) fn key(&self) -> String {
        self.as_str().to_ascii_lowercase()
    }

    pub(crate) fn not_found(&self) -> IamError {
        IamError::not_found(self.kind().as_str(), self.as_str())
    }
}

impl fmt::Display for EntityName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<UserName> for EntityName {
    fn from(name: UserName) -> EntityName {
        EntityName::User(name)
    }
}

impl From<GroupName> for EntityName {
    fn from(name: GroupName) -> EntityName {
        EntityName::Group(name)
    }
}

impl From<RoleName> for EntityName {
    fn from(name: RoleName) -> EntityName {
        EntityName::Role(name)
    }
}

impl Entity {
    /// `arn:aws:iam::ACCOUNT:role/PATH/NAME`
    pub fn arn(&self, home: &Home) -> Arn {
        arn(home, self.name.kind().as_str(), &self.path, self.name.as_str())
    }

    /// What a role has beside others.
    pub fn role(&self) -> Result<&RoleSettings, IamError> {
        self.role.as_ref().ok_or_else(|| self.name.not_found())
    }

    pub(crate) fn role_mut(&mut self) -> Result<&mut RoleSettings, IamError> {
        let missing = self.name.not_found();
        self.role.as_mut().ok_or(missing)
    }
}

pub(crate) fn arn(home: &Home, kind: &str, path: &IamPath, name: &str) -> Arn {
    Arn::from_text(format!("arn:aws:iam::{}:{kind}{path}{name}", home.account))
}
