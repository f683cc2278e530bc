//! AWS::IoT::JobTemplate

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted, camel};
use crate::cloudformation::resources::deed::{Deed, made, never_changes, plain};
use crate::error::AwsError;

pub(crate) struct JobTemplate;

impl Deed for JobTemplate {
    const KIND: &'static str = "AWS::IoT::JobTemplate";
    const CHANGED: &'static [&'static str] = &[];
    const REPLACED: &'static [&'static str] = &[
        "AbortConfig",
        "Description",
        "Document",
        "JobArn",
        "JobExecutionsRetryConfig",
        "JobExecutionsRolloutConfig",
        "JobTemplateId",
        "PresignedUrlConfig",
        "Tags",
        "TimeoutConfig",
    ];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let id = want.need("JobTemplateId")?;
        let mut retry = want.get("JobExecutionsRetryConfig");
        rename(&mut retry, "RetryCriteriaList", "CriteriaList");
        let mut rollout = want.get("JobExecutionsRolloutConfig");
        rename(&mut rollout, "ExponentialRolloutRate", "ExponentialRate");
        let input = json!({
            "jobTemplateId": id, "description": want.get("Description"),
            "document": want.document("Document"), "jobArn": want.get("JobArn"),
            "abortConfig": nested(&want.get("AbortConfig")),
            "jobExecutionsRetryConfig": nested(&retry),
            "jobExecutionsRolloutConfig": nested(&rollout),
            "presignedUrlConfig": nested(&want.get("PresignedUrlConfig")),
            "timeoutConfig": nested(&want.get("TimeoutConfig")), "tags": want.tags(),
        });
        desk.make(want, "iot", "CreateJobTemplate", input).await?;
        let arn = desk.arn("iot", &format!("jobtemplate/{id}"));
        Ok(made(id.clone(), id, [("Arn", arn.into())]))
    }

    async fn update(_desk: &Desk, _made: &Made, _want: &Wanted<'_>) -> Result<Made, AwsError> {
        Err(never_changes(Self::KIND))
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        desk.take("iot", "DeleteJobTemplate", json!({ "jobTemplateId": made.physical_id })).await
    }
}

fn nested(given: &Value) -> Value {
    plain(camel(given))
}

/// Some fields have another name here than the operation has for them.
fn rename(given: &mut Value, from: &str, to: &str) {
    if let Some(fields) = given.as_object_mut()
        && let Some(value) = fields.remove(from)
    {
        fields.insert(to.to_owned(), value);
    }
}
