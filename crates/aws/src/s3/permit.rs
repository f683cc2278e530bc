//! May they? An identity's own policies are asked, and the policy of the bucket; whoever signed nothing
//! has only the latter.

use std::net::IpAddr;
use std::sync::Arc;

use fleet::RefusedCall;
use iam::Login;
use objects::{Bucket, Doer};
use policy::{
    ArnComparison, Asker, Context, Request, Resource, ResourceDecision, ResourceDocument,
};

use crate::caller::ConditionKeys;
use crate::error::AwsError;
use crate::s3::words::{access_denied, worded};
use crate::state::State;

/// Who asks, from where.
#[derive(Clone, Debug)]
pub(super) struct Permit {
    pub(super) login: Option<Arc<Login>>,
    pub(super) source_ip: IpAddr,
    pub(super) is_secure: bool,
    /// What the request is called in answers, and where it is told of.
    pub(super) request_id: String,
}

impl Permit {
    /// Who changes something, for those who are told of it.
    pub(super) fn doer(&self) -> Doer {
        let login = self.login.as_ref();
        let principal =
            login.map_or("Anonymous".to_owned(), |it| format!("AWS:{}", it.identity.user_id));
        let (source, request_id) = (self.source_ip.to_string(), self.request_id.clone());
        Doer { principal, source, request_id }
    }

    /// Refuses what neither the caller's policies nor the bucket's allow.
    pub(super) fn check(
        &self,
        state: &State,
        bucket: Option<&Bucket>,
        (action, resource): (&str, &str),
        own_keys: &ConditionKeys,
    ) -> Result<(), AwsError> {
        let document = match bucket {
            Some(bucket) => policy_of(state, bucket)?,
            None => None,
        };
        let values: Vec<Vec<&str>> = own_keys
            .iter()
            .map(|(_, values)| values.iter().map(String::as_str).collect())
            .collect();
        let region = [state.fleet.registry().home().region.as_str()];
        let is_secure = [if self.is_secure { "true" } else { "false" }];
        let mut keys: Vec<(&str, &[&str])> =
            vec![("aws:requestedregion", &region), ("aws:securetransport", &is_secure)];
        let own = own_keys.iter().zip(&values);
        keys.extend(own.map(|((key, _), values)| (key.as_str(), values.as_slice())));
        let action = format!("s3:{action}");
        let Some(login) = &self.login else {
            let is_open = bucket.is_some_and(|bucket| !is_restricted(state, bucket));
            let is_public =
                || self.is_public(state, document.as_deref(), (&action, resource), &keys);
            return match is_open && is_public() {
                true => Ok(()),
                false => Err(access_denied("Access Denied")),
            };
        };
        let asked = iam::Asked {
            action: &action,
            resource,
            source_ip: Some(self.source_ip),
            now: state.clock.now(),
            keys: &keys,
            resource_policy: document.as_deref().map(|document| ("bucket policy", document)),
        };
        login.identity.authorize(&asked).map_err(|denial| {
            let (kept, epoch) = ((*denial).clone(), state.iam.epoch());
            let source_ip = Some(self.source_ip);
            state.fleet.refused_call(RefusedCall { denial: kept, source_ip, epoch });
            access_denied(denial.to_string())
        })
    }

    /// Whether the bucket's policy allows it to everybody.
    fn is_public(
        &self,
        state: &State,
        document: Option<&ResourceDocument>,
        (action, resource): (&str, &str),
        keys: &[(&str, &[&str])],
    ) -> bool {
        let Some(document) = document else { return false };
        let path = resource.strip_prefix("arn:aws:s3:::").unwrap_or(resource);
        let resource = Resource { service: "s3", region: "", account: "", path };
        let request = Request { action, resource, homes: ArnComparison::AnyHome };
        let context = Context {
            source_ip: Some(self.source_ip),
            now: Some(state.clock.now()),
            more: keys,
            ..Context::default()
        };
        let decision = document.evaluate("bucket policy", &request, &Asker::Anonymous, &context);
        matches!(decision, ResourceDecision::Allowed { .. })
    }
}

/// Whether its owner keeps everybody out, whatever the policy says.
fn is_restricted(state: &State, bucket: &Bucket) -> bool {
    match state.objects.public_access_block(bucket) {
        Ok(block) => block.is_some_and(|block| block.restrict_public_buckets),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a bucket is kept closed");
            true
        }
    }
}

/// The policy of a bucket, if it has one.
fn policy_of(state: &State, bucket: &Bucket) -> Result<Option<Arc<ResourceDocument>>, AwsError> {
    let failed = |error| worded(error, Some(bucket.name.as_str()), None);
    let policies = &state.requests.resource_policies;
    let name = format!("arn:aws:s3:::{}", bucket.name);
    let Some(bytes) = state.objects.policy_bytes(bucket).map_err(failed)? else {
        return Ok(None);
    };
    if let Some(known) = policies.known(&name, &bytes) {
        return Ok(Some(known));
    }
    let Some(text) = state.objects.policy(bucket).map_err(failed)? else { return Ok(None) };
    policies.compile(&name, bytes, &text).map(Some).map_err(|error| {
        tracing::error!(%error, bucket = %bucket.name, "a stored policy cannot be read");
        // Nobody knows what it denies.
        access_denied("the policy of the bucket cannot be read")
    })
}
