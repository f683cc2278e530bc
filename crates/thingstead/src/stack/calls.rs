//! Calls of CloudFormation, by its query protocol.

use anyhow::{Context, Result};
use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::xml::Element;
use crate::client::{Client, RawCall, Refused};

const VERSION: &str = "2010-05-15";

/// Names and values of a form, in their order.
pub(super) type Form = Vec<(String, String)>;

/// The result of an operation.
pub(super) async fn call(client: &Client, operation: &str, form: &Form) -> Result<Element> {
    let mut body = format!("Action={operation}&Version={VERSION}");
    for (name, value) in form {
        body.push_str(&format!("&{}={}", encoded(name), encoded(value)));
    }
    let raw = RawCall {
        service: "cloudformation",
        method: "POST",
        path: "/",
        query: "",
        headers: &[("content-type", "application/x-www-form-urlencoded; charset=utf-8")],
        body: Bytes::from(body),
    };
    let answer = client.fetch(raw).await?;
    let text = std::str::from_utf8(&answer.body).context("the server's answer is no text")?;
    let answered = Element::read(text)?;
    if !answer.status.is_success() {
        let error = answered.child("Error").unwrap_or(&answered);
        let (code, message) = (error.text_of("Code").to_owned(), error.text_of("Message"));
        return Err(Refused { code, message: message.to_owned() }.into());
    }
    Ok(answered.child(&format!("{operation}Result")).cloned().unwrap_or_default())
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

pub(super) fn named(stack: &str) -> Form {
    vec![("StackName".to_owned(), stack.to_owned())]
}

/// A stack as DescribeStacks shows it.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    pub(super) id: String,
    pub(super) status: String,
    pub(super) reason: String,
    pub(super) parameters: Vec<String>,
    pub(super) outputs: Vec<(String, String)>,
}

/// None if there is no such stack.
pub(super) async fn describe(client: &Client, stack: &str) -> Result<Option<Described>> {
    let answer = match call(client, "DescribeStacks", &named(stack)).await {
        Ok(answer) => answer,
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(answer.members("Stacks").next().map(|found| Described {
        id: found.text_of("StackId").to_owned(),
        status: found.text_of("StackStatus").to_owned(),
        reason: found.text_of("StackStatusReason").to_owned(),
        parameters: found
            .members("Parameters")
            .map(|it| it.text_of("ParameterKey").to_owned())
            .collect(),
        outputs: found
            .members("Outputs")
            .map(|it| (it.text_of("OutputKey").to_owned(), it.text_of("OutputValue").to_owned()))
            .collect(),
    }))
}

/// AWS has no code of its own for it.
fn is_missing(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Refused>().is_some_and(|refused| {
        refused.code == "ValidationError" && refused.message.contains("does not exist")
    })
}

/// Something that happened to a resource, or to the stack itself.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) id: String,
    pub(super) logical_id: String,
    pub(super) physical_id: String,
    pub(super) kind: String,
    pub(super) status: String,
    pub(super) reason: String,
}

/// The latest first; those before `known` are not asked for.
pub(super) async fn events(
    client: &Client,
    stack: &str,
    known: Option<&str>,
) -> Result<Vec<Event>> {
    let mut found = Vec::new();
    let mut form = named(stack);
    loop {
        let answer = call(client, "DescribeStackEvents", &form).await?;
        for event in answer.members("StackEvents") {
            let text = |name| event.text_of(name).to_owned();
            let id = text("EventId");
            if known == Some(id.as_str()) {
                return Ok(found);
            }
            found.push(Event {
                id,
                logical_id: text("LogicalResourceId"),
                physical_id: text("PhysicalResourceId"),
                kind: text("ResourceType"),
                status: text("ResourceStatus"),
                reason: text("ResourceStatusReason"),
            });
        }
        let next = answer.text_of("NextToken");
        if next.is_empty() {
            return Ok(found);
        }
        form = named(stack);
        form.push(("NextToken".to_owned(), next.to_owned()));
    }
}
