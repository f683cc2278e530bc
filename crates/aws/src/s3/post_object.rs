//! An object that a browser puts with a form: `POST /{Bucket}`, with a policy that somebody signed for it. AWS's
//! model has no operation for it, so it has no row.

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use iam::Login;
use objects::{Condition, Happening, NewObject, OBJECT_BYTES_MAX, Put, Written};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sigv4::{BodyCheck, FormSignature, Payload};

use crate::auth::AuthError;
use crate::caller::ConditionKeys;
use crate::door::Via;
use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::{Query, key_of};
use crate::s3::element::Element;
use crate::s3::form::{Fields, Form, is_form};
use crate::s3::integrity::Integrity;
use crate::s3::meta;
use crate::s3::permit::Permit;
use crate::s3::post_policy::PostPolicy;
use crate::s3::put_object::shown;
use crate::s3::receive::Source;
use crate::s3::tags::{self, OBJECT_TAGS_MAX};
use crate::s3::target::Target;
use crate::s3::words::{invalid_argument, no_such_bucket, unsigned, worded};
use crate::s3::writer::{Xml, encoded};
use crate::state::State;

/// What it is counted as.
pub(super) const NAME: &str = "PutObject";

/// Fields that are headers of a PUT.
const HEADERS: [&str; 7] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-md5",
    "content-type",
    "expires",
];
const FILE_NAME: &str = "${filename}";

/// Whether a request is such a form.
pub(super) fn is_meant(head: &Parts, target: &Target, query: &Query) -> bool {
    head.method == Method::POST
        && target.bucket.is_some()
        && target.key.is_none()
        && !query.has("delete")
        && is_form(&head.headers)
}

pub(super) async fn post(
    state: &State,
    via: &Via,
    head: &Parts,
    (body, request_id): (Source, &str),
    bucket: (Option<&objects::Bucket>, &Target),
) -> Result<Answer, AwsError> {
    let (Some(bucket), _) = bucket else {
        return Err(no_such_bucket(bucket.1.bucket.as_deref().unwrap_or_default()));
    };
    let mut form = Form::new(body, &head.headers)?;
    let fields = form.fields().await?;
    let missing = || needed("key");
    let key = fields.get("key").filter(|key| !key.is_empty()).ok_or_else(missing)?;
    let key = key.replace(FILE_NAME, &fields.file_name);
    let (login, policy) = log_in(state, &fields)?;
    if let Some(policy) = &policy {
        policy.check(&fields, bucket.name.as_str(), &key)?;
    }
    let source_ip = via.address.ip();
    let (is_secure, request_id) = (via.is_secure, request_id.to_owned());
    let permit = Permit { login, source_ip, is_secure, request_id };
    let ask = |action: &str| {
        let resource = format!("arn:aws:s3:::{}/{key}", bucket.name);
        permit.check(state, Some(bucket), (action, &resource), &ConditionKeys::new())
    };
    ask("PutObject")?;
    let headers = headers(&fields);
    meta::check_headers(&headers, state)?;
    let tags = match fields.get("tagging") {
        None => tags::Tags::new(),
        Some(document) => {
            ask("PutObjectTagging")?;
            let document = Element::read(document.as_bytes(), "Tagging")?;
            tags::from_document(&document, OBJECT_TAGS_MAX)?
        }
    };
    let new = NewObject {
        bucket: bucket.name.clone(),
        key: key_of(&key)?,
        meta: meta::read(&headers)?,
        tags,
        condition: Condition::default(),
        how: Happening::Posted,
        doer: permit.doer(),
        now: state.clock.now(),
    };
    let length = policy.and_then(|policy| policy.length);
    let written = receive(state, form, &headers, length).await?;
    let put = state.objects.put(new, written).await;
    let put = put.map_err(|error| worded(error, Some(bucket.name.as_str()), Some(&key)))?;
    let host = head.headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let scheme = if via.is_secure { "https" } else { "http" };
    let place = match Target::bucket_of_host(head) {
        Some(_) => format!("{scheme}://{host}/{}", encoded(&key)),
        None => format!("{scheme}://{host}/{}/{}", bucket.name, encoded(&key)),
    };
    Ok(answer(&fields, &put, (bucket.name.as_str(), &key), &place))
}

fn needed(field: &str) -> AwsError {
    let message = format!(
        "Bucket POST must contain a field named '{field}'.  If it is specified, please check the \
         order of the fields."
    );
    invalid_argument(field, "", &message)
}

type Signed = (Option<Arc<Login>>, Option<PostPolicy>);

