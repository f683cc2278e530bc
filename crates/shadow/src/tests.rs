//! Shadows as AWS documents them, and what must hold of any.

use expect_test::{Expect, expect};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{Ask, Limits, Rejection, Section, Shadow, Update};

const NOW: u64 = 1_790_000_000;

/// An update and what is told of it.
#[derive(Debug)]
struct Told {
    current: Shadow,
    accepted: Value,
    delta: Option<Value>,
    documents: Value,
}

fn try_update(shadow: &Shadow, payload: &str) -> Result<Told, Rejection> {
    let update = Update::parse(payload.as_bytes())?;
    let updated = shadow.update(&update, &Limits::default(), NOW)?;
    let accepted = serde_json::from_str(&updated.accepted()).expect("JSON");
    let (delta, documents) = (updated.delta(), updated.documents());
    Ok(Told { current: updated.current, accepted, delta, documents })
}

fn update(shadow: &Shadow, payload: &Value) -> Told {
    try_update(shadow, &payload.to_string()).expect("accepted")
}

fn shadow_of(updates: &[Value]) -> Shadow {
    updates.iter().fold(Shadow::default(), |shadow, payload| update(&shadow, payload).current)
}

#[allow(clippy::needless_pass_by_value, reason = "a literal reads better")]
fn check(actual: Value, expected: Expect) {
    expected.assert_eq(&actual.to_string());
}

#[test]
fn an_update_tells_its_sender_the_difference_and_the_history() {
    let shadow = shadow_of(&[json!({"state":{"reported":{"color":"red","on":true}}})]);
    let updated = update(
        &shadow,
        &json!({"state":{"desired":{"color":"blue","rgb":[1,2]}},"clientToken":"t","version":1}),
    );
    check(
        updated.accepted,
        expect![[
            r#"{"clientToken":"t","metadata":{"desired":{"color":{"timestamp":1790000000},"rgb":[{"timestamp":1790000000},{"timestamp":1790000000}]}},"state":{"desired":{"color":"blue","rgb":[1,2]}},"timestamp":1790000000,"version":2}"#
        ]],
    );
    check(
        updated.delta.expect("they differ"),
        expect![[
            r#"{"clientToken":"t","metadata":{"color":{"timestamp":1790000000},"rgb":[{"timestamp":1790000000},{"timestamp":1790000000}]},"state":{"color":"blue","rgb":[1,2]},"timestamp":1790000000,"version":2}"#
        ]],
    );
    check(
        updated.documents,
        expect![[
            r#"{"clientToken":"t","current":{"metadata":{"desired":{"color":{"timestamp":1790000000},"rgb":[{"timestamp":1790000000},{"timestamp":1790000000}]},"reported":{"color":{"timestamp":1790000000},"on":{"timestamp":1790000000}}},"state":{"desired":{"color":"blue","rgb":[1,2]},"reported":{"color":"red","on":true}},"version":2},"previous":{"metadata":{"reported":{"color":{"timestamp":1790000000},"on":{"timestamp":1790000000}}},"state":{"reported":{"color":"red","on":true}},"version":1},"timestamp":1790000000}"#
        ]],
    );
    check(
        updated.current.to_json("", NOW + 5).expect("exists"),
        expect![[
            r#"{"metadata":{"desired":{"color":{"timestamp":1790000000},"rgb":[{"timestamp":1790000000},{"timestamp":1790000000}]},"reported":{"color":{"timestamp":1790000000},"on":{"timestamp":1790000000}}},"state":{"delta":{"color":"blue","rgb":[1,2]},"desired":{"color":"blue","rgb":[1,2]},"reported":{"color":"red","on":true}},"timestamp":1790000005,"version":2}"#
        ]],
    );
}

#[test]
fn objects_are_merged_null_removes_and_the_rest_replaces() {
    for (before, change, after) in [
        (json!({"a":1}), json!({"b":2}), json!({"a":1,"b":2})),
        (json!({"a":{"b":1,"c":2}}), json!({"a":{"b":null}}), json!({"a":{"c":2}})),
        (json!({"a":{"b":1},"c":1}), json!({"a":{"b":null}}), json!({"c":1})),
        (json!({"a":[1,2,3]}), json!({"a":[4]}), json!({"a":[4]})),
        (json!({"a":{"b":1}}), json!({"a":5}), json!({"a":5})),
        (json!({"a":5}), json!({"a":{"b":1}}), json!({"a":{"b":1}})),
        (json!({"a":5}), json!({"a":null,"x":null}), json!({})),
        (json!({"a":5}), json!({}), json!({"a":5})),
    ] {
        let shadow =
            shadow_of(&[json!({"state":{"desired":before}}), json!({"state":{"desired":change}})]);
        let state = shadow.state.expect("exists");
        assert_eq!(Value::Object(state.desired), after, "{before} and {change}");
        assert_eq!(shape(&state.desired_metadata), shape_of(&after), "{before} and {change}");
    }
    let emptied = shadow_of(&[
        json!({"state":{"desired":{"a":1},"reported":{"b":1}}}),
        json!({"state":{"desired":null}}),
    ]);
    let document = emptied.to_json("", NOW).expect("exists");
    assert_eq!(document["state"], json!({"reported":{"b":1}}));
    assert_eq!(document["metadata"], json!({"reported":{"b":{"timestamp":NOW}}}));
}

/// The paths of a tree's leaves.
fn shape_of(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), shape_of(value))).collect()
        }
        Value::Array(items) => items.iter().map(shape_of).collect(),
        _ => Value::Null,
    }
}

