//! Functions that the fleet asks and waits for: custom authorizers, the hooks of provisioning, and those
//! that the SQL of rules names.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use blueprints::{BlueprintError, Qualifier, function_of};
use bytes::Bytes;
use functions::{Functions, Invocation, InvokeError, Outcome};
use model::FunctionName;
use serde_json::Value;

/// Who invokes them, for their policies.
const SERVICE: &str = "iot.amazonaws.com";

/// AWS's: a device does not wait longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a function answers, to be awaited.
pub type Invoking<'a> = Pin<Box<dyn Future<Output = Result<Bytes, NotInvoked>> + Send + 'a>>;

/// Asks functions, if their policies let AWS IoT do it for `source_arn`.
pub trait Invoke: Send + Sync + fmt::Debug {
    fn invoke<'a>(
        &'a self,
        function_arn: &'a str,
        source_arn: &'a str,
        payload: Bytes,
    ) -> Invoking<'a>;
}

/// Why a function did not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotInvoked {
    #[error("{arn} names no function of this house")]
    NoFunction { arn: String },
    #[error(
        "the policy of {arn} does not let {SERVICE} invoke it for {source_arn}: AddPermission does"
    )]
    Forbidden { arn: String, source_arn: String },
    #[error("{arn} failed: {what}")]
    Failed { arn: String, what: String },
    /// The same may work a little later.
    #[error("{arn} cannot be invoked now: {what}")]
    Busy { arn: String, what: String },
    #[error("{arn} answered nothing within {} seconds", PATIENCE.as_secs())]
    Late { arn: String },
}

/// The functions of the house.
#[derive(Clone, Debug)]
pub struct HouseFunctions {
    pub functions: Functions,
}

impl Invoke for HouseFunctions {
    fn invoke<'a>(
        &'a self,
        function_arn: &'a str,
        source_arn: &'a str,
        payload: Bytes,
    ) -> Invoking<'a> {
        Box::pin(async move {
            let (function, qualifier) = self.permitted(function_arn, source_arn)?;
            let invocation = Invocation {
                function,
                qualifier,
                payload,
                client_context: None,
                wants_tail: false,
            };
            let arn = || function_arn.to_owned();
            match tokio::time::timeout(PATIENCE, self.functions.invoke(invocation)).await {
                Ok(Ok(Outcome { payload, is_error: false, .. })) => Ok(payload),
                Ok(Ok(outcome)) => {
                    Err(NotInvoked::Failed { arn: arn(), what: message_of(&outcome.payload) })
                }
                Ok(Err(error)) => Err(failed(arn(), &error)),
                Err(_) => Err(NotInvoked::Late { arn: arn() }),
            }
        })
    }
}

impl HouseFunctions {
    fn permitted(
        &self,
        arn: &str,
        source_arn: &str,
    ) -> Result<(FunctionName, Option<Qualifier>), NotInvoked> {
        let no_function = || NotInvoked::NoFunction { arn: arn.to_owned() };
        let (name, qualifier) = function_of(arn).ok_or_else(no_function)?;
        let blueprints = self.functions.blueprints();
        let found = blueprints.version(&name, qualifier.as_ref());
        let (function, _) = found.map_err(|error| match error {
            error @ (BlueprintError::Store(_) | BlueprintError::Io { .. }) => {
                NotInvoked::Busy { arn: arn.to_owned(), what: error.to_string() }
            }
            _ => no_function(),
        })?;
        let may = blueprints.may_service_invoke(&function, qualifier.as_ref(), SERVICE, source_arn);
        match may {
            true => Ok((name, qualifier)),
            false => Err(NotInvoked::Forbidden {
                arn: arn.to_owned(),
                source_arn: source_arn.to_owned(),
            }),
        }
    }
}

fn failed(arn: String, error: &InvokeError) -> NotInvoked {
    let what = error.to_string();
    match error.is_passing() {
        true => NotInvoked::Busy { arn, what },
        false => NotInvoked::Failed { arn, what },
    }
}

/// What a function says that went wrong, without the rest of what it says.
fn message_of(payload: &[u8]) -> String {
    let error: Option<Value> = serde_json::from_slice(payload).ok();
    let message = error.as_ref().and_then(|error| error["errorMessage"].as_str());
    message.unwrap_or("it ended with an error").to_owned()
}
