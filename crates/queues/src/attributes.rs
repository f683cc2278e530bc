//! What the owner of a queue sets, in SQS's words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::UnfitAttribute;

/// AWS's limits.
pub(crate) const DELAY_SECS_MAX: u32 = 900;
const MESSAGE_BYTES: (u32, u32) = (1_024, 1_048_576);
const RETENTION_SECS: (u32, u32) = (60, 1_209_600);
const WAIT_SECS_MAX: u32 = 20;
pub(crate) const VISIBILITY_SECS_MAX: u32 = 43_200;
const RECEIVES: (u32, u32) = (1, 1_000);
const SOURCES_MAX: usize = 10;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attributes {
    pub delay_secs: u32,
    pub message_bytes_max: u32,
    pub retention_secs: u32,
    pub wait_secs: u32,
    pub visibility_secs: u32,
    pub policy: Option<String>,
    pub redrive: Option<Redrive>,
    pub redrive_allow: Option<RedriveAllow>,
    /// Kept and shown; what is stored here is not encrypted by it.
    pub sse_enabled: bool,
    /// Of a FIFO queue: a message that names no deduplication id has its body's hash.
    pub dedup_by_content: bool,
    /// Of a FIFO queue: ids count within their group.
    pub dedup_by_group: bool,
    /// Of a FIFO queue; kept and shown.
    pub throughput_by_group: bool,
}

/// Where messages go that were received too often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redrive {
    pub target_arn: String,
    pub receives_max: u32,
}

/// Which queues may name this one as their target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedriveAllow {
    pub permission: RedrivePermission,
    pub sources: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RedrivePermission {
    AllowAll,
    DenyAll,
    ByQueue,
}

impl Default for Attributes {
    fn default() -> Attributes {
        Attributes {
            delay_secs: 0,
            message_bytes_max: MESSAGE_BYTES.1,
            retention_secs: 345_600,
            wait_secs: 0,
            visibility_secs: 30,
            policy: None,
            redrive: None,
            redrive_allow: None,
            sse_enabled: true,
            dedup_by_content: false,
            dedup_by_group: false,
            throughput_by_group: false,
        }
    }
}

impl Attributes {
    /// Sets what the map names. An empty policy takes a policy away.
    pub fn set(
        &mut self,
        named: &BTreeMap<String, String>,
        is_fifo: bool,
    ) -> Result<(), UnfitAttribute> {
        named.iter().try_for_each(|(name, value)| self.set_one(name, value, is_fifo))
    }

    fn set_one(&mut self, name: &str, value: &str, is_fifo: bool) -> Result<(), UnfitAttribute> {
        match name {
            "DelaySeconds" => self.delay_secs = number("DelaySeconds", value, 0, DELAY_SECS_MAX)?,
            "MaximumMessageSize" => {
                let (least, most) = MESSAGE_BYTES;
                self.message_bytes_max = number("MaximumMessageSize", value, least, most)?;
            }
            "MessageRetentionPeriod" => {
                let (least, most) = RETENTION_SECS;
                self.retention_secs = number("MessageRetentionPeriod", value, least, most)?;
            }
            "ReceiveMessageWaitTimeSeconds" => {
                self.wait_secs = number("ReceiveMessageWaitTimeSeconds", value, 0, WAIT_SECS_MAX)?;
            }
            "VisibilityTimeout" => {
                self.visibility_secs = number("VisibilityTimeout", value, 0, VISIBILITY_SECS_MAX)?;
            }
            "Policy" => self.policy = (!value.is_empty()).then(|| value.to_owned()),
            "RedrivePolicy" => self.redrive = optional(value, redrive)?,
            "RedriveAllowPolicy" => self.redrive_allow = optional(value, redrive_allow)?,
            "SqsManagedSseEnabled" => self.sse_enabled = flag("SqsManagedSseEnabled", value)?,
            "FifoQueue" => {
                if flag("FifoQueue", value)? != is_fifo {
                    let why = "it must be true for a queue whose name ends with .fifo, and for no \
                               other";
                    return Err(unfit("FifoQueue", why));
                }
            }
            "ContentBasedDeduplication" if is_fifo => {
                self.dedup_by_content = flag("ContentBasedDeduplication", value)?;
            }
            "DeduplicationScope" if is_fifo => {
                let words = ("queue", "messageGroup");
                self.dedup_by_group = one_of("DeduplicationScope", value, words)?;
            }
            "FifoThroughputLimit" if is_fifo => {
                let words = ("perQueue", "perMessageGroupId");
                self.throughput_by_group = one_of("FifoThroughputLimit", value, words)?;
            }
            other => return Err(UnfitAttribute::Unknown { name: other.to_owned() }),
        }
        Ok(())
    }

