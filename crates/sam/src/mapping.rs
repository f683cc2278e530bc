//! Queues and streams that feed a function.

use serde_json::json;

use crate::error::SamError;
use crate::events::Event;
use crate::made::Made;
use crate::object;
use crate::role::Role;
use crate::schedule::send_policy;

const KNOWN: &[&str] = &[
    "BatchSize",
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "Enabled",
    "FilterCriteria",
    "FunctionResponseTypes",
    "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
    "ScalingConfig",
    "StartingPosition",
    "TumblingWindowInSeconds",
];

pub(crate) fn of_queue(
    event: &Event<'_>,
    role: &mut Role,
    made: &mut Made,
) -> Result<(), SamError> {
    role.manage("service-role/AWSLambdaSQSQueueExecutionRole");
    put(event, "Queue", role, made)
}

pub(crate) fn of_stream(
    event: &Event<'_>,
    role: &mut Role,
    made: &mut Made,
) -> Result<(), SamError> {
    role.manage("service-role/AWSLambdaDynamoDBExecutionRole");
    event.need("StartingPosition")?;
    put(event, "Stream", role, made)
}

fn put(event: &Event<'_>, source: &str, role: &mut Role, made: &mut Made) -> Result<(), SamError> {
    let known: Vec<&str> = KNOWN.iter().copied().chain([source]).collect();
    event.only(&known)?;
    let mut properties = object([
        ("EventSourceArn", event.need(source)?),
        ("FunctionName", event.called.name.clone()),
    ]);
    for name in KNOWN {
        if let Some(value) = event.properties.get(*name) {
            properties.insert((*name).to_owned(), value.clone());
        }
    }
    let destination = &event.get("DestinationConfig")["OnFailure"];
    match destination["Type"].as_str() {
        None => {}
        Some("SQS") => {
            let arn = &destination["Destination"];
            role.policies.push(send_policy(&event.id, arn));
            // The kind of destination is for us alone.
            let config = json!({ "OnFailure": { "Destination": arn } });
            properties.insert("DestinationConfig".to_owned(), config);
        }
        Some(other) => {
            return Err(event.wrong(&format!("a destination of Type {other} is not served")));
        }
    }
    event.put(made, &event.id, "AWS::Lambda::EventSourceMapping", properties)
}
