//! Lanes work events off: one for each function that has some, side by side.

use std::collections::HashSet;
use std::time::Duration;

use blueprints::{BlueprintError, NewEvent, WaitingEvent};
use kv::Batch;
use model::FunctionName;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use stdx::backoff::Backoff;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::destination::{Notice, Told};
use crate::functions::{Functions, Shared};
use crate::invocation::{Invocation, InvokeError, Outcome};
use crate::report;

/// How many events of one function run at once.
const AT_ONCE: usize = 10;

/// The waits while a function is throttled or the store fails: AWS's go up to five minutes.
const THROTTLED_FIRST: Duration = Duration::from_millis(200);
const THROTTLED_MOST: Duration = Duration::from_secs(60);

/// Clocks are set, so nobody sleeps for longer.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

impl Functions {
    /// Queues an event, which is on disk when its request id is answered.
    pub async fn submit(&self, invocation: Invocation) -> Result<String, InvokeError> {
        self.check(&invocation)?;
        let Invocation { function, qualifier, payload, client_context, .. } = invocation;
        let payload = if payload.is_empty() { "{}".into() } else { payload };
        let at = self.0.parts.clock.now();
        let event = NewEvent { function, qualifier, payload, client_context, at };
        Ok(self.0.parts.blueprints.queue_event(event).await?)
    }

    /// Works off events until the future is dropped.
    pub async fn run_events(&self) {
        let (rung, _) = watch::channel(());
        let (mut lanes, mut open) = (JoinSet::new(), HashSet::new());
        loop {
            for function in self.0.parts.blueprints.functions_with_events() {
                if open.insert(function.clone()) {
                    lanes.spawn(lane(self.clone(), function, rung.subscribe()));
                }
            }
            tokio::select! {
                () = self.0.parts.blueprints.event_rung() => rung.send_replace(()),
                Some(ended) = lanes.join_next() => match ended {
                    Ok(function) => drop(open.remove(&function)),
                    Err(error) => {
                        tracing::error!(%error, "a lane of events stumbled");
                        // Which one is not known, so all are looked at again.
                        open.clear();
                        lanes.shutdown().await;
                    }
                },
                () = tokio::time::sleep(LOOK_AGAIN) => {}
            }
        }
    }
}

/// What became of an attempt.
enum Went {
    Settled,
    /// It is to be tried again, and was no attempt.
    Throttled,
}

/// Works off the events of one function until there are none.
async fn lane(
    functions: Functions,
    name: FunctionName,
    mut rung: watch::Receiver<()>,
) -> FunctionName {
    let mut at_work: JoinSet<(Vec<u8>, Went)> = JoinSet::new();
    let mut held: HashSet<Vec<u8>> = HashSet::new();
    let fresh = || Backoff::new(THROTTLED_FIRST, THROTTLED_MOST);
    let (mut backoff, mut resume_at) = (fresh(), None);
    loop {
        rung.mark_unchanged();
        let waiting = match functions.0.parts.blueprints.events(&name, AT_ONCE + held.len()) {
            Ok(waiting) => waiting,
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, function = %name, "events stand still");
                resume_at = Some(tokio::time::Instant::now() + backoff.next_wait());
                Vec::new()
            }
        };
        if waiting.is_empty() && at_work.is_empty() && resume_at.is_none() {
            return name;
        }
        let now = functions.0.parts.clock.now();
        let is_held_back = resume_at.is_some_and(|at| at > tokio::time::Instant::now());
        let mut next_due = None;
        for event in waiting {
            if held.contains(&event.key) {
                continue;
            }
            if event.due_at > now {
                next_due = Some(event.due_at);
                break;
            }
            if is_held_back || at_work.len() >= AT_ONCE {
                break;
            }
            held.insert(event.key.clone());
            let (functions, name) = (functions.clone(), name.clone());
            at_work.spawn(async move {
                let key = event.key.clone();
                (key, attempt(&functions, &name, event).await)
            });
        }
        let until_due = next_due.map_or(LOOK_AGAIN, |at| Duration::from_millis(at - now));
        let mut wake_at = tokio::time::Instant::now() + until_due.min(LOOK_AGAIN);
        if let Some(at) = resume_at.filter(|_| is_held_back) {
            wake_at = wake_at.min(at);
        } else {
            resume_at = None;
        }
        tokio::select! {
            Some(ended) = at_work.join_next() => match ended {
                Ok((key, went)) => {
                    held.remove(&key);
                    match went {
                        Went::Settled => backoff = fresh(),
                        Went::Throttled => {
                            resume_at = Some(tokio::time::Instant::now() + backoff.next_wait());
                        }
                    }
                }
                // It is still on disk, and tried again when this lane begins anew.
                Err(error) => tracing::error!(%error, "an event stumbled"),
            },
            _ = rung.changed() => {}
            () = tokio::time::sleep_until(wake_at) => {}
        }
    }
}