/// Who signed the policy of the form, if it has one; else it comes of nobody.
fn log_in(state: &State, fields: &Fields) -> Result<Signed, AwsError> {
    let new = fields.get("x-amz-signature");
    let Some(policy) = fields.get("policy") else {
        let is_signed = new.or(fields.get("signature")).is_some();
        return if is_signed { Err(needed("policy")) } else { Ok((None, None)) };
    };
    let need = |name: &'static str| fields.get(name).ok_or_else(|| needed(name));
    let signature = match new {
        Some(signature) => {
            let algorithm = need("x-amz-algorithm")?;
            if algorithm != "AWS4-HMAC-SHA256" {
                let message = "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and \
                               AWS4-ECDSA-P256-SHA256\"";
                return Err(invalid_argument("X-Amz-Algorithm", algorithm, message));
            }
            need("x-amz-date")?;
            let credential = need("x-amz-credential")?;
            FormSignature::new(credential, signature).ok_or_else(|| {
                let message = "The authorization form field is malformed; the Credential is \
                               mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/s3/aws4_request\".";
                invalid_argument("X-Amz-Credential", credential, message)
            })?
        }
        None => {
            let (access_key, signature) = (need("AWSAccessKeyId")?, need("signature")?);
            let bytes = BASE64_STANDARD.decode(signature).map_err(|_| mismatch())?;
            FormSignature::old(access_key, bytes)
        }
    };
    let (now, token) = (state.clock.now(), fields.get("x-amz-security-token"));
    let login = state.iam.login(&signature.access_key, token, now);
    let login = login.map_err(|error| unsigned(&AuthError::Login(error), true))?;
    if !signature.is_by(&login.secret, policy) {
        return Err(mismatch());
    }
    let home = state.fleet.registry().home().region.to_string();
    state.iam.used(&signature.access_key, "s3", signature.region().unwrap_or(&home), now);
    Ok((Some(login), Some(PostPolicy::read(policy, now)?)))
}

fn mismatch() -> AwsError {
    let message = "The request signature we calculated does not match the signature you \
                   provided. Check your key and signing method.";
    AwsError::new(403, "SignatureDoesNotMatch", message)
}

/// The headers that a PUT of the same would have.
fn headers(fields: &Fields) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in &fields.all {
        let name = name.to_ascii_lowercase();
        let name = if name == "acl" { "x-amz-acl" } else { &name };
        if !HEADERS.contains(&name) && !name.starts_with("x-amz-") {
            continue;
        }
        let pair = (HeaderName::try_from(name), HeaderValue::from_bytes(value.as_bytes()));
        if let (Ok(name), Ok(value)) = pair {
            headers.append(name, value);
        }
    }
    headers
}

/// Takes the file, as long as it is no larger than it may be.
async fn receive(
    state: &State,
    mut form: Form,
    headers: &HeaderMap,
    length: Option<(u64, u64)>,
) -> Result<Written, AwsError> {
    let integrity = Integrity::read(headers, &BodyCheck::Done, &Payload::Unsigned)?;
    let failed = |error| worded(error, None, None);
    let (least, most) = length.unwrap_or((0, OBJECT_BYTES_MAX));
    let (mut writer, mut bytes) = (state.objects.writer(integrity.wanted(None)), 0_u64);
    while let Some(piece) = form.next().await? {
        bytes += piece.len() as u64;
        if bytes > most {
            let message = "Your proposed upload exceeds the maximum allowed size";
            return Err(AwsError::new(400, "EntityTooLarge", message)
                .told("ProposedSize", bytes.to_string())
                .told("MaxSizeAllowed", most.to_string()));
        }
        writer.write(piece).await.map_err(failed)?;
    }
    if bytes < least {
        let message = "Your proposed upload is smaller than the minimum allowed size";
        return Err(AwsError::new(400, "EntityTooSmall", message)
            .told("ProposedSize", bytes.to_string())
            .told("MinSizeAllowed", least.to_string()));
    }
    form.finish().await?;
    let written = writer.finish().await.map_err(failed)?;
    integrity.check(&written.digests, &[])?;
    Ok(written)
}

/// What the form asks to be answered with.
fn answer(fields: &Fields, put: &Put, (bucket, key): (&str, &str), place: &str) -> Answer {
    let mut answer = shown(put).with("location", place);
    let redirect = fields.get("success_action_redirect").or(fields.get("redirect"));
    if let Some(url) = redirect.filter(|url| url.contains("://")) {
        let plain = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let sign = if url.contains('?') { '&' } else { '?' };
        let etag = plain(&format!("\"{}\"", put.etag));
        let url = format!("{url}{sign}bucket={}&key={}&etag={etag}", plain(bucket), plain(key));
        answer.status = http::StatusCode::SEE_OTHER;
        return answer.with("location", url);
    }
    match fields.get("success_action_status") {
        Some("200") => answer,
        Some("201") => {
            let mut xml = Xml::plain("PostResponse");
            xml.leaf("Location", place).leaf("Bucket", bucket).leaf("Key", key).etag(&put.etag);
            answer.status = http::StatusCode::CREATED;
            answer.with_xml(xml.finish())
        }
        _ => {
            answer.status = http::StatusCode::NO_CONTENT;
            answer
        }
    }
}
