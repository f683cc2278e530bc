//! The policy of a form: what its fields must be, and how large its file, until when.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::Value;
use stdx::clock::UnixMillis;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::error::AwsError;
use crate::s3::form::Fields;
use crate::s3::words::access_denied;

/// Fields that no condition needs to speak of.
const FREE: [&str; 4] = ["awsaccesskeyid", "policy", "signature", "x-amz-signature"];
const IGNORED: &str = "x-ignore-";

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct PostPolicy {
    conditions: Vec<Condition>,
    /// The least and the most bytes of the file.
    pub(super) length: Option<(u64, u64)>,
}

#[derive(Debug, PartialEq, Eq)]
struct Condition {
    is_start: bool,
    /// In lower case.
    field: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    expiration: String,
    conditions: Vec<Value>,
}

fn invalid(what: &str) -> AwsError {
    AwsError::new(400, "InvalidPolicyDocument", format!("Invalid Policy: {what}"))
}

fn failed(what: &str) -> AwsError {
    access_denied(format!("Invalid according to Policy: {what}"))
}

impl PostPolicy {
    /// Reads the policy of a form, in base64, if it is still good.
    pub(super) fn read(text: &str, now: UnixMillis) -> Result<PostPolicy, AwsError> {
        let decoded = BASE64_STANDARD.decode(text.trim());
        let decoded = decoded.map_err(|_| invalid("Invalid Base64 Encoding."))?;
        let document: Document = serde_json::from_slice(&decoded)
            .map_err(|error| invalid(&format!("Invalid JSON: {error}.")))?;
        let expires_at = OffsetDateTime::parse(&document.expiration, &Rfc3339).map_err(|_| {
            invalid(&format!("Invalid 'expiration' value: '{}'", document.expiration))
        })?;
        if expires_at.unix_timestamp_nanos() / 1_000_000 < i128::from(now) {
            return Err(failed("Policy expired."));
        }
        let mut policy = PostPolicy::default();
        for condition in &document.conditions {
            policy.add(condition)?;
        }
        Ok(policy)
    }

    fn add(&mut self, condition: &Value) -> Result<(), AwsError> {
        let unfit = || invalid(&format!("Invalid Condition: {condition}"));
        match condition {
            Value::Object(fields) => {
                for (field, value) in fields {
                    let value = value.as_str().ok_or_else(unfit)?.to_owned();
                    let field = field.to_ascii_lowercase();
                    self.conditions.push(Condition { is_start: false, field, value });
                }
                Ok(())
            }
            Value::Array(items) => {
                let [operator, first, second] = &items[..] else { return Err(unfit()) };
                let operator = operator.as_str().ok_or_else(unfit)?.to_ascii_lowercase();
                if operator == "content-length-range" {
                    let range = (bytes(first), bytes(second));
                    let (Some(least), Some(most)) = range else { return Err(unfit()) };
                    self.length = Some((least, most));
                    return Ok(());
                }
                let is_start = match &*operator {
                    "eq" => false,
                    "starts-with" => true,
                    _ => return Err(unfit()),
                };
                let field = first.as_str().and_then(|field| field.strip_prefix('$'));
                let field = field.ok_or_else(unfit)?.to_ascii_lowercase();
                let value = second.as_str().ok_or_else(unfit)?.to_owned();
                self.conditions.push(Condition { is_start, field, value });
                Ok(())
            }
            _ => Err(unfit()),
        }
    }

    /// Refuses a form whose fields are not what they must be, or of which nothing is said.
    pub(super) fn check(&self, fields: &Fields, bucket: &str, key: &str) -> Result<(), AwsError> {
        for condition in &self.conditions {
            let value = match &*condition.field {
                "bucket" => Some(bucket),
                "key" => Some(key),
                field => fields.get(field),
            };
            if !condition.holds(value.unwrap_or_default()) {
                return Err(failed(&format!("Policy Condition failed: {condition}")));
            }
        }
        let names = fields.all.iter().map(|(name, _)| name.as_str()).chain(["bucket"]);
        let extra: Vec<&str> = names.filter(|name| !self.speaks_of(name)).collect();
        match extra.is_empty() {
            true => Ok(()),
            false => Err(failed(&format!("Extra input fields: {}", extra.join(", ")))),
        }
    }

