//! AWS::IoT::Policy

use serde_json::json;
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, attribute, made};
use crate::cloudformation::resources::tags;
use crate::error::AwsError;

pub(crate) struct Policy;

impl Deed for Policy {
    const KIND: &'static str = "AWS::IoT::Policy";
    const CHANGED: &'static [&'static str] = &["PolicyDocument", "Tags"];
    const REPLACED: &'static [&'static str] = &["PolicyName"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "PolicyName", 128);
        let document = want.document("PolicyDocument");
        let input = json!({ "policyName": name, "policyDocument": document, "tags": want.tags() });
        desk.make(want, "iot", "CreatePolicy", input).await?;
        Ok(shown(desk, name))
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = &made.physical_id;
        let versions = desk.ask("iot", "ListPolicyVersions", json!({ "policyName": name })).await?;
        let input = json!({
            "policyName": name, "policyDocument": want.document("PolicyDocument"), "setAsDefault": true,
        });
        // There is room for five, so those before go first, but for the one in force.
        let versions = versions["policyVersions"].as_array().cloned().unwrap_or_default();
        for version in versions.iter().filter(|version| version["isDefaultVersion"] != true) {
            let old = json!({ "policyName": name, "policyVersionId": version["versionId"] });
            desk.take("iot", "DeletePolicyVersion", old).await?;
        }
        if made.properties.get("PolicyDocument") != want.properties.get("PolicyDocument") {
            desk.ask("iot", "CreatePolicyVersion", input).await?;
        }
        let arn = attribute(made, "Arn")?;
        tags::retag(desk, tags::IOT, json!({ "resourceArn": arn }), made, want).await?;
        Ok(shown(desk, name.clone()))
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let name = &made.physical_id;
        let versions = desk.ask("iot", "ListPolicyVersions", json!({ "policyName": name })).await;
        let versions =
            versions.unwrap_or_default()["policyVersions"].as_array().cloned().unwrap_or_default();
        for version in versions.iter().filter(|version| version["isDefaultVersion"] != true) {
            let old = json!({ "policyName": name, "policyVersionId": version["versionId"] });
            desk.take("iot", "DeletePolicyVersion", old).await?;
        }
        desk.take("iot", "DeletePolicy", json!({ "policyName": name })).await
    }
}

fn shown(desk: &Desk, name: String) -> Made {
    let arn = desk.arn("iot", &format!("policy/{name}"));
    made(name.clone(), name.clone(), [("Arn", arn.into()), ("Id", name.into())])
}
