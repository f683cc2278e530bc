//! Buckets that tell functions of their objects. The bucket is a resource of its own, which learns whom to
//! tell, and waits for the leave to do so.

use serde_json::{Map, Value, json};

use crate::error::SamError;
use crate::events::Event;
use crate::made::{Link, Made};
use crate::object;

pub(crate) fn translate(event: &Event<'_>, made: &mut Made) -> Result<(), SamError> {
    event.only(&["Bucket", "Events", "Filter"])?;
    let bucket = event.need("Bucket")?;
    let bucket = bucket["Ref"].as_str().ok_or_else(|| event.wrong(NO_BUCKET))?;
    let events = match event.need("Events")? {
        Value::Array(events) => events,
        one => vec![one],
    };
    let condition = event.given.for_all.get("Condition").cloned();
    let entry = |kind: Value| {
        let entry = object([
            ("Event", kind),
            ("Filter", event.get("Filter")),
            ("Function", event.called.arn.clone()),
        ]);
        match &condition {
            None => Value::from(entry),
            Some(condition) => json!({ "Fn::If": [condition, entry, { "Ref": "AWS::NoValue" }] }),
        }
    };
    made.links.push(Link {
        bucket: bucket.to_owned(),
        permission: format!("{}Permission", event.id),
        condition: condition.clone(),
        entries: events.into_iter().map(entry).collect(),
        unfit: event.wrong(NO_BUCKET),
    });
    let account = json!({ "Ref": "AWS::AccountId" });
    event.permit(made, "s3.amazonaws.com", Value::Null, account)
}

const NO_BUCKET: &str = "S3 events must reference an S3 bucket in the same template.";

/// Tells the buckets, when all resources are there.
pub(crate) fn link(made: &mut Made) -> Result<(), SamError> {
    for link in std::mem::take(&mut made.links) {
        let bucket = made.resources.get_mut(&link.bucket).and_then(Value::as_object_mut);
        let Some(bucket) = bucket else { return Err(link.unfit) };
        if bucket.get("Type").is_none_or(|kind| kind != "AWS::S3::Bucket") {
            return Err(link.unfit);
        }
        let properties = fields(bucket, "Properties");
        if let Some(condition) = &link.condition {
            // There is no conditional `DependsOn`; a tag that refers to the permission does the same.
            let waits =
                json!({ "Fn::If": [condition, { "Ref": link.permission }, "no dependency"] });
            let key = format!("sam:ConditionalDependsOn:{}", link.permission);
            list(properties, "Tags").push(json!({ "Key": key, "Value": waits }));
        }
        let told = list(fields(properties, "NotificationConfiguration"), "LambdaConfigurations");
        for entry in link.entries {
            if !told.contains(&entry) {
                told.push(entry);
            }
        }
        if link.condition.is_some() {
            continue;
        }
        let waits = list(bucket, "DependsOn");
        if !waits.iter().any(|name| *name == link.permission) {
            waits.push(Value::from(link.permission));
        }
    }
    Ok(())
}

/// The object of a name, which is made if it is not there.
fn fields<'a>(within: &'a mut Map<String, Value>, name: &str) -> &'a mut Map<String, Value> {
    let held = within.entry(name).or_insert(Value::Null);
    if !held.is_object() {
        *held = json!({});
    }
    held.as_object_mut().expect("it was made one")
}

/// The list of a name, which is made if it is not there; one alone becomes a list.
fn list<'a>(within: &'a mut Map<String, Value>, name: &str) -> &'a mut Vec<Value> {
    let held = within.entry(name).or_insert(Value::Null);
    if !held.is_array() {
        *held = match held.take() {
            Value::Null => json!([]),
            one => json!([one]),
        };
    }
    held.as_array_mut().expect("it was made one")
}
