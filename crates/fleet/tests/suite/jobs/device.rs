//! What a device says over MQTT, and what it is told.

use std::rc::Rc;

use fleet::{JobRef, JobsRequest};
use jobs::ExecutionStatus::{Failed, InProgress, Succeeded};
use model::ThingName;
use proptest::prelude::*;
use serde_json::{Value, json};
use stdx::task::block_on;

use crate::jobs::works::{START, Works, careful, job_id, new_job, thing};

const SECONDS: u64 = START / 1_000;

fn ask(works: &Works, thing: &ThingName, rest: &str, payload: &str) -> (String, Value) {
    let request = JobsRequest::parse(rest).expect("a request");
    let answer = block_on(works.fleet.answer_jobs(thing, &request, payload.as_bytes()));
    let answer = answer.expect("the store works");
    let end = answer.topic.as_str().strip_prefix(&format!("$aws/things/{thing}/jobs/{rest}/"));
    let end = end.expect("below what was asked").to_owned();
    (end, serde_json::from_slice(&answer.payload).expect("JSON"))
}

fn works() -> Works {
    let works = Works::with_things(1);
    let mut new = new_job("update", [0]);
    new.config = careful(10);
    block_on(works.fleet.create_job(new)).expect("created");
    works.settle();
    works
}

#[test]
fn a_thing_is_told_and_does_its_job() {
    let works = works();
    let lamp = thing(0);
    let summary = json!({
        "jobId": "update", "queuedAt": SECONDS, "lastUpdatedAt": SECONDS,
        "executionNumber": 1, "versionNumber": 1,
    });
    let execution = json!({
        "jobId": "update", "thingName": "thing-000", "status": "QUEUED", "queuedAt": SECONDS,
        "lastUpdatedAt": SECONDS, "versionNumber": 1, "executionNumber": 1,
        "jobDocument": {"do": "it"},
    });
    let list = json!({ "timestamp": SECONDS, "jobs": { "QUEUED": [summary] } });
    let next = json!({ "timestamp": SECONDS, "execution": execution });
    assert_eq!(
        works.post.take(),
        [
            ("$aws/things/thing-000/jobs/notify".to_owned(), list),
            ("$aws/things/thing-000/jobs/notify-next".to_owned(), next),
        ]
    );
    let (end, answer) = ask(&works, &lamp, "get", r#"{"clientToken":"a"}"#);
    let expected = json!({
        "inProgressJobs": [], "queuedJobs": [summary], "timestamp": SECONDS, "clientToken": "a",
    });
    assert_eq!((end.as_str(), answer), ("accepted", expected));
    let (end, answer) = ask(&works, &lamp, "start-next", r#"{"statusDetails":{"step":"1"}}"#);
    assert_eq!(end, "accepted");
    let started = &answer["execution"];
    assert_eq!(started["status"], "IN_PROGRESS");
    assert_eq!(started["statusDetails"], json!({"step": "1"}));
    assert_eq!((&started["startedAt"], &started["versionNumber"]), (&json!(SECONDS), &json!(2)));
    assert_eq!(started["approximateSecondsBeforeTimedOut"], 300);
    assert_eq!(started["jobDocument"], json!({"do": "it"}));
    let told = works.post.take();
    assert_eq!(told.len(), 1, "the first is the same, but the list is another");
    assert_eq!(told[0].1["jobs"]["IN_PROGRESS"][0]["jobId"], "update");
    let (_, again) = ask(&works, &lamp, "start-next", r#"{"statusDetails":{"step":"9"}}"#);
    assert_eq!(again["execution"], answer["execution"], "what has begun stays");
    let payload = r#"{"status":"SUCCEEDED","expectedVersion":"2","includeJobExecutionState":true,
                      "includeJobDocument":true,"clientToken":"b"}"#;
    let (end, answer) = ask(&works, &lamp, "update/update", payload);
    let state =
        json!({ "status": "SUCCEEDED", "statusDetails": {"step": "1"}, "versionNumber": 3 });
    let expected = json!({
        "executionState": state, "jobDocument": {"do": "it"}, "timestamp": SECONDS,
        "clientToken": "b",
    });
    assert_eq!((end.as_str(), answer), ("accepted", expected));
    let empty = json!({ "timestamp": SECONDS, "jobs": {} });
    assert_eq!(
        works.post.take(),
        [
            ("$aws/things/thing-000/jobs/notify".to_owned(), empty),
            ("$aws/things/thing-000/jobs/notify-next".to_owned(), json!({ "timestamp": SECONDS })),
        ]
    );
    for rest in ["start-next", "$next/get"] {
        let (end, answer) = ask(&works, &lamp, rest, "");
        assert_eq!((end.as_str(), answer), ("accepted", json!({ "timestamp": SECONDS })));
    }
}

#[test]
fn rejections_have_aws_codes() {
    let works = works();
    let lamp = thing(0);
    let code = |thing: &ThingName, rest: &str, payload: &str| {
        let (end, answer) = ask(&works, thing, rest, payload);
        assert_eq!(end, "rejected", "{rest} {payload}: {answer}");
        (answer["code"].as_str().expect("a code").to_owned(), answer)
    };
    for (rest, payload, expected) in [
        ("get", "{", "InvalidJson"),
        ("get", "[]", "InvalidJson"),
        ("get", r#"{"who":1}"#, "InvalidRequest"),
        ("update/update", r#"{"clientToken":"a"}"#, "InvalidRequest"),
        ("update/update", r#"{"status":"DONE"}"#, "InvalidRequest"),
        ("update/update", r#"{"status":"IN_PROGRESS","stepTimeoutInMinutes":0}"#, "InvalidRequest"),
        ("update/update", r#"{"status":"QUEUED"}"#, "InvalidStateTransition"),
        ("update/update", r#"{"status":"CANCELED"}"#, "InvalidStateTransition"),
        ("update/update", r#"{"status":"FAILED","executionNumber":2}"#, "ResourceNotFound"),
        ("other/update", r#"{"status":"FAILED"}"#, "ResourceNotFound"),
        ("other/get", "{}", "ResourceNotFound"),
        ("update/get", r#"{"executionNumber":7}"#, "ResourceNotFound"),
    ] {
        assert_eq!(code(&lamp, rest, payload).0, expected, "{rest} {payload}");
    }
    assert_eq!(code(&thing(9), "get", "").0, "ResourceNotFound");
    let payload = r#"{"status":"FAILED","expectedVersion":5,"clientToken":"t"}"#;
    let (mismatch, answer) = code(&lamp, "update/update", payload);
    assert_eq!((mismatch.as_str(), &answer["clientToken"]), ("VersionMismatch", &json!("t")));
    let state = json!({ "status": "QUEUED", "statusDetails": {}, "versionNumber": 1 });
    assert_eq!(answer["executionState"], state);
    assert!(works.report(&lamp, &job_id("update"), InProgress));
    assert!(works.report(&lamp, &job_id("update"), Succeeded));
    assert_eq!(code(&lamp, "update/get", "{}").0, "TerminalStateReached");
    let (late, answer) = code(&lamp, "update/update", r#"{"status":"FAILED"}"#);
    assert_eq!(late, "InvalidStateTransition");
    assert_eq!(answer["executionState"]["status"], "SUCCEEDED");
}

#[test]
fn what_has_begun_is_next_and_then_what_was_first() {
    let works = Works::with_things(1);
    let lamp = thing(0);
    for name in ["b", "a"] {
        block_on(works.fleet.create_job(new_job(name, [0]))).expect("created");
        works.settle();
        works.hands.set(works.now() + 1_000);
    }
    let next = || {
        let next = works.fleet.execution_of_device(&lamp, &JobRef::Next, None, false);
        next.expect("read").expect("one").job.to_string()
    };
    assert_eq!(next(), "b");
    works.post.take();
    assert!(works.report(&lamp, &job_id("a"), InProgress));
    assert_eq!(next(), "a");
    let topics: Vec<String> = works.post.take().into_iter().map(|(topic, _)| topic).collect();
    assert_eq!(
        topics,
        ["$aws/things/thing-000/jobs/notify", "$aws/things/thing-000/jobs/notify-next"]
    );
    assert!(works.report(&lamp, &job_id("a"), Failed));
    assert_eq!(next(), "b");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever a device sends, it gets one answer, which is JSON and has the time.
    #[test]
    fn any_payload_is_answered(
        rest in prop::sample::select(vec!["get", "start-next", "$next/get", "update/update"]),
        payload in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..40),
            "\\{\"(status|clientToken|statusDetails|executionNumber)\": ?(\"[A-Z_]{0,9}\"|[0-9-]{1,21}|\\{\\}|null)\\}"
                .prop_map(String::into_bytes),
        ],
    ) {
        let works = ANSWERING.with(Clone::clone);
        let request = JobsRequest::parse(rest).expect("a request");
        let message = block_on(works.fleet.answer_jobs(&thing(0), &request, &payload));
        let message = message.expect("the store works");
        let answer: Value = serde_json::from_slice(&message.payload).expect("JSON");
        prop_assert_eq!(&answer["timestamp"], SECONDS);
        let is_rejected = message.topic.as_str().ends_with("/rejected");
        prop_assert_eq!(is_rejected, answer["code"].is_string());
    }
}

thread_local! {
    static ANSWERING: Rc<Works> = Rc::new(works());
}
