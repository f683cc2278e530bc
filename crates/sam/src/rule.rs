//! Rules that call a function: of events, of time, and of topics.

use serde_json::{Map, Value, json};

use crate::error::SamError;
use crate::events::Event;
use crate::made::Made;
use crate::object;

const EVENTS: &str = "events.amazonaws.com";

pub(crate) fn of_schedule(event: &Event<'_>, made: &mut Made) -> Result<(), SamError> {
    event.only(&[
        "DeadLetterConfig",
        "Description",
        "Enabled",
        "Input",
        "Name",
        "RetryPolicy",
        "Schedule",
        "State",
    ])?;
    let properties = object([
        ("Description", event.get("Description")),
        ("Name", event.get("Name")),
        ("ScheduleExpression", event.need("Schedule")?),
        ("State", event.state()?),
    ]);
    put(event, made, properties)
}

pub(crate) fn of_pattern(event: &Event<'_>, made: &mut Made) -> Result<(), SamError> {
    event.only(&[
        "DeadLetterConfig",
        "Enabled",
        "EventBusName",
        "Input",
        "InputPath",
        "InputTransformer",
        "Pattern",
        "RetryPolicy",
        "RuleName",
        "State",
        "Target",
    ])?;
    let properties = object([
        ("EventBusName", event.get("EventBusName")),
        ("EventPattern", event.get("Pattern")),
        ("Name", event.get("RuleName")),
        ("State", event.state()?),
    ]);
    put(event, made, properties)
}

/// A rule with the function as its target, and its leave to call it.
fn put(
    event: &Event<'_>,
    made: &mut Made,
    mut properties: Map<String, Value>,
) -> Result<(), SamError> {
    let own = event.get("Target");
    let id = match own.get("Id") {
        Some(id) => id.clone(),
        None => json!(format!("{}LambdaTarget", event.id)),
    };
    let arn = json!({ "Fn::GetAtt": [event.id, "Arn"] });
    let letters = event.dead_letters(made)?;
    if let Some((queue_arn, Some(queue))) = &letters {
        let policy = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Action": "sqs:SendMessage", "Effect": "Allow", "Principal": { "Service": EVENTS },
                "Resource": queue_arn, "Condition": { "ArnEquals": { "aws:SourceArn": arn } },
            }],
        });
        let properties =
            object([("PolicyDocument", policy), ("Queues", json!([{ "Ref": queue }]))]);
        event.put(
            made,
            &format!("{}QueuePolicy", event.id),
            "AWS::SQS::QueuePolicy",
            properties,
        )?;
    }
    let target = object([
        ("Arn", event.called.arn.clone()),
        ("DeadLetterConfig", letters.map(|(arn, _)| json!({ "Arn": arn })).unwrap_or_default()),
        ("Id", id),
        ("Input", event.get("Input")),
        ("InputPath", event.get("InputPath")),
        ("InputTransformer", event.get("InputTransformer")),
        ("RetryPolicy", event.get("RetryPolicy")),
    ]);
    properties.insert("Targets".to_owned(), json!([target]));
    event.put(made, &event.id, "AWS::Events::Rule", properties)?;
    event.permit(made, EVENTS, arn, Value::Null)
}

pub(crate) fn of_topic(event: &Event<'_>, made: &mut Made) -> Result<(), SamError> {
    event.only(&["AwsIotSqlVersion", "Sql"])?;
    let payload = object([
        ("Actions", json!([{ "Lambda": { "FunctionArn": event.called.arn } }])),
        ("AwsIotSqlVersion", event.get("AwsIotSqlVersion")),
        ("RuleDisabled", json!(false)),
        ("Sql", event.need("Sql")?),
    ]);
    event.put(
        made,
        &event.id,
        "AWS::IoT::TopicRule",
        object([("TopicRulePayload", payload.into())]),
    )?;
    let pattern = "arn:aws:iot:${AWS::Region}:${AWS::AccountId}:rule/${RuleName}";
    let arn = json!({ "Fn::Sub": [pattern, { "RuleName": { "Ref": event.id } }] });
    let account = json!({ "Fn::Sub": "${AWS::AccountId}" });
    event.permit(made, "iot.amazonaws.com", arn, account)
}
