//! Who is told of what happens to the objects of a bucket.

use fleet::Unfit;
use objects::{Listener, Notifications};

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::element::{Element, malformed};
use crate::s3::row::{On, Operation, not_implemented};
use crate::s3::words::invalid_argument;
use crate::s3::writer::Xml;

/// AWS's limit.
const LISTENERS_MAX: usize = 100;

const QUEUE: &str = "QueueConfiguration";
const FUNCTION: &str = "CloudFunctionConfiguration";
const TOPIC: &str = "TopicConfiguration";
const BUS: &str = "EventBridgeConfiguration";

/// What happens here.
const EVENTS: [&str; 14] = [
    "s3:ObjectCreated:*",
    "s3:ObjectCreated:Put",
    "s3:ObjectCreated:Post",
    "s3:ObjectCreated:Copy",
    "s3:ObjectCreated:CompleteMultipartUpload",
    "s3:ObjectRemoved:*",
    "s3:ObjectRemoved:Delete",
    "s3:ObjectRemoved:DeleteMarkerCreated",
    "s3:ObjectTagging:*",
    "s3:ObjectTagging:Put",
    "s3:ObjectTagging:Delete",
    "s3:LifecycleExpiration:*",
    "s3:LifecycleExpiration:Delete",
    "s3:LifecycleExpiration:DeleteMarkerCreated",
];

/// What else AWS tells of: what never happens here is not listened to.
const NEVER: [&str; 7] = [
    "s3:ReducedRedundancyLostObject",
    "s3:ObjectRestore:",
    "s3:Replication:",
    "s3:LifecycleTransition",
    "s3:IntelligentTiering",
    "s3:ObjectAcl:",
    "s3:ObjectAnnotation:",
];

pub(super) struct GetBucketNotificationConfiguration;
pub(super) struct PutBucketNotificationConfiguration;

impl Operation for GetBucketNotificationConfiguration {
    const NAME: &'static str = "GetBucketNotificationConfiguration";
    const METHOD: &'static str = "GET";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "notification";
    const ACTION: &'static str = "GetBucketNotification";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let told = ask.objects().notifications(ask.bucket()?).map_err(ask.refused())?;
        let mut xml = Xml::new("NotificationConfiguration");
        for listener in &told.listeners {
            let (element, arn) = match is_function(&listener.arn) {
                true => (FUNCTION, "CloudFunction"),
                false => (QUEUE, "Queue"),
            };
            xml.inside(element, |xml| write(xml, listener, arn));
        }
        if told.to_event_bus {
            xml.inside(BUS, |_| {});
        }
        Ok(Answer::xml(xml))
    }
}

impl Operation for PutBucketNotificationConfiguration {
    const NAME: &'static str = "PutBucketNotificationConfiguration";
    const METHOD: &'static str = "PUT";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "notification";
    const ACTION: &'static str = "PutBucketNotification";

    async fn call(mut ask: Ask) -> Result<Answer, AwsError> {
        let document = ask.document("NotificationConfiguration").await?;
        let told = read(&document)?;
        check(&told.listeners)?;
        let is_checked = ask
            .header("x-amz-skip-destination-validation")
            .is_none_or(|skips| !skips.eq_ignore_ascii_case("true"));
        if is_checked {
            check_destinations(&ask, &told.listeners).await?;
        }
        let name = ask.bucket_name()?;
        ask.objects().put_notifications(&name, told).await.map_err(ask.refused())?;
        Ok(Answer::ok())
    }
}

fn is_function(arn: &str) -> bool {
    arn.split(':').nth(2) == Some("lambda")
}

fn write(xml: &mut Xml, listener: &Listener, arn: &str) {
    xml.leaf("Id", &listener.id).leaf(arn, &listener.arn);
    for event in &listener.events {
        xml.leaf("Event", event);
    }
    if listener.filter.is_empty() {
        return;
    }
    xml.inside("Filter", |xml| {
        xml.inside("S3Key", |xml| {
            for (name, value) in &listener.filter {
                xml.inside("FilterRule", |xml| {
                    xml.leaf("Name", name).leaf("Value", value);
                });
            }
        });
    });
}

