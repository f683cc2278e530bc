//! Where rules of events and schedules send things: queues, functions and topics of this house, if they
//! may.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use blueprints::{BlueprintError, Blueprints, NewEvent, Qualifier};
use bytes::Bytes;
use iam::{Asked, Iam, ServiceCall};
use kv::Batch;
use model::{FunctionName, Home, Message, Qos, QueueName, Topic};
use policy::ResourceDocument;
use queues::{AttributeValue, MessageAttribute, NewMessage, Queue, QueueError, Queues};
use schedules::{Carrier, Carrying, Parcel, Service, TargetKind, Undelivered};
use serde::Deserialize;
use serde_json::Value;
use stdx::clock::Clock;

use crate::post::Post;

/// AWS's limit of a queue's policy is that of a bucket's.
const POLICY_CHARACTERS_MAX: usize = 20 * 1_024;

/// What targets are made of.
#[derive(Clone, Debug)]
pub struct Targets {
    pub home: Home,
    pub iam: Iam,
    pub queues: Queues,
    pub blueprints: Blueprints,
    pub post: Arc<dyn Post>,
    pub clock: Clock,
}

/// What is published, as the input of a schedule says.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Publish {
    topic: String,
    #[serde(default)]
    payload: Value,
    #[serde(default)]
    qos: u8,
    #[serde(default)]
    retain: bool,
}

impl Carrier for Targets {
    fn carry<'a>(&'a self, parcel: Parcel<'a>) -> Carrying<'a> {
        Box::pin(async move {
            match TargetKind::of(parcel.target_arn) {
                Some(TargetKind::Queue { name }) => self.send(&parcel, name).await,
                Some(TargetKind::Function { name, qualifier }) => {
                    self.invoke(&parcel, name, qualifier).await
                }
                Some(TargetKind::Publish) => self.publish(&parcel).await,
                None => Err(no_target(parcel.target_arn)),
            }
        })
    }
}

impl Targets {
    /// Refuses what could not be brought now.
    pub(crate) fn check_way(&self, parcel: &Parcel<'_>) -> Result<(), Undelivered> {
        match TargetKind::of(parcel.target_arn) {
            Some(TargetKind::Queue { name }) => self.queue(parcel, name).map(drop),
            Some(TargetKind::Function { name, qualifier }) => {
                self.function(parcel, name, qualifier).map(drop)
            }
            Some(TargetKind::Publish) | None => Err(no_target(parcel.target_arn)),
        }
    }

    /// The queue, if it may be sent to.
    fn queue(&self, parcel: &Parcel<'_>, name: &str) -> Result<Queue, Undelivered> {
        let queue = QueueName::new(name).map_err(|_| no_target(parcel.target_arn))?;
        let queue = match self.queues.queue(queue.as_str()) {
            Ok(queue) => queue,
            Err(QueueError::NoQueue) => return Err(no_target(parcel.target_arn)),
            Err(error) => return Err(failed(error)),
        };
        let policy = queue.attributes.policy.as_deref();
        self.check(parcel, "sqs:SendMessage", parcel.target_arn, policy)?;
        Ok(queue)
    }

    async fn send(&self, parcel: &Parcel<'_>, name: &str) -> Result<(), Undelivered> {
        let queue = self.queue(parcel, name)?;
        let attribute = |(name, value): &(&str, String)| {
            let (kind, value) = ("String".to_owned(), AttributeValue::Text(value.clone()));
            ((*name).to_owned(), MessageAttribute { kind, value })
        };
        let message = NewMessage {
            body: parcel.body.to_owned(),
            attributes: parcel.attributes.iter().map(attribute).collect(),
            group: parcel.message_group.map(str::to_owned),
            sender: parcel.service.principal().to_owned(),
            ..NewMessage::default()
        };
        let sent = self.queues.send(&queue, vec![message]).await.map_err(failed)?;
        match sent.into_iter().next() {
            Some(Err(error)) => Err(refused("INVALID_MESSAGE", error)),
            _ => Ok(()),
        }
    }

    /// The function and the version of it that is meant, if it may be invoked.
    fn function(
        &self,
        parcel: &Parcel<'_>,
        name: &str,
        qualifier: Option<&str>,
    ) -> Result<(FunctionName, Option<Qualifier>), Undelivered> {
        let no_target = |_| no_target(parcel.target_arn);
        let function = FunctionName::new(name).map_err(|_| self::no_target(parcel.target_arn))?;
        let qualifier = qualifier.map(Qualifier::parse).transpose().map_err(no_target)?;
        let found = self.blueprints.version(&function, qualifier.as_ref());
        let (found, _) = found.map_err(unfit_function)?;
        let service = parcel.service.principal();
        match parcel.role_arn {
            Some(_) => self.check(parcel, "lambda:InvokeFunction", parcel.target_arn, None)?,
            None => {
                let (qualifier, source) = (qualifier.as_ref(), parcel.source_arn);
                if !self.blueprints.may_service_invoke(&found, qualifier, service, source) {
                    return Err(forbidden(format!(
                        "the policy of {name} does not let {service} invoke it for {source}: \
                         AddPermission does"
                    )));
                }
            }
        }
        Ok((function, qualifier))
    }

