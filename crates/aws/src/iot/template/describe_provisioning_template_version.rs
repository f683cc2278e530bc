//! DescribeProvisioningTemplateVersion

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::seconds;
use crate::iot::template::shape::{find, version_not_found, version_number};
use crate::operation::Operation;
use crate::state::State;
use model::TemplateName;

#[derive(Debug)]
pub(crate) struct DescribeProvisioningTemplateVersion;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    template_name: TemplateName,
    #[serde(deserialize_with = "version_number")]
    version_id: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    version_id: u32,
    creation_date: f64,
    template_body: String,
    is_default_version: bool,
}

impl Operation for DescribeProvisioningTemplateVersion {
    const NAME: &'static str = "DescribeProvisioningTemplateVersion";
    const METHOD_AND_PATH: &'static str =
        "GET /provisioning-templates/{templateName}/versions/{versionId}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("provisioningtemplate/{}", input.template_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let found = find(&state, &input.template_name)?;
        let number = input.version_id;
        let missing = || version_not_found(&input.template_name, number);
        let version = found.version(number).ok_or_else(missing)?;
        Ok(Output {
            version_id: version.number,
            creation_date: seconds(version.created_at),
            template_body: version.body.clone(),
            is_default_version: version.number == found.default_version,
        })
    }
}
