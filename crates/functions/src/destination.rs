//! Where it is told how an event or a batch went: a queue, or another function.

use blueprints::{NewEvent, PendingEvent, Qualifier};
use bytes::Bytes;
use iam::{Asked, ServiceCall};
use kv::Batch;
use model::FunctionName;
use queues::{AttributeValue, MessageAttribute, NewMessage, PendingSend};

use crate::functions::Shared;

/// What joined a batch and is told when that is committed.
#[derive(Debug, Default)]
pub(crate) struct Told {
    sends: Vec<PendingSend>,
    events: Vec<PendingEvent>,
}

impl Told {
    pub(crate) fn committed(&self) {
        self.sends.iter().for_each(PendingSend::committed);
        self.events.iter().for_each(PendingEvent::committed);
    }
}

/// What is told, and by whom.
#[derive(Debug)]
pub(crate) struct Notice<'a> {
    pub(crate) arn: &'a str,
    pub(crate) body: String,
    pub(crate) attributes: Vec<(&'static str, &'static str, String)>,
    pub(crate) role: &'a ServiceCall,
}

impl Shared {
    /// Adds a notice to a batch. What cannot be told is said in the server's log, as nobody else is there.
    pub(crate) fn tell(&self, batch: &mut Batch, told: &mut Told, notice: Notice<'_>) {
        let arn = notice.arn.to_owned();
        if let Err(what) = self.try_tell(batch, told, notice) {
            tracing::warn!(arn, what, "a destination of a function is not told");
        }
    }

    fn try_tell(
        &self,
        batch: &mut Batch,
        told: &mut Told,
        notice: Notice<'_>,
    ) -> Result<(), String> {
        let Notice { arn, body, attributes, role } = notice;
        if arn.starts_with("arn:aws:sqs:") {
            self.check_role(role, "sqs:SendMessage", arn)?;
            let name = arn.rsplit(':').next().unwrap_or_default();
            let queue = self.parts.queues.queue(name).map_err(|error| error.to_string())?;
            let attribute = |(name, kind, text): (&str, &str, String)| {
                let value = AttributeValue::Text(text);
                (name.to_owned(), MessageAttribute { kind: kind.to_owned(), value })
            };
            let message = NewMessage {
                body,
                attributes: attributes.into_iter().map(attribute).collect(),
                sender: role.role_arn.clone(),
                ..NewMessage::default()
            };
            let sent = self.parts.queues.send_into(batch, &queue, message);
            told.sends.push(sent.map_err(|error| error.to_string())?);
            return Ok(());
        }
        self.check_role(role, "lambda:InvokeFunction", arn)?;
        let unfit = || format!("{arn} is neither a queue nor a function");
        let (_, rest) = arn.split_once(":function:").ok_or_else(unfit)?;
        let (name, qualifier) = rest.split_once(':').map_or((rest, None), |(a, b)| (a, Some(b)));
        let qualifier = qualifier.map(Qualifier::parse).transpose();
        let event = NewEvent {
            function: FunctionName::new(name).map_err(|error| error.to_string())?,
            qualifier: qualifier.map_err(|error| error.to_string())?,
            payload: Bytes::from(body),
            client_context: None,
            at: self.parts.clock.now(),
        };
        let queued = self.parts.blueprints.queue_event_into(batch, event);
        told.events.push(queued.map_err(|error| error.to_string())?);
        Ok(())
    }

    /// Refuses what the role of a function may not do.
    pub(crate) fn check_role(
        &self,
        role: &ServiceCall,
        action: &str,
        resource: &str,
    ) -> Result<(), String> {
        let now = self.parts.clock.now();
        let identity = self.parts.iam.service_identity(role, now);
        let identity = identity.map_err(|error| error.to_string())?;
        let (source_ip, keys, resource_policy) = (None, &[][..], None);
        let asked = Asked { action, resource, source_ip, now, keys, resource_policy };
        identity.authorize(&asked).map_err(|denial| denial.to_string())
    }
}
