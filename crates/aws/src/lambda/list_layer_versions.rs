//! ListLayerVersions

use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use super::layer_shape::LayerVersionOut;
use super::words::{LayerRef, page_items};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListLayerVersions;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    layer_name: LayerRef,
    compatible_runtime: Option<String>,
    compatible_architecture: Option<String>,
    marker: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_items: Option<i64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
    layer_versions: Vec<LayerVersionOut>,
}

impl Operation for ListLayerVersions {
    const NAME: &'static str = "ListLayerVersions";
    const METHOD_AND_PATH: &'static str = "GET /2018-10-31/layers/{LayerName}/versions";
    const QUERY: &'static [(&'static str, &'static str)] = &[
        ("CompatibleRuntime", "CompatibleRuntime"),
        ("CompatibleArchitecture", "CompatibleArchitecture"),
        ("Marker", "Marker"),
        ("MaxItems", "MaxItems"),
    ];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("layer:{}", input.layer_name.0)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = page_items(input.max_items)?;
        let (blueprints, marker) = (state.functions.blueprints(), input.marker.as_deref());
        let page = blueprints.layer_versions(&input.layer_name.0, marker, limit)?;
        let fits = |wanted: &Option<String>, list: &[String]| {
            wanted.as_ref().is_none_or(|wanted| list.contains(wanted))
        };
        let wanted = page.items.into_iter().filter(|it| {
            fits(&input.compatible_runtime, &it.runtimes)
                && fits(&input.compatible_architecture, &it.architectures)
        });
        let mut layer_versions: Vec<LayerVersionOut> =
            wanted.map(|version| LayerVersionOut::of(&state, version)).collect();
        layer_versions.reverse();
        Ok(Output { next_marker: page.next, layer_versions })
    }
}