    /// In SQS's words.
    pub fn shown(&self, is_fifo: bool) -> BTreeMap<&'static str, String> {
        let mut shown = BTreeMap::from([
            ("DelaySeconds", self.delay_secs.to_string()),
            ("MaximumMessageSize", self.message_bytes_max.to_string()),
            ("MessageRetentionPeriod", self.retention_secs.to_string()),
            ("ReceiveMessageWaitTimeSeconds", self.wait_secs.to_string()),
            ("VisibilityTimeout", self.visibility_secs.to_string()),
            ("SqsManagedSseEnabled", self.sse_enabled.to_string()),
        ]);
        if is_fifo {
            let scope = if self.dedup_by_group { "messageGroup" } else { "queue" };
            let limit = if self.throughput_by_group { "perMessageGroupId" } else { "perQueue" };
            shown.extend([
                ("FifoQueue", true.to_string()),
                ("ContentBasedDeduplication", self.dedup_by_content.to_string()),
                ("DeduplicationScope", scope.to_owned()),
                ("FifoThroughputLimit", limit.to_owned()),
            ]);
        }
        shown.extend(self.policy.clone().map(|policy| ("Policy", policy)));
        shown.extend(self.redrive.as_ref().map(|redrive| ("RedrivePolicy", redrive.shown())));
        let allow = self.redrive_allow.as_ref();
        shown.extend(allow.map(|allow| ("RedriveAllowPolicy", allow.shown())));
        shown
    }

    /// The first attribute in which this differs from what the map names.
    pub fn difference(
        &self,
        named: &BTreeMap<String, String>,
        is_fifo: bool,
    ) -> Result<Option<&'static str>, UnfitAttribute> {
        let mut wanted = self.clone();
        wanted.set(named, is_fifo)?;
        let (ours, theirs) = (self.shown(is_fifo), wanted.shown(is_fifo));
        let differs = |name: &&&'static str| ours.get(**name) != theirs.get(**name);
        Ok(ours.keys().chain(theirs.keys()).find(differs).copied())
    }
}

impl Redrive {
    fn shown(&self) -> String {
        let Redrive { target_arn, receives_max } = self;
        serde_json::json!({ "deadLetterTargetArn": target_arn, "maxReceiveCount": receives_max })
            .to_string()
    }
}

impl RedriveAllow {
    fn shown(&self) -> String {
        let permission = match self.permission {
            RedrivePermission::AllowAll => "allowAll",
            RedrivePermission::DenyAll => "denyAll",
            RedrivePermission::ByQueue => "byQueue",
        };
        let mut shown = serde_json::json!({ "redrivePermission": permission });
        if self.permission == RedrivePermission::ByQueue {
            shown["sourceQueueArns"] = self.sources.clone().into();
        }
        shown.to_string()
    }

    /// Whether the queue of this ARN may name the one that has this.
    pub(crate) fn allows(&self, source: &str) -> bool {
        match self.permission {
            RedrivePermission::AllowAll => true,
            RedrivePermission::DenyAll => false,
            RedrivePermission::ByQueue => self.sources.iter().any(|allowed| allowed == source),
        }
    }
}

fn unfit(name: &'static str, why: impl Into<String>) -> UnfitAttribute {
    UnfitAttribute::Value { name, why: why.into() }
}

fn number(name: &'static str, text: &str, least: u32, most: u32) -> Result<u32, UnfitAttribute> {
    let found = text.parse().ok().filter(|number| (least..=most).contains(number));
    found.ok_or_else(|| unfit(name, format!("a number from {least} to {most} is expected")))
}

fn flag(name: &'static str, text: &str) -> Result<bool, UnfitAttribute> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(unfit(name, "true or false is expected")),
    }
}

/// Whether it is the second of two words.
fn one_of(
    name: &'static str,
    text: &str,
    (first, second): (&str, &str),
) -> Result<bool, UnfitAttribute> {
    if text == first || text == second {
        return Ok(text == second);
    }
    Err(unfit(name, format!("{first} or {second} is expected")))
}

fn optional<T>(
    text: &str,
    read: impl Fn(&Value) -> Result<T, UnfitAttribute>,
) -> Result<Option<T>, UnfitAttribute> {
    if text.is_empty() {
        return Ok(None);
    }
    let value = serde_json::from_str(text).unwrap_or(Value::Null);
    read(&value).map(Some)
}

