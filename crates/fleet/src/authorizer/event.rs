//! The event that an authorizer's function gets.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::authorizer::shown::Shown;

/// `connection` tells one connection from the next, in the function's log.
pub(crate) fn event(
    shown: &Shown<'_>,
    token: Option<&str>,
    is_signed: bool,
    connection: &str,
) -> Bytes {
    let mut data = Map::new();
    if let Some(name) = shown.server_name {
        data.insert("tls".to_owned(), json!({ "serverName": name }));
    }
    if let Some(http) = shown.http {
        let headers = http.headers.iter().map(|(name, value)| (name.clone(), json!(value)));
        let headers: Map<String, Value> = headers.collect();
        let query = match http.query {
            "" => String::new(),
            query => format!("?{query}"),
        };
        data.insert("http".to_owned(), json!({ "headers": headers, "queryString": query }));
    }
    if let Some(mqtt) = shown.mqtt {
        let mut said = Map::new();
        let password = mqtt.password.map(|password| STANDARD.encode(password));
        let fields = [
            ("username", mqtt.user_name.map(str::to_owned)),
            ("password", password),
            ("clientId", mqtt.client_id.map(str::to_owned)),
        ];
        let given = fields.into_iter().filter_map(|(name, value)| Some((name, value?)));
        said.extend(given.map(|(name, value)| (name.to_owned(), Value::String(value))));
        data.insert("mqtt".to_owned(), Value::Object(said));
    }
    let protocols: Vec<&str> =
        ["tls", "http", "mqtt"].into_iter().filter(|name| data.contains_key(*name)).collect();
    let mut event = json!({
        "signatureVerified": is_signed,
        "protocols": protocols,
        "protocolData": data,
        "connectionMetadata": { "id": connection },
    });
    if let Some(token) = token {
        event["token"] = json!(token);
    }
    Bytes::from(event.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authorizer::shown::{ShownHttp, ShownMqtt};

    #[test]
    fn an_event_holds_what_was_shown_and_nothing_else() {
        let headers = [("host".to_owned(), "h".to_owned())];
        let mqtt = ShownMqtt { user_name: Some("u?a=b"), password: Some(b"p"), client_id: None };
        let shown = Shown {
            server_name: Some("name"),
            http: Some(ShownHttp { headers: &headers, query: "a=b" }),
            mqtt: Some(mqtt),
        };
        let read = |bytes: Bytes| serde_json::from_slice::<Value>(&bytes).expect("JSON");
        let expected = json!({
            "token": "t",
            "signatureVerified": true,
            "protocols": ["tls", "http", "mqtt"],
            "protocolData": {
                "tls": { "serverName": "name" },
                "http": { "headers": { "host": "h" }, "queryString": "?a=b" },
                "mqtt": { "username": "u?a=b", "password": "cA==" },
            },
            "connectionMetadata": { "id": "1" },
        });
        assert_eq!(read(event(&shown, Some("t"), true, "1")), expected);
        let expected = json!({
            "signatureVerified": false,
            "protocols": [],
            "protocolData": {},
            "connectionMetadata": { "id": "2" },
        });
        assert_eq!(read(event(&Shown::default(), None, false, "2")), expected);
    }
}