    /// Queues an event of a function: from then on it is retried, and told of, as the function says.
    async fn invoke(
        &self,
        parcel: &Parcel<'_>,
        name: &str,
        qualifier: Option<&str>,
    ) -> Result<(), Undelivered> {
        let (function, qualifier) = self.function(parcel, name, qualifier)?;
        let payload = Bytes::copy_from_slice(parcel.body.as_bytes());
        if serde_json::from_slice::<serde::de::IgnoredAny>(&payload).is_err() {
            return Err(refused("INVALID_JSON", "what a function is given must be JSON"));
        }
        let at = self.clock.now();
        let event = NewEvent { function, qualifier, payload, client_context: None, at };
        self.blueprints.queue_event(event).await.map(drop).map_err(unfit_function)
    }

    async fn publish(&self, parcel: &Parcel<'_>) -> Result<(), Undelivered> {
        let said: Publish =
            serde_json::from_str(parcel.body).map_err(|error| refused("INVALID_INPUT", error))?;
        let topic = Topic::new(&said.topic).map_err(|error| refused("INVALID_INPUT", error))?;
        let Home { region, account } = &self.home;
        let resource = format!("arn:aws:iot:{region}:{account}:topic/{topic}");
        self.check(parcel, "iot:Publish", &resource, None)?;
        let payload = match said.payload {
            Value::Null => Bytes::new(),
            Value::String(text) => Bytes::from(text),
            json => Bytes::from(json.to_string()),
        };
        let unfit = || refused("INVALID_INPUT", "Qos: 0 or 1");
        let qos = Qos::from_bits(said.qos).filter(|_| said.qos < 2).ok_or_else(unfit)?;
        let message = Message { topic, payload, qos, retain: said.retain, properties: None };
        self.post.commit(Batch::new(), vec![message]).await.map_err(failed)
    }

    /// Refuses what neither the role nor, without one, the policy of the target allows.
    fn check(
        &self,
        parcel: &Parcel<'_>,
        action: &str,
        resource: &str,
        policy: Option<&str>,
    ) -> Result<(), Undelivered> {
        let document = policy.map(|text| ResourceDocument::parse(text, POLICY_CHARACTERS_MAX));
        let document = document.transpose().map_err(|error| forbidden(error.to_string()))?;
        let (service, now) = (parcel.service.principal(), Some(self.clock.now()));
        let ours = (parcel.source_arn, self.home.account.as_str());
        match parcel.role_arn {
            Some(role_arn) => {
                let call = service_call(parcel, role_arn);
                let now = self.clock.now();
                let identity = self.iam.service_identity(&call, now);
                let identity = identity.map_err(|error| forbidden(error.to_string()))?;
                let asked = Asked {
                    action,
                    resource,
                    source_ip: None,
                    now,
                    keys: &[],
                    resource_policy: document.as_ref().map(|document| ("its policy", document)),
                };
                identity.authorize(&asked).map_err(|denial| forbidden(denial.to_string()))
            }
            None => match document {
                Some(document) if document.lets_service(service, action, resource, ours, now) => {
                    Ok(())
                }
                _ => Err(forbidden(format!(
                    "{service} may not {action} on {resource}: no statement of its policy allows it"
                ))),
            },
        }
    }
}

fn service_call(parcel: &Parcel<'_>, role_arn: &str) -> ServiceCall {
    let session = match parcel.service {
        Service::Events => "events",
        Service::Scheduler => "scheduler",
        Service::S3 => "s3",
    };
    ServiceCall {
        service: parcel.service.principal().to_owned(),
        role_arn: role_arn.to_owned(),
        session_name: session.to_owned(),
        source_arn: Some(parcel.source_arn.to_owned()),
        keys: BTreeMap::new(),
    }
}

fn unfit_function(error: BlueprintError) -> Undelivered {
    match error {
        BlueprintError::Store(_)
        | BlueprintError::Io { .. }
        | BlueprintError::EventsFull { .. } => failed(error),
        error => refused("RESOURCE_NOT_FOUND", error),
    }
}

fn no_target(arn: &str) -> Undelivered {
    refused("RESOURCE_NOT_FOUND", format!("there is no {arn}"))
}

fn forbidden(what: String) -> Undelivered {
    refused("NO_PERMISSIONS", what)
}

fn refused(code: &'static str, what: impl fmt::Display) -> Undelivered {
    Undelivered::Refused { code, what: what.to_string() }
}

fn failed(error: impl std::error::Error) -> Undelivered {
    Undelivered::Failed { code: "SDK_CLIENT_ERROR", what: error.to_string() }
}
