//! `cloudwatchLogs`: what was selected becomes a line in a log group, or several.

use logs::{LogsError, NewEvent, PutOutcome};
use model::{LogGroupName, LogStreamName};
use serde::Deserialize;

use crate::action::{Action, Matched};
use crate::desk::{Desk, Target};
use crate::error::{Failure, UnfitAction};
use crate::field::{Field, Fields};

#[derive(Debug)]
pub(crate) struct CloudwatchLogs {
    role_arn: String,
    group: Field,
    is_batch: bool,
}

/// A line of a batch, as the rule selects it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    timestamp: u64,
    message: String,
}

impl CloudwatchLogs {
    pub(crate) fn read(mut fields: Fields) -> Result<CloudwatchLogs, UnfitAction> {
        let action = CloudwatchLogs {
            role_arn: fields.text("roleArn")?,
            group: fields.template("logGroupName")?,
            is_batch: fields.optional_boolean("batchMode")?.unwrap_or(false),
        };
        fields.finish()?;
        Ok(action)
    }

    fn lines(&self, matched: &Matched<'_>) -> Result<Vec<NewEvent>, String> {
        let output = &matched.selected.output;
        if self.is_batch {
            let lines: Vec<Line> = serde_json::from_slice(output).map_err(|error| {
                format!("a list of objects with timestamp and message is needed: {error}")
            })?;
            let event = |line: Line| NewEvent { at: line.timestamp, message: line.message };
            return Ok(lines.into_iter().map(event).collect());
        }
        let message = std::str::from_utf8(output).map_err(|_| "what was selected is no text")?;
        Ok(vec![NewEvent { at: matched.event.timestamp_ms, message: message.to_owned() }])
    }
}

impl Action for CloudwatchLogs {
    fn kind(&self) -> &'static str {
        "CloudwatchLogsAction"
    }

    fn role_arn(&self) -> Option<&str> {
        Some(&self.role_arn)
    }

    fn plan(&self, matched: &Matched<'_>, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let name = matched.fill(&self.group)?;
        let failed = |what: String| Failure::of(&name, what);
        let group = LogGroupName::new(&name).map_err(|error| failed(error.to_string()))?;
        // Each rule has its own stream, which is made with its first line.
        let stream = LogStreamName::new(matched.rule).map_err(|error| failed(error.to_string()))?;
        let of_group = format!("{group}:log-stream:");
        for action in ["logs:CreateLogStream", "logs:DescribeLogStreams"] {
            desk.check(&self.role_arn, action, Target::LogStream(&of_group))?;
        }
        let of_stream = format!("{of_group}{stream}");
        desk.check(&self.role_arn, "logs:PutLogEvents", Target::LogStream(&of_stream))?;
        let lines = self.lines(matched).map_err(failed)?;
        desk.note(|| format!("write to the log group {group}: {} lines", lines.len()));
        let now = matched.event.timestamp_ms;
        let put = desk.logs.put_into(&mut desk.batch, &group, &stream, lines, now);
        match put.map_err(|error: LogsError| failed(error.to_string()))? {
            PutOutcome { rejected } if rejected == logs::Rejected::default() => Ok(()),
            _ => Err(failed("a line is too old or too far ahead of the clock".to_owned())),
        }
    }
}
