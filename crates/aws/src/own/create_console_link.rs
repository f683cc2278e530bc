//! CreateConsoleLink: a link that signs whoever follows it in to the console as the caller, once.

use std::sync::Arc;

use iam::CONSOLE_LINK_SECS;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct CreateConsoleLink;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    /// With its token in the fragment, which browsers send to nobody.
    url: String,
    /// Milliseconds since the Unix epoch.
    expires_at: u64,
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never the link.
        f.debug_struct("Output").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl Operation for CreateConsoleLink {
    const NAME: &'static str = "CreateConsoleLink";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, caller: Caller, _input: Input) -> Result<Output, AwsError> {
        let console = state.endpoints.console.as_deref().ok_or_else(|| {
            AwsError::invalid_request(
                "the console is closed; start the server without --console off",
            )
        })?;
        let now = state.clock.now();
        let token = state.iam.console_link(caller.identity()?, CONSOLE_LINK_SECS, now)?;
        let expires_at = now + CONSOLE_LINK_SECS * 1000;
        Ok(Output { url: format!("{console}/login#{token}"), expires_at })
    }
}
