//! Requests as they come in: JSON that anybody may have written.

use serde_json::Value;

use crate::document::Section;
use crate::rejection::Rejection;

/// AWS's limit.
const CLIENT_TOKEN_BYTES_MAX: usize = 64;

/// What every request may say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// Sent back with the answer.
    pub client_token: Option<String>,
    /// The version that the sender knows; with another, the request is refused.
    pub version: Option<u64>,
}

/// An update. A section that is not there stays, one that is `None` is removed.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    pub ask: Ask,
    pub desired: Option<Option<Section>>,
    pub reported: Option<Option<Section>>,
}

impl Ask {
    /// Reads a request that needs to say nothing: an empty payload is one.
    pub fn parse(payload: &[u8]) -> Result<Ask, Rejection> {
        if payload.is_empty() {
            return Ok(Ask::default());
        }
        Ask::of(&parse(payload)?)
    }

    /// The token of a request that may not be one otherwise, for its rejection to carry.
    pub fn token_of(payload: &[u8]) -> Option<String> {
        Ask::parse(payload).ok()?.client_token
    }

    fn of(fields: &Section) -> Result<Ask, Rejection> {
        let client_token = match fields.get("clientToken") {
            None => None,
            Some(Value::String(token)) if token.len() <= CLIENT_TOKEN_BYTES_MAX => {
                Some(token.clone())
            }
            Some(_) => return Err(Rejection::InvalidClientToken),
        };
        let version = match fields.get("version") {
            None | Some(Value::Null) => None,
            Some(version) => Some(version.as_u64().ok_or(Rejection::InvalidVersion)?),
        };
        Ok(Ask { client_token, version })
    }
}

impl Update {
    pub fn parse(payload: &[u8]) -> Result<Update, Rejection> {
        let mut fields = parse(payload)?;
        let ask = Ask::of(&fields)?;
        let mut state = match fields.remove("state") {
            None => return Err(Rejection::StateMissing),
            Some(Value::Object(state)) => state,
            Some(_) => return Err(Rejection::StateNotAnObject),
        };
        let desired = section(&mut state, "desired", Rejection::DesiredNotAnObject)?;
        let reported = section(&mut state, "reported", Rejection::ReportedNotAnObject)?;
        match state.keys().next() {
            Some(name) => Err(Rejection::InvalidNode { name: name.clone() }),
            None => Ok(Update { ask, desired, reported }),
        }
    }
}

fn section(
    state: &mut Section,
    name: &str,
    otherwise: Rejection,
) -> Result<Option<Option<Section>>, Rejection> {
    match state.remove(name) {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(None)),
        Some(Value::Object(fields)) => Ok(Some(Some(fields))),
        Some(_) => Err(otherwise),
    }
}

fn parse(payload: &[u8]) -> Result<Section, Rejection> {
    let text = std::str::from_utf8(payload).map_err(|_| Rejection::NotUtf8)?;
    match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(Rejection::InvalidJson),
    }
}
