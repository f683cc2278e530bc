//! DescribeEventConfigurations

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::seconds;
use crate::iot::setting::shape::Enabled;
use crate::operation::Operation;
use crate::state::State;
use registry::EventType;
use std::collections::BTreeMap;

#[derive(Debug)]
pub(crate) struct DescribeEventConfigurations;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    event_configurations: BTreeMap<EventType, Enabled>,
    #[serde(skip_serializing_if = "Option::is_none")]
    creation_date: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_modified_date: Option<f64>,
}

impl Operation for DescribeEventConfigurations {
    const NAME: &'static str = "DescribeEventConfigurations";
    const METHOD_AND_PATH: &'static str = "GET /event-configurations";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, _input: Input) -> Result<Output, AwsError> {
        let settings = state.fleet.registry().event_settings()?;
        let enabled = settings.as_ref().map(|settings| settings.enabled.clone());
        let enabled = enabled.unwrap_or_default();
        let of = |kind| (kind, Enabled { enabled: enabled.get(&kind).copied().unwrap_or(false) });
        Ok(Output {
            event_configurations: EventType::ALL.into_iter().map(of).collect(),
            creation_date: settings.as_ref().map(|settings| seconds(settings.created_at)),
            last_modified_date: settings.as_ref().map(|settings| seconds(settings.modified_at)),
        })
    }
}
