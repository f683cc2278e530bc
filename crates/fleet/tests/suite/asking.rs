//! Rules that ask functions: put off with their message, run later, and what follows is there once.

use fleet::{Courier, Effects, ErrandFate, NotInvoked, RuleOutcome, Story};
use outbox::Outbox;
use serde_json::{Value, json};
use std::sync::Arc;
use stdx::task::block_on;

use crate::hall::{ROLE, Works, put_item, republish, text};
use crate::house::{House, NOW};

const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:f";
const RULE: &str = "arn:aws:iot:us-east-1:000000000000:rule/ask";

/// How many messages may follow from a message each of which follows from the one before, as the broker
/// has it.
const HOPS_MAX: u8 = 10;

fn asking(sql: &str) -> String {
    sql.replace("ASK(", &format!("aws_lambda('{FUNCTION}', "))
}

impl Works {
    fn ask(&self, sql: &str, actions: &Value) {
        self.rule_with("ask", &asking(sql), actions, Some(republish("errors")[0].clone()));
    }

    /// Runs what was put off, and tells what was published by it.
    fn run(&self) -> Vec<(String, String)> {
        let (mut courier, mut now) = (Courier::new(self.hall.clone()), NOW);
        while let Some(at) = self.deliver(&mut courier, now) {
            now = at;
        }
        self.house.post.take()
    }

    /// Newest first.
    fn stories(&self) -> Vec<Arc<Story>> {
        self.hall.stories().latest(0, 100, |_| true)
    }
}

fn deferred(story: &Story) -> (&str, ErrandFate) {
    let RuleOutcome::Deferred { errand } = &story.rules[0].outcome else { panic!("{story:?}") };
    (&errand.resource, errand.fate())
}

fn busy() -> NotInvoked {
    NotInvoked::Busy { arn: FUNCTION.to_owned(), what: "Rate Exceeded.".to_owned() }
}

fn told(payload: &str) -> Vec<(String, String)> {
    vec![("told".to_owned(), payload.to_owned())]
}

