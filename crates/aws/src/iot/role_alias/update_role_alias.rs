//! UpdateRoleAlias

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::{Caller, PassedRole};
use crate::error::AwsError;
use crate::iot::role::{passed_to_devices, role_arn};
use crate::operation::Operation;
use crate::state::State;
use model::RoleAliasName;

#[derive(Debug)]
pub(crate) struct UpdateRoleAlias;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    role_alias: RoleAliasName,
    role_arn: Option<String>,
    credential_duration_seconds: Option<u32>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    role_alias: RoleAliasName,
    role_alias_arn: String,
}

impl Operation for UpdateRoleAlias {
    const NAME: &'static str = "UpdateRoleAlias";
    const METHOD_AND_PATH: &'static str = "PUT /role-aliases/{roleAlias}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("rolealias/{}", input.role_alias)
    }

    fn passed_role(input: &Input) -> Option<PassedRole<'_>> {
        input.role_arn.as_deref().map(passed_to_devices)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let role = input.role_arn.as_deref().map(role_arn).transpose()?;
        let (name, secs) = (&input.role_alias, input.credential_duration_seconds);
        let registry = state.fleet.registry();
        registry.update_role_alias(name, role, secs, state.clock.now()).await?;
        let role_alias_arn = registry.role_alias_arn(name).to_string();
        Ok(Output { role_alias: input.role_alias, role_alias_arn })
    }
}
