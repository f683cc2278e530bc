//! AWS::SSM::Parameter

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made};
use crate::cloudformation::resources::tags;
use crate::error::AwsError;

pub(crate) struct Parameter;

impl Deed for Parameter {
    const KIND: &'static str = "AWS::SSM::Parameter";
    const CHANGED: &'static [&'static str] =
        &["AllowedPattern", "DataType", "Description", "Tags", "Tier", "Type", "Value"];
    const REPLACED: &'static [&'static str] = &["Name"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "Name", 1_011);
        let mut input = settings(want, &name)?;
        input["Tags"] = tags::list(&want.get("Tags"));
        desk.make(want, "ssm", "PutParameter", input).await?;
        Ok(shown(name, want))
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = made.physical_id.clone();
        let mut input = settings(want, &name)?;
        input["Overwrite"] = json!(true);
        desk.ask("ssm", "PutParameter", input).await?;
        let whose = json!({ "ResourceType": "Parameter", "ResourceId": name });
        tags::retag(desk, tags::PARAMETER, whose, made, want).await?;
        Ok(shown(name, want))
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        desk.take("ssm", "DeleteParameter", json!({ "Name": made.physical_id })).await
    }
}

fn settings(want: &Wanted<'_>, name: &str) -> Result<Value, AwsError> {
    // A template is no place for secrets.
    if want.need("Type")? == "SecureString" {
        return Err(AwsError::validation("Type: SecureString is not supported by CloudFormation"));
    }
    let mut input = want.some(&["AllowedPattern", "DataType", "Description", "Tier", "Type"]);
    (input["Name"], input["Value"]) = (json!(name), json!(want.need("Value")?));
    Ok(input)
}

fn shown(name: String, want: &Wanted<'_>) -> Made {
    let attributes = [("Type", want.get("Type")), ("Value", want.text("Value").into())];
    made(name.clone(), name, attributes)
}
