//! Publish: a message from someone who is not connected, with all that MQTT 5 can say of it.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use broker::Sender;
use bytes::Bytes;
use fleet::Writer;
use model::{Message, MessageProperties, Qos, Topic};
use serde::Deserialize;

use crate::caller::{Asked, Caller};
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot_data::user_properties;
use crate::operation::{Body, Operation};
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct Publish;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    topic: String,
    #[serde(default, deserialize_with = "from_text")]
    qos: Option<u8>,
    #[serde(default, deserialize_with = "from_text")]
    retain: Option<bool>,
    user_properties: Option<String>,
    payload_format_indicator: Option<PayloadFormat>,
    content_type: Option<String>,
    response_topic: Option<String>,
    /// In base64.
    correlation_data: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    message_expiry: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum PayloadFormat {
    UnspecifiedBytes,
    Utf8Data,
}

impl Operation for Publish {
    const NAME: &'static str = "Publish";
    const METHOD_AND_PATH: &'static str = "POST /topics/{topic+}";
    const QUERY: &'static [(&'static str, &'static str)] = &[
        ("qos", "qos"),
        ("retain", "retain"),
        ("contentType", "contentType"),
        ("responseTopic", "responseTopic"),
        ("messageExpiry", "messageExpiry"),
    ];
    const HEADERS: &'static [(&'static str, &'static str)] = &[
        ("x-amz-mqtt5-user-properties", "userProperties"),
        ("x-amz-mqtt5-payload-format-indicator", "payloadFormatIndicator"),
        ("x-amz-mqtt5-correlation-data", "correlationData"),
    ];
    const BODY: Body = Body::Payload;

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("topic/{}", input.topic)
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        if input.retain == Some(true) {
            let (home, path) = (state.fleet.registry().home(), Publish::resource(&input));
            caller.check(&state, &Asked::new(home, "iot", "RetainPublish", &path))?;
        }
        let message = input.into_message(caller.body)?;
        state
            .broker
            .check(&message)
            .map_err(|refusal| AwsError::invalid_request(refusal.to_string()))?;
        let principal = caller.who.principal();
        if state.fleet.takes(message.topic.as_str()) {
            // Answers for the sender alone have nobody to go to: it is not connected.
            let writer = Writer { client_id: None, principal: principal.clone() };
            state.fleet.take(&message, &writer).await?;
        }
        let sender = Sender {
            principal: &principal,
            source_ip: Some(caller.source_ip),
            ..Sender::house(state.clock.now())
        };
        let committed = state.broker.publish_from(&sender, message).await;
        committed.map_err(|error| registry::StoreError::Commit(error).into()).map(|()| Nothing {})
    }
}

impl Input {
    fn into_message(self, payload: Bytes) -> Result<Message, AwsError> {
        let topic = Topic::new(&self.topic)
            .map_err(|error| AwsError::invalid_request(format!("topic: {error}")))?;
        let qos = match self.qos {
            None | Some(0) => Qos::AtMostOnce,
            Some(1) => Qos::AtLeastOnce,
            Some(qos) => {
                return Err(AwsError::invalid_request(format!("qos must be 0 or 1, not {qos}")));
            }
        };
        let correlation_data = self.correlation_data.map(|text| STANDARD.decode(text)).transpose();
        let correlation_data = correlation_data
            .map_err(|_| AwsError::invalid_request("correlationData must be base64"))?;
        let properties = MessageProperties {
            payload_is_utf8: self.payload_format_indicator.map(|it| it == PayloadFormat::Utf8Data),
            message_expiry_secs: self.message_expiry,
            content_type: self.content_type,
            response_topic: self.response_topic,
            correlation_data: correlation_data.map(Bytes::from),
            user_properties: match self.user_properties {
                Some(text) => user_properties::decode(&text)?,
                None => Vec::new(),
            },
        };
        let properties = Some(Box::new(properties)).filter(|it| **it != Default::default());
        Ok(Message { topic, payload, qos, retain: self.retain == Some(true), properties })
    }
}
