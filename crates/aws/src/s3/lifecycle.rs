//! The lifecycle rules of a bucket. What moves objects to other storage is refused: there is one.

use objects::{LifecycleFilter, LifecycleRule, Settings};

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::element::{Element, malformed};
use crate::s3::row::{On, Operation};
use crate::s3::tags;
use crate::s3::words::invalid_argument;
use crate::s3::writer::Xml;

/// AWS's limit.
const RULES_MAX: usize = 1000;

pub(super) struct GetBucketLifecycleConfiguration;
pub(super) struct PutBucketLifecycleConfiguration;
pub(super) struct DeleteBucketLifecycle;

impl Operation for GetBucketLifecycleConfiguration {
    const NAME: &'static str = "GetBucketLifecycleConfiguration";
    const METHOD: &'static str = "GET";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "lifecycle";
    const ACTION: &'static str = "GetLifecycleConfiguration";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let rules = ask.objects().lifecycle(ask.bucket()?).map_err(ask.refused())?;
        let none = || {
            let message = "The lifecycle configuration does not exist";
            AwsError::new(404, "NoSuchLifecycleConfiguration", message)
        };
        let mut xml = Xml::new("LifecycleConfiguration");
        for rule in rules.ok_or_else(none)? {
            xml.inside("Rule", |xml| write(xml, &rule));
        }
        let answer = Answer::xml(xml);
        Ok(answer.with("x-amz-transition-default-minimum-object-size", "all_storage_classes_128K"))
    }
}

impl Operation for PutBucketLifecycleConfiguration {
    const NAME: &'static str = "PutBucketLifecycleConfiguration";
    const METHOD: &'static str = "PUT";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "lifecycle";
    const ACTION: &'static str = "PutLifecycleConfiguration";

    async fn call(mut ask: Ask) -> Result<Answer, AwsError> {
        let document = ask.document("LifecycleConfiguration").await?;
        document.only(&["Rule"])?;
        let rules = document.all("Rule").enumerate().map(|(place, rule)| read(place, rule));
        let rules: Vec<LifecycleRule> = rules.collect::<Result<_, AwsError>>()?;
        if !(1..=RULES_MAX).contains(&rules.len()) {
            return Err(malformed());
        }
        for (place, rule) in rules.iter().enumerate() {
            if rules[..place].iter().any(|known| known.id == rule.id) {
                let message = "Rule ID must be unique. Found same ID for more than one rule";
                return Err(invalid_argument("ID", &rule.id, message));
            }
        }
        let (name, settings) =
            (ask.bucket_name()?, Settings { lifecycle: Some(rules), ..Settings::default() });
        ask.objects().put_settings(&name, settings).await.map_err(ask.refused())?;
        Ok(Answer::ok())
    }
}

impl Operation for DeleteBucketLifecycle {
    const NAME: &'static str = "DeleteBucketLifecycle";
    const METHOD: &'static str = "DELETE";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "lifecycle";
    const ACTION: &'static str = "PutLifecycleConfiguration";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let name = ask.bucket_name()?;
        ask.objects().delete_lifecycle(&name).await.map_err(ask.refused())?;
        Ok(Answer::no_content())
    }
}

fn read(place: usize, rule: &Element) -> Result<LifecycleRule, AwsError> {
    rule.only(&[
        "ID",
        "Status",
        "Filter",
        "Prefix",
        "Expiration",
        "NoncurrentVersionExpiration",
        "AbortIncompleteMultipartUpload",
    ])?;
    let is_enabled = match rule.required("Status")? {
        "Enabled" => true,
        "Disabled" => false,
        _ => return Err(malformed()),
    };
    let mut read = LifecycleRule {
        id: rule.text_of("ID").map_or_else(|| format!("rule-{}", place + 1), str::to_owned),
        is_enabled,
        filter: filter(rule)?,
        ..LifecycleRule::default()
    };
    if let Some(expiration) = rule.get("Expiration") {
        expiration.only(&["Days", "ExpiredObjectDeleteMarker"])?;
        read.expire_days = days(expiration, "Days")?;
        read.expire_markers = expiration.boolean("ExpiredObjectDeleteMarker")?;
    }
    if let Some(expiration) = rule.get("NoncurrentVersionExpiration") {
        expiration.only(&["NoncurrentDays"])?;
        read.earlier_days = days(expiration, "NoncurrentDays")?;
    }
    if let Some(abort) = rule.get("AbortIncompleteMultipartUpload") {
        abort.only(&["DaysAfterInitiation"])?;
        read.abort_days = days(abort, "DaysAfterInitiation")?;
    }
    let does_something = read.expire_days.is_some()
        || read.expire_markers
        || read.earlier_days.is_some()
        || read.abort_days.is_some();
    if !does_something {
        return Err(AwsError::new(
            400,
            "InvalidRequest",
            "At least one action needs to be specified in a rule",
        ));
    }
    Ok(read)
}

