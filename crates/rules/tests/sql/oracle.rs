//! What must hold of any statement and any payload: nothing panics, what is printed is read back,
//! and the lazy way gives what a plain way over a tree in memory gives.

use proptest::prelude::*;
use rules::{Answers, Payload, Statement, Template, Variables};
use serde_json::{Map, Value, json};

use crate::told::{SECOND, Told, event, told};

// === Payloads

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c", "temp", "é\"\\\n", "x y"]).prop_map(str::to_owned)
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-1000..1000_i64).prop_map(Value::from),
        (-1000..1000_i64).prop_map(|n| json!(n as f64 / 2.0)),
        prop::sample::select(vec!["", "a", "40", "1.5", "true", "\u{1}\"é😀"])
            .prop_map(Value::from),
    ]
}

fn tree() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn object() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::vec((name(), tree()), 0..6).prop_map(|members| members.into_iter().collect())
}

// === Statements

fn leaf() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "a",
        "b",
        "temp",
        "a.b",
        "b.c.a",
        "a[0]",
        "1",
        "2.5",
        "-3",
        "'x'",
        "'40'",
        "true",
        "NULL",
        "nothing",
        "topic(2)",
        "timestamp()",
        "`x y`",
        "[1, a]",
        "{'k': b}",
        "'it''s'",
        "1E+3",
    ])
    .prop_map(str::to_owned)
}

fn expression() -> impl Strategy<Value = String> {
    leaf().prop_recursive(4, 32, 3, |inner| {
        let operator = prop::sample::select(vec![
            "+", "-", "*", "/", "%", "=", "<>", "<", "<=", ">", ">=", "AND", "OR",
        ]);
        let function = prop::sample::select(vec![
            "abs",
            "upper",
            "length",
            "floor",
            "isUndefined",
            "isNull",
            "trim",
            "sqrt",
            "md5",
            "chr",
            "encode_",
            "get_or_default",
            "sign",
            "round",
            "regexp_substr_",
            "numbytes",
        ]);
        prop_oneof![
            (inner.clone(), operator, inner.clone())
                .prop_map(|(left, operator, right)| format!("({left}) {operator} ({right})")),
            inner.clone().prop_map(|inner| format!("NOT ({inner})")),
            inner.clone().prop_map(|inner| format!("-({inner})")),
            (function, inner.clone()).prop_map(|(function, inner)| match function {
                "encode_" => format!("encode({inner}, 'base64')"),
                "regexp_substr_" => format!("regexp_substr({inner}, '[a-z]+')"),
                function => format!("{function}({inner})"),
            }),
            (inner.clone(), inner.clone()).prop_map(|(of, which)| format!("get({of}, {which})")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(one, two, three)| format!("concat({one}, {two}, {three})")),
            (inner.clone(), inner.clone())
                .prop_map(|(value, list)| format!("({value}) NOT IN ({list}, 1)")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(subject, when, then)| {
                format!("CASE {subject} WHEN {when} THEN {then} ELSE 0 END")
            }),
            inner.clone().prop_map(|inner| format!("cast({inner} AS String)")),
            (inner.clone(), inner).prop_map(|(value, condition)| {
                format!("(SELECT VALUE {value} FROM b WHERE {condition})")
            }),
        ]
    })
}

