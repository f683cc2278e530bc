//! PublishLayerVersion

use std::sync::Arc;

use blueprints::NewLayerVersion;
use serde::Deserialize;

use super::code::CodeIn;
use super::layer_shape::LayerVersionWhole;
use super::words::LayerRef;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Status;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct PublishLayerVersion;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    layer_name: LayerRef,
    description: Option<String>,
    content: CodeIn,
    #[serde(default)]
    compatible_runtimes: Vec<String>,
    license_info: Option<String>,
    #[serde(default)]
    compatible_architectures: Vec<String>,
}

impl Operation for PublishLayerVersion {
    const NAME: &'static str = "PublishLayerVersion";
    const METHOD_AND_PATH: &'static str = "POST /2018-10-31/layers/{LayerName}/versions";

    type Input = Input;
    type Output = Status<201, LayerVersionWhole>;

    fn resource(input: &Input) -> String {
        format!("layer:{}", input.layer_name.0)
    }

    async fn call(
        state: Arc<State>,
        caller: Caller,
        input: Input,
    ) -> Result<Status<201, LayerVersionWhole>, AwsError> {
        let code = input.content.put(&state, &caller).await?;
        let new = NewLayerVersion {
            name: input.layer_name.0,
            code,
            description: input.description.unwrap_or_default(),
            license: input.license_info,
            runtimes: input.compatible_runtimes,
            architectures: input.compatible_architectures,
        };
        let version = state.functions.blueprints().publish_layer(new, state.clock.now()).await?;
        Ok(Status(LayerVersionWhole::of(&state, &caller, version)))
    }
}
