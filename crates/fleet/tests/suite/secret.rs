//! What rules see of secrets, and what people see of that.

use std::collections::BTreeMap;

use fleet::{RuleOutcome, Sender};
use model::{Message, Principal, Qos, RuleName, Topic};
use secrets::{Deletion, NewSecret, NewValue, SecretName, Value};
use serde_json::{Value as Json, json};
use stdx::task::block_on;

use crate::hall::{ROLE, Works, republish, text};
use crate::house::NOW;

const SESAME: &str = "open sesame";
const READS: &str =
    r#""iot:Publish", "secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret""#;

impl Works {
    fn keep(&self, name: &str, value: Value) -> String {
        let new = NewSecret {
            name: SecretName::new(name).expect("a name"),
            description: None,
            kms_key_id: None,
            tags: BTreeMap::new(),
            value: Some(NewValue { token: secrets::new_token(), value }),
            now: NOW,
        };
        block_on(self.secrets.create(new)).expect("made").secret.arn
    }

    /// Lets the role do this under a condition, and publish.
    fn permit_if(&self, actions: &str, condition: &str) {
        let statements = format!(
            r#"[{{"Effect":"Allow","Action":[{actions}],"Resource":"*","Condition":{condition}}},
            {{"Effect":"Allow","Action":"iot:Publish","Resource":"*"}}]"#
        );
        self.permit_by(&format!(r#"{{"Version":"2012-10-17","Statement":{statements}}}"#));
    }

    fn send(&self, topic: &str) -> Vec<(String, String)> {
        self.publish(topic, r#"{"id":"api","token":"open sesame"}"#)
    }

    fn why(&self) -> String {
        let story = &self.hall.stories().latest(0, 1, |_| true)[0];
        let RuleOutcome::Failed(why) = &story.rules[0].outcome else { panic!("{story:?}") };
        why.clone()
    }
}

/// As two rules are, which are told apart by their topics.
fn selecting(topic: &str, expression: &str) -> String {
    format!("SELECT {expression} AS x FROM '{topic}'")
}

fn told(x: &Json) -> Vec<(String, String)> {
    vec![("told".to_owned(), json!({ "x": x }).to_string())]
}

#[test]
fn a_rule_sees_the_secret_that_its_role_may_read() {
    let works = Works::new();
    works.permit(READS);
    let arn = works.keep("map", Value::Text(r#"{"api":"k-1"}"#.to_owned()));
    works.keep("plain", Value::Text(SESAME.to_owned()));
    works.keep("bytes", Value::Binary(vec![0, 255]));
    for (at, (arguments, expected)) in [
        ("'map', 'SecretString', 'api'".to_owned(), json!("k-1")),
        ("'map', 'SecretString', id".to_owned(), json!("k-1")),
        (format!("'{arn}', 'SecretString', 'api'"), json!("k-1")),
        ("'map', 'SecretString'".to_owned(), json!({ "api": "k-1" })),
        ("'plain', 'SecretString'".to_owned(), json!(SESAME)),
        ("'bytes', 'SecretBinary'".to_owned(), json!("AP8=")),
    ]
    .into_iter()
    .enumerate()
    {
        let topic = format!("ask/{at}");
        let sql = selecting(&topic, &format!("get_secret({arguments}, '{ROLE}')"));
        works.rule(&format!("ask{at}"), &sql, &republish("told"));
        assert_eq!(works.send(&topic), told(&expected), "{arguments}");
    }
    let sql = selecting("none", &format!("get_secret('map', 'SecretString', 'none', '{ROLE}')"));
    works.rule("none", &sql, &republish("told"));
    assert_eq!(works.send("none"), [("told".to_owned(), "{}".to_owned())], "Undefined");
    // In the text of an action, as a header has it on AWS.
    let topic = format!("to/${{get_secret('map', 'SecretString', 'api', '{ROLE}')}}");
    works.rule("template", "SELECT 1 AS x FROM 'template'", &republish(&topic));
    assert_eq!(works.send("template"), [("to/k-1".to_owned(), r#"{"x":1}"#.to_owned())]);
}

#[test]
fn why_a_secret_was_not_read_is_told() {
    let works = Works::new();
    works.permit(READS);
    works.keep("plain", Value::Text(SESAME.to_owned()));
    works.keep("bytes", Value::Binary(vec![0, 255]));
    works.keep("gone", Value::Text(SESAME.to_owned()));
    let gone = works.secrets.id("gone").expect("an id");
    block_on(works.secrets.delete(&gone, Deletion::AfterDays(None), NOW)).expect("marked");
    for (at, (arguments, expected)) in [
        ("'plain', 'SecretString', 'a'", "the secret is no JSON object, so it has no key a"),
        ("'plain', 'SecretBinary'", "the secret is text: its type is SecretString"),
        ("'bytes', 'SecretString'", "the secret is binary: its type is SecretBinary"),
        ("'bytes', 'SecretBinary', 'a'", "has no keys"),
        ("'nothing', 'SecretString'", "can't find the specified secret"),
        ("'gone', 'SecretString'", "marked for deletion"),
        ("'no name', 'SecretString'", "Invalid name"),
    ]
    .into_iter()
    .enumerate()
    {
        let topic = format!("ask/{at}");
        let sql = selecting(&topic, &format!("get_secret({arguments}, '{ROLE}')"));
        works.rule(&format!("ask{at}"), &sql, &republish("told"));
        assert_eq!(works.send(&topic), [], "{arguments}");
        let why = works.why();
        assert!(why.contains(expected) && !why.contains(SESAME), "{arguments}: {why}");
    }
}

#[test]
fn the_role_and_the_secret_must_allow_it() {
    let works = Works::new();
    works.keep("plain", Value::Text(SESAME.to_owned()));
    let sql = selecting("ask", &format!("get_secret('plain', 'SecretString', '{ROLE}')"));
    works.rule("ask", &sql, &republish("told"));
    for (permitted, missing) in [
        (r#""iot:Publish""#, "secretsmanager:DescribeSecret"),
        (
            r#""iot:Publish", "secretsmanager:DescribeSecret""#,
            "not authorized to perform: secretsmanager:GetSecretValue on resource: \
             arn:aws:secretsmanager:us-east-1:000000000000:secret:plain-",
        ),
    ] {
        works.permit(permitted);
        assert_eq!(works.send("ask"), []);
        assert!(works.why().contains(missing), "{}", works.why());
    }
    works.permit(READS);
    assert_eq!(works.send("ask"), told(&json!(SESAME)));
    let id = works.secrets.id("plain").expect("an id");
    let deny = json!({ "Statement": {
        "Effect": "Deny", "Principal": { "AWS": ROLE }, "Action": "secretsmanager:GetSecretValue",
        "Resource": "*",
    } });
    block_on(works.secrets.set_policy(&id, Some(deny.to_string()))).expect("set");
    assert_eq!(works.send("ask"), [], "at once");
    assert!(
        works.why().contains("with an explicit deny in a resource-based policy"),
        "{}",
        works.why()
    );
    block_on(works.secrets.set_policy(&id, None)).expect("taken away");
    assert_eq!(works.send("ask"), told(&json!(SESAME)));
    works.permit_if(READS, r#"{"StringEquals":{"secretsmanager:ResourceTag/for":"rules"}}"#);
    assert_eq!(works.send("ask"), [], "it has no tags");
    let tags = BTreeMap::from([("for".to_owned(), "rules".to_owned())]);
    block_on(works.secrets.tag(&id, tags, NOW)).expect("tagged");
    assert_eq!(works.send("ask"), told(&json!(SESAME)));
}

#[test]
fn people_see_what_follows_from_a_secret_and_not_the_secret() {
    let works = Works::new();
    works.permit(READS);
    works.keep("plain", Value::Text(SESAME.to_owned()));
    works.keep("map", Value::Text(json!({ "a": SESAME, "b": { "c": SESAME } }).to_string()));
    let secret = format!("get_secret('plain', 'SecretString', '{ROLE}')");
    let map = format!("get_secret('map', 'SecretString', '{ROLE}')");
    let sql = format!(
        "SELECT {secret} AS x, {map} AS map, upper({secret}) AS loud, id FROM 'ask' \
         WHERE token = {secret} AND {map}.b.c = token"
    );
    let actions = republish(&format!("to/${{{map}.a}}"));
    works.rule("ask", &sql, &actions);
    let sent = works.send("ask");
    assert_eq!(sent[0].0, format!("to/{SESAME}"));
    assert!(sent[0].1.contains("OPEN SESAME"), "{sent:?}");
    let story = &works.hall.stories().latest(0, 1, |_| true)[0];
    let rule = &story.rules[0];
    let output = story.output(rule, "0").expect("it matched");
    let veiled = r#"{"x":"***","map":{"a":"***","b":{"c":"***"}},"loud":"***","id":"api"}"#;
    assert_eq!(String::from_utf8(output).expect("text"), veiled);
    let explained = story.explain(rule, "0");
    assert_eq!(explained.matches, Some(true));
    let shown = format!("{explained:?}").to_lowercase();
    assert!(!shown.contains("\"open sesame") && shown.contains("***"), "{shown}");
    let (name, principal) = (RuleName::new("try").expect("a name"), Principal::Anonymous);
    let message = Message {
        topic: Topic::new("ask").expect("a topic"),
        payload: r#"{"id":"api","token":"open sesame"}"#.into(),
        qos: Qos::AtLeastOnce,
        retain: false,
        properties: None,
    };
    let (client_id, source_ip, at, hops, room) = (None, None, NOW, 0, 100);
    let sender = Sender { client_id, principal: &principal, source_ip, at, hops, room };
    let trial = works.hall.try_rule(&name, &text(&sql, &actions, None), &message, &sender);
    let trial = trial.expect("tried");
    assert!(matches!(trial.outcome, RuleOutcome::Matched { .. }), "{trial:?}");
    assert_eq!(String::from_utf8(trial.output.expect("matched")).expect("text"), veiled);
    let notes = trial.notes.join("\n");
    assert!(notes.contains("to/***") && !notes.to_lowercase().contains("sesame"), "{notes}");
}
