//! What a statement makes of a payload, as text.

use std::sync::LazyLock;

use bytes::Bytes;
use model::MessageProperties;
use rules::{Answers, Event, Outcome, Payload, Statement, Stop, Version};

#[derive(Debug, PartialEq)]
pub(crate) enum Told {
    Json(String),
    Raw(Vec<u8>),
    NoMatch,
    Needs(String),
    Failed(String),
}

static PROPERTIES: LazyLock<MessageProperties> = LazyLock::new(|| {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    MessageProperties {
        payload_is_utf8: Some(true),
        content_type: Some("text/plain".to_owned()),
        response_topic: Some("r/t".to_owned()),
        correlation_data: Some(Bytes::from_static(b"cid")),
        user_properties: vec![pair("k", "v1"), pair("o", "ov"), pair("k", "v2")],
        ..MessageProperties::default()
    }
});

/// A message of a device, of which everything is known.
pub(crate) fn event<'a>(payload: &'a Payload<'a>) -> Event<'a> {
    Event {
        topic: "things/myThings/thingOne",
        payload,
        client_id: Some("lamp"),
        principal: Some("ba67293a"),
        source_ip: Some([192, 0, 2, 7].into()),
        account: "123456789012",
        timestamp_ms: 1_481_825_251_200,
        trace_id: Some("12345678-1234-1234-1234-123456789012"),
        seed: 7,
        properties: Some(&PROPERTIES),
    }
}

pub(crate) fn result(sql: &str, version: Version, payload: &str) -> Told {
    let statement = match Statement::parse(sql, version) {
        Ok(statement) => statement,
        Err(error) => panic!("{sql}: {error}"),
    };
    told(&statement, payload.as_bytes(), &Answers::new())
}

pub(crate) fn told(statement: &Statement, payload: &[u8], answers: &Answers) -> Told {
    let payload = Payload::new(payload);
    match statement.evaluate(&event(&payload), answers) {
        Ok(Outcome::NoMatch) => Told::NoMatch,
        Ok(Outcome::Match(selected)) if selected.is_json => {
            Told::Json(String::from_utf8(selected.output.into_owned()).expect("UTF-8"))
        }
        Ok(Outcome::Match(selected)) => Told::Raw(selected.output.into_owned()),
        Err(Stop::Needs(lookup)) => Told::Needs(lookup.to_string()),
        Err(Stop::Failed(error)) => Told::Failed(error.to_string()),
    }
}

pub(crate) const FIRST: Version = Version::V2015_10_08;
pub(crate) const SECOND: Version = Version::V2016_03_23;

/// Checks `expression = expected` in the second version, for an empty payload.
#[track_caller]
pub(crate) fn check(cases: &[(&str, &str)]) {
    for (expression, expected) in cases {
        let sql = format!("SELECT {expression} AS x FROM 'a'");
        let output = result(&sql, SECOND, "{}");
        let expected = match *expected {
            "Undefined" => "{}".to_owned(),
            value => format!("{{\"x\":{value}}}"),
        };
        assert_eq!(output, Told::Json(expected), "{expression}");
    }
}

#[track_caller]
pub(crate) fn check_statement(sql: &str, version: Version, payload: &str, expected: &str) {
    assert_eq!(result(sql, version, payload), Told::Json(expected.to_owned()), "{sql}");
}
