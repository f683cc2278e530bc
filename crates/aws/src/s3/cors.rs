//! The CORS rules of a bucket.

use objects::{CorsRule, Settings};

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::element::{Element, malformed};
use crate::s3::row::{On, Operation};
use crate::s3::words::invalid_request;
use crate::s3::writer::Xml;

/// AWS's limit.
const RULES_MAX: usize = 100;

pub(super) struct GetBucketCors;
pub(super) struct PutBucketCors;
pub(super) struct DeleteBucketCors;

impl Operation for GetBucketCors {
    const NAME: &'static str = "GetBucketCors";
    const METHOD: &'static str = "GET";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "cors";
    const ACTION: &'static str = "GetBucketCORS";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let rules = ask.objects().cors(ask.bucket()?).map_err(ask.refused())?;
        let none = || {
            let message = "The CORS configuration does not exist";
            AwsError::new(404, "NoSuchCORSConfiguration", message)
        };
        let mut xml = Xml::new("CORSConfiguration");
        for rule in rules.ok_or_else(none)? {
            xml.inside("CORSRule", |xml| write(xml, &rule));
        }
        Ok(Answer::xml(xml))
    }
}

impl Operation for PutBucketCors {
    const NAME: &'static str = "PutBucketCors";
    const METHOD: &'static str = "PUT";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "cors";
    const ACTION: &'static str = "PutBucketCORS";

    async fn call(mut ask: Ask) -> Result<Answer, AwsError> {
        let document = ask.document("CORSConfiguration").await?;
        document.only(&["CORSRule"])?;
        let rules: Result<Vec<CorsRule>, AwsError> = document.all("CORSRule").map(read).collect();
        let rules = rules?;
        if !(1..=RULES_MAX).contains(&rules.len()) {
            return Err(malformed());
        }
        let (name, settings) =
            (ask.bucket_name()?, Settings { cors: Some(rules), ..Settings::default() });
        ask.objects().put_settings(&name, settings).await.map_err(ask.refused())?;
        Ok(Answer::ok())
    }
}

impl Operation for DeleteBucketCors {
    const NAME: &'static str = "DeleteBucketCors";
    const METHOD: &'static str = "DELETE";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "cors";
    const ACTION: &'static str = "PutBucketCORS";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let name = ask.bucket_name()?;
        ask.objects().delete_cors(&name).await.map_err(ask.refused())?;
        Ok(Answer::no_content())
    }
}

fn read(rule: &Element) -> Result<CorsRule, AwsError> {
    rule.only(&[
        "ID",
        "AllowedHeader",
        "AllowedMethod",
        "AllowedOrigin",
        "ExposeHeader",
        "MaxAgeSeconds",
    ])?;
    let all = |name: &str| rule.all(name).map(|child| child.text.clone()).collect::<Vec<String>>();
    let (allowed_methods, allowed_origins) = (all("AllowedMethod"), all("AllowedOrigin"));
    if allowed_methods.is_empty() || allowed_origins.is_empty() {
        return Err(malformed());
    }
    let is_known =
        |method: &String| matches!(&**method, "GET" | "PUT" | "HEAD" | "POST" | "DELETE");
    if let Some(method) = allowed_methods.iter().find(|method| !is_known(method)) {
        let message =
            format!("Found unsupported HTTP method in CORS config. Unsupported method is {method}");
        return Err(invalid_request(&message));
    }
    let allowed_headers = all("AllowedHeader");
    for pattern in allowed_origins.iter().chain(&allowed_headers) {
        if pattern.matches('*').count() > 1 {
            let message = format!("{pattern} can not have more than one wildcard.");
            return Err(invalid_request(&message));
        }
    }
    Ok(CorsRule {
        id: rule.text_of("ID").map(str::to_owned),
        allowed_headers,
        allowed_methods,
        allowed_origins,
        expose_headers: all("ExposeHeader"),
        max_age_secs: rule.number("MaxAgeSeconds")?,
    })
}

fn write(xml: &mut Xml, rule: &CorsRule) {
    xml.optional("ID", rule.id.as_deref());
    let lists = [
        ("AllowedHeader", &rule.allowed_headers),
        ("AllowedMethod", &rule.allowed_methods),
        ("AllowedOrigin", &rule.allowed_origins),
        ("ExposeHeader", &rule.expose_headers),
    ];
    for (name, values) in lists {
        for value in values {
            xml.leaf(name, value);
        }
    }
    if let Some(seconds) = rule.max_age_secs {
        xml.number("MaxAgeSeconds", seconds);
    }
}
