//! One of those who call the API, and what it was answered.

use std::sync::mpsc::SyncSender;

use serde_json::{Value, json};
use testkit::{CallError, Request};

use crate::owner::Owner;
use crate::server::Server;

pub(crate) struct Worker<'a> {
    owner: Owner<'a>,
    number: usize,
    record: Record,
}

/// What must be there in the end.
#[derive(Default)]
pub(crate) struct Record {
    things: Vec<String>,
    /// Jobs with the things that they are for.
    jobs: Vec<(String, Vec<String>)>,
    /// Executions that were reported as done: job and thing.
    succeeded: Vec<(String, String)>,
    shadow: String,
    shadow_version: u64,
}

/// Each job is for this many things.
const TARGETS: usize = 10;

impl<'a> Worker<'a> {
    pub(crate) fn new(server: &'a Server, number: usize) -> Worker<'a> {
        let record = Record { shadow: format!("w{number}-shadow"), ..Record::default() };
        Worker { owner: Owner::of(server), number, record }
    }

    pub(crate) fn run(mut self, things: usize, progress: &SyncSender<()>) -> Record {
        for count in 0..things {
            self.register(count);
            self.update_shadow(count);
            if count % TARGETS == TARGETS - 1 {
                self.create_job(count / TARGETS);
            }
            progress.send(()).expect("the test listens until all is done");
        }
        self.record
    }

    fn register(&mut self, count: usize) {
        let name = format!("w{}-{count}", self.number);
        let body = json!({ "attributePayload": { "attributes": { "n": count.to_string() } } });
        // Asked again after a crash it may be there: the same thing is no conflict.
        self.must("iot", "POST", &format!("/things/{name}"), &body);
        self.record.things.push(name);
    }

    /// A version that was answered never comes again, whatever a crash swallowed in between.
    fn update_shadow(&mut self, count: usize) {
        let path = format!("/things/{}/shadow", self.record.shadow);
        let body = json!({ "state": { "desired": { "count": count } } });
        let answer = self.must("iotdata", "POST", &path, &body);
        let version = answer["version"].as_u64().expect("a version");
        let last = std::mem::replace(&mut self.record.shadow_version, version);
        assert!(version > last, "version {version} after {last}");
    }

    fn create_job(&mut self, count: usize) {
        let id = format!("w{}-job-{count}", self.number);
        let things = &self.record.things[self.record.things.len() - TARGETS..];
        let things: Vec<String> = things.to_vec();
        let targets: Vec<String> = things
            .iter()
            .map(|thing| format!("arn:aws:iot:us-east-1:000000000000:thing/{thing}"))
            .collect();
        let body = json!({ "targets": targets, "document": "{\"do\":\"it\"}" });
        if let Err(CallError::Refused { status, body, .. }) =
            self.ask("iot", "PUT", &format!("/jobs/{id}"), &body)
        {
            // It was created before the crash, and nobody was told.
            assert_eq!(status, 409, "{body}");
        }
        self.record.jobs.push((id.clone(), things.clone()));
        self.carry_out(&id, &things[0]);
    }

    /// The first thing of a job does what it says.
    fn carry_out(&mut self, job: &str, thing: &str) {
        let next = format!("/things/{thing}/jobs/$next");
        loop {
            let answer = self.must("iot-jobs-data", "PUT", &next, &json!({}));
            if answer["execution"]["jobId"] == job {
                break;
            }
            // The execution is not there yet.
            std::thread::yield_now();
        }
        let path = format!("/things/{thing}/jobs/{job}");
        match self.ask("iot-jobs-data", "POST", &path, &json!({ "status": "SUCCEEDED" })) {
            Ok(_) => {}
            // It was taken before the crash, and is over.
            Err(CallError::Refused { status, body, .. }) => {
                assert!(matches!(status, 404 | 409), "{status} {body}");
            }
            Err(CallError::Lost(error)) => panic!("{error}"),
        }
        self.record.succeeded.push((job.to_owned(), thing.to_owned()));
    }

    fn must(
        &mut self,
        service: &'static str,
        method: &'static str,
        path: &str,
        body: &Value,
    ) -> Value {
        self.ask(service, method, path, body).unwrap_or_else(|error| panic!("{error}"))
    }

    fn ask(
        &mut self,
        service: &'static str,
        method: &'static str,
        path: &str,
        body: &Value,
    ) -> Result<Value, CallError> {
        Ok(json(&self.owner.ask(&request(service, method, path, body))?))
    }
}

fn request(service: &'static str, method: &'static str, path: &str, body: &Value) -> Request {
    Request::by_path(service, method, path, body.to_string())
}

fn json(answer: &[u8]) -> Value {
    if answer.is_empty() { Value::Null } else { serde_json::from_slice(answer).expect("JSON") }
}

impl Record {
    pub(crate) fn check(&self, server: &Server) {
        let mut owner = Owner::of(server);
        let mut get = |service: &'static str, path: &str| {
            json(&owner.must(&Request::by_path(service, "GET", path, "")))
        };
        for thing in &self.things {
            assert_eq!(get("iot", &format!("/things/{thing}"))["thingName"], thing.as_str());
        }
        let shadow = get("iotdata", &format!("/things/{}/shadow", self.shadow));
        assert_eq!(shadow["version"].as_u64(), Some(self.shadow_version));
        for (job, things) in &self.jobs {
            let executions = loop {
                let listed = get("iot", &format!("/jobs/{job}/things?maxResults=250"));
                let listed = listed["executionSummaries"].as_array().expect("a list").clone();
                if listed.len() >= things.len() {
                    break listed;
                }
                // The job was answered; its executions follow.
                std::thread::yield_now();
            };
            let mut found: Vec<&str> = executions
                .iter()
                .filter_map(|one| one["thingArn"].as_str()?.split_once("thing/"))
                .map(|(_, thing)| thing)
                .collect();
            found.sort_unstable();
            let mut expected: Vec<&str> = things.iter().map(String::as_str).collect();
            expected.sort_unstable();
            assert_eq!(found, expected, "{job}");
        }
        for (job, thing) in &self.succeeded {
            let execution = get("iot", &format!("/things/{thing}/jobs/{job}"));
            assert_eq!(execution["execution"]["status"], "SUCCEEDED", "{job} {thing}");
        }
        for (job, things) in &self.jobs {
            let done = self.succeeded.iter().filter(|(of, _)| of == job).count() as u64;
            let described = loop {
                let described = get("iot", &format!("/jobs/{job}"));
                let details = described["job"]["jobProcessDetails"].clone();
                if details["numberOfSucceededThings"].as_u64() == Some(done) {
                    break details;
                }
                std::thread::yield_now();
            };
            let queued = described["numberOfQueuedThings"].as_u64();
            assert_eq!(queued, Some(things.len() as u64 - done), "{job}: {described}");
        }
    }
}
