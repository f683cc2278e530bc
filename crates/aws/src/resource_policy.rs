//! Policies that resources have themselves: buckets, queues, functions and secrets. Compiled once, and kept as
//! long as they are the same.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use blueprints::{BlueprintError, Qualifier};
use bytes::Bytes;
use model::FunctionName;
use policy::{PolicyError, ResourceDocument};
use queues::QueueError;
use secrets::SecretError;

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

/// Why nobody knows what a policy denies.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnreadPolicy {
    #[error(transparent)]
    Policy(#[from] PolicyError),
    #[error(transparent)]
    Queue(QueueError),
    #[error(transparent)]
    Function(BlueprintError),
    #[error(transparent)]
    Secret(SecretError),
}

/// The policy of a queue, a function or a secret, by its ARN; buckets are asked where their objects are.
pub(crate) fn of(state: &State, arn: &str) -> Result<Option<Arc<ResourceDocument>>, UnreadPolicy> {
    let Some(text) = text_of(state, arn)? else { return Ok(None) };
    let policies = &state.requests.resource_policies;
    match policies.known(arn, text.as_bytes()) {
        Some(document) => Ok(Some(document)),
        None => Ok(Some(policies.compile(arn, Bytes::copy_from_slice(text.as_bytes()), &text)?)),
    }
}

/// Where there is no such resource there is no policy: the operation itself says what is missing.
fn text_of(state: &State, arn: &str) -> Result<Option<String>, UnreadPolicy> {
    let mut parts = arn.splitn(6, ':').skip(2);
    match (parts.next(), parts.nth(2)) {
        (Some("sqs"), Some(name)) => match state.queues.queue(name) {
            Ok(queue) => Ok(queue.attributes.policy),
            Err(QueueError::NoQueue) => Ok(None),
            Err(error) => Err(UnreadPolicy::Queue(error)),
        },
        (Some("lambda"), Some(path)) => {
            let Some((name, qualifier)) = function_of(path) else { return Ok(None) };
            match state.functions.blueprints().policy(&name, qualifier.as_ref()) {
                Ok((text, _)) => Ok(Some(text)),
                Err(BlueprintError::NoFunction { .. } | BlueprintError::Nothing { .. }) => Ok(None),
                Err(error) => Err(UnreadPolicy::Function(error)),
            }
        }
        (Some("secretsmanager"), Some(_)) => {
            let policy = state.secrets.id(arn).and_then(|id| state.secrets.policy(&id));
            match policy {
                Ok((_, policy)) => Ok(policy),
                Err(SecretError::NotFound) => Ok(None),
                Err(error) => Err(UnreadPolicy::Secret(error)),
            }
        }
        _ => Ok(None),
    }
}

/// `function:NAME[:QUALIFIER]`
fn function_of(path: &str) -> Option<(FunctionName, Option<Qualifier>)> {
    let path = path.strip_prefix("function:")?;
    let (name, qualifier) =
        path.split_once(':').map_or((path, None), |(name, qualifier)| (name, Some(qualifier)));
    let qualifier = qualifier.map(Qualifier::parse).transpose().ok()?;
    Some((FunctionName::new(name).ok()?, qualifier))
}
