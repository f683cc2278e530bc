//! AWS::Lambda::EventInvokeConfig

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, halves, made, plain};
use crate::error::AwsError;

pub(crate) struct EventInvokeConfig;

impl Deed for EventInvokeConfig {
    const KIND: &'static str = "AWS::Lambda::EventInvokeConfig";
    const CHANGED: &'static [&'static str] =
        &["DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts"];
    const REPLACED: &'static [&'static str] = &["FunctionName", "Qualifier"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let whose = want.some(&["FunctionName", "Qualifier"]);
        let look = ("GetFunctionEventInvokeConfig", whose);
        let put = ("PutFunctionEventInvokeConfig", settings(want));
        desk.make_new(want, "lambda", look, put).await?;
        let id = format!("{}|{}", want.need("FunctionName")?, want.need("Qualifier")?);
        Ok(made(id.clone(), id, []))
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        desk.ask("lambda", "PutFunctionEventInvokeConfig", settings(want)).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let (function, qualifier) = halves(made, '|')?;
        let input = json!({ "FunctionName": function, "Qualifier": qualifier });
        desk.take("lambda", "DeleteFunctionEventInvokeConfig", input).await
    }
}

fn settings(want: &Wanted<'_>) -> Value {
    let mut input = plain(want.some(&["MaximumEventAgeInSeconds", "MaximumRetryAttempts"]));
    for property in ["DestinationConfig", "FunctionName", "Qualifier"] {
        input[property] = want.get(property);
    }
    input
}
