//! From what the owner of a rule wrote to actions.

use std::rc::Rc;

use rules::Version;
use serde_json::Value;

use crate::action::Action;
use crate::cloudwatch_logs::CloudwatchLogs;
use crate::dynamodb::DynamoDb;
use crate::dynamodb_v2::DynamoDbV2;
use crate::error::UnfitAction;
use crate::field::{Fields, Uses};
use crate::http::Http;
use crate::lambda::Lambda;
use crate::republish::Republish;
use crate::s3::S3;
use crate::sqs::Sqs;
use crate::timestream::Timestream;

/// AWS's limit.
pub const ACTIONS_MAX: usize = 10;

type Reader = fn(Fields) -> Result<Box<dyn Action>, UnfitAction>;

/// The actions that are served.
const SERVED: &[(&str, Reader)] = &[
    ("cloudwatchLogs", |fields| CloudwatchLogs::read(fields).map(boxed)),
    ("dynamoDB", |fields| DynamoDb::read(fields).map(boxed)),
    ("dynamoDBv2", |fields| DynamoDbV2::read(fields).map(boxed)),
    ("http", |fields| Http::read(fields).map(boxed)),
    ("lambda", |fields| Lambda::read(fields).map(boxed)),
    ("republish", |fields| Republish::read(fields).map(boxed)),
    ("s3", |fields| S3::read(fields).map(boxed)),
    ("sqs", |fields| Sqs::read(fields).map(boxed)),
    ("timestream", |fields| Timestream::read(fields).map(boxed)),
];

/// AWS's other actions. Each is refused until what it acts on is here.
const NOT_SERVED: &[&str] = &[
    "cloudwatchAlarm",
    "cloudwatchMetric",
    "elasticsearch",
    "firehose",
    "iotAnalytics",
    "iotEvents",
    "iotSiteWise",
    "kafka",
    "kinesis",
    "location",
    "openSearch",
    "salesforce",
    "sns",
    "stepFunctions",
];

fn boxed(action: impl Action + 'static) -> Box<dyn Action> {
    Box::new(action)
}

/// Reads a rule's list of actions.
pub fn read_all(
    value: &Value,
    version: Version,
    uses: &mut Uses,
) -> Result<Vec<Box<dyn Action>>, UnfitAction> {
    let Value::Array(values) = value else {
        let (place, what) = ("actions".to_owned(), "a list is expected".to_owned());
        return Err(UnfitAction::Field { place, what });
    };
    if values.len() > ACTIONS_MAX {
        return Err(UnfitAction::TooMany { most: ACTIONS_MAX });
    }
    let places = (0..).map(|at| format!("actions[{at}]"));
    let values = values.iter().zip(places);
    values.map(|(value, place)| read(&place, value, version, uses)).collect()
}

/// Reads one action, which stands at `place`: `{"republish": {…}}`
pub fn read(
    place: &str,
    value: &Value,
    version: Version,
    uses: &mut Uses,
) -> Result<Box<dyn Action>, UnfitAction> {
    let shape = |found: &Value| UnfitAction::Shape { found: found.to_string() };
    let Value::Object(members) = value else { return Err(shape(value)) };
    // Some clients write the other actions as null.
    let mut named = members.iter().filter(|(_, fields)| !fields.is_null());
    let (Some((name, fields)), None) = (named.next(), named.next()) else {
        return Err(shape(value));
    };
    let reader = SERVED.iter().find(|(served, _)| served == name).map(|(_, reader)| reader);
    let Some(reader) = reader else {
        let name = name.clone();
        return Err(match NOT_SERVED.contains(&&*name) {
            true => UnfitAction::NotServed { name },
            false => UnfitAction::Unknown { name },
        });
    };
    let used = Rc::default();
    let action = reader(Fields::new(&format!("{place}.{name}"), fields.clone(), version, &used)?)?;
    let Uses { lookups, variables } = used.take();
    uses.lookups.extend(lookups);
    uses.variables.extend(variables);
    Ok(action)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const VERSION: Version = Version::V2016_03_23;

    fn refusal(value: &Value) -> String {
        let read = read("actions[0]", value, VERSION, &mut Uses::default());
        read.expect_err("refused").to_string()
    }

    #[test]
    fn what_cannot_be_done_is_refused_with_the_reason() {
        for (value, reason) in [
            (json!([]), "an action is an object with one member, the action's name; found []"),
            (json!({}), "an action is an object with one member, the action's name; found {}"),
            (json!({"kafka": {}}), "the action kafka is not supported yet"),
            (json!({"fax": {}}), "there is no action fax"),
            (
                json!({"republish": {"topic": "a"}}),
                "actions[0].republish.roleArn: this field is required",
            ),
            (
                json!({"republish": {"topic": "a", "roleArn": "r", "colour": 1}}),
                "actions[0].republish.colour: this field is not known",
            ),
        ] {
            assert_eq!(refusal(&value), reason);
        }
    }

    #[test]
    fn a_rule_has_a_bounded_list_of_actions() {
        let republish = json!({"republish": {"topic": "a", "roleArn": "arn:aws:iam::1:role/r"}});
        let many = |count: usize| Value::Array(vec![republish.clone(); count]);
        let read = |value: &Value| read_all(value, VERSION, &mut Uses::default());
        assert_eq!(read(&many(10)).expect("ten").len(), 10);
        read(&many(11)).expect_err("one too many");
        read(&republish).expect_err("no list");
    }
}
