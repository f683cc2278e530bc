//! What an error action is told.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Something that went wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RuleFailure {
    /// `DynamoDBv2Action`
    pub(crate) action: String,
    pub(crate) resource: Option<String>,
    pub(crate) message: String,
}

/// AWS's error document: all that went wrong with one rule and one message.
pub(crate) fn document(rule: &str, event: &rules::Event<'_>, failures: &[RuleFailure]) -> Value {
    let failures: Vec<Value> = failures
        .iter()
        .map(|failure| {
            json!({
                "failedAction": failure.action,
                "failedResource": failure.resource,
                "errorMessage": failure.message,
            })
        })
        .collect();
    json!({
        "ruleName": rule,
        "topic": event.topic,
        "cloudwatchTraceId": event.trace_id,
        "clientId": event.client_id,
        "base64OriginalPayload": STANDARD.encode(event.payload.bytes()),
        "failures": failures,
    })
}
