//! From a request to its answer.

use std::convert::Infallible;
use std::sync::Arc;

use broker::ClaimedRequest;
use bytes::Bytes;
use fleet::{Authority, Reason, Shown, ShownHttp};
use http::request::Parts;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use tokio::time::Instant;

use crate::answer::Answered;
use crate::auth::{AuthError, Claim};
use crate::caller::{Caller, Who};
use crate::cloudformation;
use crate::door::{Device, Via};
use crate::error::AwsError;
use crate::head::{Head, with_head};
use crate::input::gather;
use crate::iot;
use crate::lambda;
use crate::line_protocol;
use crate::metrics::Went;
use crate::operation::{Answer, Given};
use crate::query::{self, Form};
use crate::reply::Reply;
use crate::service::{self, Protocol};
use crate::sqs;
use crate::state::State;
use crate::websocket;

/// The largest body that an operation takes.
const BODY_MAX: usize = 4 * 1_048_576;
/// The same of documents, of which one request holds many.
const DOCUMENTS_BODY_MAX: usize = 16 * 1_048_576;

/// Answers a request that hyper read.
pub(crate) async fn answer(
    state: Arc<State>,
    via: Via,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let unheard = Heard { protocol: Protocol::RestJson, service: "", operation: "" };
    let of_house = |outcome| Answered::of(outcome, unheard, state.next_request_id());
    let is_proved = matches!(via.device, Some(Device::Proved(_)));
    if !is_proved && websocket::is_asked_for(&request) {
        let opened = websocket::open(&state, &via, request);
        return Ok(opened.unwrap_or_else(|error| of_house(Err(error)).into_response()));
    }
    let (parts, body) = request.into_parts();
    let via = match judged(&state, via, &parts).await {
        Ok(via) => via,
        Err(error) => return Ok(of_house(Err(error)).into_response()),
    };
    if via.device.is_none()
        && let Some(token) = iot::followed_link(&parts)
    {
        return Ok(of_house(iot::follow_link(&state, &token).await).into_response());
    }
    if via.device.is_none()
        && let Some(token) = lambda::followed_link(&parts)
    {
        return Ok(of_house(lambda::follow_link(&state, &token).await).into_response());
    }
    if via.device.is_none()
        && let Some(token) = cloudformation::answered_link(&parts)
    {
        let answered = match Limited::new(body, BODY_MAX).collect().await {
            Ok(body) => cloudformation::answer(&state, &token, &body.to_bytes()).await,
            Err(_) => Err(AwsError::new(400, "EntityTooLarge", "the answer is too long")),
        };
        return Ok(of_house(answered).into_response());
    }
    if via.device.is_none() && line_protocol::is_asked_for(&parts) {
        return Ok(line_protocol::answer(&state, &via, &parts, body).await);
    }
    let call = match Limited::new(body, body_max(&state, &parts)).collect().await {
        Ok(body) => begin_of_parts(&state, &via, &parts, body.to_bytes()),
        Err(_) => {
            let error = "the body is too large";
            let error = AwsError::new(413, "RequestEntityTooLargeException", error);
            with_head(&parts, |head| Call::refused(&state, head, error))
        }
    };
    Ok(call.end().await.into_response())
}

/// Has an authorizer say who sent a request, if nothing else does.
async fn judged(state: &State, via: Via, parts: &Parts) -> Result<Via, AwsError> {
    let Some(Device::Claims(claims)) = &via.device else { return Ok(via) };
    let request = claimed(parts);
    let shown = Shown {
        server_name: claims.server_name.as_deref(),
        http: Some(ShownHttp { headers: &request.headers, query: &request.query }),
        mqtt: None,
    };
    let judged = state.fleet.judge_caller(&shown, via.address.ip()).await;
    let judged = judged.map_err(|error| {
        let message = format!("the client sent no certificate, and nobody vouches for it: {error}");
        AwsError::new(403, "ForbiddenException", message)
    })?;
    Ok(Via { device: Some(Device::Proved(Ok(judged.authority))), ..via })
}

/// What the head of a request says, for an authorizer.
pub(crate) fn claimed(parts: &Parts) -> ClaimedRequest {
    let (headers, query) = with_head(parts, |head| {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        (head.headers.iter().map(owned).collect(), head.query.to_owned())
    });
    ClaimedRequest { headers, query }
}

pub(crate) fn begin_of_parts(state: &Arc<State>, via: &Via, parts: &Parts, body: Bytes) -> Call {
    with_head(parts, |head| Call::begin(state, via, head, body))
}

/// A request that came whole: its operation is under way, or it was refused.
pub(crate) struct Call {
    state: Arc<State>,
    heard: Heard,
    began: Instant,
    outcome: Result<Answer, AwsError>,
}

impl Call {
    /// Finds out who asks for what. What of that fails is part of the answer.
    pub(crate) fn begin(state: &Arc<State>, via: &Via, head: &Head<'_>, body: Bytes) -> Call {
        let (mut heard, began) = (Heard::of(head), Instant::now());
        let outcome = dispatch(state, via, head, body, &mut heard);
        Call { state: Arc::clone(state), heard, began, outcome }
    }