fn redrive(value: &Value) -> Result<Redrive, UnfitAttribute> {
    const NAME: &str = "RedrivePolicy";
    check_names(NAME, value, &["deadLetterTargetArn", "maxReceiveCount"])?;
    let target = value["deadLetterTargetArn"].as_str();
    let target = target.ok_or_else(|| unfit(NAME, "deadLetterTargetArn is required"))?;
    let count = &value["maxReceiveCount"];
    let count = count.as_str().map_or_else(|| count.to_string(), str::to_owned);
    let (least, most) = RECEIVES;
    let receives_max = count.parse().ok().filter(|count| (least..=most).contains(count));
    let why = format!("maxReceiveCount must be a number from {least} to {most}");
    let receives_max = receives_max.ok_or_else(|| unfit(NAME, why))?;
    Ok(Redrive { target_arn: target.to_owned(), receives_max })
}

fn redrive_allow(value: &Value) -> Result<RedriveAllow, UnfitAttribute> {
    const NAME: &str = "RedriveAllowPolicy";
    check_names(NAME, value, &["redrivePermission", "sourceQueueArns"])?;
    let permission = match value["redrivePermission"].as_str() {
        Some("allowAll") => RedrivePermission::AllowAll,
        Some("denyAll") => RedrivePermission::DenyAll,
        Some("byQueue") => RedrivePermission::ByQueue,
        _ => return Err(unfit(NAME, "redrivePermission is allowAll, denyAll or byQueue")),
    };
    let sources = match &value["sourceQueueArns"] {
        Value::Null => Vec::new(),
        list => serde_json::from_value(list.clone())
            .map_err(|_| unfit(NAME, "sourceQueueArns is a list of ARNs"))?,
    };
    let is_by_queue = permission == RedrivePermission::ByQueue;
    if is_by_queue == sources.is_empty() || sources.len() > SOURCES_MAX {
        let why = format!("sourceQueueArns belongs to byQueue, and has at most {SOURCES_MAX}");
        return Err(unfit(NAME, why));
    }
    Ok(RedriveAllow { permission, sources })
}

fn check_names(name: &'static str, value: &Value, known: &[&str]) -> Result<(), UnfitAttribute> {
    let members = value.as_object().ok_or_else(|| unfit(name, "a JSON object is expected"))?;
    match members.keys().find(|member| !known.contains(&member.as_str())) {
        Some(member) => Err(unfit(name, format!("{member} is not known"))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(name: &str, value: &str, is_fifo: bool) -> Result<Attributes, UnfitAttribute> {
        let mut attributes = Attributes::default();
        let named = BTreeMap::from([(name.to_owned(), value.to_owned())]);
        attributes.set(&named, is_fifo)?;
        Ok(attributes)
    }

    #[test]
    fn what_is_set_is_shown_as_it_was_set() {
        let target = "arn:aws:sqs:us-east-1:000000000000:dead";
        let redrive = format!(r#"{{"deadLetterTargetArn":"{target}","maxReceiveCount":3}}"#);
        let allow = format!(r#"{{"redrivePermission":"byQueue","sourceQueueArns":["{target}"]}}"#);
        for (name, value) in [
            ("DelaySeconds", "900"),
            ("MessageRetentionPeriod", "60"),
            ("VisibilityTimeout", "0"),
            ("RedrivePolicy", &redrive),
            ("RedriveAllowPolicy", &allow),
            ("ContentBasedDeduplication", "true"),
            ("DeduplicationScope", "messageGroup"),
        ] {
            let attributes = set(name, value, true).expect("set");
            assert_eq!(attributes.shown(true)[name], value);
            let named = BTreeMap::from([(name.to_owned(), value.to_owned())]);
            assert_eq!(attributes.difference(&named, true), Ok(None));
            assert_eq!(Attributes::default().difference(&named, true), Ok(Some(name)));
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_by_name() {
        for (name, value) in [
            ("DelaySeconds", "901"),
            ("DelaySeconds", "-1"),
            ("MaximumMessageSize", "1023"),
            ("RedrivePolicy", "{}"),
            ("RedrivePolicy", r#"{"deadLetterTargetArn":"a","maxReceiveCount":0}"#),
            ("RedrivePolicy", r#"{"deadLetterTargetArn":"a","maxReceiveCount":1,"x":1}"#),
            ("RedriveAllowPolicy", r#"{"redrivePermission":"byQueue"}"#),
            ("FifoQueue", "true"),
            ("SqsManagedSseEnabled", "yes"),
        ] {
            let refused = set(name, value, false).expect_err(value).to_string();
            assert!(refused.contains(name), "{refused}");
        }
        for name in ["KmsMasterKeyId", "ContentBasedDeduplication", "QueueArn"] {
            let unknown = UnfitAttribute::Unknown { name: name.to_owned() };
            assert_eq!(set(name, "true", false), Err(unknown));
        }
    }
}