fn days(element: &Element, name: &str) -> Result<Option<u32>, AwsError> {
    match element.number(name)? {
        Some(0) => {
            let message = format!("'{name}' must be a positive integer");
            Err(invalid_argument(name, "0", &message))
        }
        days => Ok(days),
    }
}

fn filter(rule: &Element) -> Result<LifecycleFilter, AwsError> {
    let Some(filter) = rule.get("Filter") else {
        let prefix = rule.text_of("Prefix").ok_or_else(malformed)?.to_owned();
        return Ok(LifecycleFilter { prefix, is_old_form: true, ..LifecycleFilter::default() });
    };
    let whole = filter.get("And").unwrap_or(filter);
    whole.only(&["Prefix", "Tag", "ObjectSizeGreaterThan", "ObjectSizeLessThan"])?;
    Ok(LifecycleFilter {
        prefix: whole.text_of("Prefix").unwrap_or_default().to_owned(),
        tags: whole.all("Tag").map(tags::from_element).collect::<Result<_, AwsError>>()?,
        larger_than: whole.number("ObjectSizeGreaterThan")?,
        smaller_than: whole.number("ObjectSizeLessThan")?,
        is_old_form: false,
    })
}

fn write(xml: &mut Xml, rule: &LifecycleRule) {
    xml.leaf("ID", &rule.id);
    let filter = &rule.filter;
    if filter.is_old_form {
        xml.leaf("Prefix", &filter.prefix);
    } else {
        xml.inside("Filter", |xml| write_filter(xml, filter));
    }
    xml.leaf("Status", if rule.is_enabled { "Enabled" } else { "Disabled" });
    if rule.expire_days.is_some() || rule.expire_markers {
        xml.inside("Expiration", |xml| {
            if let Some(days) = rule.expire_days {
                xml.number("Days", days);
            }
            if rule.expire_markers {
                xml.boolean("ExpiredObjectDeleteMarker", true);
            }
        });
    }
    if let Some(days) = rule.earlier_days {
        xml.inside("NoncurrentVersionExpiration", |xml| {
            xml.number("NoncurrentDays", days);
        });
    }
    if let Some(days) = rule.abort_days {
        xml.inside("AbortIncompleteMultipartUpload", |xml| {
            xml.number("DaysAfterInitiation", days);
        });
    }
}

fn write_filter(xml: &mut Xml, filter: &LifecycleFilter) {
    let conditions = usize::from(!filter.prefix.is_empty())
        + filter.tags.len()
        + usize::from(filter.larger_than.is_some())
        + usize::from(filter.smaller_than.is_some());
    let write = |xml: &mut Xml| {
        if !filter.prefix.is_empty() || conditions == 0 {
            xml.leaf("Prefix", &filter.prefix);
        }
        for (key, value) in &filter.tags {
            xml.inside("Tag", |xml| {
                xml.leaf("Key", key).leaf("Value", value);
            });
        }
        if let Some(bytes) = filter.larger_than {
            xml.number("ObjectSizeGreaterThan", bytes);
        }
        if let Some(bytes) = filter.smaller_than {
            xml.number("ObjectSizeLessThan", bytes);
        }
    };
    match conditions {
        0 | 1 => write(xml),
        _ => {
            xml.inside("And", write);
        }
    }
}
