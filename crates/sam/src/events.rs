//! What calls a function.

use serde_json::{Map, Value, json};

use crate::error::SamError;
use crate::function::Called;
use crate::given::Given;
use crate::made::Made;
use crate::role::Role;
use crate::{bucket, mapping, object, rule, schedule};

/// One that calls.
pub(crate) struct Event<'a> {
    pub(crate) given: &'a Given<'a>,
    pub(crate) called: &'a Called,
    /// Of its resource: the function's name and its own.
    pub(crate) id: String,
    name: &'a str,
    pub(crate) properties: Map<String, Value>,
}

pub(crate) fn translate(
    given: &Given<'_>,
    called: &Called,
    role: &mut Role,
    made: &mut Made,
) -> Result<(), SamError> {
    let events = given.get("Events");
    for (name, event) in events.as_object().into_iter().flatten() {
        let properties = event["Properties"].as_object().cloned().unwrap_or_default();
        let id = format!("{}{name}", given.name);
        let one = Event { given, called, id, name, properties };
        match event["Type"].as_str().unwrap_or_default() {
            "CloudWatchEvent" | "EventBridgeRule" => rule::of_pattern(&one, made)?,
            "DynamoDB" => mapping::of_stream(&one, role, made)?,
            "IoTRule" => rule::of_topic(&one, made)?,
            "S3" => bucket::translate(&one, made)?,
            "SQS" => mapping::of_queue(&one, role, made)?,
            "Schedule" => rule::of_schedule(&one, made)?,
            "ScheduleV2" => schedule::translate(&one, made)?,
            other => return Err(one.wrong(&format!("events of Type {other:?} are not served"))),
        }
    }
    Ok(())
}

impl Event<'_> {
    pub(crate) fn get(&self, property: &str) -> Value {
        self.properties.get(property).cloned().unwrap_or_default()
    }

    pub(crate) fn need(&self, property: &str) -> Result<Value, SamError> {
        match self.get(property) {
            Value::Null => Err(self.wrong(&format!("Missing required property '{property}'."))),
            value => Ok(value),
        }
    }

    pub(crate) fn only(&self, known: &[&str]) -> Result<(), SamError> {
        self.given.only(
            &format!("Event with id [{}] is invalid. ", self.name),
            &self.properties,
            known,
        )
    }

    pub(crate) fn wrong(&self, what: &str) -> SamError {
        self.given.wrong(format!("Event with id [{}] is invalid. {what}", self.name))
    }

    pub(crate) fn put(
        &self,
        made: &mut Made,
        id: &str,
        kind: &str,
        properties: Map<String, Value>,
    ) -> Result<(), SamError> {
        made.put(id, kind, &self.given.for_all, properties)
    }

    /// Lets a service call the function in the name of something.
    pub(crate) fn permit(
        &self,
        made: &mut Made,
        principal: &str,
        source_arn: Value,
        source_account: Value,
    ) -> Result<(), SamError> {
        let properties = object([
            ("Action", json!("lambda:InvokeFunction")),
            ("FunctionName", self.called.name.clone()),
            ("Principal", json!(principal)),
            ("SourceAccount", source_account),
            ("SourceArn", source_arn),
        ]);
        self.put(made, &format!("{}Permission", self.id), "AWS::Lambda::Permission", properties)
    }

    /// `ENABLED` or `DISABLED`, in whichever of two ways it is said.
    pub(crate) fn state(&self) -> Result<Value, SamError> {
        match (self.get("State"), self.get("Enabled")) {
            (state, Value::Null) => Ok(state),
            (Value::Null, enabled) => Ok(match enabled.as_bool() {
                Some(true) => json!("ENABLED"),
                Some(false) => json!("DISABLED"),
                None => return Err(self.wrong("Enabled must be true or false.")),
            }),
            _ => Err(self.wrong("State and Enabled Properties cannot both be specified.")),
        }
    }

    /// The ARN of the queue for what cannot be delivered; one is made if none is named.
    pub(crate) fn dead_letters(
        &self,
        made: &mut Made,
    ) -> Result<Option<(Value, Option<String>)>, SamError> {
        let Value::Object(config) = self.get("DeadLetterConfig") else { return Ok(None) };
        if let Some(other) =
            config.keys().find(|name| !["Arn", "QueueLogicalId", "Type"].contains(&name.as_str()))
        {
            return Err(self.wrong(&format!("DeadLetterConfig: property {other} not defined.")));
        }
        match (config.get("Arn"), config.get("Type").and_then(Value::as_str)) {
            (Some(arn), None) => Ok(Some((arn.clone(), None))),
            (None, Some("SQS")) => {
                let named = config.get("QueueLogicalId").and_then(Value::as_str);
                let queue = named.map_or_else(|| format!("{}Queue", self.id), str::to_owned);
                self.put(made, &queue, "AWS::SQS::Queue", Map::new())?;
                Ok(Some((json!({ "Fn::GetAtt": [queue, "Arn"] }), Some(queue))))
            }
            _ => Err(self.wrong("DeadLetterConfig has either an Arn or the Type SQS.")),
        }
    }
}
