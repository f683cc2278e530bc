//! Rules on recorded messages: tried, and done later.

use std::sync::Arc;

use fleet::{ReplayError, Replayed, Showing, TriedMany, Verdicts};
use items::Value;
use kv::{Committer, MemorySettled, Options, SimDisk, Store, Survival};
use model::{RuleName, TopicFilter};
use recordings::{Asked, Limits};
use serde_json::json;
use stdx::task::block_on;

use crate::hall::{Works, put_item, republish, text};
use crate::house::{House, NOW};

/// Each item is new, by what only the message's own seed and time give.
const KEEP: &str =
    "SELECT newuuid() AS sensor_id, timestamp() AS timestamp, t FROM 'a/+' WHERE t > 1";
const WRONG: &str = "SELECT * FROM 'a/+' WHERE t > 100";

const ALL: Showing = Showing { each_max: 1, leaves_out_done: true };

fn rule_name() -> RuleName {
    RuleName::new("hot").expect("a name")
}

impl Works {
    fn record(&self, filter: &str) {
        let filter = TopicFilter::new(filter).expect("a filter");
        let started = self.hall.recordings().start(&filter, Limits::default(), NOW);
        block_on(started).expect("started");
    }

    fn correct(&self, sql: &str) {
        let text = text(sql, &put_item(), None);
        let registry = self.house.fleet.registry();
        block_on(registry.replace_topic_rule(&rule_name(), text)).expect("replaced");
    }

    fn tried(&self) -> TriedMany {
        let rule = self.house.fleet.registry().topic_rule(&rule_name()).expect("read");
        let text = rule.expect("a rule").text;
        self.hall.try_on_recorded(&rule_name(), &text, &Asked::default(), ALL).expect("tried")
    }

    fn replay(&self) -> Result<Replayed, ReplayError> {
        let digest = self.tried().digest;
        block_on(self.hall.replay(&rule_name(), &digest, &Asked::default()))
    }
}

fn verdicts(matched: u64, unmatched: u64, failed: u64, done_before: u64) -> Verdicts {
    Verdicts { matched, unmatched, failed, done_before }
}

#[test]
fn a_corrected_rule_does_what_it_missed_and_only_once() {
    let works = Works::new();
    works.record("a/+");
    works.rule("hot", WRONG, &put_item());
    for t in 1..=3 {
        works.publish("a/b", &json!({ "t": t }).to_string());
    }
    assert_eq!(works.items(), []);
    works.correct(KEEP);
    works.house.hands.advance(std::time::Duration::from_secs(5));
    assert_eq!(works.tried().verdicts, verdicts(2, 1, 0, 0));
    assert_eq!(works.items(), [], "a trial writes nothing");

    assert_eq!(works.replay().expect("replayed").verdicts, verdicts(2, 1, 0, 0));
    let items = works.items();
    assert_eq!(items.len(), 2);
    let stamp = Some(Value::N(items::Number::parse(&NOW.to_string()).expect("a number")));
    assert!(items.iter().all(|item| item.get("timestamp") == stamp.as_ref()), "{items:?}");
    assert_eq!(works.replay().expect("replayed").verdicts, verdicts(0, 1, 0, 2));
    assert_eq!(works.items(), items);
}

