//! Messages that are for the house itself: `$aws/things/…`, and those of provisioning. A topic says
//! what is asked for.

use std::error::Error;

use kv::{CommitError, ReadError};
use model::{ClientId, Message, Principal, ShadowName, ThingName};
use registry::{RecordError, ShadowOf};

use crate::fleet::Fleet;
use crate::jobs::JobsRequest;
use crate::provisioning;
use crate::shadow::Verb;

/// What a message asks of the house.
#[derive(Debug, PartialEq, Eq)]
enum Request {
    Shadow(ShadowOf, Verb),
    Jobs(ThingName, JobsRequest),
    Provisioning(provisioning::Request),
}

/// Who wrote a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writer {
    /// Nothing if it came by another way than MQTT.
    pub client_id: Option<ClientId>,
    pub principal: Principal,
}

impl Writer {
    /// The house itself.
    pub fn house() -> Writer {
        Writer { client_id: None, principal: Principal::Server }
    }
}

impl Request {
    fn parse(topic: &str) -> Option<Request> {
        if let Some(request) = provisioning::Request::parse(topic) {
            return Some(Request::Provisioning(request));
        }
        let (thing, rest) = topic.strip_prefix("$aws/things/")?.split_once('/')?;
        let thing = ThingName::new(thing).ok()?;
        let (room, rest) = rest.split_once('/')?;
        match room {
            "shadow" => shadow(thing, rest),
            "jobs" => Some(Request::Jobs(thing, JobsRequest::parse(rest)?)),
            _ => None,
        }
    }
}

fn shadow(thing: ThingName, rest: &str) -> Option<Request> {
    let (name, verb) = match rest.strip_prefix("name/") {
        None => (None, rest),
        Some(rest) => {
            let (name, verb) = rest.split_once('/')?;
            (Some(ShadowName::new(name).ok()?), verb)
        }
    };
    Some(Request::Shadow(ShadowOf { thing, name }, Verb::parse(verb)?))
}

impl Fleet {
    /// Whether messages of this topic are for the house.
    pub fn takes(&self, topic: &str) -> bool {
        Request::parse(topic).is_some()
    }

    /// Does what a message asks for. It is done, and on disk, when this returns; what is returned is
    /// for the sender alone.
    pub async fn take(&self, message: &Message, writer: &Writer) -> Result<Vec<Message>, Undone> {
        match Request::parse(message.topic.as_str()) {
            Some(Request::Shadow(of, verb)) => {
                self.take_shadow_letter(&of, verb, &message.payload).await?;
                Ok(Vec::new())
            }
            Some(Request::Jobs(thing, request)) => {
                Ok(vec![self.answer_jobs(&thing, &request, &message.payload).await?])
            }
            Some(Request::Provisioning(request)) => {
                Ok(vec![self.answer_provisioning(&request, &message.payload, writer).await?])
            }
            None => {
                tracing::error!(topic = %message.topic, "a message that is for nobody was taken");
                Ok(Vec::new())
            }
        }
    }
}

/// The store failed: what a letter asks for is not done, and a rejection would be final to a device
/// whose request is as good as ever. It is to ask again.
#[derive(Debug, thiserror::Error)]
#[error("a letter was not worked on")]
pub struct Undone(#[source] Box<dyn Error + Send + Sync>);

/// Why a letter is not accepted.
#[derive(Debug)]
pub(crate) enum NotAccepted<R> {
    Rejected(R),
    Undone(Undone),
}

impl<R> NotAccepted<R> {
    /// What an error means to the asker, which is told of it unless the store failed.
    pub(crate) fn because<E>(error: E, reject: impl FnOnce(E) -> R) -> NotAccepted<R>
    where
        E: Error + Send + Sync + 'static,
    {
        match is_of_store(&error) {
            true => NotAccepted::Undone(Undone(Box::new(error))),
            false => NotAccepted::Rejected(reject(error)),
        }
    }
}

impl<R> From<R> for NotAccepted<R> {
    fn from(rejection: R) -> NotAccepted<R> {
        NotAccepted::Rejected(rejection)
    }
}

impl From<CommitError> for Undone {
    fn from(error: CommitError) -> Undone {
        Undone(Box::new(error))
    }
}

/// Whether the store is at the bottom of an error. That others change the same is not its failure.
fn is_of_store(error: &(dyn Error + 'static)) -> bool {
    let is_its_own =
        error.is::<CommitError>() || error.is::<ReadError>() || error.is::<RecordError>();
    is_its_own || error.source().is_some_and(is_of_store)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_say_what_is_asked_for() {
        let shadow = |thing: &str, name: Option<&str>, verb| {
            let thing = ThingName::new(thing).expect("a name");
            let name = name.map(|name| ShadowName::new(name).expect("a name"));
            Some(Request::Shadow(ShadowOf { thing, name }, verb))
        };
        for (topic, request) in [
            ("$aws/things/lamp/shadow/get", shadow("lamp", None, Verb::Get)),
            ("$aws/things/lamp/shadow/update", shadow("lamp", None, Verb::Update)),
            ("$aws/things/lamp/shadow/name/a/delete", shadow("lamp", Some("a"), Verb::Delete)),
            (
                "$aws/things/lamp/jobs/start-next",
                Some(Request::Jobs(
                    ThingName::new("lamp").expect("a name"),
                    JobsRequest::StartNext,
                )),
            ),
            ("$aws/things/lamp/jobs/notify", None),
            ("$aws/things/lamp/shadow/update/accepted", None),
            ("$aws/things/lamp/shadow/name/a", None),
            ("$aws/things/la mp/shadow/get", None),
            ("$aws/things/lamp/shadow", None),
            ("$aws/rules/a/b", None),
        ] {
            assert_eq!(Request::parse(topic), request, "{topic}");
        }
    }
}
