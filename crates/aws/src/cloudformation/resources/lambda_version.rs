//! AWS::Lambda::Version

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, halves, made, never_changes, said};
use crate::error::AwsError;

pub(crate) struct Version;

impl Deed for Version {
    const KIND: &'static str = "AWS::Lambda::Version";
    const CHANGED: &'static [&'static str] = &[];
    const REPLACED: &'static [&'static str] = &["CodeSha256", "Description", "FunctionName"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let function = want.need("FunctionName")?;
        let is_ours = want.is_again && desk.has_receipt(want)?;
        let before = versions(desk, &function).await?;
        let mut input = want.some(&["CodeSha256", "Description"]);
        input["FunctionName"] = json!(function);
        let published = desk.receipted(want, desk.ask("lambda", "PublishVersion", input)).await?;
        let (arn, version) = (said(&published, "/FunctionArn"), said(&published, "/Version"));
        // Nothing changed since, so this one is another's.
        if before.contains(&version) && !is_ours {
            let number = version.as_str().unwrap_or_default();
            let what = format!(
                "A version for this Lambda function exists ( {number} ). Modify the function to create a new version."
            );
            return Err(AwsError::new(409, "AlreadyExists", what));
        }
        let physical_id = arn.as_str().unwrap_or_default().to_owned();
        let attributes = [("FunctionArn", arn.clone()), ("Version", version)];
        Ok(made(physical_id, arn, attributes))
    }

    async fn update(_desk: &Desk, _made: &Made, _want: &Wanted<'_>) -> Result<Made, AwsError> {
        Err(never_changes(Self::KIND))
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let (function, version) = halves(made, ':')?;
        let input = json!({ "FunctionName": function, "Qualifier": version });
        desk.take("lambda", "DeleteFunction", input).await
    }
}

async fn versions(desk: &Desk, function: &str) -> Result<Vec<Value>, AwsError> {
    let (mut versions, mut marker) = (Vec::new(), Value::Null);
    loop {
        let mut input = json!({ "FunctionName": function });
        if !marker.is_null() {
            input["Marker"] = marker;
        }
        let answer = desk.ask("lambda", "ListVersionsByFunction", input).await?;
        let page = answer["Versions"].as_array().cloned().unwrap_or_default();
        versions.extend(page.into_iter().map(|version| version["Version"].clone()));
        marker = answer["NextMarker"].clone();
        if marker.is_null() {
            return Ok(versions);
        }
    }
}
