//! `lambda`: what was selected becomes an event of a function.
//!
//! The event is an entry of the message's own batch: whoever is told that the message is kept knows that
//! the function will have it. From then on it is retried, and told of, as the function says.

use blueprints::{BlueprintError, NewEvent, function_of};
use bytes::Bytes;

use crate::action::{Action, Matched};
use crate::desk::Desk;
use crate::error::{Failure, UnfitAction};
use crate::field::{Field, Fields};

/// Who invokes it, for the policy of the function.
const SERVICE: &str = "iot.amazonaws.com";

#[derive(Debug)]
pub(crate) struct Lambda {
    function_arn: Field,
}

impl Lambda {
    pub(crate) fn read(mut fields: Fields) -> Result<Lambda, UnfitAction> {
        let function_arn = fields.template("functionArn")?;
        fields.finish()?;
        Ok(Lambda { function_arn })
    }
}

impl Action for Lambda {
    fn kind(&self) -> &'static str {
        "LambdaAction"
    }

    /// The function says itself who may invoke it.
    fn role_arn(&self) -> Option<&str> {
        None
    }

    fn plan(&self, matched: &Matched<'_>, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let arn = matched.fill(&self.function_arn)?;
        let failed = |what: String| Failure::of(&arn, what);
        let stored = |error: BlueprintError| failed(error.to_string());
        let (name, qualifier) =
            function_of(&arn).ok_or_else(|| failed("it names no function".into()))?;
        let (function, _) = desk.blueprints.version(&name, qualifier.as_ref()).map_err(stored)?;
        let rule = desk.home.iot("rule", matched.rule);
        let may = desk.blueprints.may_service_invoke(
            &function,
            qualifier.as_ref(),
            SERVICE,
            rule.as_str(),
        );
        if !may {
            return Err(failed(format!(
                "its policy does not let {SERVICE} invoke it for {rule}: AddPermission does"
            )));
        }
        let payload = Bytes::copy_from_slice(&matched.selected.output);
        if serde_json::from_slice::<serde::de::IgnoredAny>(&payload).is_err() {
            return Err(failed("what was selected is no JSON".to_owned()));
        }
        desk.note(|| format!("invoke the function {name}: {} bytes", payload.len()));
        let at = matched.event.timestamp_ms;
        let event = NewEvent { function: name, qualifier, payload, client_context: None, at };
        let queued = desk.blueprints.queue_event_into(&mut desk.batch, event);
        desk.to_tell.events.push(queued.map_err(stored)?);
        Ok(())
    }
}
