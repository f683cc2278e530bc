//! What leaves the house: in order, at least once, and if not, the error action hears of it.

use actions::Missed;
use fleet::{Courier, ErrandFate, LastFailure, RuleOutcome};
use model::RuleName;
use outbox::Outbox;
use registry::{DestinationStatus, ShadowOf};
use serde_json::{Value, json};
use stdx::task::block_on;

use crate::hall::{ROLE, Works, republish};
use crate::house::{NOW, thing_name};

const URL: &str = "https://example.com/in";

fn post() -> Value {
    json!([{ "http": { "url": URL, "headers": [{ "key": "x-room", "value": "${topic(2)}" }] } }])
}

impl Works {
    fn confirmed(&self) -> String {
        let registry = self.house.fleet.registry();
        let made = block_on(registry.create_destination(URL, NOW)).expect("created");
        block_on(registry.confirm_destination(&made.token, NOW)).expect("confirmed");
        made.id
    }

    /// Works off what is due until nothing is.
    pub(crate) fn deliver(&self, courier: &mut Courier, now: u64) -> Option<u64> {
        loop {
            match block_on(courier.step(now)) {
                Some(at) if at <= now => {}
                later => return later,
            }
        }
    }

    fn fate(&self) -> ErrandFate {
        let story = self.hall.stories().latest(0, 1, |_| true).pop().expect("a story");
        let RuleOutcome::Matched { actions, .. } = &story.rules[0].outcome else {
            panic!("it matched")
        };
        actions[0].errands.first().expect("something goes out").fate()
    }
}

