use super::*;
use crate::expression::{Arguments, Names, Values};

fn item(json: &str) -> Item {
    serde_json::from_str(json).expect("an item")
}

fn update(expression: &str, values: &str) -> Update {
    let values: Values = serde_json::from_str(values).expect("values");
    let names = Names(vec![("#n".to_owned(), "name".to_owned())]);
    let values = (!values.0.is_empty()).then_some(values);
    let names = expression.contains("#n").then_some(names);
    let mut arguments = Arguments::new(names, values).expect("arguments");
    let update = arguments.update(expression).unwrap_or_else(|error| panic!("{error}"));
    arguments.finish().expect("all used");
    update
}

const BEFORE: &str = r#"{"id":{"S":"1"},"n":{"N":"5"},"l":{"L":[{"S":"a"},{"S":"b"},{"S":"c"},{"S":"d"}]},
    "m":{"M":{"x":{"N":"1"}}},"s":{"SS":["p","q"]},"name":{"S":"lamp"}}"#;

#[test]
fn actions_change_what_they_name() {
    for (expression, values, name, expected) in [
        ("SET n = :v", r#"{":v":{"S":"x"}}"#, "n", Some(r#"{"S":"x"}"#)),
        ("set #n = id", "{}", "name", Some(r#"{"S":"1"}"#)),
        ("SET n = n + :v", r#"{":v":{"N":"0.5"}}"#, "n", Some(r#"{"N":"5.5"}"#)),
        ("SET n = :v - n", r#"{":v":{"N":"1"}}"#, "n", Some(r#"{"N":"-4"}"#)),
        ("SET n = (n - m.x)", "{}", "n", Some(r#"{"N":"4"}"#)),
        ("SET z = if_not_exists(z, :v) + :v", r#"{":v":{"N":"2"}}"#, "z", Some(r#"{"N":"4"}"#)),
        ("SET z = if_not_exists(n, :v)", r#"{":v":{"N":"2"}}"#, "z", Some(r#"{"N":"5"}"#)),
        (
            "SET m.y = :v",
            r#"{":v":{"N":"2"}}"#,
            "m",
            Some(r#"{"M":{"x":{"N":"1"},"y":{"N":"2"}}}"#),
        ),
        (
            "SET l[1] = :v",
            r#"{":v":{"N":"2"}}"#,
            "l",
            Some(r#"{"L":[{"S":"a"},{"N":"2"},{"S":"c"},{"S":"d"}]}"#),
        ),
        (
            "SET l[9] = :v, l[7] = id REMOVE l[0]",
            r#"{":v":{"N":"2"}}"#,
            "l",
            Some(r#"{"L":[{"S":"b"},{"S":"c"},{"S":"d"},{"S":"1"},{"N":"2"}]}"#),
        ),
        ("REMOVE l[1], l[2]", "{}", "l", Some(r#"{"L":[{"S":"a"},{"S":"d"}]}"#)),
        ("REMOVE l[9]", "{}", "l", Some(r#"{"L":[{"S":"a"},{"S":"b"},{"S":"c"},{"S":"d"}]}"#)),
        (
            "SET l = list_append(:v, l)",
            r#"{":v":{"L":[{"N":"2"}]}}"#,
            "l",
            Some(r#"{"L":[{"N":"2"},{"S":"a"},{"S":"b"},{"S":"c"},{"S":"d"}]}"#),
        ),
        (
            "SET z = list_append(if_not_exists(z, :e), :v)",
            r#"{":v":{"L":[{"N":"2"}]},":e":{"L":[]}}"#,
            "z",
            Some(r#"{"L":[{"N":"2"}]}"#),
        ),
        ("REMOVE n", "{}", "n", None),
        ("REMOVE m.x, nothing", "{}", "m", Some(r#"{"M":{}}"#)),
        ("ADD n :v", r#"{":v":{"N":"-7"}}"#, "n", Some(r#"{"N":"-2"}"#)),
        ("ADD z :v", r#"{":v":{"N":"7"}}"#, "z", Some(r#"{"N":"7"}"#)),
        ("ADD s :v", r#"{":v":{"SS":["q","a"]}}"#, "s", Some(r#"{"SS":["a","p","q"]}"#)),
        ("DELETE s :v", r#"{":v":{"SS":["q","a"]}}"#, "s", Some(r#"{"SS":["p"]}"#)),
        ("DELETE s :v", r#"{":v":{"SS":["q","p"]}}"#, "s", None),
        ("DELETE z :v", r#"{":v":{"SS":["q","p"]}}"#, "z", None),
        // All see the item as it was.
        ("SET n = m.x, m.x = n", "{}", "n", Some(r#"{"N":"1"}"#)),
        ("SET n = m.x, m.x = n", "{}", "m", Some(r#"{"M":{"x":{"N":"5"}}}"#)),
    ] {
        let mut changed = item(BEFORE);
        update(expression, values).apply(&mut changed).expect(expression);
        let value = changed.get(name).map(|value| serde_json::to_string(value).expect("written"));
        assert_eq!(value.as_deref(), expected, "{expression}");
    }
}

#[test]
fn what_cannot_be_changed_stays_as_it_was() {
    for (expression, values, error) in [
        ("SET n = nothing", "{}", UpdateError::NotThere),
        ("SET n = id + n", "{}", UpdateError::OperandType),
        ("SET n = list_append(n, l)", "{}", UpdateError::OperandType),
        ("SET n = :v, nothing.x = :v", r#"{":v":{"N":"2"}}"#, UpdateError::Path),
        ("SET l.x = :v", r#"{":v":{"N":"2"}}"#, UpdateError::Path),
        ("SET m[0] = :v", r#"{":v":{"N":"2"}}"#, UpdateError::Path),
        ("REMOVE nothing.x", "{}", UpdateError::Path),
        ("ADD id :v", r#"{":v":{"N":"2"}}"#, UpdateError::OperandType),
        ("ADD s :v", r#"{":v":{"NS":["2"]}}"#, UpdateError::OperandType),
        ("DELETE n :v", r#"{":v":{"NS":["2"]}}"#, UpdateError::OperandType),
        ("DELETE nothing.x :v", r#"{":v":{"NS":["2"]}}"#, UpdateError::Path),
        ("ADD n :v", r#"{":v":{"N":"1E100"}}"#, UpdateError::Number(NumberError::TooPrecise)),
    ] {
        let mut changed = item(BEFORE);
        assert_eq!(update(expression, values).apply(&mut changed), Err(error), "{expression}");
        assert_eq!(changed, item(BEFORE), "{expression}");
    }
}

#[test]
fn updated_parts_are_those_that_were_named() {
    let update = update("SET m.y = :v, n = :v REMOVE l[3]", r#"{":v":{"N":"2"}}"#);
    let mut changed = item(BEFORE);
    let parts = update.updated();
    assert_eq!(parts.project(&changed), item(r#"{"l":{"L":[{"S":"d"}]},"n":{"N":"5"}}"#));
    update.apply(&mut changed).expect("applied");
    assert_eq!(parts.project(&changed), item(r#"{"m":{"M":{"y":{"N":"2"}}},"n":{"N":"2"}}"#));
    assert_eq!(update.names_of_parts().collect::<Vec<_>>(), ["m", "l"]);
}
