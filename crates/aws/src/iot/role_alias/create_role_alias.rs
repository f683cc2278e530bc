//! CreateRoleAlias

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::{Caller, PassedRole};
use crate::error::AwsError;
use crate::iot::role::{passed_to_devices, role_arn};
use crate::iot::tag::shape::{TagList, tags_of};
use crate::operation::Operation;
use crate::state::State;
use model::RoleAliasName;

#[derive(Debug)]
pub(crate) struct CreateRoleAlias;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    role_alias: RoleAliasName,
    role_arn: String,
    credential_duration_seconds: Option<u32>,
    tags: Option<TagList>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    role_alias: RoleAliasName,
    role_alias_arn: String,
}

impl Operation for CreateRoleAlias {
    const NAME: &'static str = "CreateRoleAlias";
    const METHOD_AND_PATH: &'static str = "POST /role-aliases/{roleAlias}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("rolealias/{}", input.role_alias)
    }

    fn passed_role(input: &Input) -> Option<PassedRole<'_>> {
        Some(passed_to_devices(&input.role_arn))
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (name, tags) = (&input.role_alias, tags_of(input.tags)?);
        let (role, secs) = (role_arn(&input.role_arn)?, input.credential_duration_seconds);
        let registry = state.fleet.registry();
        registry.create_role_alias(name, role, secs, &tags, state.clock.now()).await?;
        let role_alias_arn = registry.role_alias_arn(name).to_string();
        Ok(Output { role_alias: input.role_alias, role_alias_arn })
    }
}
