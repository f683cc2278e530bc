//! Policies that resources have themselves: buckets, queues and functions. Compiled once, and kept as
//! long as they are the same.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use blueprints::Qualifier;
use bytes::Bytes;
use model::FunctionName;
use policy::{PolicyError, ResourceDocument};

use crate::state::State;

/// AWS's limit of a bucket's policy, and more than any other resource has.
pub(crate) const POLICY_CHARACTERS_MAX: usize = 20 * 1024;

/// Policies that are kept compiled. When there are as many, all are forgotten.
const COMPILED_MAX: usize = 256;

/// Policies by their resources, compiled from these bytes.
#[derive(Debug, Default)]
pub(crate) struct CompiledPolicies(RwLock<HashMap<String, (Bytes, Arc<ResourceDocument>)>>);

impl CompiledPolicies {
    /// The policy of a resource that was compiled from these bytes, if it is kept.
    pub(crate) fn known(&self, resource: &str, from: &[u8]) -> Option<Arc<ResourceDocument>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (bytes, document) = known.get(resource)?;
        (*bytes == from).then(|| Arc::clone(document))
    }

    /// Compiles a policy, and keeps it beside the bytes that it was read from.
    pub(crate) fn compile(
        &self,
        resource: &str,
        from: Bytes,
        text: &str,
    ) -> Result<Arc<ResourceDocument>, PolicyError> {
        let document = Arc::new(ResourceDocument::parse(text, POLICY_CHARACTERS_MAX)?);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= COMPILED_MAX {
            known.clear();
        }
        known.insert(resource.to_owned(), (from, Arc::clone(&document)));
        Ok(document)
    }
}

/// The policy of a queue or a function, by its ARN; buckets are asked where their objects are. One that
/// cannot be read is an error: nobody knows what it denies.
pub(crate) fn of(state: &State, arn: &str) -> Result<Option<Arc<ResourceDocument>>, PolicyError> {
    let Some(text) = text_of(state, arn) else { return Ok(None) };
    let policies = &state.requests.resource_policies;
    match policies.known(arn, text.as_bytes()) {
        Some(document) => Ok(Some(document)),
        None => policies.compile(arn, Bytes::copy_from_slice(text.as_bytes()), &text).map(Some),
    }
}

/// Where there is no such resource there is no policy: the operation itself says what is missing.
fn text_of(state: &State, arn: &str) -> Option<String> {
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, resource) = (parts.next()?, parts.nth(2)?);
    match service {
        "sqs" => state.queues.queue(resource).ok()?.attributes.policy,
        "lambda" => {
            let name = resource.strip_prefix("function:")?;
            let (name, qualifier) = match name.split_once(':') {
                Some((name, qualifier)) => (name, Some(Qualifier::parse(qualifier).ok()?)),
                None => (name, None),
            };
            let name = FunctionName::new(name).ok()?;
            let (text, _) = state.functions.blueprints().policy(&name, qualifier.as_ref()).ok()?;
            Some(text)
        }
        _ => None,
    }
}
