//! CreateUser

use std::sync::Arc;

use iam::NewEntity;
use model::{IamPath, UserName};
use serde::{Deserialize, Serialize};

use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::iam::keys::{boundary_key, request_tags};
use crate::iam::resource;
use crate::iam::shape::{Named, Tag, pairs};
use crate::operation::Operation;
use crate::query::list;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct CreateUser;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(default)]
    path: IamPath,
    user_name: UserName,
    permissions_boundary: Option<String>,
    #[serde(default, deserialize_with = "list")]
    tags: Vec<Tag>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    user: Named,
}

impl Operation for CreateUser {
    const NAME: &'static str = "CreateUser";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        resource::new("user", &input.path, input.user_name.as_str())
    }

    fn condition_keys(input: &Input) -> ConditionKeys {
        let boundary = boundary_key(input.permissions_boundary.as_ref());
        request_tags(&input.tags).into_iter().chain(boundary).collect()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let new = NewEntity {
            name: input.user_name.into(),
            path: input.path,
            tags: pairs(input.tags),
            boundary: input.permissions_boundary,
            role: None,
        };
        let user = state.iam.create_entity(new, state.clock.now()).await?;
        Ok(Output { user: Named::user(&state.iam, &user) })
    }
}
