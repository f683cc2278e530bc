//! `sqs`: what was selected becomes a message of a queue, with the message that it is made of.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use queues::NewMessage;

use crate::action::{Action, Matched};
use crate::desk::{Desk, Target};
use crate::error::{Failure, UnfitAction};
use crate::field::{Field, Fields};

#[derive(Debug)]
pub(crate) struct Sqs {
    role_arn: String,
    queue_url: Field,
    use_base64: bool,
}

impl Sqs {
    pub(crate) fn read(mut fields: Fields) -> Result<Sqs, UnfitAction> {
        let action = Sqs {
            role_arn: fields.text("roleArn")?,
            queue_url: fields.template("queueUrl")?,
            use_base64: fields.optional_boolean("useBase64")?.unwrap_or(false),
        };
        fields.finish()?;
        Ok(action)
    }

    fn body(&self, output: &[u8]) -> Result<String, &'static str> {
        if self.use_base64 {
            return Ok(STANDARD.encode(output));
        }
        let text = std::str::from_utf8(output).map(str::to_owned);
        text.map_err(|_| "what was selected is no text: useBase64 sends it as base64")
    }
}

impl Action for Sqs {
    fn kind(&self) -> &'static str {
        "SqsAction"
    }

    fn role_arn(&self) -> Option<&str> {
        Some(&self.role_arn)
    }

    fn plan(&self, matched: &Matched<'_>, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let url = matched.fill(&self.queue_url)?;
        // Whichever of our names it was made with, the queue is ours.
        let name = url.rsplit('/').next().unwrap_or_default();
        let failed = |what: String| Failure::of(&url, what);
        desk.check(&self.role_arn, "sqs:SendMessage", Target::Queue(name))?;
        let queue = desk.queues.queue(name).map_err(|error| failed(error.to_string()))?;
        if queue.is_fifo() {
            return Err(failed("rules do not send to FIFO queues".to_owned()));
        }
        let body = self.body(&matched.selected.output);
        let body = body.map_err(|what| failed(what.to_owned()))?;
        desk.note(|| format!("send to the queue {name}: {body}"));
        let sender = self.role_arn.clone();
        let message = NewMessage { body, sender, ..NewMessage::default() };
        let send = desk.queues.send_into(&mut desk.batch, &queue, message);
        desk.to_tell.sends.push(send.map_err(|error| failed(error.to_string()))?);
        Ok(())
    }
}
