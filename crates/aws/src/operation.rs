//! An operation, and its row in the table of its service.

use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::AwsError;
use crate::state::State;

/// Who calls, and how it reached us.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) access_key: String,
    /// The name and port that the caller dialled, as its `Host` header says.
    pub(crate) host: String,
}

/// One operation of a service.
pub(crate) trait Operation {
    /// AWS's name for it.
    const NAME: &'static str;
    /// For services that route by path: `POST /things/{thingName}`. Others leave it empty.
    const METHOD_AND_PATH: &'static str = "";
    /// Query parameters and the input's field for each.
    const QUERY: &'static [(&'static str, &'static str)] = &[];
    /// Headers and the input's field for each.
    const HEADERS: &'static [(&'static str, &'static str)] = &[];

    /// Refuses fields that it does not know: what we do not support is not ignored.
    type Input: DeserializeOwned + Send;
    type Output: Serialize;

    fn call(
        state: Arc<State>,
        caller: Caller,
        input: Self::Input,
    ) -> impl Future<Output = Result<Self::Output, AwsError>> + Send;
}

type Answer = Pin<Box<dyn Future<Output = Result<Value, AwsError>> + Send>>;

/// An operation without its types.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) method_and_path: &'static str,
    pub(crate) query: &'static [(&'static str, &'static str)],
    pub(crate) headers: &'static [(&'static str, &'static str)],
    pub(crate) call: fn(Arc<State>, Caller, Value) -> Answer,
}

impl Row {
    pub(crate) const fn of<O: Operation + 'static>() -> Row {
        Row {
            name: O::NAME,
            method_and_path: O::METHOD_AND_PATH,
            query: O::QUERY,
            headers: O::HEADERS,
            call: call::<O>,
        }
    }
}

fn call<O: Operation + 'static>(state: Arc<State>, caller: Caller, input: Value) -> Answer {
    Box::pin(async move {
        let input = serde_json::from_value(input).map_err(AwsError::input)?;
        let output = O::call(state, caller, input).await?;
        serde_json::to_value(output).map_err(AwsError::output)
    })
}
