//! `thingstead deploy TEMPLATE`: makes a stack what its template says.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use serde_json::{Map, Value, json};

use crate::cli::{DeployArgs, read_parameter};
use crate::client::Client;
use crate::commands::{say, say_json};
use crate::data::Data;
use crate::stack::{Codes, Deployment, deploy, read_template, stack_name};

pub(crate) async fn run(data: &Data, as_json: bool, args: DeployArgs) -> Result<()> {
    let client = Client::new(data)?;
    let (template, folder) = read_template(&args.template)?;
    let folder = folder.to_owned();
    let stack = args.stack.or_else(|| stack_name(&args.template));
    let stack = stack.context("name the stack with --stack")?;
    let codes = Codes { folder, instead: args.code.into_iter().collect() };
    let mut parameters: BTreeMap<String, String> =
        args.parameters.as_deref().map(in_file).transpose()?.unwrap_or_default();
    parameters.extend(args.parameter);
    let (parameters, capabilities) = (parameters.into_iter().collect(), args.capabilities);
    let deployment = Deployment { stack: stack.clone(), template, codes, parameters, capabilities };
    let mut tell = |line: &str| if as_json { Ok(()) } else { say(line) };
    let deployed = deploy(&client, deployment, &mut tell).await?;
    if as_json {
        let outputs = deployed.outputs.into_iter().map(|(key, value)| (key, json!(value)));
        return say_json(&json!({
            "stack": stack,
            "id": deployed.id,
            "status": deployed.status,
            "changed": deployed.is_changed,
            "outputs": Value::Object(outputs.collect::<Map<_, _>>()),
        }));
    }
    match deployed.is_changed {
        true => say(format!("{stack} is {}", deployed.status))?,
        false => say(format!("{stack}: nothing changed"))?,
    }
    for (key, value) in &deployed.outputs {
        say(format!("  {key} = {value}"))?;
    }
    Ok(())
}

/// A list of `NAME=VALUE`, as `aws cloudformation deploy` takes it.
fn in_file(file: &Path) -> Result<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    let list: Vec<String> = serde_json::from_str(&text)
        .with_context(|| format!("{} is no list of texts in JSON", file.display()))?;
    let read = |pair: &String| read_parameter(pair).map_err(|what| anyhow!("{pair} {what}"));
    list.iter().map(read).collect()
}