#[test]
fn a_rule_that_selects_what_a_function_says_runs_after_its_message() {
    let works = Works::new();
    works.ask(
        "SELECT ASK({'n': n}).twice AS twice, n, topic(1) AS t FROM 'a/#'",
        &republish("told"),
    );
    works.house.functions.answer(FUNCTION, json!({ "twice": 14 }));
    assert_eq!(works.publish("a/b", r#"{"n":7}"#), [], "the message does not wait");
    assert_eq!(works.house.functions.asked(), []);
    assert_eq!(works.outbox.len(), 1);
    let message = works.stories().remove(0);
    assert_eq!(deferred(&message), (FUNCTION, ErrandFate::Queued));

    let published = {
        works.deliver(&mut Courier::new(works.hall.clone()), NOW);
        works.house.post.take_messages()
    };
    let [(published, hops)] = &published[..] else { panic!("one message, not {published:?}") };
    assert_eq!(published.payload, r#"{"twice":14,"n":7,"t":"a"}"#);
    assert_eq!((published.topic.as_str(), *hops), ("told", 1));
    assert_eq!(works.house.functions.asked(), [(RULE.to_owned(), json!({ "n": 7 }))]);
    assert!(works.outbox.is_empty());

    // The run has a story of its own, found by the trace of its message.
    assert_eq!(deferred(&message), (FUNCTION, ErrandFate::Delivered));
    let of_trace = works.hall.stories().of_trace(message.trace_id.as_str());
    let [run, first] = &of_trace[..] else { panic!("two stories") };
    assert_eq!((first.id, run.fate()), (message.id, fleet::Fate::Kept));
    assert!(matches!(&run.rules[0].outcome, RuleOutcome::Matched { .. }));
    let output = run.output(&run.rules[0], "000000000000").expect("it matched");
    assert_eq!(output, br#"{"twice":14,"n":7,"t":"a"}"#);
    assert_eq!(run.client_id, message.client_id);
    assert_eq!(run.principal, message.principal);
}

#[test]
fn a_clause_asks_and_one_that_is_false_before_asks_nobody() {
    let works = Works::new();
    works.ask("SELECT n FROM 'a' WHERE n > 1 AND ASK(*).is = true", &republish("told"));
    works.publish("a", r#"{"n":1}"#);
    assert!(works.outbox.is_empty());
    assert!(matches!(works.stories()[0].rules[0].outcome, RuleOutcome::NoMatch));
    for (is, expected) in [(true, told(r#"{"n":2}"#)), (false, Vec::new())] {
        works.house.functions.answer(FUNCTION, json!({ "is": is }));
        works.publish("a", r#"{"n":2}"#);
        assert_eq!(works.run(), expected);
        assert_eq!(works.house.functions.asked().len(), 1);
    }
    assert!(matches!(works.stories()[0].rules[0].outcome, RuleOutcome::NoMatch));
}

#[test]
fn a_template_of_an_action_asks_and_no_action_acts_before() {
    let works = Works::new();
    let actions = json!([
        put_item()[0],
        { "republish": { "roleArn": ROLE, "topic": asking("to/${ASK(n).to}/${ASK(m).to}") } },
    ]);
    works.ask("SELECT * FROM 'a' WHERE n > 0", &actions);
    works.house.functions.answer(FUNCTION, json!({ "to": "me" }));
    works.publish("a", r#"{"n":0}"#);
    assert!(works.outbox.is_empty());
    works.publish("a", r#"{"n":1,"m":2,"sensor_id":"s","timestamp":1}"#);
    assert_eq!(works.items(), []);
    assert_eq!(deferred(&works.stories()[0]).0, FUNCTION);
    let published = works.run();
    assert_eq!(published[0].0, "to/me/me");
    assert_eq!(works.items().len(), 1);
    let asked: Vec<Value> = works.house.functions.asked().into_iter().map(|(_, n)| n).collect();
    assert_eq!(asked, [json!(1), json!(2)]);
}

#[test]
fn a_function_that_fails_is_told_to_the_error_action() {
    let works = Works::new();
    works.ask("SELECT ASK(*) AS a FROM 'a'", &republish("told"));
    let failures = [
        NotInvoked::Failed { arn: FUNCTION.to_owned(), what: "it broke".to_owned() },
        NotInvoked::Forbidden { arn: FUNCTION.to_owned(), source_arn: RULE.to_owned() },
        NotInvoked::Late { arn: FUNCTION.to_owned() },
    ];
    for failure in failures {
        works.house.functions.refuse([failure.clone()]);
        works.publish("a", r#"{"n":1}"#);
        let [(topic, document)] = &works.run()[..] else { panic!("one document") };
        assert_eq!(topic, "errors");
        let document: Value = serde_json::from_str(document).expect("JSON");
        assert_eq!(document["base64OriginalPayload"], "eyJuIjoxfQ==");
        assert_eq!(document["clientId"], "sensor-1");
        assert_eq!(document["failures"][0]["failedAction"], "RuleEvaluation");
        let what = document["failures"][0]["errorMessage"].as_str().expect("a text");
        assert!(what.contains(&failure.to_string()), "{what}");
        let stories = works.stories();
        let RuleOutcome::Failed(why) = &stories[0].rules[0].outcome else { panic!("{stories:?}") };
        assert_eq!(why, what);
        assert_eq!(deferred(&stories[1]).1, ErrandFate::Delivered);
    }
    assert!(works.outbox.is_empty());
}

#[test]
fn what_fails_may_have_a_default() {
    let works = Works::new();
    works.ask("SELECT get_or_default(ASK(*), 'none') AS a FROM 'a'", &republish("told"));
    works.publish("a", "{}");
    assert_eq!(works.run(), told(r#"{"a":"none"}"#), "there is no such function");
}

#[test]
fn a_function_that_is_busy_is_asked_again_and_then_has_failed() {
    let works = Works::new();
    works.ask("SELECT ASK(*) AS a FROM 'a'", &republish("told"));
    works.house.functions.answer(FUNCTION, json!(1));
    works.house.functions.refuse([busy(), busy()]);
    works.publish("a", "{}");
    let mut courier = Courier::new(works.hall.clone());
    let again = works.deliver(&mut courier, NOW).expect("again");
    let (attempts, what) = (1, "Rate Exceeded.".to_owned());
    assert_eq!(deferred(&works.stories()[0]).1, ErrandFate::Missed { attempts, what });
    assert_eq!(again - NOW, 1_000);
    let third = works.deliver(&mut courier, again).expect("again");
    assert_eq!(works.deliver(&mut courier, third), None);
    assert_eq!(works.house.post.take(), told(r#"{"a":1}"#));

    works.house.functions.asked();
    works.house.functions.refuse(std::iter::repeat_with(busy).take(5));
    works.publish("a", "{}");
    let [(topic, document)] = &works.run()[..] else { panic!("one document") };
    assert_eq!(topic, "errors");
    assert!(document.contains("cannot be invoked now: Rate Exceeded."), "{document}");
    assert_eq!(works.house.functions.asked().len(), 5);
    assert!(works.outbox.is_empty());
}

#[test]
fn messages_of_one_topic_are_run_in_order_and_beside_those_of_others() {
    let works = Works::new();
    works.ask("SELECT ASK(n) AS a, n FROM 'a/+'", &republish("told/${topic(2)}"));
    works.house.functions.answer(FUNCTION, json!(0));
    // The first of one topic must wait.
    works.house.functions.refuse([busy()]);
    for (topic, n) in [("a/b", 1), ("a/b", 2), ("a/c", 3), ("a/b", 4)] {
        works.publish(topic, &json!({ "n": n }).to_string());
    }
    let published: Vec<(String, Value)> = works
        .run()
        .into_iter()
        .map(|(topic, payload)| (topic, serde_json::from_str(&payload).expect("JSON")))
        .map(|(topic, payload): (String, Value)| (topic, payload["n"].clone()))
        .collect();
    let expected = [("told/c", 3), ("told/b", 1), ("told/b", 2), ("told/b", 4)];
    assert_eq!(published, expected.map(|(topic, n)| (topic.to_owned(), json!(n))));
}

#[test]
fn rules_that_feed_each_other_through_functions_end() {
    let works = Works::new();
    works.ask("SELECT ASK(*) AS a FROM 'a'", &republish("a"));
    works.house.functions.answer(FUNCTION, json!(1));
    works.publish("a", "{}");
    let (mut courier, mut ran) = (Courier::new(works.hall.clone()), 0);
    loop {
        works.deliver(&mut courier, NOW);
        let published = works.house.post.take_messages();
        let Some((message, hops)) = published.into_iter().next() else { break };
        ran += 1;
        assert_eq!(hops, ran);
        let payload = std::str::from_utf8(&message.payload).expect("text");
        let room = if hops < HOPS_MAX { 100 } else { 0 };
        works.commit(works.work_after("a", payload, hops, room));
    }
    assert_eq!(ran, HOPS_MAX);
    assert!(works.outbox.is_empty());
    let RuleOutcome::Matched { actions, .. } = &works.stories()[0].rules[0].outcome else {
        panic!("it matched")
    };
    assert!(actions[0].failure.is_some(), "the last may publish nothing");
}

#[test]
fn a_rule_is_run_as_it_is_then_and_not_at_all_if_it_is_gone() {
    let works = Works::new();
    let name = model::RuleName::new("ask").expect("a name");
    works.ask("SELECT ASK(*) AS a FROM 'a'", &republish("told"));
    works.house.functions.answer(FUNCTION, json!(1));
    works.publish("a", "{}");
    let other = text(&asking("SELECT ASK(*) AS b FROM 'a'"), &republish("told"), None);
    let registry = works.house.fleet.registry();
    block_on(registry.replace_topic_rule(&name, other)).expect("replaced");
    assert_eq!(works.run(), told(r#"{"b":1}"#));
    works.publish("a", "{}");
    works.house.functions.asked();
    block_on(registry.switch_topic_rule(&name, true)).expect("switched");
    assert_eq!(works.run(), []);
    assert_eq!(works.house.functions.asked(), []);
    assert!(works.outbox.is_empty());
    let what = "the rule was deleted or switched off before its turn came".to_owned();
    assert_eq!(deferred(&works.stories()[0]).1, ErrandFate::Failed { what, told: false });
}

#[test]
fn a_run_outlives_the_process_and_basic_ingest() {
    let works = Works::new();
    works.ask("SELECT ASK(*) AS a, topic() AS t, rand() AS r", &republish("told"));
    works.house.functions.answer(FUNCTION, json!(1));
    works.publish("$aws/rules/ask/b/c", "{}");
    let seen = works.run();
    let payload: Value = serde_json::from_str(&seen[0].1).expect("JSON");
    assert_eq!(payload["t"], "b/c");

    works.publish("$aws/rules/ask/b/c", "{}");
    let store = works.store.clone();
    assert_eq!(Outbox::open(store.clone()).expect("counted").len(), 1);
    let allow = r#"{"Statement":{"Effect":"Allow","Action":"iot:*","Resource":"*"}}"#;
    let after = Works::on(House::on(store, allow));
    after.house.functions.answer(FUNCTION, json!(2));
    let [(_, payload)] = &after.run()[..] else { panic!("one message") };
    assert!(payload.contains(r#""a":2,"t":"b/c""#), "{payload}");
    assert_eq!(after.run(), []);
}

#[test]
fn a_commit_that_fails_leaves_nothing_and_the_function_is_asked_again() {
    let works = Works::new();
    works.ask("SELECT *, ASK(*) AS a FROM 'a'", &put_item());
    works.house.functions.answer(FUNCTION, json!(1));
    let publish = |works: &Works| {
        works.publish("a", r#"{"sensor_id":"s","timestamp":1}"#);
    };
    publish(&works);
    works.house.post.fail_next();
    let mut courier = Courier::new(works.hall.clone());
    let again = works.deliver(&mut courier, NOW).expect("again");
    assert_eq!((works.items().len(), works.outbox.len()), (0, 1));
    assert_eq!(works.stories().len(), 1, "a run that came to nothing has no story");
    assert_eq!(works.deliver(&mut courier, again), None);
    assert_eq!((works.items().len(), works.outbox.len()), (1, 0));
    assert_eq!(works.house.functions.asked().len(), 2, "at least once");
}

#[test]
fn a_full_outbox_fails_the_rule() {
    let works = Works::new();
    works.ask("SELECT ASK(*) AS a FROM 'a'", &republish("told"));
    let mut promised: Vec<Effects> =
        (0..outbox::ENTRIES_PER_TARGET_MAX).map(|_| works.work("a", "{}")).collect();
    let [(topic, document)] = &works.publish("a", "{}")[..] else { panic!("one document") };
    assert_eq!(topic, "errors");
    assert!(document.contains("wait for it already"), "{document}");
    assert!(document.contains(&format!(r#""failedResource":"{FUNCTION}""#)), "{document}");
    // What is not stored gives its room back.
    promised.pop().expect("some").receipt.settle(false);
    assert_eq!(works.publish("a", "{}"), []);
}

#[test]
fn a_rule_asks_at_most_so_many_functions() {
    let works = Works::new();
    works.ask("SELECT (SELECT VALUE ASK(*) FROM list) AS l FROM 'a'", &republish("told"));
    works.house.functions.answer(FUNCTION, json!(1));
    let list = |count: usize| json!({ "list": (0..count).collect::<Vec<_>>() }).to_string();
    works.publish("a", &list(16));
    assert_eq!(works.run()[0].0, "told");
    assert_eq!(works.house.functions.asked().len(), 16);
    works.publish("a", &list(17));
    assert!(works.run()[0].1.contains("more than 16"));
    assert_eq!(works.house.functions.asked().len(), 16);
}

#[test]
fn an_error_action_may_not_ask_and_a_trial_asks_nobody() {
    let works = Works::new();
    let name = model::RuleName::new("ask").expect("a name");
    let error_action = republish(&asking("${ASK(*)}"))[0].clone();
    let text_of =
        |error_action| text(&asking("SELECT ASK(*) AS a FROM 'a'"), &json!([]), error_action);
    let refusal = works.hall.check_rule(&name, &text_of(Some(error_action))).expect_err("refused");
    assert!(refusal.to_string().contains("aws_lambda is not supported in an error action"));
    let sender = fleet::Sender {
        client_id: None,
        principal: &model::Principal::Anonymous,
        source_ip: None,
        at: NOW,
        hops: 0,
        room: 1,
    };
    let message = model::Message {
        topic: model::Topic::new("a").expect("a topic"),
        payload: "{}".into(),
        qos: model::Qos::AtLeastOnce,
        retain: false,
        properties: None,
    };
    let trial = works.hall.try_rule(&name, &text_of(None), &message, &sender).expect("tried");
    assert!(matches!(trial.outcome, RuleOutcome::Deferred { .. }));
    let note = format!("ask the function {FUNCTION} when a message comes, and then go on");
    assert_eq!(trial.notes, [note]);
    assert!(works.outbox.is_empty() && works.house.functions.asked().is_empty());
}
