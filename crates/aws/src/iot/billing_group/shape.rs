//! A billing group as operations take and show it.

use model::BillingGroupName;
use serde::{Deserialize, Serialize};

use crate::error::AwsError;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Properties {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) billing_group_description: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metadata {
    pub(crate) creation_date: f64,
}

pub(crate) fn billing_group_not_found(name: &BillingGroupName) -> AwsError {
    AwsError::not_found(format!("Billing group {name} cannot be found."))
}