fn read(document: &Element) -> Result<Notifications, AwsError> {
    document.only(&[QUEUE, FUNCTION, TOPIC, BUS])?;
    if document.get(TOPIC).is_some() {
        return Err(not_implemented(
            "TopicConfiguration is not supported, as there are no topics of SNS here: queues, \
             functions and EventBridge are told",
        ));
    }
    let mut told =
        Notifications { listeners: Vec::new(), to_event_bus: document.get(BUS).is_some() };
    for (element, arn) in [(QUEUE, "Queue"), (FUNCTION, "CloudFunction")] {
        for listener in document.all(element) {
            told.listeners.push(read_listener(listener, arn)?);
        }
    }
    Ok(told)
}

fn read_listener(element: &Element, arn_name: &str) -> Result<Listener, AwsError> {
    element.only(&["Id", arn_name, "Event", "Filter"])?;
    let arn = element.required(arn_name)?.to_owned();
    let service = if arn_name == "Queue" { "sqs" } else { "lambda" };
    let parts: Vec<&str> = arn.split(':').collect();
    let is_arn = parts.len() >= 6 && parts[0] == "arn" && parts[2] == service;
    if !is_arn {
        return Err(invalid_argument(arn_name, &arn, "The ARN is not well formed"));
    }
    let events: Vec<String> = element.all("Event").map(|event| event.text.clone()).collect();
    if events.is_empty() {
        return Err(malformed());
    }
    events.iter().try_for_each(|event| check_event(event))?;
    let given = element.text_of("Id").filter(|id| !id.is_empty());
    let id = given.map_or_else(new_id, |id| Ok(id.to_owned()))?;
    if id.len() > 255 {
        return Err(invalid_argument("Id", &id, "Id must be at most 255 characters"));
    }
    let filter = element.get("Filter").map(read_filter).transpose()?.unwrap_or_default();
    Ok(Listener { id, arn, events, filter })
}

fn new_id() -> Result<String, AwsError> {
    let mut bytes = [0; 16];
    let failed = |error| AwsError::internal(format!("the system has no randomness: {error}"));
    getrandom::fill(&mut bytes).map_err(failed)?;
    Ok(stdx::uuid::version_4(bytes))
}

fn check_event(event: &str) -> Result<(), AwsError> {
    if EVENTS.contains(&event) {
        return Ok(());
    }
    if NEVER.iter().any(|never| event.starts_with(never)) {
        return Err(not_implemented(&format!(
            "the event {event} is not supported, as it never happens here"
        )));
    }
    Err(invalid_argument("Event", event, "The event is not supported for notifications"))
}

fn read_filter(filter: &Element) -> Result<Vec<(String, String)>, AwsError> {
    filter.only(&["S3Key"])?;
    let Some(key) = filter.get("S3Key") else { return Ok(Vec::new()) };
    key.only(&["FilterRule"])?;
    let mut rules: Vec<(String, String)> = Vec::new();
    for rule in key.all("FilterRule") {
        rule.only(&["Name", "Value"])?;
        let (name, value) = (rule.required("Name")?, rule.text_of("Value").unwrap_or_default());
        let short = name.to_ascii_lowercase();
        if !matches!(&*short, "prefix" | "suffix") {
            let message = "filter rule name must be either prefix or suffix";
            return Err(invalid_argument("FilterRule.Name", name, message));
        }
        if rules.iter().any(|(held, _)| held.eq_ignore_ascii_case(name)) {
            let message = format!("Cannot specify more than one {short} rule in a filter.");
            return Err(invalid_argument("FilterRule.Name", name, &message));
        }
        if value.len() > 1024 {
            let message = "Size of filter rule value cannot exceed 1024 bytes in UTF-8 \
                           representation";
            return Err(invalid_argument("FilterRule.Value", value, message));
        }
        rules.push((name.to_owned(), value.to_owned()));
    }
    Ok(rules)
}

/// Refuses listeners that cannot be told apart, by their names or by what they want to hear.
fn check(listeners: &[Listener]) -> Result<(), AwsError> {
    if listeners.len() > LISTENERS_MAX {
        let message = "The number of notification configurations is more than 100";
        return Err(AwsError::new(400, "TooManyConfigurations", message));
    }
    for (place, one) in listeners.iter().enumerate() {
        for other in &listeners[..place] {
            if one.id == other.id {
                let message = "Same ID used for multiple configurations. IDs must be unique";
                return Err(invalid_argument("Id", &one.id, message));
            }
            let Some((event, other_event)) = one.shares_event(other) else { continue };
            if !one.shares_keys(other) {
                continue;
            }
            let message = match one.filter.is_empty() && other.filter.is_empty() {
                true => {
                    "Configurations overlap. Configurations on the same bucket cannot share a \
                     common event type."
                }
                false => {
                    "Configuration is ambiguously defined. Cannot have overlapping suffixes in \
                     two rules if the prefixes are overlapping for the same event type."
                }
            };
            return Err(invalid_argument("Event", &format!("{other_event}, {event}"), message));
        }
    }
    Ok(())
}