fn shape(metadata: &Section) -> Value {
    fn of(value: &Value) -> Value {
        match value {
            Value::Object(fields) if fields.contains_key("timestamp") => Value::Null,
            Value::Object(fields) => {
                fields.iter().map(|(name, value)| (name.clone(), of(value))).collect()
            }
            Value::Array(items) => items.iter().map(of).collect(),
            other => other.clone(),
        }
    }
    of(&Value::Object(metadata.clone()))
}

#[test]
fn the_delta_is_what_is_desired_and_not_so() {
    for (desired, reported, delta) in [
        (json!({"a":1}), json!({"a":1}), json!(null)),
        (json!({"a":1}), json!({"a":1.0}), json!(null)),
        (json!({"a":1}), json!({"b":1}), json!({"a":1})),
        (json!({}), json!({"b":1}), json!(null)),
        (
            json!({"a":{"b":1,"c":{"d":2}}}),
            json!({"a":{"b":1,"c":{"e":1}}}),
            json!({"a":{"c":{"d":2}}}),
        ),
        (json!({"a":[1,2]}), json!({"a":[1]}), json!({"a":[1,2]})),
        (json!({"a":{"b":1}}), json!({"a":1}), json!({"a":{"b":1}})),
    ] {
        let shadow = shadow_of(&[json!({"state":{"desired":desired,"reported":reported}})]);
        let found = shadow.delta().map_or(Value::Null, |(state, _)| Value::Object(state));
        assert_eq!(found, delta, "{desired} and {reported}");
    }
}

#[test]
fn requests_are_refused_in_the_words_of_aws() {
    let deep = format!("{}1{}", r#"{"a":"#.repeat(9), "}".repeat(9));
    let deep = format!(r#"{{"state":{{"desired":{deep}}}}}"#);
    let large = json!({"state":{"desired":{"a":"x".repeat(9000)}}}).to_string();
    let shadow = shadow_of(&[json!({"state":{"desired":{"a":1}}})]);
    for (payload, code, message) in [
        ("", 400, "Invalid JSON"),
        ("[]", 400, "Invalid JSON"),
        ("{", 400, "Invalid JSON"),
        ("{}", 400, "Missing required node: state"),
        (r#"{"state":1}"#, 400, "State node must be an object"),
        (r#"{"state":{"desired":1}}"#, 400, "Desired node must be an object"),
        (r#"{"state":{"reported":[]}}"#, 400, "Reported node must be an object"),
        (r#"{"state":{"wanted":{}}}"#, 400, "State contains an invalid node: wanted"),
        (r#"{"state":{},"version":-1}"#, 400, "Invalid version"),
        (r#"{"state":{},"clientToken":1}"#, 400, "Invalid clientToken"),
        (r#"{"state":{},"version":7}"#, 409, "Version conflict"),
        (&deep, 400, "JSON contains too many levels of nesting; maximum is 8"),
        (&large, 413, "The payload exceeds the maximum size allowed"),
    ] {
        let rejection = try_update(&shadow, payload).expect_err(payload);
        assert_eq!((rejection.code(), rejection.to_string().as_str()), (code, message));
    }
    assert_eq!(Update::parse(&[b'"', 0xff, b'"']), Err(Rejection::NotUtf8));
    let token = Ask::token_of(br#"{"clientToken":"t","state":1}"#);
    let rejected = Rejection::StateNotAnObject.to_json(token.as_deref(), NOW);
    check(
        rejected,
        expect![[
            r#"{"clientToken":"t","code":400,"message":"State node must be an object","timestamp":1790000000}"#
        ]],
    );
}

#[test]
fn a_deleted_shadow_is_not_found_and_its_versions_never_come_again() {
    let shadow = shadow_of(&[json!({"state":{"desired":{"a":1}}})]);
    let ask = Ask { version: Some(2), ..Ask::default() };
    assert_eq!(shadow.delete(&ask, "lamp", NOW), Err(Rejection::VersionConflict));
    let deleted = shadow.delete(&Ask::default(), "lamp", NOW).expect("deleted");
    let missing = Rejection::NotFound { name: "lamp".to_owned() };
    assert_eq!(missing.to_string(), "No shadow exists with name: 'lamp'");
    assert_eq!(deleted.to_json("lamp", NOW), Err(missing.clone()));
    assert_eq!(deleted.delete(&Ask::default(), "lamp", NOW), Err(missing));
    let again = update(&deleted, &json!({"state":{"desired":{"b":1}}})).current;
    assert_eq!(again.version, 2);
    let state = again.state.expect("exists");
    assert_eq!(Value::Object(state.desired), json!({"b":1}));
}

fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..4).prop_map(Value::from),
        "[a-c]{0,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-d]", inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn section() -> impl Strategy<Value = Value> {
    prop::collection::btree_map("[a-d]", tree(), 0..4)
        .prop_map(|fields| Value::Object(fields.into_iter().collect()))
}

proptest! {
    #[test]
    fn whatever_is_sent_versions_rise_and_metadata_has_the_state_s_shape(
        updates in prop::collection::vec((section(), section()), 1..8),
    ) {
        let mut shadow = Shadow::default();
        for (desired, reported) in updates {
            let payload = json!({"state":{"desired":desired,"reported":reported}});
            let updated = update(&shadow, &payload);
            prop_assert_eq!(updated.current.version, shadow.version + 1);
            shadow = updated.current;
            let state = shadow.state.clone().expect("exists");
            let desired = Value::Object(state.desired);
            prop_assert_eq!(shape(&state.desired_metadata), shape_of(&desired));
        }
    }

    #[test]
    fn who_reports_the_delta_has_none_left(desired in section(), reported in section()) {
        let shadow = shadow_of(&[json!({"state":{"desired":desired,"reported":reported}})]);
        if let Some((delta, _)) = shadow.delta() {
            let caught_up = update(&shadow, &json!({"state":{"reported":delta}}));
            prop_assert_eq!(caught_up.delta, None);
        }
    }
}
