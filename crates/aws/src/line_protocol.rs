//! InfluxDB's way to write, which the field's agents speak: lines of text to `POST /api/v2/write`, or to
//! `/write` as its first version has it. A bucket is a database of series, a measurement a table, which
//! is made if the caller may.
//!
//! The token is `ACCESS_KEY_ID:SECRET_ACCESS_KEY`. It is no signature but the secret itself, so it is
//! taken over TLS and from this machine only.

use std::io::Read;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use iam::Login;
use model::{DatabaseName, SeriesTableName};
use serde_json::json;
use series::{
    Lines, MagneticWrites, NewTable, Retention, SeriesError, Standing, TimeUnit, Unescaped,
};
use sigv4::sha256_hex;

use crate::caller::{Asked, Caller, Who};
use crate::door::Via;
use crate::query::{Form, parse_form};
use crate::service::Protocol;
use crate::state::State;

const PATHS: [&str; 2] = ["/api/v2/write", "/write"];

/// What agents ask before they write.
const PING: &str = "/ping";

/// The largest body, packed and unpacked.
const BODY_MAX: usize = 16 * 1_048_576;

/// Of tables that are made because lines came: a year of late rows, and all are kept.
const MEMORY_HOURS: u64 = 8_766;

pub(crate) fn is_asked_for(head: &Parts) -> bool {
    is_asked_by(head.method.as_str(), head.uri.path())
}

pub(crate) fn is_asked_by(method: &str, path: &str) -> bool {
    PATHS.contains(&path) || (path == PING && matches!(method, "GET" | "HEAD"))
}

/// Why nothing, or not all, was written, as InfluxDB tells it.
#[derive(Debug)]
struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
}

pub(crate) async fn answer(
    state: &Arc<State>,
    via: &Via,
    head: &Parts,
    body: Incoming,
) -> Response<Full<Bytes>> {
    if head.uri.path() == PING {
        return empty();
    }
    match write(state, via, head, body).await {
        Ok(()) => empty(),
        Err(refusal) => respond(head.uri.path(), &refusal),
    }
}

async fn write(state: &Arc<State>, via: &Via, head: &Parts, body: Incoming) -> Result<(), Refusal> {
    if head.method != Method::POST {
        return Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method not allowed", "use POST"));
    }
    let form = parse_form(head.uri.query().unwrap_or_default())
        .map_err(|error| Refusal::invalid(error.message))?;
    let login = login(state, via, &head.headers, &form)?;
    let database = bucket(&form)?;
    let unit = precision(&form)?;
    let body = Limited::new(body, BODY_MAX).collect().await;
    let body = unpacked(&head.headers, body.map_err(|_| Refusal::too_large())?.to_bytes())?;
    let body = std::str::from_utf8(&body).map_err(|_| Refusal::invalid("the body is no UTF-8"))?;
    let unescaped = Unescaped::of(body).map_err(|error| Refusal::invalid(error.to_string()))?;
    let now = i64::try_from(state.clock.now()).unwrap_or(i64::MAX).saturating_mul(1_000_000);
    let lines = Lines::parse(body, &unescaped, unit, now)
        .map_err(|error| Refusal::invalid(error.to_string()))?;
    let caller = caller(via, head, login);
    let mut tables = Vec::new();
    for name in lines.tables() {
        tables.push(table(state, &caller, &database, name).await?);
    }
    let written = state.series.write_lines(&tables, lines).await.map_err(Refusal::of)?;
    match written.refused.first() {
        None => Ok(()),
        Some(refused) => Err(Refusal::invalid(refused.to_string())),
    }
}

/// The table of a measurement, which is made if it is not there.
async fn table(
    state: &Arc<State>,
    caller: &Caller,
    database: &DatabaseName,
    measurement: &str,
) -> Result<Standing, Refusal> {
    let path = format!("database/{database}/table/{measurement}");
    may(state, caller, "WriteRecords", &path)?;
    if let Some(table) = state.series.table(database.as_str(), measurement).map_err(Refusal::of)? {
        return Ok(table);
    }
    let name = SeriesTableName::checked(measurement)
        .map_err(|error| Refusal::invalid(format!("measurement {measurement}: {error}")))?;
    may(state, caller, "CreateTable", &path)?;
    let retention = Retention { memory_hours: MEMORY_HOURS, ..Retention::default() };
    let magnetic_writes = MagneticWrites { enabled: true, rejected_data: None };
    let new = NewTable { retention, magnetic_writes, ..NewTable::default() };
    match state.series.create_table(database, &name, new).await {
        // Another was first.
        Ok(_) | Err(SeriesError::TableExists) => {}
        Err(error) => return Err(Refusal::of(error)),
    }
    let table = state.series.table(database.as_str(), measurement).map_err(Refusal::of)?;
    table.ok_or_else(|| Refusal::of(SeriesError::NoTable { name: measurement.to_owned() }))
}

fn may(state: &State, caller: &Caller, action: &str, path: &str) -> Result<(), Refusal> {
    let asked = Asked::new(state.series.home(), "timestream", action, path);
    caller
        .check(state, &asked)
        .map_err(|error| Refusal::new(StatusCode::FORBIDDEN, "forbidden", error.message))
}

