//! Substitution templates.

use rules::{Answers, Outcome, Payload, Statement, Stop, Template, Value, Variables};

use crate::told::{SECOND, event};

const PAYLOAD: &str = r#"{"sensor_id":"s1","temperature":21.0,"deep":{"a":[1,"x"]},"none":null}"#;

fn render(text: &str, variables: &Variables) -> Result<String, Stop> {
    let payload = Payload::new(PAYLOAD.as_bytes());
    let template = Template::parse(text, SECOND).unwrap_or_else(|error| panic!("{text}: {error}"));
    template.render(&event(&payload), &Answers::new(), variables)
}

#[test]
fn templates_are_filled_from_the_message_as_it_came() {
    let cases = [
        ("", ""),
        ("plain $ {text} }", "plain $ {text} }"),
        ("${sensor_id}", "s1"),
        ("${topic()}/republish", "things/myThings/thingOne/republish"),
        ("a/${topic(3)}/${timestamp()}", "a/thingOne/1481825251200"),
        ("${temperature}", "21"),
        ("${deep}", r#"{"a":[1,"x"]}"#),
        ("${deep.a}${deep.a[1]}", r#"[1,"x"]x"#),
        ("<${nothing}>", "<>"),
        ("<${none}>", "<null>"),
        ("${parse_time(\"yyyy\", timestamp(), \"UTC\")}", "2016"),
        ("${'}'}${get({'a': 1}, 'a')}", "}1"),
        ("${CASE temperature > 20 WHEN true THEN 'warm' ELSE 'cold' END}", "warm"),
    ];
    for (text, expected) in cases {
        assert_eq!(render(text, &Variables::default()).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn templates_see_the_variables_of_their_statement() {
    let sql = "SET @t = temperature * 2, @id = sensor_id SELECT @t AS x FROM 't'";
    let statement = Statement::parse(sql, SECOND).expect("parses");
    let payload = Payload::new(PAYLOAD.as_bytes());
    let outcome = statement.evaluate(&event(&payload), &Answers::new()).expect("no lookups");
    let Outcome::Match(selected) = outcome else { panic!("matches") };
    let rendered = render("${@id}-${@t}-${x}", &selected.variables);
    assert_eq!(rendered.as_deref(), Ok("s1-42-"));
    let template = Template::parse("${@id + @other}", SECOND).expect("parses");
    assert_eq!(template.variables(), ["id", "other"]);
    assert_eq!(statement.variables().collect::<Vec<_>>(), ["t", "id"]);
    let failed = render("${@other}", &selected.variables).expect_err("not set");
    let Stop::Failed(error) = failed else { panic!("{failed:?}") };
    assert_eq!(error.to_string(), "substitution template: @other is not set by the statement");
}

#[test]
fn templates_say_what_they_are() {
    let parse = |text: &str| Template::parse(text, SECOND).expect("parses");
    assert_eq!(parse("plain").constant(), Some("plain"));
    assert_eq!(parse("").constant(), Some(""));
    assert!(!parse("${1}").is_constant());
    let payload = Payload::new(PAYLOAD.as_bytes());
    let value = |text: &str| {
        parse(text)
            .value(&event(&payload), &Answers::new(), &Variables::default())
            .expect("a value")
    };
    assert!(matches!(value("${temperature}"), Value::Number(_)));
    assert!(matches!(value("${temperature} C"), Value::String(_)));
    for (text, expected) in [
        ("a ${", "column 5: expected an expression, found the end"),
        ("${a", "column 4: expected an operator or `}`, found the end"),
        ("${a b}", "column 5: expected an operator or `}`, found `b`"),
        ("x${nofunction()}", "column 4: there is no function nofunction"),
    ] {
        assert_eq!(Template::parse(text, SECOND).expect_err(text).to_string(), expected);
    }
}

#[test]
fn different_templates_have_different_chances() {
    let render = |text: &str| render(text, &Variables::default()).expect("renders");
    assert_eq!(render("${newuuid()}"), render("${newuuid()}"));
    assert_ne!(render("${newuuid()}"), render("${newuuid()} "));
}
