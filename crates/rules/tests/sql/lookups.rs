//! Functions that ask outside: what they ask, and what they make of answers.

use rules::Payload;
use rules::{Answer, Answers, Lookup, RegistryOperation, SecretKind, Statement, Stop};

use crate::told::{SECOND, Told, event, told};

const PAYLOAD: &str = r#"{"id":"d1","n":7}"#;

/// The questions of a statement, in order, each answered with the next answer; and the outcome.
fn asked(sql: &str, given: &[Answer]) -> (Vec<Lookup>, Told) {
    let statement = Statement::parse(sql, SECOND).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let (mut answers, mut questions) = (Answers::new(), Vec::new());
    let payload = Payload::new(PAYLOAD.as_bytes());
    while let Err(Stop::Needs(lookup)) = statement.evaluate(&event(&payload), &answers) {
        let answer = given.get(questions.len()).cloned().unwrap_or(Answer::Nothing);
        answers.put((*lookup).clone(), answer);
        questions.push(*lookup);
    }
    (questions, told(&statement, PAYLOAD.as_bytes(), &answers))
}

fn json(text: &str) -> Answer {
    Answer::Json(text.to_owned())
}

fn role() -> String {
    "arn:aws:iam::1:role/r".to_owned()
}

#[test]
fn questions_carry_the_values_of_their_arguments() {
    let role_arn = role();
    let cases = [
        (
            "get_thing_shadow(id, 'arn:aws:iam::1:role/r').state.on",
            Lookup::Shadow { thing: "d1".into(), shadow: None, role_arn: role_arn.clone() },
            r#"{"state":{"on":true}}"#,
            "true",
        ),
        (
            "get_thing_shadow('t', 's' + n, 'arn:aws:iam::1:role/r').v",
            Lookup::Shadow {
                thing: "t".into(),
                shadow: Some("s7".into()),
                role_arn: role_arn.clone(),
            },
            r#"{"v":2.50}"#,
            "2.50",
        ),
        (
            "get_dynamodb('T', 'id', id, 'arn:aws:iam::1:role/r').loc",
            Lookup::Item {
                table: "T".into(),
                partition: ("id".into(), "\"d1\"".into()),
                sort: None,
                role_arn: role_arn.clone(),
            },
            r#"{"loc":"Oslo"}"#,
            "\"Oslo\"",
        ),
        (
            "get_dynamodb('T', 'id', id, 'seq', n, 'arn:aws:iam::1:role/r')",
            Lookup::Item {
                table: "T".into(),
                partition: ("id".into(), "\"d1\"".into()),
                sort: Some(("seq".into(), "7".into())),
                role_arn: role_arn.clone(),
            },
            "[]",
            "[]",
        ),
        (
            "aws_lambda('arn:f', {'x': n}).out",
            Lookup::Function { arn: "arn:f".into(), input: r#"{"x":7}"#.into() },
            r#"{"out":"done"}"#,
            "\"done\"",
        ),
        (
            "aws_lambda('arn:f', *)",
            Lookup::Function { arn: "arn:f".into(), input: PAYLOAD.into() },
            "1",
            "1",
        ),
        (
            "get_secret('s', 'SecretString', 'api', 'arn:aws:iam::1:role/r')",
            Lookup::Secret {
                id: "s".into(),
                kind: SecretKind::SecretString,
                key: Some("api".into()),
                role_arn: role_arn.clone(),
            },
            "\"v\"",
            "\"v\"",
        ),
        (
            "get_registry_data('DescribeThing', id, 'arn:aws:iam::1:role/r').version",
            Lookup::Registry {
                operation: RegistryOperation::DescribeThing,
                thing: "d1".into(),
                role_arn,
            },
            r#"{"version":3}"#,
            "3",
        ),
    ];
    for (expression, question, answer, expected) in cases {
        let sql = format!("SELECT {expression} AS x FROM 't'");
        let (questions, result) = asked(&sql, &[json(answer)]);
        assert_eq!(questions, [question], "{sql}");
        assert_eq!(result, Told::Json(format!("{{\"x\":{expected}}}")), "{sql}");
    }
}

#[test]
fn answers_may_be_missing_wrong_or_failures() {
    let sql = "SELECT get_thing_shadow(id, 'r').a AS x FROM 't'";
    assert_eq!(asked(sql, &[Answer::Nothing]).1, Told::Json("{}".to_owned()));
    let failed = |why: &str| Told::Failed(format!("SELECT: get_thing_shadow of d1 failed: {why}"));
    assert_eq!(asked(sql, &[Answer::Failed("no".to_owned())]).1, failed("no"));
    assert_eq!(
        asked(sql, &[json("{")]).1,
        failed("the answer is not JSON: at byte 1: a string expected")
    );
    let sql = "SELECT get_or_default(get_thing_shadow(id, 'r').a, 5) AS x FROM 't'";
    let result = asked(sql, &[Answer::Failed("no".to_owned())]).1;
    assert_eq!(result, Told::Json("{\"x\":5}".to_owned()));
}

#[test]
fn a_question_is_asked_once_and_only_if_it_matters() {
    let sql = "SET @s = get_thing_shadow(id, 'r') SELECT @s.a, @s.b FROM 't' WHERE @s.a = 1";
    let (questions, result) = asked(sql, &[json(r#"{"a":1,"b":2}"#)]);
    assert_eq!(questions.len(), 1);
    assert_eq!(result, Told::Json(r#"{"a":1,"b":2}"#.to_owned()));
    let sql = "SELECT * FROM 't' WHERE n = 8 AND get_thing_shadow(id, 'r').a = 1";
    assert_eq!(asked(sql, &[]), (vec![], Told::NoMatch));
    let sql = "SELECT get_thing_shadow(nothing, 'r') AS x FROM 't'";
    assert_eq!(asked(sql, &[]), (vec![], Told::Json("{}".to_owned())));
}

#[test]
fn questions_have_an_end() {
    let sql = "SELECT (SELECT VALUE get_thing_shadow(*, 'r') FROM [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]) AS x FROM 't'";
    let (questions, result) = asked(sql, &[]);
    assert_eq!(questions.len(), Answers::LOOKUPS_MAX);
    assert_eq!(
        result,
        Told::Failed("SELECT: more than 16 calls of functions that look outside".to_owned())
    );
}

#[test]
fn a_statement_says_what_it_will_ask() {
    let sql = "SELECT get_thing_shadow(id, 'role1') AS a, aws_lambda('arn:f', *) AS b, \
               (SELECT VALUE get_registry_data('DescribeThing', 'lamp', 'role2') FROM c) AS c FROM 't'";
    let statement = Statement::parse(sql, SECOND).expect("parses");
    let told = |call: rules::LookupCall| (call.function, call.role_arn, call.subject);
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        statement.lookups().into_iter().map(told).collect::<Vec<_>>(),
        [
            ("get_thing_shadow", some("role1"), None),
            ("aws_lambda", None, some("arn:f")),
            ("get_registry_data", some("role2"), some("lamp")),
        ]
    );
}

#[test]
fn secrets_are_veiled_for_who_wants_to_know_what_happened() {
    let sql = "SELECT get_secret('s', 'SecretString', 'arn:aws:iam::1:role/r') AS x, id FROM 't' \
               WHERE get_secret('s', 'SecretString', 'arn:aws:iam::1:role/r').api = 'k-1'";
    let statement = Statement::parse(sql, SECOND).expect("parses");
    let (mut answers, payload) = (Answers::new(), Payload::new(PAYLOAD.as_bytes()));
    assert_eq!(answers.veiled().map(|veiled| veiled.len()), None);
    let secret = Lookup::Secret {
        id: "s".into(),
        kind: SecretKind::SecretString,
        key: None,
        role_arn: role(),
    };
    answers.put(secret.clone(), json(r#"{"api":"k-1","of":{"more":[1,"k-2"]}}"#));
    let shadow = Lookup::Shadow { thing: "t".into(), shadow: None, role_arn: role() };
    answers.put(shadow.clone(), json("{}"));
    let veiled = answers.veiled().expect("there is a secret");
    assert_eq!(veiled.get(&shadow), Some(&json("{}")));
    let expected = json(r#"{"api":"***","of":{"more":"***"}}"#);
    assert_eq!(veiled.get(&secret), Some(&expected));
    let selected = statement.select(&event(&payload), &veiled).expect("selected");
    let output = String::from_utf8(selected.output.into_owned()).expect("text");
    assert_eq!(output, r#"{"x":{"api":"***","of":{"more":"***"}},"id":"d1"}"#);
    let explained = statement.explain(&event(&payload), &answers);
    assert_eq!(explained.matches, Some(true), "it is the secret that counts");
    let values: Vec<&str> = explained.clauses.iter().map(|it| it.value.as_str()).collect();
    assert!(values[0] == "true" && !format!("{values:?}").contains("k-"), "{values:?}");
    answers.put(secret, Answer::Failed("no".to_owned()));
    let failed = answers.veiled().expect("asked").len();
    assert_eq!(failed, 2);
}
