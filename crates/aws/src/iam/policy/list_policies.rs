//! ListPolicies

use std::sync::Arc;

use iam::{ManagedPolicy, Page};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::page::{MaxItems, part};
use crate::iam::shape::Policy;
use crate::input::from_text;
use crate::operation::Operation;
use crate::state::State;

/// What a marker among AWS's policies begins with, which come behind the local ones. No name holds
/// a colon.
const AWS: &str = "aws:";

#[derive(Debug)]
pub(crate) struct ListPolicies;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(default)]
    scope: Scope,
    #[serde(default, deserialize_with = "from_text")]
    only_attached: Option<bool>,
    path_prefix: Option<String>,
    #[serde(default)]
    policy_usage_filter: Usage,
    marker: Option<String>,
    #[serde(default)]
    max_items: MaxItems,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
enum Scope {
    #[default]
    All,
    #[serde(rename = "AWS")]
    Aws,
    Local,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
enum Usage {
    #[default]
    PermissionsPolicy,
    PermissionsBoundary,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    policies: Vec<Policy>,
    is_truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<String>,
}

impl Operation for ListPolicies {
    const NAME: &'static str = "ListPolicies";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("policy{}", input.path_prefix.as_deref().unwrap_or("/"))
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = input.max_items.limit()?;
        let prefix = input.path_prefix.as_deref().unwrap_or("/");
        let marker = input.marker.as_deref();
        let page = match marker.map(|marker| marker.strip_prefix(AWS)) {
            Some(Some(marker)) => aws_policies(&state, prefix, Some(marker), limit),
            _ if input.scope == Scope::Aws => aws_policies(&state, prefix, None, limit),
            _ => {
                let local = state.iam.policies(prefix, marker, limit)?;
                followed_by_aws(&state, local, &input, prefix, limit)
            }
        };
        let mut policies = Vec::new();
        for policy in page.items {
            if is_wanted(&state, &input, &policy)? {
                policies.push(Policy::of(&state.iam, policy)?);
            }
        }
        Ok(Output { policies, is_truncated: page.next.is_some(), marker: page.next })
    }
}

fn is_wanted(state: &State, input: &Input, policy: &ManagedPolicy) -> Result<bool, AwsError> {
    let is_attached_only = input.only_attached.unwrap_or(false);
    if !is_attached_only && input.policy_usage_filter == Usage::PermissionsPolicy {
        return Ok(true);
    }
    let (attached, bounds) = state.iam.policy_uses(policy)?;
    Ok(match input.policy_usage_filter {
        Usage::PermissionsPolicy => attached > 0,
        Usage::PermissionsBoundary => bounds > 0,
    })
}

/// The last page of the local policies, filled up with AWS's.
fn followed_by_aws(
    state: &State,
    local: Page<ManagedPolicy>,
    input: &Input,
    prefix: &str,
    limit: usize,
) -> Page<ManagedPolicy> {
    if local.next.is_some() || input.scope == Scope::Local {
        return local;
    }
    let mut items = local.items;
    let rest = aws_policies(state, prefix, None, limit.saturating_sub(items.len()));
    items.extend(rest.items);
    Page { items, next: rest.next }
}

fn aws_policies(
    state: &State,
    prefix: &str,
    marker: Option<&str>,
    limit: usize,
) -> Page<ManagedPolicy> {
    let all = state.iam.aws_policies().iter();
    let below = all.filter(|policy| policy.path.as_str().starts_with(prefix)).cloned().collect();
    let (items, next) = part(below, marker, limit, |policy| policy.name.to_string());
    // A page without room for any of them ends before the first.
    let next = next.or_else(|| (limit == 0).then(String::new));
    Page { items, next: next.map(|name| format!("{AWS}{name}")) }
}
