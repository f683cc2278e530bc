//! GetConnection

use std::sync::Arc;

use model::{ClientId, ThingName};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::event::reason;
use crate::input::from_text;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetConnection;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    client_id: ClientId,
    #[serde(default, deserialize_with = "from_text")]
    include_socket_information: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    client_id: ClientId,
    connected: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    thing_name: Option<ThingName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clean_session: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keep_alive_duration: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connected_since: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disconnected_since: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disconnect_reason: Option<&'static str>,
    session_expiry: u32,
}

impl Operation for GetConnection {
    const NAME: &'static str = "GetConnection";
    const METHOD_AND_PATH: &'static str = "GET /connections/{clientId}";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("includeSocketInformation", "includeSocketInformation")];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("client/{}", input.client_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let Input { client_id, include_socket_information } = input;
        let found = state.broker.client(client_id.as_str());
        let client = found.ok_or_else(|| no_client(&client_id))?;
        let thing_name = ThingName::new(client_id.as_str()).ok();
        let thing = thing_name.map(|name| state.fleet.registry().thing(&name)).transpose()?;
        let connection = client.connection;
        let socket = connection.filter(|_| include_socket_information == Some(true));
        let disconnected = client.disconnected.filter(|_| connection.is_none());
        Ok(Output {
            client_id,
            connected: connection.is_some(),
            thing_name: thing.flatten().map(|thing| thing.name),
            clean_session: connection.map(|it| it.clean_start),
            source_ip: socket.map(|it| it.address.ip().to_string()),
            source_port: socket.map(|it| it.address.port()),
            keep_alive_duration: connection.map(|it| it.keep_alive_secs),
            connected_since: connection.map(|it| it.since),
            disconnected_since: disconnected.map(|(at, _)| at),
            disconnect_reason: disconnected.and_then(|(_, why)| why).map(reason),
            session_expiry: client.session_expiry_secs,
        })
    }
}

pub(crate) fn no_client(client_id: &ClientId) -> AwsError {
    AwsError::not_found(format!("no client {client_id} is connected or has a session"))
}
