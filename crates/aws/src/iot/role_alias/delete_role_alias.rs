//! DeleteRoleAlias

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::RoleAliasName;

#[derive(Debug)]
pub(crate) struct DeleteRoleAlias;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    role_alias: RoleAliasName,
}

impl Operation for DeleteRoleAlias {
    const NAME: &'static str = "DeleteRoleAlias";
    const METHOD_AND_PATH: &'static str = "DELETE /role-aliases/{roleAlias}";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("rolealias/{}", input.role_alias)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.fleet.registry().delete_role_alias(&input.role_alias).await?;
        Ok(Nothing {})
    }
}
