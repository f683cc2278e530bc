//! The split of a request: AWS's, a session's, or a page's.

use std::sync::Arc;

use aws::Arrival;
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderValue, Method, Request, StatusCode};
use hyper::body::Incoming;

use crate::answer::{Answer, nothing, refusal, set, wrong_method};
use crate::door::Console;
use crate::session::Asked;
use crate::{guard, headers, pages, session};

pub(crate) async fn answer(
    console: Arc<Console>,
    arrival: Arrival,
    request: Request<Incoming>,
) -> Answer {
    let (head, body) = request.into_parts();
    if console.is_public && !arrival.is_secure {
        return own(elsewhere(&console, &head), None, arrival);
    }
    if aws::is_of_aws(&head) {
        if headers::is_for_a_page(&head.headers) {
            let message = "an object is no part of a page of the console";
            return own(refusal(StatusCode::FORBIDDEN, "ObjectAsPage", message), None, arrival);
        }
        let (state, request) = (Arc::clone(&console.state), Request::from_parts(head, body));
        let mut answer = aws::answer_signed(state, arrival, request).await;
        headers::add_sandbox(&mut answer);
        return answer;
    }
    let host = match host(&console, &head) {
        Ok(host) => host,
        Err(refused) => return own(*refused, None, arrival),
    };
    let answer = if session::is_meant(head.uri.path()) {
        let is_read = matches!(head.method, Method::GET | Method::HEAD);
        match guard::is_ours(&head.headers, &host, arrival.is_secure) {
            Err(refused) if !is_read => *refused,
            _ => {
                let Arrival { address, is_secure } = arrival;
                let asked = Asked { state: &console.state, head: &head, address, is_secure };
                session::answer(asked, body).await
            }
        }
    } else if matches!(head.method, Method::GET | Method::HEAD) {
        pages::get(head.uri.path(), &head.headers)
    } else {
        wrong_method("GET, HEAD")
    };
    own(answer, Some(&host), arrival)
}

fn own(mut answer: Answer, host: Option<&Authority>, arrival: Arrival) -> Answer {
    headers::add_own(&mut answer, host, arrival.is_secure);
    answer
}

fn host(console: &Console, head: &Parts) -> Result<Authority, Box<Answer>> {
    let host = console.names.host(&head.headers)?;
    // A whole URL as the target is for proxies, which we are none of.
    if head.uri.authority().is_some_and(|named| named != &host) {
        let message = "the request names two hosts";
        return Err(Box::new(refusal(StatusCode::BAD_REQUEST, "InvalidRequest", message)));
    }
    Ok(host)
}

/// Who can be reached from other machines is spoken to by TLS alone: passwords and cookies pass here.
fn elsewhere(console: &Console, head: &Parts) -> Answer {
    let host = match host(console, head) {
        Ok(host) => host,
        Err(refused) => return *refused,
    };
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let Ok(location) = HeaderValue::from_str(&format!("https://{host}{path}")) else {
        let message = "the path has curious characters";
        return refusal(StatusCode::BAD_REQUEST, "InvalidRequest", message);
    };
    let mut answer = nothing(StatusCode::PERMANENT_REDIRECT);
    set(&mut answer, http::header::LOCATION, location);
    answer
}