    fn refused(state: &Arc<State>, head: &Head<'_>, error: AwsError) -> Call {
        let (state, began) = (Arc::clone(state), Instant::now());
        Call { state, heard: Heard::of(head), began, outcome: Err(error) }
    }

    pub(crate) async fn outcome(self) -> (Result<Reply, AwsError>, Arc<State>, Heard) {
        let Call { state, heard, began, outcome } = self;
        let outcome = match outcome {
            Ok(answer) => answer.await,
            Err(error) => Err(error),
        };
        let (went, took) = (Went::of(&outcome), began.elapsed());
        state.requests.metrics.count(heard.service, heard.operation, went, took);
        (outcome, state, heard)
    }

    pub(crate) async fn end(self) -> Answered {
        let (outcome, state, heard) = self.outcome().await;
        Answered::of(outcome, heard, state.next_request_id())
    }
}

/// What is known of a request when it is answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heard {
    pub(crate) protocol: Protocol,
    /// The names of the operation and its service; nothing before they are known.
    pub(crate) service: &'static str,
    pub(crate) operation: &'static str,
}

impl Heard {
    /// Before anything of the request is known.
    fn of(head: &Head<'_>) -> Heard {
        Heard { protocol: spoken(head), service: "", operation: "" }
    }
}

/// How a caller is told of an error before its service is known: as it speaks itself.
fn spoken(head: &Head<'_>) -> Protocol {
    if head.first("x-amz-target").is_some() {
        Protocol::Json10 { target_prefix: "" }
    } else if head.path == "/" && is_form(head) {
        Protocol::Query { namespace: "" }
    } else {
        Protocol::RestJson
    }
}

fn body_max(state: &State, parts: &Parts) -> usize {
    with_head(parts, |head| match lambda::body_max(parts) {
        // So much is taken only of those who at least know a key.
        Some(most) => {
            let known = Claim::read(head).ok().is_some_and(|claim| claim.is_known(state));
            if known { most } else { BODY_MAX }
        }
        None => plain_body_max(head),
    })
}

/// The largest body that a request may have, but for those few that may be larger.
pub(crate) fn plain_body_max(head: &Head<'_>) -> usize {
    let is_of_documents = head.first("x-amz-target").is_some_and(|it| it.starts_with("DynamoDB_"));
    if is_of_documents { DOCUMENTS_BODY_MAX } else { BODY_MAX }
}

pub(crate) fn is_form(head: &Head<'_>) -> bool {
    let content_type = head.first("content-type");
    content_type.is_some_and(|text| text.starts_with("application/x-www-form-urlencoded"))
}

fn dispatch(
    state: &Arc<State>,
    via: &Via,
    head: &Head<'_>,
    body: Bytes,
    heard: &mut Heard,
) -> Result<Answer, AwsError> {
    let (who, service) = match &via.device {
        None => {
            let worded = |error: AuthError, heard: &Heard| error.worded(heard.protocol);
            let claim = Claim::read(head).map_err(|error| worded(error, heard))?;
            let service = service::find(claim.service(), head)?;
            heard.protocol = service.protocol;
            let login = claim.verify(state, head, &body).map_err(|error| worded(error, heard))?;
            (Who::Signed(login), service)
        }
        Some(Device::Proved(device)) => {
            (device_of(device.clone())?, service::for_devices(head.method, head.path)?)
        }
        // Judged before it came here.
        Some(Device::Claims(_)) => return Err(AwsError::internal("nobody judged the request")),
    };
    heard.protocol = service.protocol;
    let form = form(service.protocol, head.query, &body)?;
    let (row, captures) = service.route(head, &form)?;
    (heard.service, heard.operation) = (service.signing_name, row.name);
    tracing::debug!(operation = row.name, ?who, "called");
    let input = match service.protocol {
        Protocol::Query { namespace: sqs::NAMESPACE } => {
            Given::Fields(sqs::old_input(&form, head)?)
        }
        Protocol::Query { .. } => Given::Fields(query::input(&form)?),
        _ if row.is_body_alone() && head.query.is_empty() => Given::Json(body.clone()),
        _ => Given::Fields(gather(row, captures, head, &body)?),
    };
    let text = |name: &str| head.first(name).unwrap_or_default().to_owned();
    let caller = Caller {
        who,
        host: text("host"),
        user_agent: text("user-agent"),
        source_ip: via.address.ip(),
        is_secure: via.is_secure,
        protocol: service.protocol,
        body,
    };
    Ok((row.call)(Arc::clone(state), service, caller, input))
}

/// The fields of a request of the query protocol, which may stand in its query or its body.
fn form(protocol: Protocol, query: &str, body: &[u8]) -> Result<Form, AwsError> {
    let Protocol::Query { .. } = protocol else { return Ok(Form::new()) };
    let text = std::str::from_utf8(body)
        .map_err(|_| AwsError::new(400, "MalformedQueryString", "the body is no UTF-8"))?;
    let mut form = query::parse_form(query)?;
    form.extend(query::parse_form(text)?);
    Ok(form)
}

fn device_of(admitted: Result<Arc<Authority>, Reason>) -> Result<Who, AwsError> {
    admitted
        .map(Who::Device)
        .map_err(|reason| AwsError::new(403, "ForbiddenException", reason.to_string()))
}
