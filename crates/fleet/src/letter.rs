//! Messages that are for the house itself: `$aws/things/…`, and those of provisioning. A topic says
//! what is asked for.

use model::{Message, ShadowName, ThingName};
use registry::ShadowOf;

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
    pub async fn take(&self, message: &Message) -> Vec<Message> {
        match Request::parse(message.topic.as_str()) {
            Some(Request::Shadow(of, verb)) => {
                self.take_shadow_letter(&of, verb, &message.payload).await;
                Vec::new()
            }
            Some(Request::Jobs(thing, request)) => {
                self.answer_jobs(&thing, &request, &message.payload).await
            }
            Some(Request::Provisioning(request)) => {
                vec![self.answer_provisioning(&request, &message.payload).await]
            }
            None => {
                tracing::error!(topic = %message.topic, "a message that is for nobody was taken");
                Vec::new()
            }
        }
    }
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
