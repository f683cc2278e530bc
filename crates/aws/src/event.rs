//! AWS IoT's lifecycle events: what is published when clients come, go and subscribe.

use broker::{Event, EventKind, Farewell};
use bytes::Bytes;
use model::{Message, Qos, Topic};
use serde::Serialize;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Payload<'a> {
    client_id: &'a str,
    timestamp: u64,
    event_type: &'static str,
    session_identifier: String,
    principal_identifier: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_number: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_initiated_disconnect: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disconnect_reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    topics: Option<&'a [&'a str]>,
}

/// The message that tells of an event; `None` for what AWS tells nobody of.
pub fn message_of(event: &Event<'_>) -> Option<Message> {
    let client_id = event.client_id.as_str();
    let (family, event_type) = match event.kind {
        EventKind::Connected => ("presence", "connected"),
        EventKind::Disconnected(_) => ("presence", "disconnected"),
        EventKind::Subscribed(_) => ("subscriptions", "subscribed"),
        EventKind::Unsubscribed(_) => ("subscriptions", "unsubscribed"),
        EventKind::Refused(_) => return None,
    };
    // A client id with a wildcard makes no topic name: there are no events for it, as on AWS.
    let topic = Topic::new(&format!("$aws/events/{family}/{event_type}/{client_id}")).ok()?;
    let payload = serde_json::to_vec(&payload_of(event, event_type)).ok()?;
    Some(Message {
        topic,
        payload: Bytes::from(payload),
        qos: Qos::AtLeastOnce,
        retain: false,
        properties: None,
    })
}

fn payload_of<'a>(event: &'a Event<'_>, event_type: &'static str) -> Payload<'a> {
    let mut payload = Payload {
        client_id: event.client_id.as_str(),
        timestamp: event.at,
        event_type,
        session_identifier: format!("{:016x}-{:08x}", event.session, event.version),
        principal_identifier: event.principal.identifier(),
        ip_address: None,
        version_number: None,
        client_initiated_disconnect: None,
        disconnect_reason: None,
        topics: None,
    };
    match event.kind {
        EventKind::Connected => {
            payload.ip_address = Some(event.peer.address.ip().to_string());
            payload.version_number = Some(event.version);
        }
        EventKind::Disconnected(farewell) => {
            payload.version_number = Some(event.version);
            payload.client_initiated_disconnect = Some(is_clients_own(farewell));
            payload.disconnect_reason = Some(reason(farewell));
        }
        EventKind::Subscribed(filters) | EventKind::Unsubscribed(filters) => {
            payload.topics = Some(filters);
        }
        EventKind::Refused(_) => {}
    }
    payload
}

fn is_clients_own(farewell: Farewell) -> bool {
    matches!(farewell, Farewell::ByClient | Farewell::ByClientWithWill)
}

/// AWS's word for the end of a connection.
pub fn reason(farewell: Farewell) -> &'static str {
    match farewell {
        Farewell::ByClient | Farewell::ByClientWithWill => "CLIENT_INITIATED_DISCONNECT",
        Farewell::Lost => "CONNECTION_LOST",
        Farewell::KeepAliveTimeout => "MQTT_KEEP_ALIVE_TIMEOUT",
        Farewell::DuplicateClientId => "DUPLICATE_CLIENTID",
        Farewell::ClientError => "CLIENT_ERROR",
        Farewell::Forbidden => "FORBIDDEN_ACCESS",
        Farewell::AuthorityRevoked => "AUTH_ERROR",
        Farewell::TooSlow => "THROTTLED",
        Farewell::ByAdministrator => "API_INITIATED_DISCONNECT",
        Farewell::ServerShutdown => "SERVER_INITIATED_DISCONNECT",
        Farewell::ServerError => "SERVER_ERROR",
    }
}

#[cfg(test)]
mod tests {
    use broker::{Identity, Peer};
    use expect_test::expect;
    use model::{ClientId, Principal};

    use super::*;

    fn told(kind: EventKind<'_>) -> String {
        let peer = Peer { address: ([10, 0, 0, 7], 5_000).into(), identity: Identity::None };
        let client_id = ClientId::new("lamp").expect("valid");
        let event = Event {
            client_id: &client_id,
            principal: &Principal::Anonymous,
            peer: &peer,
            session: 1,
            version: 2,
            at: 1_460_065_214_626,
            kind,
        };
        let message = message_of(&event).expect("told");
        format!("{}\n{}", message.topic, String::from_utf8_lossy(&message.payload))
    }

    #[test]
    fn events_have_the_topics_and_fields_of_aws() {
        expect![[r#"
            $aws/events/presence/connected/lamp
            {"clientId":"lamp","timestamp":1460065214626,"eventType":"connected","sessionIdentifier":"0000000000000001-00000002","principalIdentifier":"anonymous","ipAddress":"10.0.0.7","versionNumber":2}"#]]
        .assert_eq(&told(EventKind::Connected));
        expect![[r#"
            $aws/events/presence/disconnected/lamp
            {"clientId":"lamp","timestamp":1460065214626,"eventType":"disconnected","sessionIdentifier":"0000000000000001-00000002","principalIdentifier":"anonymous","versionNumber":2,"clientInitiatedDisconnect":false,"disconnectReason":"DUPLICATE_CLIENTID"}"#]]
        .assert_eq(&told(EventKind::Disconnected(Farewell::DuplicateClientId)));
        expect![[r#"
            $aws/events/subscriptions/subscribed/lamp
            {"clientId":"lamp","timestamp":1460065214626,"eventType":"subscribed","sessionIdentifier":"0000000000000001-00000002","principalIdentifier":"anonymous","topics":["a/b"]}"#]]
        .assert_eq(&told(EventKind::Subscribed(&["a/b"])));
    }
}
