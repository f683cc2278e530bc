//! The way of a request to S3.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use http::header::CONNECTION;
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response};
use hyper::body::Incoming;
use model::BucketName;
use objects::Bucket;
use tokio::time::Instant;

use crate::body::Body;
use crate::door::Via;
use crate::error::AwsError;
use crate::metrics::Went;
use crate::s3::SIGNING_NAME;
use crate::s3::answer::Answer;
use crate::s3::ask::{Ask, Query};
use crate::s3::cors_match;
use crate::s3::form::is_form;
use crate::s3::login::{is_signed, log_in};
use crate::s3::meta;
use crate::s3::permit::Permit;
use crate::s3::post_object;
use crate::s3::receive::{Receiver, Source, Wire};
use crate::s3::row::{On, Row};
use crate::s3::target::Target;
use crate::s3::words::{HEADERS, document, no_such_bucket, worded};
use crate::state::State;

/// Whether a request is for S3: by the service that it was signed for, or, where nobody signed, by a
/// bucket that is there.
pub(crate) fn is_meant(state: &State, via: &Via, request: &Request<Incoming>) -> bool {
    let headers = request.headers();
    if via.device.is_some() || headers.contains_key("upgrade") {
        return false;
    }
    if let Some(authorization) = headers.get("authorization") {
        let bytes = authorization.as_bytes();
        let is_old = bytes.starts_with(b"AWS ");
        return is_old
            || authorization.to_str().is_ok_and(|text| text.contains("/s3/aws4_request"));
    }
    let query = request.uri().query().unwrap_or_default();
    if query.contains("AWSAccessKeyId=") && query.contains("Signature=") {
        return true;
    }
    if query.contains("X-Amz-Credential=") {
        return query.contains("%2Fs3%2Faws4_request") || query.contains("/s3/aws4_request");
    }
    let is_post = request.method() == Method::POST;
    !headers.contains_key("x-amz-target")
        && (is_post && is_form(headers) || is_of_bucket(state, request))
}

fn is_of_bucket(state: &State, request: &Request<Incoming>) -> bool {
    // The head alone is looked at; the body stays where it is.
    let mut head = Request::new(()).into_parts().0;
    head.uri = request.uri().clone();
    if let Some(host) = request.headers().get("host") {
        head.headers.insert("host", host.clone());
    }
    let target = Target::of(&head).unwrap_or_default();
    let name = target.bucket.and_then(|name| BucketName::new(&name).ok());
    name.is_some_and(|name| matches!(state.objects.bucket(&name), Ok(Some(_))))
}

