//! What can have tags: functions.

use model::FunctionName;

use super::words::{FunctionRef, invalid};
use crate::error::AwsError;

/// The function that an ARN names.
pub(super) fn function_of(arn: &str) -> Result<FunctionName, AwsError> {
    let found =
        FunctionRef::parse(arn).filter(|it| arn.starts_with("arn:") && it.qualifier.is_none());
    found.map(|it| it.name).ok_or_else(|| {
        invalid(format!("{arn} has no tags: functions have, by their ARNs without a qualifier."))
    })
}
