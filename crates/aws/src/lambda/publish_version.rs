//! PublishVersion

use std::sync::Arc;

use serde::Deserialize;

use super::shape::Configuration;
use super::words::FunctionRef;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Status;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct PublishVersion;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
    #[serde(rename = "CodeSha256")]
    code_sha256: Option<String>,
    description: Option<String>,
    revision_id: Option<String>,
}

impl Operation for PublishVersion {
    const NAME: &'static str = "PublishVersion";
    const METHOD_AND_PATH: &'static str = "POST /2015-03-31/functions/{FunctionName}/versions";

    type Input = Input;
    type Output = Status<201, Configuration>;

    fn resource(input: &Input) -> String {
        input.function_name.resource(None)
    }

    async fn call(
        state: Arc<State>,
        _caller: Caller,
        input: Input,
    ) -> Result<Status<201, Configuration>, AwsError> {
        let (name, _) = input.function_name.with(None)?;
        let blueprints = state.functions.blueprints();
        let Input { code_sha256, description, revision_id, .. } = input;
        let now = state.clock.now();
        let version = blueprints.publish(&name, description, code_sha256, revision_id, now).await?;
        let function = blueprints.function(&name)?;
        Ok(Status(Configuration::of_published(&state, &function, &version)?))
    }
}
