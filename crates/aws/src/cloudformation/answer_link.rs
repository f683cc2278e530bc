//! The links by which custom resources answer: whoever has one may answer once, and needs no signature, as those
//! of AWS are presigned.

use http::request::Parts;
use serde_json::json;
use stacks::ANSWER_BYTES_MAX;

use crate::error::AwsError;
use crate::reply::Reply;
use crate::state::State;

const PATH: &str = "/_thingstead/stacks/";

pub(crate) fn of(endpoint: &str, token: &str) -> String {
    format!("{endpoint}{PATH}{token}")
}

/// The token of a link that is answered by.
pub(crate) fn answered_link(head: &Parts) -> Option<String> {
    let token = head.uri.path().strip_prefix(PATH)?;
    (head.method == http::Method::PUT).then(|| token.to_owned())
}

pub(crate) async fn answer(state: &State, token: &str, body: &[u8]) -> Result<Reply, AwsError> {
    if body.len() > ANSWER_BYTES_MAX {
        let what = format!("Response object is too long: {ANSWER_BYTES_MAX} bytes at most");
        return Err(AwsError::new(400, "EntityTooLarge", what));
    }
    let text = std::str::from_utf8(body)
        .map_err(|_| AwsError::new(400, "InvalidRequest", "the answer is no text"))?;
    match state.stacks.answer(token, text.to_owned()).await? {
        true => Ok(Reply::Fields(json!({}))),
        false => Err(AwsError::new(403, "AccessDenied", "Request has expired")),
    }
}
