//! Schedules that call a function with a role of their own.

use serde_json::{Value, json};

use crate::error::SamError;
use crate::events::Event;
use crate::made::Made;
use crate::object;
use crate::role::trusts;

pub(crate) fn translate(event: &Event<'_>, made: &mut Made) -> Result<(), SamError> {
    event.only(&[
        "DeadLetterConfig",
        "Description",
        "EndDate",
        "FlexibleTimeWindow",
        "GroupName",
        "Input",
        "Name",
        "OmitName",
        "PermissionsBoundary",
        "RetryPolicy",
        "RoleArn",
        "ScheduleExpression",
        "ScheduleExpressionTimezone",
        "StartDate",
        "State",
    ])?;
    let letters = event.dead_letters(made)?.map(|(arn, _)| arn);
    let role_arn = match event.get("RoleArn") {
        Value::Null => role(event, letters.as_ref(), made)?,
        arn => arn,
    };
    let name = match (event.get("Name"), event.get("OmitName") == true) {
        (Value::Null, true) => Value::Null,
        (_, true) => return Err(event.wrong("Name cannot be set when OmitName is True")),
        (Value::Null, false) => json!(event.id),
        (name, false) => name,
    };
    let window = match event.get("FlexibleTimeWindow") {
        Value::Null => json!({ "Mode": "OFF" }),
        window => window,
    };
    let target = object([
        ("Arn", event.called.arn.clone()),
        ("DeadLetterConfig", letters.map(|arn| json!({ "Arn": arn })).unwrap_or_default()),
        ("Input", event.get("Input")),
        ("RetryPolicy", event.get("RetryPolicy")),
        ("RoleArn", role_arn),
    ]);
    let properties = object([
        ("Description", event.get("Description")),
        ("EndDate", event.get("EndDate")),
        ("FlexibleTimeWindow", window),
        ("GroupName", event.get("GroupName")),
        ("Name", name),
        ("ScheduleExpression", event.need("ScheduleExpression")?),
        ("ScheduleExpressionTimezone", event.get("ScheduleExpressionTimezone")),
        ("StartDate", event.get("StartDate")),
        ("State", event.get("State")),
        ("Target", target.into()),
    ]);
    event.put(made, &event.id, "AWS::Scheduler::Schedule", properties)
}

/// A role that may call the function, and what it is known by.
fn role(event: &Event<'_>, letters: Option<&Value>, made: &mut Made) -> Result<Value, SamError> {
    let name = format!("{}Role", event.id);
    let statement = json!({ "Action": "lambda:InvokeFunction", "Effect": "Allow", "Resource": event.called.arn });
    let mut policies = vec![json!({
        "PolicyName": format!("{}LambdaPolicy", event.id),
        "PolicyDocument": { "Statement": [statement] },
    })];
    if let Some(arn) = letters {
        policies.push(send_policy(&event.id, arn));
    }
    let properties = object([
        ("AssumeRolePolicyDocument", trusts("scheduler.amazonaws.com")),
        ("PermissionsBoundary", event.get("PermissionsBoundary")),
        ("Policies", policies.into()),
    ]);
    event.put(made, &name, "AWS::IAM::Role", properties)?;
    Ok(json!({ "Fn::GetAtt": [name, "Arn"] }))
}

/// Lets somebody send to a queue.
pub(crate) fn send_policy(id: &str, queue_arn: &Value) -> Value {
    json!({
        "PolicyName": format!("{id}SQSPolicy"),
        "PolicyDocument": {
            "Statement": [{ "Action": "sqs:SendMessage", "Effect": "Allow", "Resource": queue_arn }],
        },
    })
}