async fn attempt(functions: &Functions, name: &FunctionName, waiting: WaitingEvent) -> Went {
    match functions.0.attempt_event(functions, name, &waiting).await {
        Ok(went) => went,
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, function = %name, "an event stays where it is");
            Went::Throttled
        }
    }
}

/// Why an event is told of.
#[derive(Clone, Copy)]
enum Condition {
    Success,
    RetriesExhausted,
    EventAgeExceeded,
}

impl Condition {
    fn name(self) -> &'static str {
        match self {
            Condition::Success => "Success",
            Condition::RetriesExhausted => "RetriesExhausted",
            Condition::EventAgeExceeded => "EventAgeExceeded",
        }
    }
}

impl Shared {
    async fn attempt_event(
        &self,
        functions: &Functions,
        name: &FunctionName,
        waiting: &WaitingEvent,
    ) -> Result<Went, BlueprintError> {
        let event = &waiting.event;
        let qualifier = event.qualifier.as_deref().map(blueprints::Qualifier::parse).transpose()?;
        let key = blueprints::Qualifier::or_latest(qualifier.as_ref()).text();
        let config = match self.parts.blueprints.function(name) {
            Ok(function) => function.invoke_configs.get(&key).cloned().unwrap_or_default(),
            Err(BlueprintError::NoFunction { .. }) => {
                // Nobody is there to have it, nor to say where it goes.
                self.parts.blueprints.finish_event(name, waiting, Batch::new()).await?;
                return Ok(Went::Settled);
            }
            Err(error) => return Err(error),
        };
        let now = self.parts.clock.now();
        if now.saturating_sub(event.queued_at) > config.age_millis() {
            self.settle(name, waiting, Condition::EventAgeExceeded, None).await?;
            return Ok(Went::Settled);
        }
        let invocation = Invocation {
            function: name.clone(),
            qualifier,
            payload: event.payload.clone(),
            client_context: event.client_context.clone(),
            wants_tail: false,
        };
        let outcome = match functions.invoke_as(invocation, event.request_id.clone()).await {
            Ok(outcome) => outcome,
            Err(error) if error.is_passing() => return Ok(Went::Throttled),
            Err(error) => {
                tracing::warn!(%error, function = %name, "an event cannot be worked off");
                self.parts.blueprints.finish_event(name, waiting, Batch::new()).await?;
                return Ok(Went::Settled);
            }
        };
        if !outcome.is_error {
            self.settle(name, waiting, Condition::Success, Some(&outcome)).await?;
            return Ok(Went::Settled);
        }
        if event.attempts >= config.retries() {
            self.settle(name, waiting, Condition::RetriesExhausted, Some(&outcome)).await?;
            return Ok(Went::Settled);
        }
        // One wait, then twice as long.
        let wait = self.settings.event_retry.as_millis() as u64 * (u64::from(event.attempts) + 1);
        let mut again = event.clone();
        again.attempts += 1;
        let due_at = self.parts.clock.now().saturating_add(wait);
        self.parts.blueprints.postpone_event(name, waiting, &again, due_at).await?;
        Ok(Went::Settled)
    }

