//! DeleteConnection

use std::sync::Arc;

use broker::SendAway;
use model::ClientId;
use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot_data::get_connection::no_client;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteConnection;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    client_id: ClientId,
    #[serde(default, deserialize_with = "from_text")]
    clean_session: Option<bool>,
    #[serde(default, deserialize_with = "from_text")]
    prevent_will_message: Option<bool>,
}

impl Operation for DeleteConnection {
    const NAME: &'static str = "DeleteConnection";
    const METHOD_AND_PATH: &'static str = "DELETE /connections/{clientId}";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("cleanSession", "cleanSession"), ("preventWillMessage", "preventWillMessage")];

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("client/{}", input.client_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let how = SendAway {
            clean_session: input.clean_session == Some(true),
            prevent_will: input.prevent_will_message == Some(true),
        };
        match state.broker.send_away(input.client_id.as_str(), how).await {
            true => Ok(Nothing {}),
            false => Err(no_client(&input.client_id)),
        }
    }
}
