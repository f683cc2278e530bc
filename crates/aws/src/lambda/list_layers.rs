//! ListLayers: and what AWS calls GetLayerVersionByArn, which has the same path

use std::sync::Arc;

use blueprints::LayerVersion;
use serde::Deserialize;
use serde::Serialize;

use super::layer_shape::{LayerVersionOut, LayerVersionWhole};
use super::words::page_items;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListLayers;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    find: Option<String>,
    arn: Option<String>,
    compatible_runtime: Option<String>,
    compatible_architecture: Option<String>,
    marker: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_items: Option<i64>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Output {
    List(List),
    Version(Box<LayerVersionWhole>),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct List {
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
    layers: Vec<Layer>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Layer {
    layer_name: String,
    layer_arn: String,
    latest_matching_version: LayerVersionOut,
}

impl Operation for ListLayers {
    const NAME: &'static str = "ListLayers";
    const METHOD_AND_PATH: &'static str = "GET /2018-10-31/layers";
    const QUERY: &'static [(&'static str, &'static str)] = &[
        ("find", "Find"),
        ("Arn", "Arn"),
        ("CompatibleRuntime", "CompatibleRuntime"),
        ("CompatibleArchitecture", "CompatibleArchitecture"),
        ("Marker", "Marker"),
        ("MaxItems", "MaxItems"),
    ];

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let blueprints = state.functions.blueprints();
        if let (Some("LayerVersion"), Some(arn)) = (input.find.as_deref(), &input.arn) {
            let version = blueprints.layer_of_arn(arn)?;
            return Ok(Output::Version(Box::new(LayerVersionWhole::of(&state, &caller, version))));
        }
        let page = blueprints.layers(input.marker.as_deref(), page_items(input.max_items)?)?;
        let fits = |wanted: &Option<String>, list: &[String]| {
            wanted.as_ref().is_none_or(|wanted| list.contains(wanted))
        };
        let wanted = page.items.into_iter().filter(|it| {
            fits(&input.compatible_runtime, &it.runtimes)
                && fits(&input.compatible_architecture, &it.architectures)
        });
        let layer = |version: LayerVersion| Layer {
            layer_name: version.name.to_string(),
            layer_arn: blueprints.layer_arn(&version.name, None),
            latest_matching_version: LayerVersionOut::of(&state, version),
        };
        Ok(Output::List(List { next_marker: page.next, layers: wanted.map(layer).collect() }))
    }
}
