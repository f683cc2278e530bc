//! AWS::IoT::ProvisioningTemplate

use serde_json::json;
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, attribute, made, plain, said};
use crate::cloudformation::resources::tags;
use crate::error::AwsError;

pub(crate) struct ProvisioningTemplate;

impl Deed for ProvisioningTemplate {
    const KIND: &'static str = "AWS::IoT::ProvisioningTemplate";
    const CHANGED: &'static [&'static str] =
        &["Description", "Enabled", "ProvisioningRoleArn", "Tags", "TemplateBody"];
    const REPLACED: &'static [&'static str] = &["TemplateName", "TemplateType"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        // AWS's limit of these is the lowest of all.
        let name = desk.name(want, "TemplateName", 36);
        let input = json!({
            "templateName": name, "description": want.get("Description"),
            "templateBody": want.document("TemplateBody"), "enabled": plain(want.get("Enabled")),
            "provisioningRoleArn": want.get("ProvisioningRoleArn"), "tags": want.tags(),
            "type": want.get("TemplateType"),
        });
        desk.make(want, "iot", "CreateProvisioningTemplate", input).await?;
        shown(desk, name).await
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = made.physical_id.clone();
        if made.properties.get("TemplateBody") != want.properties.get("TemplateBody") {
            drop_versions(desk, &name).await?;
            let body = want.document("TemplateBody");
            let input = json!({ "templateName": name, "templateBody": body, "setAsDefault": true });
            desk.ask("iot", "CreateProvisioningTemplateVersion", input).await?;
        }
        let enabled = plain(want.get("Enabled"));
        let input = json!({
            "templateName": name, "description": want.text("Description").unwrap_or_default(),
            "enabled": if enabled.is_null() { json!(false) } else { enabled },
            "provisioningRoleArn": want.get("ProvisioningRoleArn"),
        });
        desk.ask("iot", "UpdateProvisioningTemplate", input).await?;
        let arn = attribute(made, "TemplateArn")?;
        tags::retag(desk, tags::IOT, json!({ "resourceArn": arn }), made, want).await?;
        shown(desk, name).await
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        drop_versions(desk, &made.physical_id).await?;
        let input = json!({ "templateName": made.physical_id });
        desk.take("iot", "DeleteProvisioningTemplate", input).await
    }
}

/// All but the one in force: there is room for five.
async fn drop_versions(desk: &Desk, name: &str) -> Result<(), AwsError> {
    let input = json!({ "templateName": name });
    let listed = desk.ask("iot", "ListProvisioningTemplateVersions", input).await;
    for version in listed.unwrap_or_default()["versions"].as_array().into_iter().flatten() {
        if version["isDefaultVersion"] != true {
            let number = version["versionId"].to_string();
            let old = json!({ "templateName": name, "versionId": number });
            desk.take("iot", "DeleteProvisioningTemplateVersion", old).await?;
        }
    }
    Ok(())
}

async fn shown(desk: &Desk, name: String) -> Result<Made, AwsError> {
    let input = json!({ "templateName": name });
    let answer = desk.ask("iot", "DescribeProvisioningTemplate", input).await?;
    Ok(made(name.clone(), name, [("TemplateArn", said(&answer, "/templateArn"))]))
}
