//! DescribeRoleAlias

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::seconds;
use crate::operation::Operation;
use crate::state::State;
use model::RoleAliasName;

#[derive(Debug)]
pub(crate) struct DescribeRoleAlias;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    role_alias: RoleAliasName,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    role_alias_description: Description,
}

impl Operation for DescribeRoleAlias {
    const NAME: &'static str = "DescribeRoleAlias";
    const METHOD_AND_PATH: &'static str = "GET /role-aliases/{roleAlias}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("rolealias/{}", input.role_alias)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let registry = state.fleet.registry();
        let found = registry.role_alias(&input.role_alias)?;
        let missing =
            || AwsError::not_found(format!("Role alias {} cannot be found.", input.role_alias));
        let alias = found.ok_or_else(missing)?;
        let role_alias_description = Description {
            role_alias_arn: registry.role_alias_arn(&alias.name).to_string(),
            role_alias: alias.name,
            role_arn: alias.role_arn,
            owner: registry.home().account.clone(),
            credential_duration_seconds: alias.duration_secs,
            creation_date: seconds(alias.created_at),
            last_modified_date: seconds(alias.modified_at),
        };
        Ok(Output { role_alias_description })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Description {
    role_alias: RoleAliasName,
    role_alias_arn: String,
    role_arn: String,
    owner: String,
    credential_duration_seconds: u32,
    creation_date: f64,
    last_modified_date: f64,
}
