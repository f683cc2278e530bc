//! Custom resources: a function makes them, changes them and takes them away, and says so when it is done.

use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use stacks::Made;
use tokio::time::Instant;

use crate::cloudformation::answer_link;
use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, LOGICAL_ID, or_undone};
use crate::error::AwsError;

/// AWS's: so long an answer is waited for, unless `ServiceTimeout` says otherwise.
const TIMEOUT_SECS: u64 = 3_600;
/// The longest between two looks, in which it is found out that nobody wants the answer any more.
const LOOK_EVERY: Duration = Duration::from_millis(500);

pub(crate) struct CustomResource;

/// What a function says when it is done.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    status: String,
    reason: Option<String>,
    physical_resource_id: Option<String>,
    no_echo: Option<bool>,
    data: Option<Map<String, Value>>,
}

/// What a function is asked.
struct Asked<'a> {
    kind: &'static str,
    logical_id: &'a str,
    resource_type: &'a str,
    physical_id: Option<&'a str>,
    properties: &'a Map<String, Value>,
    old: Option<&'a Map<String, Value>>,
}

impl Deed for CustomResource {
    const KIND: &'static str = "AWS::CloudFormation::CustomResource";
    const CHANGED: &'static [&'static str] = &[];
    const REPLACED: &'static [&'static str] = &[];
    const IS_OPEN: bool = true;

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let asked = Asked {
            kind: "Create",
            logical_id: want.logical_id,
            resource_type: want.kind,
            physical_id: None,
            properties: want.properties,
            old: None,
        };
        let answer = ask(desk, &asked).await;
        // One that failed may have been made in part, and is told to go, by the name that it said.
        let named = answer.as_ref().ok().and_then(|answer| answer.physical_resource_id.clone());
        let physical_id = named.clone().unwrap_or_else(|| desk.name(want, "", 128));
        let made = match answer.and_then(succeeded) {
            Ok(answer) if named.is_some() => {
                Ok(shown(want.logical_id, physical_id.clone(), answer))
            }
            Ok(_) => Err(failed("Invalid PhysicalResourceId")),
            Err(error) => Err(error),
        };
        or_undone::<CustomResource>(desk, want, &physical_id, made).await
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        if made.properties.get("ServiceToken") != want.properties.get("ServiceToken") {
            return Err(failed("Modifying service token is not allowed."));
        }
        let asked = Asked {
            kind: "Update",
            logical_id: want.logical_id,
            resource_type: want.kind,
            physical_id: Some(&made.physical_id),
            properties: want.properties,
            old: Some(&made.properties),
        };
        let answer = succeeded(ask(desk, &asked).await?)?;
        let physical_id = answer.physical_resource_id.clone();
        let physical_id = physical_id.unwrap_or_else(|| made.physical_id.clone());
        Ok(shown(want.logical_id, physical_id, answer))
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let logical_id =
            made.attributes.get(LOGICAL_ID).and_then(Value::as_str).unwrap_or_default();
        let asked = Asked {
            kind: "Delete",
            logical_id,
            resource_type: &made.kind,
            physical_id: Some(&made.physical_id),
            properties: &made.properties,
            old: None,
        };
        ask(desk, &asked).await.and_then(succeeded).map(drop)
    }
}

fn shown(logical_id: &str, physical_id: String, answer: Answer) -> Made {
    let mut attributes = answer.data.unwrap_or_default();
    attributes.insert(LOGICAL_ID.to_owned(), logical_id.into());
    Made {
        reference: physical_id.clone().into(),
        physical_id,
        attributes,
        is_secret: answer.no_echo == Some(true),
        ..Made::default()
    }
}

fn succeeded(answer: Answer) -> Result<Answer, AwsError> {
    match answer.status.as_str() {
        "SUCCESS" => Ok(answer),
        _ => {
            let why = answer.reason.unwrap_or_else(|| "no reason is given".to_owned());
            Err(failed(format!(
                "Received response status [FAILED] from custom resource. Message returned: {why}"
            )))
        }
    }
}

/// Calls the function, and waits for its answer.
async fn ask(desk: &Desk, asked: &Asked<'_>) -> Result<Answer, AwsError> {
    let token = asked.properties.get("ServiceToken").and_then(Value::as_str).unwrap_or_default();
    if !token.starts_with("arn:aws:lambda:") {
        return Err(failed(format!(
            "ServiceToken: {token:?} is no function, which are what is served"
        )));
    }
    let stacks = &desk.state.stacks;
    let answer_token = stacks.expect_answer(&desk.stack_id).await?;
    let event = event(desk, asked, &answer_token);
    let input = json!({ "FunctionName": token, "InvocationType": "Event" });
    let body = Bytes::from(event.to_string());
    let called = desk.ask_with(("lambda", "Invoke"), input, body).await;
    let outcome = match called {
        Ok(_) => wait(desk, asked.properties, &answer_token).await,
        Err(error) => Err(error),
    };
    stacks.forget_answer(&answer_token).await?;
    outcome
}

fn event(desk: &Desk, asked: &Asked<'_>, token: &str) -> Value {
    let mut event = json!({
        "RequestType": asked.kind,
        "ServiceToken": asked.properties.get("ServiceToken"),
        "ResponseURL": answer_link::of(&desk.endpoint(), token),
        "StackId": desk.stack_id,
        "RequestId": stacks::random_uuid(),
        "LogicalResourceId": asked.logical_id,
        "ResourceType": asked.resource_type,
        "ResourceProperties": texts(&Value::Object(asked.properties.clone())),
    });
    if let Some(id) = asked.physical_id {
        event["PhysicalResourceId"] = json!(id);
    }
    if let Some(old) = asked.old {
        event["OldResourceProperties"] = texts(&Value::Object(old.clone()));
    }
    event
}

/// Numbers and truths are texts, as AWS sends them.
fn texts(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), texts(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(texts).collect(),
        Value::Number(_) | Value::Bool(_) => value.to_string().into(),
        other => other.clone(),
    }
}

async fn wait(
    desk: &Desk,
    properties: &Map<String, Value>,
    token: &str,
) -> Result<Answer, AwsError> {
    let said = properties.get("ServiceTimeout");
    let said = said.and_then(|said| said.as_u64().or_else(|| said.as_str()?.parse().ok()));
    let until =
        Instant::now() + Duration::from_secs(said.unwrap_or(TIMEOUT_SECS).min(TIMEOUT_SECS));
    let stacks = &desk.state.stacks;
    loop {
        if let Some(text) = stacks.answer_of(token)? {
            let unfit = |error| failed(format!("Invalid response from custom resource: {error}"));
            return serde_json::from_str(&text).map_err(unfit);
        }
        if !desk.is_wanted()? {
            return Err(failed("Resource creation cancelled"));
        }
        if Instant::now() >= until {
            return Err(failed(
                "CloudFormation did not receive a response from your Custom Resource. Please check your logs for \
                 requestId. If you are using the Python cfn-response module, you may need to update your Lambda \
                 function code.",
            ));
        }
        tokio::select! {
            () = stacks.answered() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

fn failed(what: impl Into<String>) -> AwsError {
    AwsError::new(400, "InvalidRequest", what)
}
