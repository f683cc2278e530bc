//! The policy of a bucket.

use objects::{PublicAccessBlock, Settings};
use policy::ResourceDocument;
use serde_json::Value;

use crate::body::Body;
use crate::error::AwsError;
use crate::resource_policy::POLICY_CHARACTERS_MAX;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::row::{On, Operation};
use crate::s3::words::access_denied;
use crate::s3::writer::Xml;

pub(super) struct GetBucketPolicy;
pub(super) struct PutBucketPolicy;
pub(super) struct DeleteBucketPolicy;
pub(super) struct GetBucketPolicyStatus;

fn malformed(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "MalformedPolicy", message)
}

fn no_policy(ask: &Ask) -> AwsError {
    AwsError::new(404, "NoSuchBucketPolicy", "The bucket policy does not exist")
        .told("BucketName", ask.target.bucket.clone().unwrap_or_default())
}

fn stored(ask: &Ask) -> Result<String, AwsError> {
    let policy = ask.objects().policy(ask.bucket()?).map_err(ask.refused())?;
    policy.ok_or_else(|| no_policy(ask))
}

impl Operation for GetBucketPolicy {
    const NAME: &'static str = "GetBucketPolicy";
    const METHOD: &'static str = "GET";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "policy";
    const ACTION: &'static str = "GetBucketPolicy";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let mut answer = Answer::ok().with("content-type", "application/json");
        answer.body = Body::from(bytes::Bytes::from(stored(&ask)?));
        Ok(answer)
    }
}

impl Operation for PutBucketPolicy {
    const NAME: &'static str = "PutBucketPolicy";
    const METHOD: &'static str = "PUT";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "policy";
    const ACTION: &'static str = "PutBucketPolicy";

    async fn call(mut ask: Ask) -> Result<Answer, AwsError> {
        let body = ask.text().await?;
        let name = ask.bucket_name()?;
        let text = std::str::from_utf8(&body)
            .map_err(|_| malformed("Policies must be valid JSON and the first byte must be '{'"))?;
        ResourceDocument::parse(text, POLICY_CHARACTERS_MAX)
            .map_err(|error| malformed(error.to_string()))?;
        check_resources(text, name.as_str())?;
        let block = ask.objects().public_access_block(ask.bucket()?).map_err(ask.refused())?;
        if block.is_some_and(|PublicAccessBlock { block_public_policy, .. }| block_public_policy)
            && is_public(text)
        {
            return Err(access_denied(
                "Access Denied: public policies are prevented by the BlockPublicPolicy setting in \
                 S3 Block Public Access.",
            ));
        }
        let settings = Settings { policy: Some(text.to_owned()), ..Settings::default() };
        ask.objects().put_settings(&name, settings).await.map_err(ask.refused())?;
        Ok(Answer::no_content())
    }
}

impl Operation for DeleteBucketPolicy {
    const NAME: &'static str = "DeleteBucketPolicy";
    const METHOD: &'static str = "DELETE";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "policy";
    const ACTION: &'static str = "DeleteBucketPolicy";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let name = ask.bucket_name()?;
        ask.objects().delete_policy(&name).await.map_err(ask.refused())?;
        Ok(Answer::no_content())
    }
}

impl Operation for GetBucketPolicyStatus {
    const NAME: &'static str = "GetBucketPolicyStatus";
    const METHOD: &'static str = "GET";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "policyStatus";
    const ACTION: &'static str = "GetBucketPolicyStatus";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let mut xml = Xml::new("PolicyStatus");
        xml.boolean("IsPublic", is_public(&stored(&ask)?));
        Ok(Answer::xml(xml))
    }
}

fn statements(text: &str) -> Vec<Value> {
    let document: Value = serde_json::from_str(text).unwrap_or_default();
    match &document["Statement"] {
        Value::Array(statements) => statements.clone(),
        other => vec![other.clone()],
    }
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        value => value.as_str().into_iter().collect(),
    }
}

/// A policy speaks of its own bucket.
fn check_resources(text: &str, bucket: &str) -> Result<(), AwsError> {
    let own = format!("arn:aws:s3:::{bucket}");
    let is_own = |resource: &&str| {
        let rest = resource.strip_prefix(own.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '*']))
    };
    for statement in statements(text) {
        let named = [&statement["Resource"], &statement["NotResource"]];
        if !named.into_iter().flat_map(texts).all(|resource| is_own(&resource)) {
            return Err(malformed("Policy has invalid resource"));
        }
    }
    Ok(())
}

/// Whether anybody may do something without a condition.
fn is_public(text: &str) -> bool {
    statements(text).iter().any(|statement| {
        let principal = &statement["Principal"];
        let is_anyone = principal == "*" || texts(&principal["AWS"]).contains(&"*");
        statement["Effect"] == "Allow"
            && (is_anyone || !statement["NotPrincipal"].is_null())
            && statement["Condition"].as_object().is_none_or(serde_json::Map::is_empty)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_public_if_it_allows_all_without_condition() {
        for (statement, expected) in [
            (r#"{"Effect":"Allow","Principal":"*"}"#, true),
            (r#"[{"Effect":"Allow","Principal":{"AWS":["a","*"]},"Condition":{}}]"#, true),
            (r#"{"Effect":"Deny","Principal":"*"}"#, false),
            (r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::1:root"}}"#, false),
            (r#"{"Effect":"Allow","Principal":"*","Condition":{"Bool":{"a":"b"}}}"#, false),
        ] {
            assert_eq!(
                is_public(&format!(r#"{{"Statement":{statement}}}"#)),
                expected,
                "{statement}"
            );
        }
    }
}