    /// The event is done with, and those who want to know are told in the same commit.
    async fn settle(
        &self,
        name: &FunctionName,
        waiting: &WaitingEvent,
        condition: Condition,
        outcome: Option<&Outcome>,
    ) -> Result<(), BlueprintError> {
        let event = &waiting.event;
        let qualifier = event.qualifier.as_deref().map(blueprints::Qualifier::parse).transpose()?;
        let (mut batch, mut told) = (Batch::new(), Told::default());
        if let Ok((function, version)) = self.parts.blueprints.version(name, qualifier.as_ref()) {
            let key = blueprints::Qualifier::or_latest(qualifier.as_ref()).text();
            let config = function.invoke_configs.get(&key).cloned().unwrap_or_default();
            let role = self.role_of(&function, &version);
            let destination = match condition {
                Condition::Success => config.on_success,
                Condition::RetriesExhausted | Condition::EventAgeExceeded => config.on_failure,
            };
            if let Some(arn) = &destination {
                let arn_of_function = self
                    .parts
                    .blueprints
                    .arn(name, Some(&blueprints::Qualifier::or_latest(qualifier.as_ref())));
                let body = self.document(&arn_of_function, waiting, condition, outcome);
                let notice = Notice { arn, body, attributes: Vec::new(), role: &role };
                self.tell(&mut batch, &mut told, notice);
            }
            let dead = version.settings.dead_letters_arn.as_ref();
            if let Some(arn) = dead.filter(|_| !matches!(condition, Condition::Success)) {
                let body = String::from_utf8_lossy(&event.payload).into_owned();
                let attributes = dead_letter_attributes(&event.request_id, outcome);
                let notice = Notice { arn, body, attributes, role: &role };
                self.tell(&mut batch, &mut told, notice);
            }
        }
        self.parts.blueprints.finish_event(name, waiting, batch).await?;
        told.committed();
        Ok(())
    }

    /// As AWS tells destinations.
    fn document(
        &self,
        arn: &str,
        waiting: &WaitingEvent,
        condition: Condition,
        outcome: Option<&Outcome>,
    ) -> String {
        let event = &waiting.event;
        let attempts = event.attempts + u32::from(outcome.is_some());
        let mut document = json!({
            "version": "1.0",
            "timestamp": report::iso_8601(self.parts.clock.now()),
            "requestContext": {
                "requestId": event.request_id,
                "functionArn": arn,
                "condition": condition.name(),
                "approximateInvokeCount": attempts,
            },
            "requestPayload": readable(&event.payload),
        });
        if let (Some(outcome), Value::Object(fields)) = (outcome, &mut document) {
            let mut context =
                json!({ "statusCode": 200, "executedVersion": outcome.executed_version });
            if outcome.is_error {
                context["functionError"] = json!("Unhandled");
            }
            fields.insert("responseContext".to_owned(), context);
            fields.insert("responsePayload".to_owned(), readable(&outcome.payload));
        }
        document.to_string()
    }
}

/// JSON as it is; else as a text.
fn readable(payload: &[u8]) -> Value {
    let read = serde_json::from_slice::<&RawValue>(payload).ok();
    let read = read.and_then(|raw| serde_json::from_str(raw.get()).ok());
    read.unwrap_or_else(|| Value::String(String::from_utf8_lossy(payload).into_owned()))
}

fn dead_letter_attributes(
    request_id: &str,
    outcome: Option<&Outcome>,
) -> Vec<(&'static str, &'static str, String)> {
    let mut attributes = vec![("RequestID", "String", request_id.to_owned())];
    if let Some(outcome) = outcome {
        let document = readable(&outcome.payload);
        let what = document["errorMessage"].as_str().unwrap_or("Unhandled").to_owned();
        attributes.push(("ErrorCode", "Number", "200".to_owned()));
        attributes.push(("ErrorMessage", "String", what.chars().take(1_024).collect()));
    }
    attributes
}
