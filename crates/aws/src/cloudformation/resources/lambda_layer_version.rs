//! AWS::Lambda::LayerVersion

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, halves, made, never_changes, said};
use crate::error::AwsError;

pub(crate) struct LayerVersion;

impl Deed for LayerVersion {
    const KIND: &'static str = "AWS::Lambda::LayerVersion";
    const CHANGED: &'static [&'static str] = &[];
    const REPLACED: &'static [&'static str] = &[
        "CompatibleArchitectures",
        "CompatibleRuntimes",
        "Content",
        "Description",
        "LayerName",
        "LicenseInfo",
    ];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let mut input = want.some(&[
            "CompatibleArchitectures",
            "CompatibleRuntimes",
            "Content",
            "Description",
            "LicenseInfo",
        ]);
        let name = desk.name(want, "LayerName", 140);
        input["LayerName"] = json!(name);
        let known = match want.is_again && desk.has_receipt(want)? {
            true => newest(desk, &name).await?,
            false => None,
        };
        let answer = match known {
            Some(known) => known,
            None => desk.receipted(want, desk.ask("lambda", "PublishLayerVersion", input)).await?,
        };
        let arn = said(&answer, "/LayerVersionArn");
        let physical_id = arn.as_str().unwrap_or_default().to_owned();
        Ok(made(physical_id, arn.clone(), [("LayerVersionArn", arn)]))
    }

    async fn update(_desk: &Desk, _made: &Made, _want: &Wanted<'_>) -> Result<Made, AwsError> {
        Err(never_changes(Self::KIND))
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let (layer, version) = halves(made, ':')?;
        let input = json!({ "LayerName": layer, "VersionNumber": version });
        desk.take("lambda", "DeleteLayerVersion", input).await
    }
}

/// The version that was published last: by an attempt of ours, as its receipt says.
async fn newest(desk: &Desk, layer: &str) -> Result<Option<Value>, AwsError> {
    let input = json!({ "LayerName": layer, "MaxItems": 1 });
    let answer = desk.ask("lambda", "ListLayerVersions", input).await?;
    Ok(answer["LayerVersions"].as_array().and_then(|versions| versions.first().cloned()))
}
