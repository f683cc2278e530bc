//! DeleteLayerVersion

use std::sync::Arc;

use serde::Deserialize;

use super::words::LayerRef;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::{Nothing, Status};
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteLayerVersion;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    layer_name: LayerRef,
    version_number: String,
}

impl Operation for DeleteLayerVersion {
    const NAME: &'static str = "DeleteLayerVersion";
    const METHOD_AND_PATH: &'static str =
        "DELETE /2018-10-31/layers/{LayerName}/versions/{VersionNumber}";

    type Input = Input;
    type Output = Status<204, Nothing>;

    fn resource(input: &Input) -> String {
        format!("layer:{}:{}", input.layer_name.0, input.version_number)
    }

    async fn call(
        state: Arc<State>,
        _caller: Caller,
        input: Input,
    ) -> Result<Status<204, Nothing>, AwsError> {
        let (name, number) = (input.layer_name.0, input.version_number.parse().unwrap_or(0));
        state.functions.blueprints().delete_layer_version(&name, number).await?;
        Ok(Status(Nothing {}))
    }
}