/// Refuses whom S3 could not tell, and lets queues hear that they are told from now on.
async fn check_destinations(ask: &Ask, listeners: &[Listener]) -> Result<(), AwsError> {
    let (name, tidings) = (ask.bucket_name()?, &ask.state.tidings);
    let mut arns: Vec<&str> = listeners.iter().map(|listener| &*listener.arn).collect();
    arns.sort_unstable();
    arns.dedup();
    let mut unfit: Vec<(&str, Unfit)> = Vec::new();
    for arn in &arns {
        unfit.extend(tidings.check(&name, arn).err().map(|why| (*arn, why)));
    }
    if unfit.is_empty() {
        for arn in arns.iter().filter(|arn| !is_function(arn)) {
            let test = tidings.test(&name, arn, (&ask.permit.request_id, ask.now()));
            unfit.extend(test.await.err().map(|why| (*arn, why)));
        }
    }
    if unfit.is_empty() {
        return Ok(());
    }
    let message = "Unable to validate the following destination configurations";
    let mut error = AwsError::new(400, "InvalidArgument", message);
    for (place, (arn, why)) in unfit.into_iter().enumerate() {
        let number = place + 1;
        error = error
            .told(&format!("ArgumentName{number}"), arn)
            .told(&format!("ArgumentValue{number}"), why.to_string());
    }
    Err(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(document: &str) -> Result<Notifications, AwsError> {
        let document = format!("<NotificationConfiguration>{document}</NotificationConfiguration>");
        let read = read(&Element::read(document.as_bytes(), "NotificationConfiguration")?)?;
        check(&read.listeners)?;
        Ok(read)
    }

    fn queue(id: &str, event: &str, rules: &[(&str, &str)]) -> String {
        let rules: String = rules
            .iter()
            .map(|(name, value)| {
                format!("<FilterRule><Name>{name}</Name><Value>{value}</Value></FilterRule>")
            })
            .collect();
        format!(
            "<QueueConfiguration><Id>{id}</Id><Queue>arn:aws:sqs:us-east-1:1:{id}</Queue>\
             <Event>{event}</Event><Filter><S3Key>{rules}</S3Key></Filter></QueueConfiguration>"
        )
    }

    #[test]
    fn what_cannot_be_told_apart_is_refused() {
        let put = |id, rules: &[(&str, &str)]| queue(id, "s3:ObjectCreated:Put", rules);
        let all = |id, rules: &[(&str, &str)]| queue(id, "s3:ObjectCreated:*", rules);
        let cases = [
            (put("a", &[]) + &queue("b", "s3:ObjectRemoved:*", &[]), ""),
            (put("a", &[("prefix", "x/")]) + &all("b", &[("Prefix", "y/")]), ""),
            (put("a", &[]) + &all("b", &[]), "Configurations overlap."),
            (put("a", &[("prefix", "x")]) + &all("b", &[]), "Configuration is ambiguously"),
            (put("a", &[]) + &put("a", &[]), "Same ID used"),
            (put("a", &[("prefix", "x"), ("prefix", "y")]), "Cannot specify more than one prefix"),
            (put("a", &[("middle", "x")]), "filter rule name must be"),
            (queue("a", "s3:ObjectEaten", &[]), "The event is not supported"),
            (queue("a", "s3:ObjectRestore:Post", &[]), "the event s3:ObjectRestore:Post is not"),
            ("<TopicConfiguration/>".to_owned(), "TopicConfiguration is not supported"),
        ];
        for (document, expected) in cases {
            let message = told(&document).err().map(|error| error.message).unwrap_or_default();
            assert!(message.starts_with(expected), "{document}: {message}");
            assert_eq!(message.is_empty(), expected.is_empty(), "{document}: {message}");
        }
    }
}
