//! What a request is answered with, as its protocol has it, and how hyper sends it.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};
use http_body_util::Full;

use crate::dynamodb;
use crate::error::AwsError;
use crate::http::Heard;
use crate::reply::Reply;
use crate::service::Protocol;
use crate::sqs;
use crate::xml;

/// An answer that needs only to be written.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
    /// Names in lower case and values, in the order in which they are sent.
    pub(crate) headers: Headers,
}

/// Most answers have fewer headers.
const USUAL_HEADERS: usize = 5;

#[derive(Debug)]
pub(crate) struct Headers(Vec<(&'static str, Text)>);

/// The value of a header.
#[derive(Debug)]
pub(crate) enum Text {
    Known(&'static str),
    Made(String),
    Number(u32),
}

impl Headers {
    /// Each name has one value: that which is given last.
    fn set(&mut self, name: &'static str, value: Text) {
        match self.0.iter_mut().find(|(held, _)| *held == name) {
            Some((_, held)) => *held = value,
            None => self.0.push((name, value)),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &Text)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }
}

impl Answered {
    pub(crate) fn of(outcome: Result<Reply, AwsError>, heard: Heard, request_id: String) -> Self {
        let Heard { protocol, operation, .. } = heard;
        let mut more = Vec::new();
        let (status, content_type, body, error) = match outcome {
            Ok(Reply::Payload(payload)) => (200, payload.content_type, payload.bytes, None),
            Ok(Reply::Shaped(shaped)) => {
                more = shaped.headers;
                (shaped.status, shaped.content_type, shaped.bytes, None)
            }
            Ok(Reply::Json(body)) => (200, protocol.content_type(), body, None),
            Ok(Reply::Fields(fields)) => {
                let body = match protocol {
                    Protocol::Query { namespace: sqs::NAMESPACE } => {
                        let fields = sqs::old_shown(operation, fields);
                        xml::flat_answer(sqs::NAMESPACE, operation, &fields, &request_id)
                    }
                    Protocol::Query { namespace } => {
                        xml::answer(namespace, operation, &fields, &request_id)
                    }
                    _ => fields.to_string(),
                };
                (200, protocol.content_type(), Bytes::from(body), None)
            }
            Err(error) => {
                let body = Bytes::from(error.body(protocol, &request_id));
                (error.status, protocol.content_type(), body, Some(error))
            }
        };
        let mut headers = Headers(Vec::with_capacity(USUAL_HEADERS));
        headers.set("content-type", Text::Known(content_type));
        headers.set("x-amzn-requestid", Text::Made(request_id));
        if heard.service == dynamodb::SIGNING_NAME {
            // Its clients look whether the body is whole.
            headers.set("x-amz-crc32", Text::Number(crc32fast::hash(&body)));
        }
        if let Some(AwsError { code, query_code, .. }) = error {
            // Whose fault it was: ours have no such code.
            if let Some(query_code) = query_code {
                headers.set("x-amzn-query-error", Text::Made(format!("{query_code};Sender")));
            }
            // A code that is qualified is for the body alone: clients take this header as it is.
            if !code.contains('#') {
                headers.set("x-amzn-errortype", Text::Known(code));
            }
        }
        for (name, value) in more {
            // What is no value of a header could say where the head ends.
            if HeaderValue::from_str(&value).is_ok() {
                headers.set(name, Text::Made(value));
            }
        }
        Answered { status, body, headers }
    }

    pub(crate) fn into_response(self) -> Response<Full<Bytes>> {
        let Answered { status, body, headers } = self;
        let mut response = Response::new(Full::new(body));
        *response.status_mut() =
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in headers.iter() {
            response.headers_mut().insert(name, value.as_value());
        }
        response
    }
}

impl Text {
    fn as_value(&self) -> HeaderValue {
        match self {
            Text::Known(text) => HeaderValue::from_static(text),
            Text::Made(text) => {
                HeaderValue::from_str(text).expect("identifiers and codes are plain texts")
            }
            Text::Number(number) => HeaderValue::from(*number),
        }
    }
}
