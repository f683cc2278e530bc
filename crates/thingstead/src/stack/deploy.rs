//! Makes a stack what a template says, by a change set.

use anyhow::{Result, bail};
use serde_json::Value;
use stdx::clock::Clock;
use templates::Template;

use super::artefacts;
use super::calls::{Form, call, describe, named};
use super::follow::{follow, mark};
use super::package::{Codes, package};
use crate::client::Client;

/// What is to be.
#[derive(Debug)]
pub(crate) struct Deployment {
    pub(crate) stack: String,
    /// JSON or YAML.
    pub(crate) template: String,
    pub(crate) codes: Codes,
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) capabilities: Vec<String>,
}

/// What is.
#[derive(Debug)]
pub(crate) struct Deployed {
    pub(crate) id: String,
    pub(crate) status: String,
    pub(crate) is_changed: bool,
    pub(crate) outputs: Vec<(String, String)>,
}

/// `tell` is told what happens, a line for each change of a resource.
pub(crate) async fn deploy(
    client: &Client,
    deployment: Deployment,
    tell: &mut (dyn FnMut(&str) -> Result<()> + Send),
) -> Result<Deployed> {
    let stack = deployment.stack.clone();
    let before = describe(client, &stack).await?;
    let is_there = match before.as_ref().map(|before| before.status.as_str()) {
        None | Some("REVIEW_IN_PROGRESS" | "DELETE_COMPLETE") => false,
        Some(
            status @ ("ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "CREATE_FAILED" | "DELETE_FAILED"),
        ) => {
            bail!(
                "{stack} is what an attempt left ({status}); remove it first: thingstead destroy {stack}"
            )
        }
        Some(status) if status.ends_with("_IN_PROGRESS") => {
            bail!("{stack} is being worked on ({status}); wait until that is over")
        }
        Some(_) => true,
    };
    let kept = before.filter(|_| is_there).map(|before| before.parameters).unwrap_or_default();
    let set = change_set(client, deployment, is_there, &kept).await?;
    let made = match call(client, "CreateChangeSet", &set).await {
        Ok(made) => made,
        Err(error) => {
            // Code that was brought for a stack that is not to be would stay for ever.
            if !is_there {
                artefacts::remove(client, &stack).await?;
            }
            return Err(error);
        }
    };
    let id = made.text_of("StackId").to_owned();
    let set = vec![("ChangeSetName".to_owned(), made.text_of("Id").to_owned())];
    let about = call(client, "DescribeChangeSet", &set).await?;
    if about.text_of("Status") == "FAILED" {
        call(client, "DeleteChangeSet", &set).await?;
        return unchanged(client, &id, about.text_of("StatusReason")).await;
    }
    let mark = mark(client, &id).await?;
    call(client, "ExecuteChangeSet", &set).await?;
    let followed = follow(client, &id, mark, tell).await?;
    let (now, failure) = (followed.stack, followed.failure);
    if !["CREATE_COMPLETE", "UPDATE_COMPLETE"].contains(&now.status.as_str()) {
        let why = failure.unwrap_or(now.reason);
        bail!("{why}; {stack} is {}", now.status);
    }
    Ok(Deployed { id, status: now.status, is_changed: true, outputs: now.outputs })
}

/// A change set fails if it would change nothing, and CloudFormation has no other word for that.
async fn unchanged(client: &Client, id: &str, reason: &str) -> Result<Deployed> {
    let Some(now) = describe(client, id).await?.filter(|_| is_nothing(reason)) else {
        bail!("{reason}");
    };
    let (status, outputs) = (now.status, now.outputs);
    Ok(Deployed { id: id.to_owned(), status, is_changed: false, outputs })
}

fn is_nothing(reason: &str) -> bool {
    reason.contains("didn't contain changes") || reason.contains("No updates are to be performed")
}

/// What CreateChangeSet is asked with. A parameter that is not given stays what it was.
async fn change_set(
    client: &Client,
    deployment: Deployment,
    is_there: bool,
    kept: &[String],
) -> Result<Form> {
    let Deployment { stack, template, codes, parameters, capabilities } = deployment;
    let mut values = Template::parse(&template)?.value().clone();
    let declared = declared(&values);
    let is_changed = package(client, &stack, &mut values, &codes).await?;
    let body = if is_changed { values.to_string() } else { template };
    let mut form = named(&stack);
    let mut add = |name: String, value: &str| form.push((name, value.to_owned()));
    add("ChangeSetName".into(), &format!("deploy-{}", Clock::system().now()));
    add("ChangeSetType".into(), if is_there { "UPDATE" } else { "CREATE" });
    add("TemplateBody".into(), &body);
    for (at, capability) in (1..).zip(&capabilities) {
        add(format!("Capabilities.member.{at}"), capability);
    }
    for (at, (name, value)) in (1..).zip(&parameters) {
        add(format!("Parameters.member.{at}.ParameterKey"), name);
        add(format!("Parameters.member.{at}.ParameterValue"), value);
    }
    let is_given = |name: &String| parameters.iter().any(|(given, _)| given == name);
    let stay = kept.iter().filter(|name| declared.contains(name) && !is_given(name));
    for (at, name) in (parameters.len() + 1..).zip(stay) {
        add(format!("Parameters.member.{at}.ParameterKey"), name);
        add(format!("Parameters.member.{at}.UsePreviousValue"), "true");
    }
    Ok(form)
}

fn declared(template: &Value) -> Vec<String> {
    template["Parameters"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}
