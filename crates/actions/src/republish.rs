//! `republish`: what was selected goes out as a message of its own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use model::{BASIC_INGEST, Message, MessageProperties, Qos, Topic};
use outbox::{Delivery, Letter};

use crate::action::{Action, Matched};
use crate::desk::{Desk, Errand, Target};
use crate::error::{Failure, UnfitAction};
use crate::field::{Field, Fields};

#[derive(Debug)]
pub(crate) struct Republish {
    role_arn: String,
    topic: Field,
    qos: Qos,
    headers: Option<Headers>,
}

/// What MQTT 5 lets a message say of itself.
#[derive(Debug)]
struct Headers {
    payload_format: Option<Field>,
    content_type: Option<Field>,
    response_topic: Option<Field>,
    correlation_data: Option<Field>,
    message_expiry: Option<Field>,
    user_properties: Vec<(Field, Field)>,
}

impl Republish {
    pub(crate) fn read(mut fields: Fields) -> Result<Republish, UnfitAction> {
        let action = Republish {
            topic: fields.template("topic")?,
            role_arn: fields.text("roleArn")?,
            qos: match fields.optional_number("qos")? {
                None | Some(0) => Qos::AtMostOnce,
                Some(1) => Qos::AtLeastOnce,
                Some(other) => return Err(fields.unfit("qos", format!("0 or 1, not {other}"))),
            },
            headers: fields.optional_object("headers")?.map(Headers::read).transpose()?,
        };
        fields.finish()?;
        Ok(action)
    }
}

impl Headers {
    fn read(mut fields: Fields) -> Result<Headers, UnfitAction> {
        let mut user_properties = Vec::new();
        for mut property in fields.objects("userProperties")? {
            user_properties.push((property.template("key")?, property.template("value")?));
            property.finish()?;
        }
        let headers = Headers {
            payload_format: fields.optional_template("payloadFormatIndicator")?,
            content_type: fields.optional_template("contentType")?,
            response_topic: fields.optional_template("responseTopic")?,
            correlation_data: fields.optional_template("correlationData")?,
            message_expiry: fields.optional_template("messageExpiry")?,
            user_properties,
        };
        fields.finish()?;
        Ok(headers)
    }

    fn fill(&self, topic: &str, matched: &Matched<'_>) -> Result<MessageProperties, Failure> {
        let fill = |field: &Option<Field>| field.as_ref().map(|it| matched.fill(it)).transpose();
        let unfit = |header: &str, found: &str| {
            Failure::of(topic, format!("{found:?} is no value for the header {header}"))
        };
        let payload_is_utf8 = match fill(&self.payload_format)?.as_deref() {
            None => None,
            Some("UTF8_DATA") => Some(true),
            Some("UNSPECIFIED_BYTES") => Some(false),
            Some(other) => return Err(unfit("payloadFormatIndicator", other)),
        };
        let message_expiry_secs = fill(&self.message_expiry)?
            .map(|text| text.parse().map_err(|_| unfit("messageExpiry", &text)))
            .transpose()?;
        let correlation_data = fill(&self.correlation_data)?
            .map(|text| STANDARD.decode(&text).map_err(|_| unfit("correlationData", &text)))
            .transpose()?;
        let mut user_properties = Vec::with_capacity(self.user_properties.len());
        for (key, value) in &self.user_properties {
            user_properties.push((matched.fill(key)?, matched.fill(value)?));
        }
        Ok(MessageProperties {
            payload_is_utf8,
            message_expiry_secs,
            content_type: fill(&self.content_type)?,
            response_topic: fill(&self.response_topic)?,
            correlation_data: correlation_data.map(Bytes::from),
            user_properties,
        })
    }
}

/// A message to the house itself. It is answered after it is on disk, as a decision about a shadow or a
/// job needs commits of its own.
fn errand(message: &Message) -> Errand {
    let topic = message.topic.as_str();
    // Each thing, and each template, is done with in order: `$aws/things/lamp`
    let end = topic.match_indices('/').nth(2).map_or(topic.len(), |(at, _)| at);
    let (target, resource) = (topic[..end].to_owned(), topic.to_owned());
    Errand { target, resource, delivery: Delivery::Letter(Letter::of(message)) }
}

impl Action for Republish {
    fn kind(&self) -> &'static str {
        "RepublishAction"
    }

    fn role_arn(&self) -> Option<&str> {
        Some(&self.role_arn)
    }

    fn plan(&self, matched: &Matched<'_>, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let filled = matched.fill(&self.topic)?;
        // A dollar that is not to begin a substitution is written twice.
        let name = filled.strip_prefix('$').filter(|rest| rest.starts_with('$')).unwrap_or(&filled);
        let topic = Topic::new(name).map_err(|error| Failure::of(name, error.to_string()))?;
        let is_letter = desk.house.takes(name);
        // Of reserved topics, those of other rules and those that the house takes.
        if name.starts_with('$') && !name.starts_with(BASIC_INGEST) && !is_letter {
            return Err(Failure::of(name, "rules may not publish to this reserved topic"));
        }
        if desk.room == 0 {
            let message = "too many messages follow from one: do rules feed each other?";
            return Err(Failure::of(name, message));
        }
        desk.check(&self.role_arn, "iot:Publish", Target::Topic(name))?;
        let properties = self.headers.as_ref().map(|headers| headers.fill(name, matched));
        let payload = Bytes::copy_from_slice(&matched.selected.output);
        let properties = properties.transpose()?.map(Box::new);
        let message = Message { topic, payload, qos: self.qos, retain: false, properties };
        desk.note(|| format!("publish to {name}: {}", String::from_utf8_lossy(&message.payload)));
        if is_letter {
            desk.errands.push(errand(&message));
            return Ok(());
        }
        desk.messages.push(message);
        Ok(())
    }
}
