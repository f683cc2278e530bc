//! The event that the default bus gets, as S3 sends it.

use model::Home;
use objects::{Happening, Notice};
use schedules::{NewEvent, Schedules};
use serde_json::{Map, Value, json};

pub(super) fn of(notice: &Notice, home: &Home) -> NewEvent {
    let Notice { doer, about, .. } = notice;
    let (detail_type, reason, deletion) = words(notice.happening);
    let mut object = Map::new();
    object.insert("key".to_owned(), Value::from(notice.key.as_str()));
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            object.insert(name.to_owned(), value);
        }
    };
    put("size", about.bytes.map(Value::from));
    put("etag", about.etag.clone().map(Value::from));
    put("version-id", about.version.clone().map(Value::from));
    put("sequencer", about.sequencer.clone().map(Value::from));
    let mut detail = json!({
        "version": "0",
        "bucket": { "name": notice.bucket },
        "object": object,
        "request-id": doer.request_id,
        "requester": if doer.is_lifecycle() { &doer.principal } else { &*home.account },
    });
    if !doer.is_lifecycle() {
        detail["source-ip-address"] = Value::from(doer.source.as_str());
    }
    for (name, value) in [("reason", reason), ("deletion-type", deletion)] {
        if !value.is_empty() {
            detail[name] = Value::from(value);
        }
    }
    NewEvent {
        source: "aws.s3".to_owned(),
        detail_type: detail_type.to_owned(),
        detail,
        resources: vec![super::bucket_arn(&notice.bucket)],
        at: Some(notice.at),
        bus: Schedules::default_bus(),
    }
}

/// The kind of event, the reason that it has, and how something was deleted.
fn words(happening: Happening) -> (&'static str, &'static str, &'static str) {
    const MARKED: &str = "Delete Marker Created";
    const GONE: &str = "Permanently Deleted";
    match happening {
        Happening::Put => ("Object Created", "PutObject", ""),
        Happening::Posted => ("Object Created", "POST Object", ""),
        Happening::Copied => ("Object Created", "CopyObject", ""),
        Happening::Completed => ("Object Created", "CompleteMultipartUpload", ""),
        Happening::Deleted => ("Object Deleted", "DeleteObject", GONE),
        Happening::Marked => ("Object Deleted", "DeleteObject", MARKED),
        Happening::Expired => ("Object Deleted", "Lifecycle Expiration", GONE),
        Happening::ExpiredMarked => ("Object Deleted", "Lifecycle Expiration", MARKED),
        Happening::Tagged => ("Object Tags Added", "", ""),
        Happening::Untagged => ("Object Tags Deleted", "", ""),
    }
}
