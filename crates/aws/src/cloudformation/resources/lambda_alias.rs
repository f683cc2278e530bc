//! AWS::Lambda::Alias

use serde_json::{Map, Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, halves, made, plain, said};
use crate::error::AwsError;

pub(crate) struct Alias;

impl Deed for Alias {
    const KIND: &'static str = "AWS::Lambda::Alias";
    const CHANGED: &'static [&'static str] = &["Description", "FunctionVersion", "RoutingConfig"];
    const REPLACED: &'static [&'static str] = &["FunctionName", "Name"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let (function, name) = (want.need("FunctionName")?, want.need("Name")?);
        let mut input = want.some(&["Description", "FunctionVersion"]);
        (input["FunctionName"], input["Name"]) = (json!(function), json!(name));
        input["RoutingConfig"] = routing(want)?;
        desk.make(want, "lambda", "CreateAlias", input).await?;
        let input = json!({ "FunctionName": function, "Name": name });
        let answer = desk.ask("lambda", "GetAlias", input).await?;
        let arn = said(&answer, "/AliasArn");
        let physical_id = arn.as_str().unwrap_or_default().to_owned();
        Ok(made(physical_id, arn.clone(), [("AliasArn", arn)]))
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let mut input = want.some(&["FunctionVersion"]);
        input["FunctionName"] = want.need("FunctionName")?.into();
        input["Name"] = want.need("Name")?.into();
        input["Description"] = want.text("Description").unwrap_or_default().into();
        let routing = routing(want)?;
        let none = || json!({ "AdditionalVersionWeights": {} });
        input["RoutingConfig"] = if routing.is_null() { none() } else { routing };
        desk.ask("lambda", "UpdateAlias", input).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let (function, name) = halves(made, ':')?;
        let input = json!({ "FunctionName": function, "Name": name });
        desk.take("lambda", "DeleteAlias", input).await
    }
}

/// A list here, an object there.
fn routing(want: &Wanted<'_>) -> Result<Value, AwsError> {
    let given = plain(want.get("RoutingConfig"));
    if given.is_null() {
        return Ok(given);
    }
    want.only("RoutingConfig", &given, &["AdditionalVersionWeights"])?;
    let weights = given["AdditionalVersionWeights"].as_array().into_iter().flatten();
    let pair = |weight: &Value| {
        let version = &weight["FunctionVersion"];
        let version = version.as_str().map_or_else(|| version.to_string(), str::to_owned);
        (version, number(&weight["FunctionWeight"]))
    };
    let weights: Map<String, Value> = weights.map(pair).collect();
    Ok(json!({ "AdditionalVersionWeights": weights }))
}

/// A weight may be quoted.
fn number(value: &Value) -> Value {
    match value.as_str().and_then(|text| text.parse::<f64>().ok()) {
        Some(number) => json!(number),
        None => value.clone(),
    }
}