#[test]
fn a_request_goes_out_after_its_message_is_on_disk() {
    let works = Works::new();
    works.confirmed();
    works.rule("far", "SELECT t FROM 'a/#'", &post());
    let effects = works.work("a/b", r#"{"t":1,"u":2}"#);
    let mut courier = Courier::new(works.hall.clone());
    assert_eq!(works.deliver(&mut courier, NOW), None, "nothing is on disk");
    works.store.commit(effects.batch).wait().expect("committed");
    effects.receipt.settle(true);
    assert_eq!(works.fate(), ErrandFate::Queued);
    works.deliver(&mut courier, NOW);
    let [asked] = &works.far.take()[..] else { panic!("one request") };
    assert_eq!((asked.url.as_str(), asked.body.as_str()), (URL, r#"{"t":1}"#));
    assert_eq!(asked.headers, [("x-room".to_owned(), "b".to_owned())]);
    assert!(!asked.is_signed);
    assert_eq!(works.fate(), ErrandFate::Delivered);
    assert!(works.outbox.is_empty());
}

#[test]
fn what_was_not_stored_gives_its_room_back() {
    let works = Works::new();
    works.confirmed();
    works.rule("far", "SELECT * FROM 'a'", &post());
    works.work("a", "{}").receipt.settle(false);
    assert_eq!(works.deliver(&mut Courier::new(works.hall.clone()), NOW), None);
    assert_eq!(works.far.take(), []);
}

#[test]
fn a_server_that_is_busy_is_asked_again_and_the_next_message_waits() {
    let works = Works::new();
    works.confirmed();
    works.rule("far", "SELECT * FROM 'a'", &post());
    works.far.fail([Missed::yet("busy"), Missed::yet("busy")]);
    works.publish("a", r#"{"n":1}"#);
    works.publish("a", r#"{"n":2}"#);
    let (mut courier, mut now) = (Courier::new(works.hall.clone()), NOW);
    let mut bodies = Vec::new();
    while let Some(at) = works.deliver(&mut courier, now) {
        bodies.push(works.far.take().len());
        now = at;
    }
    assert_eq!(bodies, [1, 1], "a request, and another after a wait");
    assert_eq!(now - NOW, 3_000, "a second, and two");
    let rest: Vec<String> = works.far.take().into_iter().map(|asked| asked.body).collect();
    assert_eq!(rest, [r#"{"n":1}"#, r#"{"n":2}"#]);
}

#[test]
fn what_does_not_get_there_is_told_to_the_error_action_with_the_end_of_the_entry() {
    let works = Works::new();
    let id = works.confirmed();
    let error_action = republish("errors/${topic()}")[0].clone();
    works.rule_with("far", "SELECT * FROM 'a'", &post(), Some(error_action));
    let mut courier = Courier::new(works.hall.clone());
    let document = |courier: &mut Courier, mut now: u64| {
        works.publish("a", r#"{"n":1}"#);
        while let Some(at) = works.deliver(courier, now) {
            now = at;
        }
        let [(topic, document)] = &works.house.post.take()[..] else { panic!("one document") };
        assert_eq!(topic, "errors/a");
        let document: Value = serde_json::from_str(document).expect("JSON");
        assert_eq!(document["ruleName"], "far");
        assert_eq!(document["base64OriginalPayload"], "eyJuIjoxfQ==");
        assert_eq!(document["failures"][0]["failedAction"], "HttpAction");
        assert_eq!(document["failures"][0]["failedResource"], URL);
        document["failures"][0]["errorMessage"].as_str().expect("a text").to_owned()
    };
    works.far.fail(vec![Missed::yet("busy"); 3]);
    assert_eq!(document(&mut courier, NOW), "busy");
    assert_eq!(works.far.take().len(), 3, "AWS tries three times");
    let (what, told) = ("busy".to_owned(), true);
    assert_eq!(works.fate(), ErrandFate::Failed { what, told });

    works.far.fail([Missed::ever("the server answered 404")]);
    assert_eq!(document(&mut courier, NOW), "the server answered 404");
    assert_eq!(works.far.take().len(), 1);
    assert!(works.outbox.is_empty());

    // Switched off after the message came.
    works.publish("a", r#"{"n":1}"#);
    let registry = works.house.fleet.registry();
    block_on(registry.set_destination(&id, DestinationStatus::Disabled, NOW)).expect("set");
    assert_eq!(works.deliver(&mut courier, NOW), None);
    assert_eq!(works.far.take(), []);
    assert_eq!(works.house.post.take().len(), 1);
    // And before.
    let told = works.publish("a", r#"{"n":1}"#);
    assert!(told[0].1.contains("is not enabled: Disabled"), "{told:?}");
}

#[test]
fn what_goes_out_counts_when_it_got_there_or_was_given_up() {
    let works = Works::new();
    works.confirmed();
    works.rule("far", "SELECT * FROM 'a' WHERE n > 0", &post());
    let mut courier = Courier::new(works.hall.clone());
    let counted = || {
        let rules = works.hall.rules().expect("read");
        let [rule] = &rules[..] else { panic!("one rule") };
        let action = &rule.tally.actions[0];
        let asked = (rule.tally.evaluated(), rule.tally.matched());
        (asked, action.succeeded(), action.failed(), action.last_failure())
    };
    works.publish("a", r#"{"n":0}"#);
    works.publish("a", r#"{"n":1}"#);
    assert_eq!(counted(), ((2, 1), 0, 0, None), "it is on its way");
    works.deliver(&mut courier, NOW);
    assert_eq!(counted(), ((2, 1), 1, 0, None));
    works.far.fail([Missed::ever("the server answered 404")]);
    works.publish("a", r#"{"n":2}"#);
    works.deliver(&mut courier, NOW);
    let failure = LastFailure { at: NOW, what: "the server answered 404".to_owned() };
    assert_eq!(counted(), ((3, 2), 1, 1, Some(failure)));
    assert_eq!((works.hall.totals().matched(), works.hall.totals().failed()), (2, 0));
    // What was not stored comes again, and counts then.
    works.work("a", r#"{"n":3}"#).receipt.settle(false);
    assert_eq!(counted().0, (3, 2));
    // A rule that says something else begins anew; the totals go on.
    let name = RuleName::new("far").expect("a name");
    let registry = works.house.fleet.registry();
    block_on(registry.delete_topic_rule(&name)).expect("deleted");
    works.rule("far", "SELECT * FROM 'a' WHERE n > 7", &post());
    assert_eq!(counted(), ((0, 0), 0, 0, None));
    assert_eq!(works.hall.totals().matched(), 2);
}

#[test]
fn an_entry_outlives_the_process_and_the_rule() {
    let works = Works::new();
    works.confirmed();
    works.rule("far", "SELECT * FROM 'a'", &post());
    works.publish("a", "{}");
    let reopened = Outbox::open(works.store.clone()).expect("counted");
    assert_eq!(reopened.len(), 1);
    let name = RuleName::new("far").expect("a name");
    block_on(works.house.fleet.registry().delete_topic_rule(&name)).expect("deleted");
    works.deliver(&mut Courier::new(works.hall.clone()), NOW);
    assert_eq!(works.far.take().len(), 1);
}

#[test]
fn a_request_is_signed_by_the_role_of_the_action() {
    let works = Works::new();
    works.confirmed();
    let sigv4 =
        json!({ "signingRegion": "eu-west-1", "serviceName": "execute-api", "roleArn": ROLE });
    works.rule(
        "far",
        "SELECT * FROM 'a'",
        &json!([{ "http": { "url": URL, "auth": { "sigv4": sigv4 } } }]),
    );
    works.publish("a", "{}");
    works.deliver(&mut Courier::new(works.hall.clone()), NOW);
    assert!(works.far.take()[0].is_signed);
}

#[test]
fn a_rule_changes_a_shadow_by_a_message_to_the_house() {
    let works = Works::new();
    works.rule(
        "shadow",
        "SELECT t AS state.reported.t FROM 'sensors/+'",
        &republish("$$aws/things/${topic(2)}/shadow/update"),
    );
    for t in [1, 2] {
        assert_eq!(works.publish("sensors/lamp", &format!(r#"{{"t":{t}}}"#)), []);
    }
    works.deliver(&mut Courier::new(works.hall.clone()), NOW);
    let lamp = ShadowOf { thing: thing_name("lamp"), name: None };
    let shadow = works.house.fleet.shadow(&lamp).expect("a shadow");
    assert_eq!(shadow["state"], json!({ "reported": { "t": 2 } }));
    assert_eq!(shadow["version"], 2);
    let told = works.house.post.take();
    let of_rule = told.iter().filter(|(topic, _)| topic == "$aws/things/lamp/shadow/update");
    assert_eq!(of_rule.count(), 2, "those who listen to the topic hear of it");
    works.permit(r#""dynamodb:*""#);
    works.publish("sensors/lamp", r#"{"t":3}"#);
    assert!(works.outbox.is_empty(), "the role may not publish");
}

#[test]
fn a_rule_writes_lines_with_its_message() {
    let works = Works::new();
    let group = model::LogGroupName::new("lamps").expect("a name");
    let action = |is_batch: bool| {
        json!([{ "cloudwatchLogs": {
            "roleArn": ROLE, "logGroupName": "${topic(1)}", "batchMode": is_batch
        } }])
    };
    let error_action = republish("errors")[0].clone();
    works.rule_with("one", "SELECT t FROM 'lamps'", &action(false), Some(error_action.clone()));
    works.rule_with("many", "SELECT VALUE lines FROM 'lamps'", &action(true), Some(error_action));
    let failed = |payload: &str| {
        let told = works.publish("lamps", payload).into_iter();
        let message = |(_, document): (String, String)| {
            let document: Value = serde_json::from_str(&document).expect("JSON");
            document["failures"][0]["errorMessage"].as_str().expect("a text").to_owned()
        };
        told.map(message).collect::<Vec<_>>().join("; ")
    };
    let old = NOW - 15 * 24 * 3_600_000;
    let lines = |at: u64| format!(r#"{{"t":1,"lines":[{{"timestamp":{at},"message":"m"}}]}}"#);
    assert!(failed(&lines(NOW)).contains("logs:CreateLogStream"), "the role may not");
    works.permit(r#""logs:*", "iot:*""#);
    assert!(failed(&lines(NOW)).contains("The specified log group does not exist."));
    block_on(works.logs.create_group(&group, [].into(), NOW)).expect("created");
    assert_eq!(failed(&lines(NOW)), "");
    assert!(failed(&lines(old)).contains("too old"));
    assert!(failed(r#"{"t":1,"lines":7}"#).contains("a list of objects"));
    let found = |stream: &str| {
        let stream = model::LogStreamName::new(stream).expect("a name");
        let (group, stream) = (&group, &stream);
        let (from, until, token) = (0, None, None);
        let (from_head, limit) = (true, 9);
        let query = logs::EventQuery { group, stream, from, until, token, from_head, limit };
        let page = works.logs.events(&query).expect("read");
        page.events.into_iter().map(|event| event.message).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(found("one"), r#"{"t":1} {"t":1} {"t":1}"#);
    assert_eq!(found("many"), "m");
}

#[test]
fn an_update_sets_one_attribute_or_tells_why_it_could_not() {
    let works = Works::new();
    let action = json!([{ "dynamoDB": {
        "roleArn": ROLE, "tableName": "Temperature", "operation": "UPDATE",
        "hashKeyField": "sensor_id", "hashKeyValue": "s",
        "rangeKeyField": "timestamp", "rangeKeyValue": "1", "rangeKeyType": "NUMBER",
        "payloadField": "${field}",
    } }]);
    works.rule("keep", "SELECT * FROM 'put'", &crate::hall::put_item());
    works.publish("put", r#"{"sensor_id":"s","timestamp":1,"at":"home"}"#);
    let error_action = republish("errors")[0].clone();
    works.rule_with("set", "SELECT VALUE is FROM 'set'", &action, Some(error_action));
    let mut courier = Courier::new(works.hall.clone());
    let mut set = |payload: &str| {
        works.publish("set", payload);
        works.deliver(&mut courier, NOW);
        works.house.post.take()
    };
    assert_eq!(set(r#"{"field":"state","is":{"on":true}}"#), []);
    let item = r#"{"at":{"S":"home"},"sensor_id":{"S":"s"},"state":{"M":{"on":{"BOOL":true}}},"timestamp":{"N":"1"}}"#;
    let kept = |works: &Works| serde_json::to_string(&works.items()[0]).expect("JSON");
    assert_eq!(kept(&works), item);

    let [(topic, document)] = &set(r#"{"field":"sensor_id","is":"t"}"#)[..] else {
        panic!("one document")
    };
    assert_eq!(topic, "errors");
    assert!(document.contains("Cannot update attribute sensor_id"), "{document}");
    assert!(document.contains(r#""failedAction":"DynamoDBAction""#), "{document}");
    assert_eq!(kept(&works), item);
    assert!(works.outbox.is_empty());
}

#[test]
fn a_rule_sends_to_a_queue_with_its_message() {
    let works = Works::new();
    let name = model::QueueName::new("jobs").expect("a name");
    let made = works.queues.create(&name, Default::default(), Default::default());
    let queue = block_on(made).expect("made");
    let action = |is_base64: bool| {
        json!([{ "sqs": {
            "roleArn": ROLE, "queueUrl": "http://localhost:4566/000000000000/${queue}",
            "useBase64": is_base64,
        } }])
    };
    let error_action = republish("errors")[0].clone();
    works.rule_with("plain", "SELECT t FROM 'a'", &action(false), Some(error_action.clone()));
    works.rule_with("coded", "SELECT t FROM 'b'", &action(true), Some(error_action));
    let refusal = |payload: &str| works.publish("a", payload).pop().expect("one document").1;
    assert!(refusal(r#"{"queue":"jobs"}"#).contains("sqs:SendMessage on resource: arn:aws:sqs:"));
    works.permit(r#""iot:Publish", "sqs:*""#);
    assert!(refusal(r#"{"queue":"none"}"#).contains("The specified queue does not exist."));
    assert_eq!(works.publish("a", r#"{"queue":"jobs","t":1}"#), []);
    assert_eq!(works.publish("b", r#"{"queue":"jobs","t":1}"#), []);
    let receive = queues::Receive { most: 10, visibility_secs: None, wait_secs: Some(0) };
    let received = block_on(works.queues.receive(&queue.name, receive)).expect("received");
    let bodies: Vec<&str> = received.iter().map(|message| message.body.as_str()).collect();
    assert_eq!(bodies, [r#"{"t":1}"#, "eyJ0IjoxfQ=="]);
}

#[test]
fn a_rule_writes_objects_with_its_message() {
    let works = Works::new();
    let bucket = model::BucketName::new("routes").expect("a name");
    let action = json!([{ "s3": {
        "roleArn": ROLE, "bucketName": "${topic(1)}", "key": "trips/${trip}.json",
        "cannedAcl": "private"
    } }]);
    let error_action = republish("errors")[0].clone();
    works.rule_with("keep", "SELECT trip, at FROM 'routes'", &action, Some(error_action));
    let failed = || {
        let told = works.publish("routes", r#"{"trip":7,"at":[1,2]}"#);
        told.into_iter().map(|(_, document)| document).collect::<String>()
    };
    assert!(failed().contains("s3:PutObject"), "the role may not");
    works.permit(r#""s3:PutObject", "iot:*""#);
    assert!(failed().contains("The specified bucket does not exist"));
    let settings = objects::Settings::default();
    block_on(works.objects.create_bucket(&bucket, settings, NOW)).expect("created");
    assert_eq!(failed(), "");
    let key = model::ObjectKey::new("trips/7.json").expect("a key");
    let found = works.objects.find(&bucket, &key, objects::VersionRef::Current).expect("kept");
    let bytes = found.version.details.bytes;
    let reader = works.objects.read(found, 0..bytes).expect("read");
    assert_eq!(reader.at_hand().expect("small"), r#"{"trip":7,"at":[1,2]}"#);
}
