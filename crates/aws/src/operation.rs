//! An operation, and its row in the table of its service.

use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::caller::{Asked, Caller, ConditionKeys, PassedRole};
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
    const PERMISSION: Permission = Permission::Asked;

    /// Refuses fields that it does not know: what we do not support is not ignored.
    type Input: DeserializeOwned + Send;
    type Output: Respond;

    /// What the caller must be allowed to act on: a path below the service (`thing/lamp`), a whole
    /// ARN, or `*` where AWS knows no resource for the action.
    fn resource(_input: &Self::Input) -> String {
        "*".to_owned()
    }

    /// The same, where it takes a look at what there is, or at who calls.
    fn resource_in(_state: &State, _caller: &Caller, input: &Self::Input) -> String {
        Self::resource(input)
    }

    /// Condition keys that the input brings, in lower case, with their values.
    fn condition_keys(_input: &Self::Input) -> ConditionKeys {
        ConditionKeys::new()
    }

    /// The same, where what there is brings some as well.
    fn condition_keys_in(_state: &State, input: &Self::Input) -> ConditionKeys {
        Self::condition_keys(input)
    }

    /// The role that the input hands to a service, which the caller must be allowed to pass.
    fn passed_role(_input: &Self::Input) -> Option<PassedRole<'_>> {
        None
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

/// How it is decided whether a caller may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Permission {
    /// The caller's policies are asked for the action on the resource, before the operation runs.
    Asked,
    /// The operation asks itself, or everybody may who can sign.
    Own,
}

/// An operation under way.
pub(crate) type Answer = Pin<Box<dyn Future<Output = Result<Reply, AwsError>> + Send>>;

/// An operation without its types.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) method_and_path: &'static str,
    pub(crate) query: &'static [(&'static str, &'static str)],
    pub(crate) headers: &'static [(&'static str, &'static str)],
    pub(crate) body: Body,
    pub(crate) call: fn(Arc<State>, &'static Service, Caller, Given) -> Answer,
}

/// What a request gives for an input.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Given {
    /// Gathered from path, query, headers and body.
    Fields(Value),
    /// The body, which holds all there is: it is read once, straight into the input.
    Json(Bytes),
}

impl Given {
    pub(crate) fn read<T: DeserializeOwned>(
        self,
        service: &'static Service,
    ) -> Result<T, AwsError> {
        match self {
            Given::Fields(fields) => {
                serde_path_to_error::deserialize(fields).map_err(|error| service.wrong_input(error))
            }
            Given::Json(body) => {
                let body = if body.is_empty() { &b"{}"[..] } else { &body };
                // As one text: each text in it would be looked at for itself.
                let text = std::str::from_utf8(body).ok();
                let input = text.and_then(|text| serde_json::from_str(text).ok());
                input.map_or_else(
                    || {
                        // Where in the input the fault is, is found out when there is one.
                        let mut reader = serde_json::Deserializer::from_slice(body);
                        serde_path_to_error::deserialize(&mut reader)
                            .map_err(|error| service.wrong_input(error))
                    },
                    Ok,
                )
            }
        }
    }
}

impl Row {
    /// Whether the body alone is the input.
    pub(crate) fn is_body_alone(&self) -> bool {
        self.method_and_path.is_empty()
            && self.query.is_empty()
            && self.headers.is_empty()
            && self.body == Body::Fields
    }

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
    given: Given,
) -> Answer {
    Box::pin(async move {
        let input = given.read(service)?;
        if O::PERMISSION == Permission::Asked {
            let resource = O::resource_in(&state, &caller, &input);
            let keys = O::condition_keys_in(&state, &input);
            let (home, prefix) = (state.fleet.registry().home(), service.action_prefix);
            let asked = Asked::new(home, prefix, O::ACTION, &resource).with_keys(keys);
            caller.check(&state, &asked)?;
        }
        if let Some(role) = O::passed_role(&input) {
            caller.check_pass_role(&state, role)?;
        }
        O::call(state, caller, input).await?.respond(service.protocol)
    })
}
