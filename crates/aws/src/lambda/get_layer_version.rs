//! GetLayerVersion

use std::sync::Arc;

use serde::Deserialize;

use super::layer_shape::LayerVersionWhole;
use super::words::LayerRef;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetLayerVersion;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    layer_name: LayerRef,
    version_number: String,
}

impl Operation for GetLayerVersion {
    const NAME: &'static str = "GetLayerVersion";
    const METHOD_AND_PATH: &'static str =
        "GET /2018-10-31/layers/{LayerName}/versions/{VersionNumber}";

    type Input = Input;
    type Output = LayerVersionWhole;

    fn resource(input: &Input) -> String {
        format!("layer:{}:{}", input.layer_name.0, input.version_number)
    }

    async fn call(
        state: Arc<State>,
        caller: Caller,
        input: Input,
    ) -> Result<LayerVersionWhole, AwsError> {
        let number = input.version_number.parse().unwrap_or(0);
        let version = state.functions.blueprints().layer_version(&input.layer_name.0, number)?;
        Ok(LayerVersionWhole::of(&state, &caller, version))
    }
}
