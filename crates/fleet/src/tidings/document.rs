//! The document that functions and queues get, as S3 writes it.

use model::Home;
use objects::{Happening, Notice};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};
use stdx::clock::UnixMillis;

/// What of a key stays as it is; a space becomes a plus.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'*').remove(b'/').remove(b' ');

pub(super) fn of(notice: &Notice, listener: &str, home: &Home) -> Value {
    let Notice { doer, about, .. } = notice;
    let mut object = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            object.insert(name.to_owned(), value);
        }
    };
    put("key", Some(Value::from(encoded(&notice.key))));
    put("size", about.bytes.map(Value::from));
    put("eTag", about.etag.clone().map(Value::from));
    put("versionId", about.version.clone().map(Value::from));
    put("sequencer", about.sequencer.clone().map(Value::from));
    json!({ "Records": [{
        "eventVersion": version(notice.happening),
        "eventSource": "aws:s3",
        "awsRegion": home.region,
        "eventTime": iso_8601(notice.at),
        "eventName": notice.happening.name(),
        "userIdentity": { "principalId": doer.principal },
        "requestParameters": { "sourceIPAddress": doer.source },
        "responseElements": {
            "x-amz-request-id": doer.request_id,
            "x-amz-id-2": doer.request_id,
        },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": listener,
            "bucket": {
                "name": notice.bucket,
                "ownerIdentity": { "principalId": sigv4::sha256_hex(home.account.as_bytes()) },
                "arn": super::bucket_arn(&notice.bucket),
            },
            "object": object,
        },
    }] })
}

/// Kinds that came later have later versions.
fn version(happening: Happening) -> &'static str {
    match happening {
        Happening::Put
        | Happening::Posted
        | Happening::Copied
        | Happening::Completed
        | Happening::Deleted
        | Happening::Marked => "2.1",
        Happening::Expired | Happening::ExpiredMarked | Happening::Tagged | Happening::Untagged => {
            "2.3"
        }
    }
}

pub(super) fn test(bucket: &str, request_id: &str, now: UnixMillis) -> Value {
    json!({
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": iso_8601(now),
        "Bucket": bucket,
        "RequestId": request_id,
        "HostId": request_id,
    })
}

fn encoded(key: &str) -> String {
    utf8_percent_encode(key, PLAIN).to_string().replace(' ', "+")
}

/// `2026-11-21T12:00:00.000Z`
fn iso_8601(at: UnixMillis) -> String {
    let (secs, millis) = ((at / 1_000).cast_signed(), at % 1_000);
    let date = calendar::Date::from_days(secs.div_euclid(calendar::SECS_A_DAY));
    let of_day = secs.rem_euclid(calendar::SECS_A_DAY);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    let calendar::Date { year, month, day } = date;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

#[cfg(test)]
mod tests {
    use objects::{About, Doer};

    use super::*;

    #[test]
    fn a_document_is_as_s3_writes_it() {
        let doer = Doer {
            principal: "AWS:AIDA".to_owned(),
            source: "10.0.0.7".to_owned(),
            request_id: "R".to_owned(),
        };
        let about = About {
            bytes: Some(4),
            etag: Some("e".to_owned()),
            version: None,
            sequencer: Some("0A".to_owned()),
        };
        let notice = Notice {
            happening: Happening::Put,
            bucket: "cellar".to_owned(),
            key: "a b/ü+~(1).json".to_owned(),
            at: 1_790_000_000_007,
            doer,
            about,
            listeners: Vec::new(),
            to_event_bus: false,
        };
        let found = of(&notice, "mine", &Home::default());
        let record = &found["Records"][0];
        assert_eq!(record["eventVersion"], "2.1");
        assert_eq!(record["eventTime"], "2026-09-21T14:13:20.007Z");
        assert_eq!(record["eventName"], "ObjectCreated:Put");
        assert_eq!(record["userIdentity"], json!({ "principalId": "AWS:AIDA" }));
        assert_eq!(record["s3"]["configurationId"], "mine");
        let object = json!({
            "key": "a+b/%C3%BC%2B%7E%281%29.json", "size": 4, "eTag": "e", "sequencer": "0A",
        });
        assert_eq!(record["s3"]["object"], object);
    }
}
