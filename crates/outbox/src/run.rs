//! A rule that is to run with a message that was acknowledged before.

use std::sync::Arc;

use model::{CertificateId, Message, Principal, Qos, Topic};
use serde::{Deserialize, Serialize};

use crate::entry::{LetterProperties, Origin};

/// The message that the rule hears, beside what its [`Origin`] says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// As it was sent: of a message for one rule alone, the rule sees less.
    topic: String,
    qos: u8,
    properties: Option<LetterProperties>,
    principal: WrittenPrincipal,
    /// How many messages are between this one and what a client sent.
    pub hops: u8,
    /// How many messages may follow from it.
    pub room: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum WrittenPrincipal {
    Certificate(CertificateId),
    Iam(String),
    Custom(String),
    Anonymous,
    Server,
}

impl Run {
    pub fn of(message: &Message, principal: &Principal, hops: u8, room: usize) -> Run {
        Run {
            topic: message.topic.as_str().to_owned(),
            qos: message.qos.bits(),
            properties: message.properties.as_deref().map(LetterProperties::of),
            principal: match principal {
                Principal::Certificate(id) => WrittenPrincipal::Certificate(id.clone()),
                Principal::Iam(id) => WrittenPrincipal::Iam(id.to_string()),
                Principal::Custom(id) => WrittenPrincipal::Custom(id.to_string()),
                Principal::Anonymous => WrittenPrincipal::Anonymous,
                Principal::Server => WrittenPrincipal::Server,
            },
            hops,
            room,
        }
    }

    /// The message; `None` if this program would not have written such an entry.
    pub fn message(&self, origin: &Origin) -> Option<Message> {
        let topic = self.topic.ends_with(&origin.topic).then_some(&self.topic)?;
        Some(Message {
            topic: Topic::new(topic).ok()?,
            payload: origin.payload.clone(),
            qos: Qos::from_bits(self.qos)?,
            retain: false,
            properties: self.properties.clone().map(|held| Box::new(held.into_properties())),
        })
    }

    /// Who sent it.
    pub fn principal(&self) -> Principal {
        match &self.principal {
            WrittenPrincipal::Certificate(id) => Principal::Certificate(id.clone()),
            WrittenPrincipal::Iam(id) => Principal::Iam(Arc::from(id.as_str())),
            WrittenPrincipal::Custom(id) => Principal::Custom(Arc::from(id.as_str())),
            WrittenPrincipal::Anonymous => Principal::Anonymous,
            WrittenPrincipal::Server => Principal::Server,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_comes_back_as_it_was() {
        let properties = model::MessageProperties {
            content_type: Some("text/plain".to_owned()),
            correlation_data: Some(bytes::Bytes::from_static(b"\0\xff")),
            user_properties: vec![("a".to_owned(), "b".to_owned())],
            ..Default::default()
        };
        let message = Message {
            topic: Topic::new("$aws/rules/ask/a/b").expect("a topic"),
            payload: bytes::Bytes::from_static(b"\xffno text"),
            qos: Qos::AtLeastOnce,
            retain: false,
            properties: Some(Box::new(properties)),
        };
        let origin = Origin {
            topic: "a/b".to_owned(),
            payload: message.payload.clone(),
            client_id: None,
            principal: None,
            source_ip: None,
            at: 7,
            trace_id: "t".to_owned(),
            seed: 7,
        };
        for principal in [
            Principal::Iam(Arc::from("AIDA")),
            Principal::Custom(Arc::from("somebody")),
            Principal::Anonymous,
            Principal::Server,
        ] {
            let run = Run::of(&message, &principal, 3, 70);
            let json = serde_json::to_string(&run).expect("written");
            let read: Run = serde_json::from_str(&json).expect("read");
            assert_eq!(read, run);
            assert_eq!(read.message(&origin), Some(message.clone()));
            assert_eq!((read.principal(), read.hops, read.room), (principal, 3, 70));
        }
        let other = Origin { topic: "c".to_owned(), ..origin };
        assert_eq!(Run::of(&message, &Principal::Server, 0, 0).message(&other), None);
    }
}
