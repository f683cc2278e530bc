//! The console's own answers.

use std::io;

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use serde::Serialize;
use serde_json::json;

/// What is sent; the bodies of objects are read while they are.
pub(crate) type Body = UnsyncBoxBody<Bytes, io::Error>;
pub(crate) type Answer = Response<Body>;

/// An answer whose body is at hand.
pub(crate) fn whole(status: StatusCode, content_type: &'static str, body: Bytes) -> Answer {
    let body = Full::new(body).map_err(|never| match never {}).boxed_unsync();
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    set(&mut answer, CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer
}

/// JSON that nobody keeps.
pub(crate) fn json<T: Serialize>(status: StatusCode, value: &T) -> Answer {
    let text = serde_json::to_vec(value).expect("what is answered has string keys");
    let mut answer = whole(status, "application/json", Bytes::from(text));
    never_kept(&mut answer);
    answer
}

/// An answer without a body.
pub(crate) fn nothing(status: StatusCode) -> Answer {
    let mut answer = Response::new(Full::default().map_err(|never| match never {}).boxed_unsync());
    *answer.status_mut() = status;
    never_kept(&mut answer);
    answer
}

/// A refusal, as the pages read it.
pub(crate) fn refusal(status: StatusCode, code: &str, message: &str) -> Answer {
    json(status, &json!({ "message": message, "code": code }))
}

pub(crate) fn wrong_method(allowed: &'static str) -> Answer {
    let message = format!("this takes {allowed}; calls of AWS's services are signed");
    let mut answer = refusal(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", &message);
    set(&mut answer, ALLOW, HeaderValue::from_static(allowed));
    answer
}

pub(crate) fn set(answer: &mut Answer, name: HeaderName, value: HeaderValue) {
    answer.headers_mut().insert(name, value);
}

fn never_kept(answer: &mut Answer) {
    set(answer, CACHE_CONTROL, HeaderValue::from_static("no-store"));
}
