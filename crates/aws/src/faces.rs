//! For a door that shows people something beside: which requests are for this crate, and their answers.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;

use crate::door::{Via, respond};
use crate::listen::Arrival;
use crate::state::State;
use crate::{cloudformation, iot, lambda};

/// Whether a request is one of AWS's: it is signed, or it is a link that was made for whoever has it.
pub fn is_of_aws(head: &Parts) -> bool {
    is_signed(head)
        || iot::followed_link(head).is_some()
        || lambda::followed_link(head).is_some()
        || cloudformation::answered_link(head).is_some()
}

/// Whether somebody says who signed it, be it true or not.
fn is_signed(head: &Parts) -> bool {
    let authorization = head.headers.get("authorization").map(http::HeaderValue::as_bytes);
    if authorization.is_some_and(|it| it.starts_with(b"AWS4-") || it.starts_with(b"AWS ")) {
        return true;
    }
    let query = head.uri.query().unwrap_or_default();
    query.split('&').any(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        matches!(name, "X-Amz-Signature" | "X-Amz-Algorithm" | "AWSAccessKeyId")
    })
}

/// Answers as the AWS door does. A WebSocket is taken up from a connection over a `TokioIo` of a `TcpStream`,
/// or of a `Box` of one with TLS.
pub async fn answer_signed(
    state: Arc<State>,
    Arrival { address, is_secure }: Arrival,
    request: Request<Incoming>,
) -> Response<UnsyncBoxBody<Bytes, io::Error>> {
    let via = Via { address, is_secure, device: None };
    let Ok(response): Result<_, Infallible> = respond(state, via, request).await;
    response.map(BodyExt::boxed_unsync)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(method: &str, target: &str, authorization: Option<&str>) -> Parts {
        let mut request = Request::builder().method(method).uri(target);
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        request.body(()).expect("a request").into_parts().0
    }

    #[test]
    fn what_is_signed_or_a_link_is_aws_s() {
        for (method, target, authorization) in [
            ("POST", "/", Some("AWS4-HMAC-SHA256 Credential=x")),
            ("GET", "/bucket/key", Some("AWS key:signature")),
            ("GET", "/bucket/key?a=b&X-Amz-Signature=c", None),
            ("GET", "/mqtt?X-Amz-Algorithm=AWS4-HMAC-SHA256", None),
            ("GET", "/bucket/key?AWSAccessKeyId=a&Signature=b&Expires=1", None),
            ("GET", "/_thingstead/code/token", None),
            ("PUT", "/_thingstead/stacks/token", None),
            ("GET", "/confirmdestination/token", None),
        ] {
            assert!(is_of_aws(&head(method, target, authorization)), "{method} {target}");
        }
        for (method, target, authorization) in [
            ("GET", "/", None),
            ("GET", "/things/lamp?next=X-Amz-Signature", None),
            ("POST", "/session", Some("Basic eDp5")),
            ("POST", "/_thingstead/code/token", None),
            ("GET", "/mqtt", None),
        ] {
            assert!(!is_of_aws(&head(method, target, authorization)), "{method} {target}");
        }
    }
}