#[test]
fn what_a_rule_did_when_the_message_came_is_not_done_again() {
    let works = Works::new();
    works.record("#");
    works.rule("hot", KEEP, &put_item());
    works.publish("a/b", r#"{"t": 2}"#);
    works.publish("elsewhere", r#"{"t": 2}"#);
    assert_eq!(works.items().len(), 1);
    assert_eq!(works.replay().expect("replayed").verdicts, verdicts(0, 0, 0, 1));
    assert_eq!(works.items().len(), 1);
    // A trial that leaves nothing out makes the same item of it.
    let rule = works.house.fleet.registry().topic_rule(&rule_name()).expect("read");
    let showing = Showing { leaves_out_done: false, ..ALL };
    let text = rule.expect("a rule").text;
    let tried = works.hall.try_on_recorded(&rule_name(), &text, &Asked::default(), showing);
    let shown = tried.expect("tried").shown.remove(0);
    let output = String::from_utf8(shown.trial.output.expect("matched")).expect("text");
    let items = works.items();
    let Some(Value::S(id)) = items[0].get("sensor_id") else { panic!("an id in {items:?}") };
    assert!(output.contains(id.as_str()), "{id} in {output}");
}

#[test]
fn what_fails_leaves_nothing_and_may_be_tried_again() {
    let works = Works::new();
    works.record("a/+");
    works.permit(r#""iot:Publish""#);
    let both = json!([republish("copy")[0], put_item()[0]]);
    works.rule_with("hot", KEEP, &both, Some(republish("errors")[0].clone()));
    let told = works.publish("a/b", r#"{"t": 2}"#);
    let topics: Vec<&str> = told.iter().map(|(topic, _)| &**topic).collect();
    assert_eq!(topics, ["copy", "errors"]);

    let replayed = works.replay().expect("replayed");
    assert_eq!(replayed.verdicts, verdicts(0, 0, 1, 0));
    assert!(replayed.failures[0].what.contains("dynamodb:PutItem"), "{replayed:?}");
    assert_eq!(works.house.post.take(), []);

    works.permit(r#""iot:Publish", "dynamodb:PutItem""#);
    assert_eq!(works.replay().expect("replayed").verdicts, verdicts(1, 0, 0, 0));
    assert_eq!(works.house.post.take().len(), 1);
    assert_eq!(works.items().len(), 1);
    assert_eq!(works.replay().expect("replayed").verdicts, verdicts(0, 0, 0, 1));
}

#[test]
fn a_rule_that_changed_since_it_was_looked_at_is_not_replayed() {
    let works = Works::new();
    works.rule("hot", WRONG, &put_item());
    let digest = works.tried().digest;
    works.correct(KEEP);
    let replay = |name: &str| {
        let name = RuleName::new(name).expect("a name");
        block_on(works.hall.replay(&name, &digest, &Asked::default()))
    };
    assert!(matches!(replay("hot"), Err(ReplayError::Changed { .. })));
    assert!(matches!(replay("cold"), Err(ReplayError::NotFound { .. })));
}

#[test]
fn a_message_for_one_rule_alone_is_replayed_for_that_one() {
    let works = Works::new();
    works.record("$aws/rules/#");
    works.rule("hot", WRONG, &put_item());
    works.publish("$aws/rules/hot/a/b", r#"{"t": 7}"#);
    works.publish("$aws/rules/cold/a/b", r#"{"t": 7}"#);
    works.correct("SELECT topic(2) AS sensor_id, 1 AS timestamp FROM 'a/+'");
    assert_eq!(works.replay().expect("replayed").verdicts, verdicts(1, 0, 0, 0));
    assert_eq!(works.items()[0].get("sensor_id"), Some(&"b".into()));
}

#[test]
fn where_nothing_is_recorded_there_is_no_hall_and_where_something_is_there_is_one() {
    let works = Works::new();
    let has_hall = || works.hall.of_topic(&model::Topic::new("a/b").expect("a topic")).is_some();
    assert!(!has_hall());
    let epoch = works.hall.epoch();
    works.record("a/+");
    assert!(has_hall() && works.hall.epoch() > epoch);
    works.publish("a/b", "no rule is asked");
    assert!(works.hall.stories().latest(0, 9, |_| true).is_empty());
    assert_eq!(works.hall.recordings().list().expect("read")[0].size.messages, 1);
}

/// Power fails at every operation on the disk while messages are replayed: what was done and what is
/// known to be done agree, and going on does the rest.
#[test]
fn a_replay_that_was_cut_off_goes_on_where_it_was() {
    // More than are committed at once.
    const MESSAGES: usize = 210;
    for survival in [Survival::Nothing, Survival::Everything] {
        for operations in 1.. {
            let disk = SimDisk::new();
            let settled = Arc::new(MemorySettled::new(&disk));
            let open = || {
                let options = Options::for_tests(Committer::Threads);
                let disk = Arc::new(disk.clone());
                let store = Store::open_on(disk, Arc::clone(&settled) as Arc<_>, options);
                let allow = r#"{"Statement":{"Effect":"Allow","Action":"iot:*","Resource":"*"}}"#;
                Works::on(House::on(store.expect("opened"), allow))
            };
            let works = open();
            works.furnish();
            works.record("a/+");
            works.rule("hot", WRONG, &put_item());
            for t in 0..MESSAGES {
                works.publish("a/b", &json!({ "t": t + 2 }).to_string());
            }
            works.correct(KEEP);
            disk.crash_after(operations);
            let was_cut_off = works.replay().is_err();
            drop(works);
            disk.restart(survival);

            let works = open();
            let done = works.tried().verdicts.done_before;
            assert_eq!(works.items().len() as u64, done);
            let rest = MESSAGES as u64 - done;
            assert_eq!(works.replay().expect("replayed").verdicts, verdicts(rest, 0, 0, done));
            assert_eq!(works.items().len(), MESSAGES);
            if !was_cut_off {
                break;
            }
        }
    }
}

#[test]
fn a_rule_that_asks_a_function_is_replayed_by_being_put_off() {
    const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:f";
    let asking = KEEP.replace("t FROM", &format!("aws_lambda('{FUNCTION}', t) AS t FROM"));
    let works = Works::new();
    works.house.functions.answer(FUNCTION, json!(7));
    works.record("a/+");
    works.rule("hot", WRONG, &put_item());
    works.publish("a/b", r#"{"t":1}"#);
    works.publish("a/b", r#"{"t":2}"#);
    works.correct(&asking);
    assert_eq!(works.tried().verdicts, verdicts(1, 1, 0, 0));
    assert!(works.outbox.is_empty(), "a trial asks nobody");
    assert_eq!(works.replay().expect("replayed").verdicts, verdicts(1, 1, 0, 0));
    assert_eq!(works.items(), []);
    let mut courier = fleet::Courier::new(works.hall.clone());
    assert_eq!(works.deliver(&mut courier, NOW), None);
    assert_eq!(works.items()[0].get("t"), Some(&Value::from(7)));
    // What was put off as it came is not done again either.
    works.publish("a/b", r#"{"t":3}"#);
    assert_eq!(works.replay().expect("replayed").verdicts, verdicts(0, 1, 0, 2));
    works.deliver(&mut courier, NOW);
    assert_eq!(works.items().len(), 2);
    let asked: Vec<_> = works.house.functions.asked().into_iter().map(|(_, input)| input).collect();
    assert_eq!(asked, [json!(2), json!(3)]);
}
