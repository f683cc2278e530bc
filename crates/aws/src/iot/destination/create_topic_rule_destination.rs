//! CreateTopicRuleDestination

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::shape::{ShownDestination, check_url, door_of};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct CreateTopicRuleDestination;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    destination_configuration: Configuration,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Configuration {
    http_url_configuration: Option<UrlConfiguration>,
    vpc_configuration: Option<Value>,
    #[serde(rename = "influxDBConfiguration")]
    influx_db_configuration: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UrlConfiguration {
    confirmation_url: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    topic_rule_destination: ShownDestination,
}

impl Configuration {
    /// The URL to confirm. This house is in no private cloud, and keeps no secrets for others.
    fn url(self) -> Result<String, AwsError> {
        let others = [
            ("vpcConfiguration", self.vpc_configuration),
            ("influxDBConfiguration", self.influx_db_configuration),
        ];
        let given = others.into_iter().find(|(_, value)| value.is_some());
        if let Some((name, _)) = given {
            let what = format!("destinationConfiguration.{name} is not supported");
            return Err(AwsError::invalid_request(what));
        }
        let what = "destinationConfiguration: httpUrlConfiguration is required";
        let missing = || AwsError::invalid_request(what);
        Ok(self.http_url_configuration.ok_or_else(missing)?.confirmation_url)
    }
}

impl Operation for CreateTopicRuleDestination {
    const NAME: &'static str = "CreateTopicRuleDestination";
    const METHOD_AND_PATH: &'static str = "POST /destinations";

    type Input = Input;
    type Output = Output;

    fn resource(_input: &Input) -> String {
        "ruledestination/http/*".to_owned()
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let url = input.destination_configuration.url()?;
        check_url(&url)?;
        let made = state.hall.create_destination(&url, &door_of(&caller)).await?;
        let registry = state.fleet.registry();
        Ok(Output { topic_rule_destination: ShownDestination::of(registry, made) })
    }
}
