//! RemovePermission

use std::sync::Arc;

use serde::Deserialize;

use super::words::FunctionRef;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::{Nothing, Status};
use crate::state::State;

#[derive(Debug)]
pub(crate) struct RemovePermission;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
    qualifier: Option<String>,
    statement_id: String,
    revision_id: Option<String>,
}

impl Operation for RemovePermission {
    const NAME: &'static str = "RemovePermission";
    const METHOD_AND_PATH: &'static str =
        "DELETE /2015-03-31/functions/{FunctionName}/policy/{StatementId}";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("Qualifier", "Qualifier"), ("RevisionId", "RevisionId")];

    type Input = Input;
    type Output = Status<204, Nothing>;

    fn resource(input: &Input) -> String {
        input.function_name.resource(input.qualifier.as_deref())
    }

    async fn call(
        state: Arc<State>,
        _caller: Caller,
        input: Input,
    ) -> Result<Status<204, Nothing>, AwsError> {
        let (name, qualifier) = input.function_name.with(input.qualifier.as_deref())?;
        let blueprints = state.functions.blueprints();
        let (id, revision) = (&input.statement_id, input.revision_id);
        blueprints.remove_permission(&name, qualifier.as_ref(), id, revision).await?;
        Ok(Status(Nothing {}))
    }
}