/// Where things hold for all of a lot, so that failures shrink to a line.
fn parse(sql: &str) -> Statement {
    Statement::parse(sql, SECOND).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_is_read_back(one in expression(), two in expression()) {
        let sql = format!("SET @v = {one} SELECT *, {one} AS x.y, @v FROM 'a/+' WHERE {two}");
        let statement = parse(&sql);
        let printed = statement.to_string();
        prop_assert_eq!(parse(&printed).to_string(), printed);
    }

    #[test]
    fn what_is_printed_means_the_same(one in expression(), payload in object()) {
        let statement = parse(&format!("SELECT VALUE ({one}) FROM 'a'"));
        let printed = parse(&statement.to_string());
        let payload = Value::Object(payload).to_string();
        let results = [statement, printed].map(|s| told(&s, payload.as_bytes(), &Answers::new()));
        prop_assert_eq!(&results[0], &results[1]);
    }

    #[test]
    fn nothing_panics(sql in ".{0,80}", payload in prop::collection::vec(any::<u8>(), 0..64)) {
        if let Ok(statement) = Statement::parse(&sql, SECOND) {
            told(&statement, &payload, &Answers::new());
        }
        drop(Template::parse(&sql, SECOND));
    }

    #[test]
    fn no_payload_makes_an_evaluation_panic(one in expression(), payload in object(), cut in 0..200_usize) {
        let statement = parse(&format!("SELECT {one} AS x FROM 'a' WHERE {one}"));
        let mut payload = Value::Object(payload).to_string().into_bytes();
        payload.truncate(cut);
        told(&statement, &payload, &Answers::new());
        let bytes = Payload::new(&payload);
        let event = event(&bytes);
        drop(statement.explain(&event, &Answers::new()));
        let template = Template::parse(&format!("<${{{one}}}>"), SECOND).expect("the same expression");
        drop(template.render(&event, &Answers::new(), &Variables::default()));
    }

    #[test]
    fn selecting_lazily_is_selecting_from_a_tree(payload in object(), pretty in any::<bool>()) {
        let expected = [
            ("SELECT * FROM 'a'", Value::Object(payload.clone())),
            ("SELECT VALUE * FROM 'a'", Value::Object(payload.clone())),
            ("SELECT a, b.c, `x y` AS z FROM 'a'", picked(&payload)),
            ("SELECT *, 1 AS a, 'x' AS new FROM 'a'", with(&payload, &[("a", json!(1)), ("new", json!("x"))])),
            ("SELECT *, 'x' AS new FROM 'a'", with(&payload, &[("new", json!("x"))])),
            ("SELECT (SELECT VALUE c FROM b) AS x FROM 'a'", inner(&payload)),
        ];
        let text = if pretty {
            serde_json::to_string_pretty(&payload).expect("JSON")
        } else {
            serde_json::to_string(&payload).expect("JSON")
        };
        for (sql, expected) in expected {
            let Told::Json(output) = told(&parse(sql), text.as_bytes(), &Answers::new()) else {
                panic!("{sql} of {text}");
            };
            let output: Value = serde_json::from_str(&output).expect("JSON");
            prop_assert_eq!(output, ints(expected), "{} of {}", sql, text);
        }
    }

    #[test]
    fn comparing_lazily_is_comparing_in_a_tree(one in tree(), two in tree()) {
        let payload = json!({"a": one, "b": two, "c": one}).to_string();
        let result = told(&parse("SELECT VALUE [a = b, a = c] FROM 'a'"), payload.as_bytes(), &Answers::new());
        prop_assert_eq!(result, Told::Json(format!("[{},true]", ints(one) == ints(two))));
    }
}

// === The plain way

/// Whole numbers are Ints since the second version.
fn ints(value: Value) -> Value {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(double) if double.fract() == 0.0 => json!(double as i64),
            _ => Value::Number(number),
        },
        Value::Array(elements) => elements.into_iter().map(ints).collect(),
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (name, ints(value))).collect()
        }
        other => other,
    }
}

fn picked(payload: &Map<String, Value>) -> Value {
    let mut out = Map::new();
    let found = [
        ("a", payload.get("a")),
        ("c", payload.get("b").and_then(|b| b.get("c"))),
        ("z", payload.get("x y")),
    ];
    for (name, value) in found {
        if let Some(value) = value {
            out.insert(name.to_owned(), value.clone());
        }
    }
    Value::Object(out)
}

fn with(payload: &Map<String, Value>, added: &[(&str, Value)]) -> Value {
    let mut out = payload.clone();
    for (name, value) in added {
        out.insert((*name).to_owned(), value.clone());
    }
    Value::Object(out)
}

fn inner(payload: &Map<String, Value>) -> Value {
    match payload.get("b") {
        Some(Value::Array(elements)) => {
            let found: Vec<&Value> =
                elements.iter().filter_map(|element| element.get("c")).collect();
            json!({ "x": found })
        }
        Some(Value::Object(b)) if b.contains_key("c") => json!({ "x": b["c"] }),
        _ => json!({}),
    }
}
