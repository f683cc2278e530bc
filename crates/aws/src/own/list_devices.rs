//! ListDevices: things with their certificates and policies, a page at a time.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::own::device::Shown;
use crate::state::State;

const PAGE_ITEMS: usize = 100;

#[derive(Debug)]
pub(crate) struct ListDevices;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    devices: Vec<Shown>,
    next_token: Option<String>,
}

impl Operation for ListDevices {
    const NAME: &'static str = "ListDevices";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let page = state.fleet.devices(input.next_token.as_deref(), PAGE_ITEMS)?;
        let devices = page.items.into_iter().map(|device| Shown::of(&state, device)).collect();
        Ok(Output { devices, next_token: page.next })
    }
}
