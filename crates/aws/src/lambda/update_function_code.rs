//! UpdateFunctionCode

use std::sync::Arc;

use blueprints::Version;
use serde::Deserialize;

use super::code::CodeIn;
use super::shape::Configuration;
use super::words::FunctionRef;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UpdateFunctionCode;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
    zip_file: Option<String>,
    #[serde(rename = "S3Bucket")]
    bucket: Option<String>,
    #[serde(rename = "S3Key")]
    key: Option<String>,
    #[serde(rename = "S3ObjectVersion")]
    version: Option<String>,
    publish: Option<bool>,
    dry_run: Option<bool>,
    revision_id: Option<String>,
    architectures: Option<Vec<String>>,
}

impl Operation for UpdateFunctionCode {
    const NAME: &'static str = "UpdateFunctionCode";
    const METHOD_AND_PATH: &'static str = "PUT /2015-03-31/functions/{FunctionName}/code";

    type Input = Input;
    type Output = Configuration;

    fn resource(input: &Input) -> String {
        input.function_name.resource(None)
    }

    async fn call(
        state: Arc<State>,
        caller: Caller,
        input: Input,
    ) -> Result<Configuration, AwsError> {
        let (name, _) = input.function_name.with(None)?;
        let blueprints = state.functions.blueprints();
        let now = state.clock.now();
        let before = blueprints.function(&name)?;
        let Input { zip_file, bucket, key, version, .. } = input;
        let code = CodeIn { zip_file, bucket, key, version, ..CodeIn::default() };
        let code = code.put(&state, &caller).await?;
        if input.dry_run.unwrap_or(false) {
            let mut version: Version = before.latest.clone();
            version.code = code.code().clone();
            return Configuration::of(&state, &before, &version, None);
        }
        let (architectures, revision) = (input.architectures, input.revision_id);
        let function = blueprints.update_code(&name, code, architectures, revision, now).await?;
        state.functions.changed(&name);
        if !input.publish.unwrap_or(false) {
            return Configuration::of(&state, &function, &function.latest, None);
        }
        let version = blueprints.publish(&name, None, None, None, now).await?;
        Configuration::of_published(&state, &function, &version)
    }
}
