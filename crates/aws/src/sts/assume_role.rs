//! AssumeRole

use std::sync::Arc;

use iam::AssumeError;
use model::RoleSessionName;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::{Operation, Permission};
use crate::query::list;
use crate::state::State;
use crate::sts::credentials::Credentials;

/// How much of a session may be said in its policies and tags: AWS's limit, of which it tells the
/// share that was used.
const PACKED_CHARACTERS_MAX: usize = 2048;

#[derive(Debug)]
pub(crate) struct AssumeRole;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    role_arn: String,
    role_session_name: RoleSessionName,
    #[serde(default, deserialize_with = "from_text")]
    duration_seconds: Option<u32>,
    policy: Option<String>,
    #[serde(default, deserialize_with = "list")]
    policy_arns: Vec<PolicyArn>,
    #[serde(default, deserialize_with = "list")]
    tags: Vec<Tag>,
    #[serde(default, deserialize_with = "list")]
    transitive_tag_keys: Vec<String>,
    external_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyArn {
    arn: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Tag {
    key: String,
    value: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    credentials: Credentials,
    assumed_role_user: AssumedRoleUser,
    #[serde(skip_serializing_if = "Option::is_none")]
    packed_policy_size: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AssumedRoleUser {
    assumed_role_id: String,
    arn: String,
}

impl Operation for AssumeRole {
    const NAME: &'static str = "AssumeRole";
    // The role's trust has a say, too.
    const PERMISSION: Permission = Permission::Own;

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let packed: usize = input.policy.as_ref().map_or(0, String::len)
            + input.policy_arns.iter().map(|policy| policy.arn.len()).sum::<usize>()
            + input.tags.iter().map(|tag| tag.key.len() + tag.value.len()).sum::<usize>();
        let ask = iam::AssumeRole {
            role_arn: input.role_arn,
            session_name: input.role_session_name,
            duration_secs: input.duration_seconds,
            policy: input.policy,
            policy_arns: input.policy_arns.into_iter().map(|policy| policy.arn).collect(),
            tags: input.tags.into_iter().map(|tag| (tag.key, tag.value)).collect(),
            transitive_tag_keys: input.transitive_tag_keys,
            external_id: input.external_id,
            source_ip: Some(caller.source_ip),
        };
        let now = state.clock.now();
        let taken = state.iam.assume_role(caller.identity()?, &ask, now);
        if let Err(AssumeError::Denied(denial)) = &taken {
            caller.keep_refused(&state, denial);
        }
        let (credentials, identity) = taken?;
        Ok(Output {
            credentials: credentials.into(),
            assumed_role_user: AssumedRoleUser {
                assumed_role_id: identity.user_id,
                arn: identity.arn,
            },
            packed_policy_size: (packed > 0)
                .then(|| (packed * 100).div_ceil(PACKED_CHARACTERS_MAX)),
        })
    }
}