/// Answers a request.
pub(crate) async fn answer(
    state: Arc<State>,
    via: Via,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let (head, body) = request.into_parts();
    let (body, is_whole) = Wire::new(body);
    let mut response = respond(state, via, head, Source::Wire(body)).await;
    if !is_whole.load(Ordering::Relaxed) {
        // What still comes of it is no next request: the connection ends, and the client is to know.
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

pub(super) async fn respond(
    state: Arc<State>,
    via: Via,
    head: Parts,
    body: Source,
) -> Response<Body> {
    let request_id = state.next_request_id();
    let (began, is_head, path) =
        (Instant::now(), head.method == Method::HEAD, head.uri.path().to_owned());
    let origin = cors_match::Origin::of(&head);
    let (mut operation, mut bucket) = ("", None);
    let counted = Arc::clone(&state);
    let heard = (&mut operation, &mut bucket);
    let outcome = Box::pin(handle(state, via, head, body, &request_id, heard)).await;
    let went = Went::of(&outcome);
    counted.requests.metrics.count(SIGNING_NAME, operation, went, began.elapsed());
    let answer = outcome.unwrap_or_else(|error| refusal(&error, &path, &request_id, is_head));
    let answer = cors_match::shown(&counted, bucket.as_ref(), origin.as_ref(), answer);
    let mut response = answer.respond();
    for name in ["x-amz-request-id", "x-amz-id-2"] {
        if let Ok(id) = HeaderValue::from_str(&request_id) {
            response.headers_mut().insert(name, id);
        }
    }
    response
}

fn refusal(error: &AwsError, resource: &str, request_id: &str, is_head: bool) -> Answer {
    let mut answer = Answer::new(error.status);
    for (detail, header) in HEADERS {
        answer = answer.with_some(header, error.detail(detail));
    }
    // Neither has a body, so a client could not read one.
    match is_head || error.status == 304 {
        true => answer,
        false => answer.with_xml(document(error, resource, request_id)),
    }
}

/// What is told of a request while it is handled: its operation, and its bucket.
pub(super) type Heard<'a> = (&'a mut &'static str, &'a mut Option<Bucket>);

pub(super) async fn handle(
    state: Arc<State>,
    via: Via,
    head: Parts,
    body: Source,
    request_id: &str,
    (operation, found): Heard<'_>,
) -> Result<Answer, AwsError> {
    let (target, query) = (Target::of(&head)?, Query::of(&head));
    let bucket = find_bucket(&state, &target)?;
    found.clone_from(&bucket);
    if head.method == Method::OPTIONS && !is_signed(&head, &query) {
        return cors_match::preflight(&state, bucket.as_ref(), &head);
    }
    if post_object::is_meant(&head, &target, &query) {
        *operation = post_object::NAME;
        let about = (bucket.as_ref(), &target);
        return post_object::post(&state, &via, &head, (body, request_id), about).await;
    }
    let row = Row::find(&head, &target, &query)?;
    *operation = row.name;
    let login = log_in(&state, &head, &query)?;
    tracing::debug!(operation = row.name, ?target, "called");
    let (source_ip, is_secure) = (via.address.ip(), via.is_secure);
    let request_id = request_id.to_owned();
    let permit = Permit { login: login.login, source_ip, is_secure, request_id };
    let receiver = Receiver::new(body, login.check, login.payload);
    go(state, permit, row, (head, target, query), bucket, receiver).await
}

/// Does it, if whoever asks may.
pub(super) async fn go(
    state: Arc<State>,
    permit: Permit,
    row: &'static Row,
    (head, target, query): (Parts, Target, Query),
    bucket: Option<Bucket>,
    receiver: Receiver,
) -> Result<Answer, AwsError> {
    check(&state, &permit, row, (&target, &query), bucket.as_ref())?;
    meta::check_headers(&head.headers, &state)?;
    if row.on != On::Account && bucket.is_none() && row.name != "CreateBucket" {
        return Err(no_such_bucket(target.bucket.as_deref().unwrap_or_default()));
    }
    let is_secure = permit.is_secure;
    (row.call)(Ask { state, permit, target, query, head, bucket, receiver, is_secure }).await
}

pub(super) fn find_bucket(state: &State, target: &Target) -> Result<Option<Bucket>, AwsError> {
    let Some(text) = &target.bucket else { return Ok(None) };
    let name = BucketName::new(text).map_err(|_| {
        AwsError::new(400, "InvalidBucketName", "The specified bucket is not valid.")
            .told("BucketName", text.as_str())
    })?;
    state.objects.bucket(&name).map_err(|error| worded(error, Some(text), None))
}

/// Asks for the operation's action on what it is about.
fn check(
    state: &State,
    permit: &Permit,
    row: &Row,
    (target, query): (&Target, &Query),
    bucket: Option<&Bucket>,
) -> Result<(), AwsError> {
    if row.asks_itself {
        return Ok(());
    }
    let version = query.get("versionId");
    let action = if version.is_some() { row.version_action } else { row.action };
    let resource = match (row.on, &target.bucket, &target.key) {
        (On::Account, ..) => "*".to_owned(),
        (_, Some(bucket), Some(key)) => format!("arn:aws:s3:::{bucket}/{key}"),
        (_, bucket, _) => format!("arn:aws:s3:::{}", bucket.as_deref().unwrap_or_default()),
    };
    let keys = ["prefix", "delimiter", "max-keys"]
        .iter()
        .filter_map(|name| Some((format!("s3:{name}"), vec![query.get(name)?.to_owned()])))
        .chain(version.map(|id| ("s3:versionid".to_owned(), vec![id.to_owned()])))
        .collect();
    permit.check(state, bucket, (action, &resource), &keys)
}