    fn speaks_of(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        FREE.contains(&&*name)
            || name.starts_with(IGNORED)
            || self.conditions.iter().any(|condition| condition.field == name)
    }
}

/// A number, or a text of digits.
fn bytes(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

impl Condition {
    fn holds(&self, value: &str) -> bool {
        match self.is_start {
            // A list of types: each must begin so.
            true if self.field == "content-type" => {
                value.split(',').all(|one| one.trim().starts_with(&self.value))
            }
            true => value.starts_with(&self.value),
            false => value == self.value,
        }
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let operator = if self.is_start { "starts-with" } else { "eq" };
        write!(f, "[\"{operator}\", \"${}\", \"{}\"]", self.field, self.value)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: UnixMillis = 1_790_000_000_000;

    fn policy(conditions: &Value) -> Result<PostPolicy, AwsError> {
        let document = json!({ "expiration": "2026-09-21T14:13:21Z", "conditions": conditions });
        PostPolicy::read(&BASE64_STANDARD.encode(document.to_string()), NOW)
    }

    fn checked(conditions: &Value, fields: &[(&str, &str)]) -> String {
        let all = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let fields = Fields { all: all.collect(), file_name: String::new() };
        let policy = policy(conditions).expect("a policy");
        let key = fields.get("key").unwrap_or_default().to_owned();
        let refused = policy.check(&fields, "cellar", &key).err();
        refused.map(|error| error.message).unwrap_or_default()
    }

    #[test]
    fn fields_must_be_what_the_policy_says() {
        let ours = json!([{ "bucket": "cellar" }, ["starts-with", "$key", "in/"], ["eq", "$Acl", "private"]]);
        let good = [("key", "in/a"), ("acl", "private"), ("policy", "p"), ("x-ignore-it", "")];
        assert_eq!(checked(&ours, &good), "");
        let cases = [
            (
                &[("key", "out/a"), ("acl", "private")][..],
                "Policy Condition failed: [\"starts-with\", \"$key\", \"in/\"]",
            ),
            (&[("key", "in/a")], "Policy Condition failed: [\"eq\", \"$acl\", \"private\"]"),
            (&[("key", "in/a"), ("acl", "private"), ("submit", "")], "Extra input fields: submit"),
        ];
        for (fields, expected) in cases {
            assert_eq!(checked(&ours, fields), format!("Invalid according to Policy: {expected}"));
        }
        let elsewhere = checked(&json!([{ "key": "a" }]), &[("key", "a")]);
        assert_eq!(elsewhere, "Invalid according to Policy: Extra input fields: bucket");
    }

    #[test]
    fn policies_are_read_and_end() {
        let read = policy(&json!([["content-length-range", 1, "10"]])).expect("a policy");
        assert_eq!(read.length, Some((1, 10)));
        for conditions in [
            json!(["x"]),
            json!([["eq", "key", "a"]]),
            json!([["like", "$key", "a"]]),
            json!([{ "a": 1 }]),
        ] {
            assert_eq!(policy(&conditions).expect_err("unfit").code, "InvalidPolicyDocument");
        }
        assert_eq!(
            PostPolicy::read("%", NOW).expect_err("no base64").code,
            "InvalidPolicyDocument"
        );
        let old = json!({ "expiration": "2026-09-21T14:13:19.999Z", "conditions": [] });
        let refused = PostPolicy::read(&BASE64_STANDARD.encode(old.to_string()), NOW);
        assert_eq!(
            refused.expect_err("over").message,
            "Invalid according to Policy: Policy expired."
        );
    }
}
