//! An operation, and its row in the table of its service.

use std::pin::Pin;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::caller::{Asked, Caller};
use crate::error::AwsError;
use crate::reply::{Reply, Respond};
use crate::service::Service;
use crate::state::State;

/// One operation of a service.
pub(crate) trait Operation {
    /// AWS's name for it.
    const NAME: &'static str;
    /// The IAM action, without the service's prefix: for most, the operation's own name.
    const ACTION: &'static str = Self::NAME;
    /// For services that route by path: `POST /things/{thingName}`. Others leave it empty.
    const METHOD_AND_PATH: &'static str = "";
    /// Query parameters and the input's field for each.
    const QUERY: &'static [(&'static str, &'static str)] = &[];
    /// Headers and the input's field for each.
    const HEADERS: &'static [(&'static str, &'static str)] = &[];
    const BODY: Body = Body::Fields;

    /// Refuses fields that it does not know: what we do not support is not ignored.
    type Input: DeserializeOwned + Send;
    type Output: Respond;

    /// What the caller must be allowed to act on: a path below the service (`thing/lamp`), a whole
    /// ARN, or `*` where AWS knows no resource for the action.
    fn resource(_input: &Self::Input) -> String {
        "*".to_owned()
    }

    fn call(
        state: Arc<State>,
        caller: Caller,
        input: Self::Input,
    ) -> impl Future<Output = Result<Self::Output, AwsError>> + Send;
}

/// What the body of a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// Fields of the input, as the service's protocol writes them.
    Fields,
    /// Bytes that mean nothing to the protocol; the operation finds them in its caller.
    Payload,
}

type Answer = Pin<Box<dyn Future<Output = Result<Reply, AwsError>> + Send>>;

/// An operation without its types.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) method_and_path: &'static str,
    pub(crate) query: &'static [(&'static str, &'static str)],
    pub(crate) headers: &'static [(&'static str, &'static str)],
    pub(crate) body: Body,
    pub(crate) call: fn(Arc<State>, &'static Service, Caller, Value) -> Answer,
}

impl Row {
    pub(crate) const fn of<O: Operation + 'static>() -> Row {
        Row {
            name: O::NAME,
            method_and_path: O::METHOD_AND_PATH,
            query: O::QUERY,
            headers: O::HEADERS,
            body: O::BODY,
            call: call::<O>,
        }
    }
}

fn call<O: Operation + 'static>(
    state: Arc<State>,
    service: &'static Service,
    caller: Caller,
    input: Value,
) -> Answer {
    Box::pin(async move {
        let input = serde_json::from_value(input).map_err(AwsError::input)?;
        let home = state.fleet.registry().home();
        let resource = O::resource(&input);
        caller.check(&Asked::new(home, service.action_prefix, O::ACTION, &resource))?;
        O::call(state, caller, input).await?.respond()
    })
}