fn caller(via: &Via, head: &Parts, login: Arc<Login>) -> Caller {
    let text = |name: &str| {
        let value = head.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    Caller {
        who: Who::Signed(login),
        host: text("host"),
        user_agent: text("user-agent"),
        source_ip: via.address.ip(),
        is_secure: via.is_secure,
        protocol: Protocol::RestJson,
        body: Bytes::new(),
    }
}

// === what a request says ===

fn login(
    state: &State,
    via: &Via,
    headers: &HeaderMap,
    form: &Form,
) -> Result<Arc<Login>, Refusal> {
    if !via.is_secure && !via.address.ip().is_loopback() {
        return Err(Refusal::unauthorized("a token is taken over TLS only"));
    }
    let token = token(headers, form).ok_or_else(|| Refusal::unauthorized("unauthorized access"))?;
    let (key, secret) = token
        .split_once(':')
        .ok_or_else(|| Refusal::unauthorized("a token is ACCESS_KEY_ID:SECRET_ACCESS_KEY"))?;
    let login = state.iam.login(key, None, state.clock.now());
    let login = login.map_err(|_| Refusal::unauthorized("unauthorized access"))?;
    // Of hashes it tells nothing how long they are alike.
    match sha256_hex(secret.as_bytes()) == sha256_hex(login.secret.as_bytes()) {
        true => Ok(login),
        false => Err(Refusal::unauthorized("unauthorized access")),
    }
}

/// `Token KEY:SECRET`, basic authentication, or the names that the first version gives in its query.
fn token(headers: &HeaderMap, form: &Form) -> Option<String> {
    let Some(header) = headers.get("authorization") else {
        return Some(format!("{}:{}", field(form, "u")?, field(form, "p")?));
    };
    let (scheme, rest) = header.to_str().ok()?.split_once(' ')?;
    match scheme.to_ascii_lowercase().as_str() {
        "token" | "bearer" => Some(rest.trim().to_owned()),
        "basic" => String::from_utf8(BASE64_STANDARD.decode(rest.trim()).ok()?).ok(),
        _ => None,
    }
}

fn field<'f>(form: &'f Form, name: &str) -> Option<&'f str> {
    form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn bucket(form: &Form) -> Result<DatabaseName, Refusal> {
    let name = field(form, "bucket").or_else(|| field(form, "db"));
    let name = name.ok_or_else(|| Refusal::invalid("bucket is missing"))?;
    // A retention policy may stand behind the name, as in the second version's names of the first's.
    let name = name.split_once('/').map_or(name, |(name, _)| name);
    DatabaseName::new(name).map_err(|_| Refusal::no_bucket(name))
}

fn precision(form: &Form) -> Result<TimeUnit, Refusal> {
    match field(form, "precision") {
        None | Some("ns" | "n") => Ok(TimeUnit::Nanoseconds),
        Some("us" | "u") => Ok(TimeUnit::Microseconds),
        Some("ms") => Ok(TimeUnit::Milliseconds),
        Some("s") => Ok(TimeUnit::Seconds),
        Some(other) => Err(Refusal::invalid(format!("precision {other} is none of ns, us, ms, s"))),
    }
}

fn unpacked(headers: &HeaderMap, body: Bytes) -> Result<Bytes, Refusal> {
    match headers.get("content-encoding").map_or(&b"identity"[..], HeaderValue::as_bytes) {
        b"identity" => Ok(body),
        b"gzip" => {
            let mut plain = Vec::new();
            let limit = BODY_MAX as u64 + 1;
            let read = MultiGzDecoder::new(&body[..]).take(limit).read_to_end(&mut plain);
            read.map_err(|error| Refusal::invalid(format!("the body is no gzip: {error}")))?;
            if plain.len() > BODY_MAX { Err(Refusal::too_large()) } else { Ok(plain.into()) }
        }
        _ => Err(Refusal::invalid("the content encoding is neither identity nor gzip")),
    }
}

// === answers ===

impl Refusal {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Refusal {
        Refusal { status, code, message: message.into() }
    }

    fn invalid(message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::BAD_REQUEST, "invalid", message)
    }

    fn unauthorized(message: &'static str) -> Refusal {
        Refusal::new(StatusCode::UNAUTHORIZED, "unauthorized", message)
    }

    fn too_large() -> Refusal {
        let message = format!("the body is larger than {BODY_MAX} bytes");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "request too large", message)
    }

    fn no_bucket(name: &str) -> Refusal {
        let message = format!("bucket \"{name}\" not found");
        Refusal::new(StatusCode::NOT_FOUND, "not found", message)
    }

    fn of(error: SeriesError) -> Refusal {
        match error {
            SeriesError::NoDatabase { name } => Refusal::no_bucket(&name),
            SeriesError::Invalid { .. } | SeriesError::NoTable { .. } => {
                Refusal::invalid(error.to_string())
            }
            error => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "lines are not written");
                let message = "the lines could not be written";
                Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
            }
        }
    }
}

fn empty() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

fn respond(path: &str, refusal: &Refusal) -> Response<Full<Bytes>> {
    let Refusal { status, code, message } = refusal;
    let body = match path {
        "/write" => json!({ "error": message }),
        _ => json!({ "code": code, "message": message }),
    };
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
    *response.status_mut() = *status;
    let content_type = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert("content-type", content_type);
    response
}
