//! ListEntitiesForPolicy

use std::sync::Arc;

use iam::{EntityKind, PolicyUsage};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::page::MaxItems;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListEntitiesForPolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    policy_arn: String,
    entity_filter: Option<Filter>,
    path_prefix: Option<String>,
    policy_usage_filter: Option<Usage>,
    marker: Option<String>,
    #[serde(default)]
    max_items: MaxItems,
}

#[derive(Clone, Copy, Debug, Deserialize)]
enum Filter {
    User,
    Role,
    Group,
}

#[derive(Clone, Copy, Debug, Deserialize)]
enum Usage {
    PermissionsPolicy,
    PermissionsBoundary,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    policy_users: Vec<User>,
    policy_groups: Vec<Group>,
    policy_roles: Vec<Role>,
    is_truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct User {
    user_name: String,
    user_id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Group {
    group_name: String,
    group_id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Role {
    role_name: String,
    role_id: String,
}

impl Operation for ListEntitiesForPolicy {
    const NAME: &'static str = "ListEntitiesForPolicy";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.policy_arn.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let kind = input.entity_filter.map(|filter| match filter {
            Filter::User => EntityKind::User,
            Filter::Role => EntityKind::Role,
            Filter::Group => EntityKind::Group,
        });
        let usage = match input.policy_usage_filter {
            Some(Usage::PermissionsBoundary) => PolicyUsage::Boundary,
            Some(Usage::PermissionsPolicy) | None => PolicyUsage::Permissions,
        };
        let (limit, marker) = (input.max_items.limit()?, input.marker.as_deref());
        let prefix = input.path_prefix.as_deref().unwrap_or("/");
        let arn = &input.policy_arn;
        let page = state.iam.entities_of_policy(arn, kind, prefix, usage, marker, limit)?;
        let mut output = Output {
            policy_users: Vec::new(),
            policy_groups: Vec::new(),
            policy_roles: Vec::new(),
            is_truncated: page.next.is_some(),
            marker: page.next,
        };
        for entity in page.items {
            let (name, id) = (entity.name.to_string(), entity.id);
            match entity.name.kind() {
                EntityKind::User => {
                    output.policy_users.push(User { user_name: name, user_id: id });
                }
                EntityKind::Group => {
                    output.policy_groups.push(Group { group_name: name, group_id: id });
                }
                EntityKind::Role => {
                    output.policy_roles.push(Role { role_name: name, role_id: id });
                }
            }
        }
        Ok(output)
    }
}
