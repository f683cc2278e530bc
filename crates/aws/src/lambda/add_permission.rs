//! AddPermission

use std::sync::Arc;

use blueprints::Permission;
use serde::Deserialize;
use serde_json::{Value, json};

use super::words::{FunctionRef, invalid};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Status;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct AddPermission;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
    qualifier: Option<String>,
    statement_id: String,
    action: String,
    principal: String,
    source_arn: Option<String>,
    source_account: Option<String>,
    revision_id: Option<String>,
    #[serde(rename = "PrincipalOrgID")]
    organization: Option<String>,
}

impl Operation for AddPermission {
    const NAME: &'static str = "AddPermission";
    const METHOD_AND_PATH: &'static str = "POST /2015-03-31/functions/{FunctionName}/policy";
    const QUERY: &'static [(&'static str, &'static str)] = &[("Qualifier", "Qualifier")];

    type Input = Input;
    type Output = Status<201, Value>;

    fn resource(input: &Input) -> String {
        input.function_name.resource(input.qualifier.as_deref())
    }

    async fn call(
        state: Arc<State>,
        _caller: Caller,
        input: Input,
    ) -> Result<Status<201, Value>, AwsError> {
        let (name, qualifier) = input.function_name.with(input.qualifier.as_deref())?;
        let blueprints = state.functions.blueprints();
        if !input.action.starts_with("lambda:") && input.action != "*" {
            return Err(invalid(format!(
                "1 validation error detected: Value '{}' at 'action' failed to satisfy constraint: \
                 Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])",
                input.action
            )));
        }
        let permission = Permission {
            statement_id: input.statement_id,
            action: input.action,
            principal: input.principal,
            source_arn: input.source_arn,
            source_account: input.source_account,
            organization: input.organization,
        };
        let resource = blueprints.arn(&name, qualifier.as_ref());
        let statement = permission.statement(&resource, &blueprints.home().account).to_string();
        let revision = input.revision_id;
        blueprints.add_permission(&name, qualifier.as_ref(), permission, revision).await?;
        Ok(Status(json!({ "Statement": statement })))
    }
}
