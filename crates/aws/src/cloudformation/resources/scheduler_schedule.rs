//! AWS::Scheduler::Schedule

use serde_json::{Value, json};
use stacks::Made;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made, plain, said};
use crate::error::AwsError;

pub(crate) struct Schedule;

impl Deed for Schedule {
    const KIND: &'static str = "AWS::Scheduler::Schedule";
    const CHANGED: &'static [&'static str] = &[
        "Description",
        "EndDate",
        "FlexibleTimeWindow",
        "ScheduleExpression",
        "ScheduleExpressionTimezone",
        "StartDate",
        "State",
        "Target",
    ];
    const REPLACED: &'static [&'static str] = &["GroupName", "Name"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "Name", 64);
        desk.make(want, "scheduler", "CreateSchedule", settings(want, &name)?).await?;
        let mut input = want.some(&["GroupName"]);
        input["Name"] = json!(name);
        let answer = desk.ask("scheduler", "GetSchedule", input).await?;
        Ok(made(name.clone(), name, [("Arn", said(&answer, "/Arn"))]))
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let input = settings(want, &made.physical_id)?;
        desk.ask("scheduler", "UpdateSchedule", input).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let mut input = json!({ "Name": made.physical_id });
        input["GroupName"] = made.properties.get("GroupName").cloned().unwrap_or_default();
        desk.take("scheduler", "DeleteSchedule", input).await
    }
}

fn settings(want: &Wanted<'_>, name: &str) -> Result<Value, AwsError> {
    let mut input = want.some(&[
        "Description",
        "GroupName",
        "ScheduleExpression",
        "ScheduleExpressionTimezone",
        "State",
        "Target",
    ]);
    input["Name"] = json!(name);
    input["FlexibleTimeWindow"] = plain(want.get("FlexibleTimeWindow"));
    for property in ["EndDate", "StartDate"] {
        if let Some(text) = want.text(property) {
            input[property] = moment(property, &text)?;
        }
    }
    if let Some(policy) = input["Target"].get_mut("RetryPolicy") {
        *policy = plain(policy.take());
    }
    Ok(input)
}

/// Seconds since 1970, as the operation has them.
fn moment(property: &str, text: &str) -> Result<Value, AwsError> {
    // The zone may be left out, and is UTC's then.
    let whole = if text.ends_with('Z') || text.contains('+') {
        text.to_owned()
    } else {
        format!("{text}Z")
    };
    let wrong = |_| AwsError::validation(format!("{property}: {text} is no moment of ISO 8601"));
    let time = OffsetDateTime::parse(&whole, &Rfc3339).map_err(wrong)?;
    Ok(json!(time.unix_timestamp() as f64))
}
