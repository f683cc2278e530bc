//! Policies of secrets: which are taken.

use policy::{
    ArnComparison, Asker, Context, Request, Resource, ResourceDecision, ResourceDocument,
};
use secrets::POLICY_CHARACTERS_MAX;

use super::words::unfit;
use crate::error::AwsError;

/// The one policy of a secret that can be changed; there are no others here.
pub(super) const DEFAULT: &str = "default";

pub(super) fn read(text: &str) -> Result<ResourceDocument, AwsError> {
    ResourceDocument::parse(text, POLICY_CHARACTERS_MAX)
        .map_err(|error| AwsError::new(400, "MalformedPolicyDocumentException", error.to_string()))
}

pub(super) fn check_name(name: Option<&str>) -> Result<(), AwsError> {
    match name {
        None | Some(DEFAULT) => Ok(()),
        Some(other) => Err(unfit(format!("PolicyName: {DEFAULT} is supported, not {other}"))),
    }
}

/// Whether it allows everybody something of the service, under no condition.
pub(super) fn is_public(document: &ResourceDocument, arn: &str) -> bool {
    let mut parts = arn.splitn(6, ':').skip(2);
    let mut next = || parts.next().unwrap_or_default();
    let (service, region, account, path) = (next(), next(), next(), next());
    let resource = Resource { service, region, account, path };
    super::SERVICE.operations.iter().any(|row| {
        let action = &format!("secretsmanager:{}", row.name);
        let request = Request { action, resource, homes: ArnComparison::AnyHome };
        let context = Context::default();
        let decision = document.evaluate(DEFAULT, &request, &Asker::Anonymous, &context);
        matches!(decision, ResourceDecision::Allowed { .. })
    })
}
