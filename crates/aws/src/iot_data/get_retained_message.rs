//! GetRetainedMessage

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{Message, Topic};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot_data::{retained, user_properties};
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetRetainedMessage;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    topic: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    topic: String,
    payload: String,
    qos: u8,
    last_modified_time: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_properties: Option<String>,
}

impl Operation for GetRetainedMessage {
    const NAME: &'static str = "GetRetainedMessage";
    const METHOD_AND_PATH: &'static str = "GET /retainedMessage/{topic+}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("topic/{}", input.topic)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let topic = Topic::new(&input.topic)
            .map_err(|error| AwsError::invalid_request(format!("topic: {error}")))?;
        let found = state.broker.sessions().retained_at(&topic, state.clock.now())?;
        let missing = || AwsError::not_found(format!("no message is retained on {topic}"));
        let found = found.ok_or_else(missing)?;
        let Message { topic, payload, qos, properties, .. } = found.message;
        let users = properties.map(|properties| properties.user_properties).unwrap_or_default();
        Ok(Output {
            topic: topic.to_string(),
            payload: STANDARD.encode(payload),
            qos: retained::qos(qos),
            last_modified_time: found.published_at,
            user_properties: Some(users)
                .filter(|users| !users.is_empty())
                .map(|users| user_properties::encode(&users)),
        })
    }
}
