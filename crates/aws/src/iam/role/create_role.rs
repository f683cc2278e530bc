//! CreateRole

use std::sync::Arc;

use iam::{NewEntity, RoleSettings};
use model::{IamPath, RoleName};
use serde::{Deserialize, Serialize};

use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::iam::keys::{boundary_key, request_tags};
use crate::iam::resource;
use crate::iam::shape::{Role, Tag, pairs};
use crate::input::from_text;
use crate::operation::Operation;
use crate::query::list;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct CreateRole;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(default)]
    path: IamPath,
    role_name: RoleName,
    assume_role_policy_document: String,
    description: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_session_duration: Option<u32>,
    permissions_boundary: Option<String>,
    #[serde(default, deserialize_with = "list")]
    tags: Vec<Tag>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    role: Role,
}

impl Operation for CreateRole {
    const NAME: &'static str = "CreateRole";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        resource::new("role", &input.path, input.role_name.as_str())
    }

    fn condition_keys(input: &Input) -> ConditionKeys {
        let boundary = boundary_key(input.permissions_boundary.as_ref());
        request_tags(&input.tags).into_iter().chain(boundary).collect()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let settings = RoleSettings {
            trust: input.assume_role_policy_document,
            description: input.description,
            max_session_secs: input.max_session_duration.unwrap_or(iam::DURATION_SECS_DEFAULT),
        };
        let new = NewEntity {
            name: input.role_name.into(),
            path: input.path,
            tags: pairs(input.tags),
            boundary: input.permissions_boundary,
            role: Some(settings),
        };
        let role = state.iam.create_entity(new, state.clock.now()).await?;
        Ok(Output { role: Role::of(&state.iam, role)? })
    }
}
