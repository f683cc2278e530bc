//! Settings of a bucket, as templates say them and as the operations read them.

use serde_json::{Map, Value, json};

use crate::cloudformation::desk::Wanted;
use crate::cloudformation::resources::tags;
use crate::error::AwsError;

pub(crate) struct Setting {
    pub(crate) property: &'static str,
    /// The parameter of its operations.
    pub(crate) query: &'static str,
    pub(crate) document: fn(&Wanted<'_>, &Value) -> Result<String, AwsError>,
    /// What is put where a template says nothing any more; without one it is deleted.
    pub(crate) without: Option<&'static str>,
}

/// Every bucket is closed to all, unless its owner says otherwise.
const CLOSED: &str = "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls>\
                      <IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy>\
                      <RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>";
const SUSPENDED: &str =
    "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>";

pub(crate) const SETTINGS: &[Setting] = &[
    Setting {
        property: "OwnershipControls",
        query: "ownershipControls",
        document: ownership,
        without: None,
    },
    Setting {
        property: "PublicAccessBlockConfiguration",
        query: "publicAccessBlock",
        document: access,
        without: Some(CLOSED),
    },
    Setting {
        property: "VersioningConfiguration",
        query: "versioning",
        document: versioning,
        without: Some(SUSPENDED),
    },
    Setting { property: "Tags", query: "tagging", document: tagging, without: None },
    Setting { property: "CorsConfiguration", query: "cors", document: cors, without: None },
    Setting {
        property: "LifecycleConfiguration",
        query: "lifecycle",
        document: lifecycle,
        without: None,
    },
    Setting {
        property: "NotificationConfiguration",
        query: "notification",
        document: notification,
        without: Some("<NotificationConfiguration/>"),
    },
];

fn ownership(want: &Wanted<'_>, given: &Value) -> Result<String, AwsError> {
    want.only("OwnershipControls", given, &["Rules"])?;
    Ok(element("OwnershipControls", &json!({ "Rule": given["Rules"] })))
}

fn access(_want: &Wanted<'_>, given: &Value) -> Result<String, AwsError> {
    Ok(element("PublicAccessBlockConfiguration", given))
}

fn versioning(_want: &Wanted<'_>, given: &Value) -> Result<String, AwsError> {
    Ok(element("VersioningConfiguration", given))
}

fn tagging(_want: &Wanted<'_>, given: &Value) -> Result<String, AwsError> {
    Ok(element("Tagging", &json!({ "TagSet": { "Tag": tags::list(given) } })))
}

fn cors(want: &Wanted<'_>, given: &Value) -> Result<String, AwsError> {
    want.only("CorsConfiguration", given, &["CorsRules"])?;
    let names = [
        ("AllowedHeaders", "AllowedHeader"),
        ("AllowedMethods", "AllowedMethod"),
        ("AllowedOrigins", "AllowedOrigin"),
        ("ExposedHeaders", "ExposeHeader"),
        ("Id", "ID"),
        ("MaxAge", "MaxAgeSeconds"),
    ];
    let mut rules = Vec::new();
    for rule in given["CorsRules"].as_array().into_iter().flatten() {
        rules.push(renamed(want, "CorsConfiguration/CorsRules", rule, &names)?);
    }
    Ok(element("CORSConfiguration", &json!({ "CORSRule": rules })))
}

fn lifecycle(want: &Wanted<'_>, given: &Value) -> Result<String, AwsError> {
    want.only("LifecycleConfiguration", given, &["Rules"])?;
    let place = "LifecycleConfiguration/Rules";
    let mut rules = Vec::new();
    for rule in given["Rules"].as_array().into_iter().flatten() {
        let names = [
            "AbortIncompleteMultipartUpload",
            "ExpirationInDays",
            "ExpiredObjectDeleteMarker",
            "Id",
            "NoncurrentVersionExpiration",
            "NoncurrentVersionExpirationInDays",
            "ObjectSizeGreaterThan",
            "ObjectSizeLessThan",
            "Prefix",
            "Status",
            "TagFilters",
        ];
        want.only(place, rule, &names)?;
        let (mut written, mut filter, mut expiration) = (Map::new(), Map::new(), Map::new());
        let put = |from: &str, fields: &mut Map<String, Value>, to: &str| {
            if let Some(value) = rule.get(from) {
                fields.insert(to.to_owned(), value.clone());
            }
        };
        put("Id", &mut written, "ID");
        put("Status", &mut written, "Status");
        put("Prefix", &mut filter, "Prefix");
        put("TagFilters", &mut filter, "Tag");
        put("ObjectSizeGreaterThan", &mut filter, "ObjectSizeGreaterThan");
        put("ObjectSizeLessThan", &mut filter, "ObjectSizeLessThan");
        put("ExpirationInDays", &mut expiration, "Days");
        put("ExpiredObjectDeleteMarker", &mut expiration, "ExpiredObjectDeleteMarker");
        put("NoncurrentVersionExpiration", &mut written, "NoncurrentVersionExpiration");
        put("AbortIncompleteMultipartUpload", &mut written, "AbortIncompleteMultipartUpload");
        if let Some(days) = rule.get("NoncurrentVersionExpirationInDays") {
            written.insert(
                "NoncurrentVersionExpiration".to_owned(),
                json!({ "NoncurrentDays": days }),
            );
        }
        if !expiration.is_empty() {
            written.insert("Expiration".to_owned(), expiration.into());
        }
        written.insert("Filter".to_owned(), json!({ "And": filter }));
        if filter_is_plain(&written["Filter"]["And"]) {
            written["Filter"] = written["Filter"]["And"].take();
        }
        rules.push(written);
    }
    Ok(element("LifecycleConfiguration", &json!({ "Rule": rules })))
}

fn notification(want: &Wanted<'_>, given: &Value) -> Result<String, AwsError> {
    let lists = [
        ("LambdaConfigurations", "CloudFunctionConfiguration", "Function", "CloudFunction"),
        ("QueueConfigurations", "QueueConfiguration", "Queue", "Queue"),
        ("TopicConfigurations", "TopicConfiguration", "Topic", "Topic"),
    ];
    let known: Vec<&str> = lists.iter().map(|(list, ..)| *list).collect();
    let bus = "EventBridgeConfiguration";
    want.only("NotificationConfiguration", given, &[&known[..], &[bus]].concat())?;
    let mut written = Map::new();
    for (list, name, from, to) in lists {
        let place = format!("NotificationConfiguration/{list}");
        let mut all = Vec::new();
        for one in given[list].as_array().into_iter().flatten() {
            let names = [("Event", "Event"), (from, to), ("Filter", "Filter")];
            let mut one = renamed(want, &place, one, &names)?;
            if let Some(filter) = one.get_mut("Filter") {
                let place = format!("{place}/Filter");
                want.only(&place, filter, &["S3Key"])?;
                want.only(&format!("{place}/S3Key"), &filter["S3Key"], &["Rules"])?;
                let rules = filter["S3Key"]["Rules"].take();
                *filter = json!({ "S3Key": { "FilterRule": rules } });
            }
            all.push(one);
        }
        written.insert(name.to_owned(), all.into());
    }
    if let Some(config) = given.get(bus) {
        let place = format!("NotificationConfiguration/{bus}");
        want.only(&place, config, &["EventBridgeEnabled"])?;
        // On AWS it is on where nothing is said.
        let is_off = matches!(&config["EventBridgeEnabled"], Value::Bool(false))
            || config["EventBridgeEnabled"] == "false";
        if !is_off {
            written.insert(bus.to_owned(), json!({}));
        }
    }
    Ok(element("NotificationConfiguration", &Value::Object(written)))
}

/// One condition stands alone, several stand in an `And`.
fn filter_is_plain(filter: &Value) -> bool {
    let count = |value: &Value| value.as_array().map_or(1, Vec::len);
    filter.as_object().is_some_and(|fields| fields.values().map(count).sum::<usize>() <= 1)
}

fn renamed(
    want: &Wanted<'_>,
    place: &str,
    given: &Value,
    names: &[(&str, &str)],
) -> Result<Value, AwsError> {
    let known: Vec<&str> = names.iter().map(|(from, _)| *from).collect();
    want.only(place, given, &known)?;
    let some =
        names.iter().filter_map(|(from, to)| Some(((*to).to_owned(), given.get(*from)?.clone())));
    Ok(Value::Object(some.collect()))
}

/// XML of a value: a list is its items, each in an element of the name.
fn element(name: &str, value: &Value) -> String {
    match value {
        Value::Array(items) => items.iter().map(|item| element(name, item)).collect(),
        Value::Object(fields) => {
            let inside: String = fields.iter().map(|(name, value)| element(name, value)).collect();
            format!("<{name}>{inside}</{name}>")
        }
        Value::Null => String::new(),
        Value::String(text) => format!("<{name}>{}</{name}>", escape(text)),
        other => format!("<{name}>{other}</{name}>"),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_written_as_xml() {
        let properties = Map::new();
        let want = Wanted {
            logical_id: "B",
            kind: "",
            suffix: "X",
            properties: &properties,
            is_again: false,
        };
        let rules = json!({ "Rules": [{
            "Id": "old", "Status": "Enabled", "Prefix": "log/", "ExpirationInDays": 7,
            "NoncurrentVersionExpirationInDays": 3,
        }] });
        let expected = "<LifecycleConfiguration><Rule><Expiration><Days>7</Days></Expiration><Filter>\
                        <Prefix>log/</Prefix></Filter><ID>old</ID><NoncurrentVersionExpiration>\
                        <NoncurrentDays>3</NoncurrentDays></NoncurrentVersionExpiration><Status>Enabled\
                        </Status></Rule></LifecycleConfiguration>";
        assert_eq!(lifecycle(&want, &rules).expect("rules"), expected);
        let rules = json!({ "Rules": [{ "Status": "Enabled", "Transitions": [] }] });
        let refused = lifecycle(&want, &rules).expect_err("transitions");
        assert!(
            refused.message.contains("LifecycleConfiguration/Rules/Transitions"),
            "{refused:?}"
        );
        let told = json!({
            "LambdaConfigurations": [{
                "Event": "s3:ObjectCreated:*", "Function": "arn:f",
                "Filter": { "S3Key": { "Rules": [{ "Name": "prefix", "Value": "in/" }] } },
            }],
            "EventBridgeConfiguration": { "EventBridgeEnabled": true },
        });
        let expected = "<NotificationConfiguration><CloudFunctionConfiguration><CloudFunction>arn:f\
                        </CloudFunction><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule>\
                        <Name>prefix</Name><Value>in/</Value></FilterRule></S3Key></Filter>\
                        </CloudFunctionConfiguration><EventBridgeConfiguration>\
                        </EventBridgeConfiguration></NotificationConfiguration>";
        assert_eq!(notification(&want, &told).expect("a configuration"), expected);
        let rules =
            json!({ "CorsRules": [{ "AllowedMethods": ["GET"], "AllowedOrigins": ["<&"] }] });
        let expected = "<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod>\
                        <AllowedOrigin>&lt;&amp;</AllowedOrigin></CORSRule></CORSConfiguration>";
        assert_eq!(cors(&want, &rules).expect("rules"), expected);
    }
}
