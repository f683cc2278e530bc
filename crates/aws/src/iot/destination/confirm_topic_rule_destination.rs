//! ConfirmTopicRuleDestination: signed by a caller, or by whoever follows the link that was sent to a
//! destination, who signs nothing: the token is what proves.

use std::sync::Arc;

use http::request::Parts;
use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::match_path;
use crate::operation::Operation;
use crate::reply::{Nothing, Reply, Respond};
use crate::service::Protocol;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ConfirmTopicRuleDestination;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    confirmation_token: String,
}

impl Operation for ConfirmTopicRuleDestination {
    const NAME: &'static str = "ConfirmTopicRuleDestination";
    const METHOD_AND_PATH: &'static str = "GET /confirmdestination/{confirmationToken+}";

    type Input = Input;
    type Output = Nothing;

    fn resource(_input: &Input) -> String {
        "ruledestination/http/*".to_owned()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        confirm(&state, &input.confirmation_token).await
    }
}

async fn confirm(state: &State, token: &str) -> Result<Nothing, AwsError> {
    state.fleet.registry().confirm_destination(token, state.clock.now()).await?;
    Ok(Nothing {})
}

/// The token of a link that was followed.
pub(crate) fn followed_link(head: &Parts) -> Option<String> {
    let is_signed = head.headers.contains_key("authorization")
        || head.uri.query().is_some_and(|query| query.contains("X-Amz-Signature"));
    let (_, template) = ConfirmTopicRuleDestination::METHOD_AND_PATH.split_once(' ')?;
    let captured = match_path(template, head.uri.path())?;
    let is_link = head.method == http::Method::GET && !is_signed;
    captured.into_iter().next().map(|(_, token)| token).filter(|_| is_link)
}

/// Does what the link is for.
pub(crate) async fn follow_link(state: &State, token: &str) -> Result<Reply, AwsError> {
    confirm(state, token).await?.respond(Protocol::RestJson)
}
