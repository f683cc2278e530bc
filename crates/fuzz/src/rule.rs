//! A rule's statement and a message for it.

use rules::{Answers, Event, Outcome, Payload, Statement, Template, Variables, Version};

/// The first line is a statement, the rest a payload. Reading the one and evaluating it for the
/// other ends without a panic; what is printed of a statement reads as the same statement; what it
/// selects is JSON, if it says so.
pub fn rule(data: &[u8]) {
    let cut = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (sql, payload) = (&data[..cut], data.get(cut + 1..).unwrap_or_default());
    let Ok(sql) = str::from_utf8(sql) else { return };
    let payload = Payload::new(payload);
    let event = Event {
        topic: "a/é//b",
        payload: &payload,
        client_id: None,
        principal: None,
        source_ip: None,
        account: "000000000000",
        timestamp_ms: 1_700_000_000_000,
        trace_id: None,
        seed: 7,
        properties: None,
    };
    for version in Version::ALL {
        if let Ok(statement) = Statement::parse(sql, version) {
            check(&statement, &event);
        }
    }
    if let Ok(template) = Template::parse(sql, Version::V2016_03_23) {
        drop(template.render(&event, &Answers::new(), &Variables::default()));
    }
}

fn check(statement: &Statement, event: &Event<'_>) {
    let printed = statement.to_string();
    let again = Statement::parse(&printed, statement.version());
    assert_eq!(again.map(|again| again.to_string()).as_deref(), Ok(printed.as_str()));
    drop(statement.explain(event, &Answers::new()));
    if let Ok(Outcome::Match(selected)) = statement.evaluate(event, &Answers::new())
        && selected.is_json
    {
        assert!(!selected.value().is_undefined(), "{printed} selects what is no JSON");
    }
}
