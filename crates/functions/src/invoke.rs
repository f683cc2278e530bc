//! The way of an invocation that somebody waits for.

use std::sync::Arc;

use blueprints::{Function, Qualifier, Version};
use serde::de::IgnoredAny;

use crate::functions::{Functions, Shared};
use crate::invocation::{Invocation, InvokeError, Outcome, PAYLOAD_BYTES_MAX};
use crate::pool::Found;
use crate::worker::{Call, Run};

impl Functions {
    /// Invokes a function, and waits for what it answers.
    pub async fn invoke(&self, invocation: Invocation) -> Result<Outcome, InvokeError> {
        self.invoke_as(invocation, random_uuid()).await
    }

    /// The same under a request id that is known already.
    pub(crate) async fn invoke_as(
        &self,
        invocation: Invocation,
        request_id: String,
    ) -> Result<Outcome, InvokeError> {
        let payload = checked(&invocation)?;
        let Invocation { function, qualifier, client_context, wants_tail, .. } = invocation;
        let (function, version) = self.0.choose(&function, qualifier.as_ref())?;
        let executed_version = version.text();
        let arn = self.0.parts.blueprints.arn(&function.name, qualifier.as_ref());
        let call =
            Call { request_id: request_id.clone(), payload, arn, client_context, wants_tail };
        let shared = Arc::clone(&self.0);
        // On its own: a caller that goes away leaves no worker in the middle of something.
        let ran = tokio::spawn(async move { shared.run(&function, &version, call).await });
        let Run { payload, is_error, tail, .. } =
            ran.await.map_err(|error| InvokeError::NotRunnable { what: error.to_string() })??;
        Ok(Outcome { request_id, executed_version, payload, is_error, tail })
    }

    /// Whether the invocation would be tried: there is such a function, and it is one.
    pub fn check(&self, invocation: &Invocation) -> Result<(), InvokeError> {
        checked(invocation)?;
        self.0.choose(&invocation.function, invocation.qualifier.as_ref()).map(drop)
    }
}

impl Shared {
    /// The function and the version that an invocation gets.
    pub(crate) fn choose(
        &self,
        name: &model::FunctionName,
        qualifier: Option<&Qualifier>,
    ) -> Result<(Function, Version), InvokeError> {
        let blueprints = &self.parts.blueprints;
        let (function, version) = blueprints.version(name, qualifier)?;
        if let Some(Qualifier::Alias(alias)) = qualifier
            && let Some(alias) = function.aliases.get(alias).filter(|alias| alias.other.is_some())
            && let Some(number) = alias.choose(dice())
            && version.number != Some(number)
        {
            let version = blueprints.published(name, number)?;
            return Ok((function, version));
        }
        Ok((function, version))
    }

    async fn run(
        self: &Arc<Self>,
        function: &Function,
        version: &Version,
        call: Call,
    ) -> Result<Run, InvokeError> {
        let now = self.parts.clock.now();
        let (permit, worker) = match self.pool.find(function, version, now) {
            Found::Warm(permit, worker) => (permit, worker),
            Found::Cold(permit) => {
                let worker = Arc::new(self.start_worker(function, version).await?);
                self.pool.know(&worker);
                (permit, worker)
            }
            Found::Throttled(limit) => return Err(InvokeError::Throttled(limit)),
            Found::Closed => return Err(InvokeError::Closing),
        };
        self.invoked.notify_one();
        let run = worker.run(call).await;
        if run.is_reusable {
            permit.give_back(worker);
        }
        Ok(run)
    }
}

/// The payload, which is JSON; without one it is an empty object.
fn checked(invocation: &Invocation) -> Result<bytes::Bytes, InvokeError> {
    let payload = &invocation.payload;
    if payload.is_empty() {
        return Ok(bytes::Bytes::from_static(b"{}"));
    }
    let (bytes, most) = (payload.len(), PAYLOAD_BYTES_MAX);
    if bytes > most {
        return Err(InvokeError::TooLarge { kind: "RequestResponse", bytes, most });
    }
    match serde_json::from_slice::<IgnoredAny>(payload) {
        Ok(_) => Ok(payload.clone()),
        Err(error) => Err(InvokeError::NoJson(error.to_string())),
    }
}

/// From 0 to 1.
fn dice() -> f64 {
    let random = getrandom::u32().expect("the system has randomness, or no TLS would start");
    f64::from(random) / f64::from(u32::MAX)
}

pub(crate) fn random_uuid() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has randomness, or no TLS would start");
    stdx::uuid::version_4(bytes)
}
