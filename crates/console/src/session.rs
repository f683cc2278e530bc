//! `/session`: who signs in, what their browser may then sign with, and who leaves.

use std::net::SocketAddr;
use std::sync::Arc;

use aws::{PATIENCE, State};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Body;
use iam::{
    ConsoleSession, IamError, NewConsoleSession, NoConsoleSession, PasswordSignIn, SignInError,
};
use serde::Deserialize;
use serde_json::json;

use crate::answer::{Answer, json, nothing, refusal, set, wrong_method};
use crate::cookie;

/// A name, two passwords and what is around them, however they are written.
const BODY_BYTES_MAX: usize = 4096;

/// What somebody says who signs in.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SignIn {
    link: Option<String>,
    user: Option<String>,
    password: Option<String>,
    new_password: Option<String>,
}

/// Who asks, and how.
pub(crate) struct Asked<'a> {
    pub(crate) state: &'a Arc<State>,
    pub(crate) head: &'a Parts,
    pub(crate) address: SocketAddr,
    pub(crate) is_secure: bool,
}

/// Whether a path is of these.
pub(crate) fn is_meant(path: &str) -> bool {
    path == "/session" || path.starts_with("/session/")
}

/// Answers what comes from our own pages.
pub(crate) async fn answer<B>(asked: Asked<'_>, body: B) -> Answer
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    match (asked.head.uri.path(), &asked.head.method) {
        ("/session", &Method::GET | &Method::HEAD) => asked.show(),
        ("/session", &Method::POST) => match read(body).await {
            Ok(sign_in) => asked.begin(sign_in).await,
            Err(refused) => *refused,
        },
        ("/session", &Method::DELETE) => asked.end().await,
        ("/session", _) => wrong_method("GET, HEAD, POST, DELETE"),
        ("/session/credentials", &Method::POST) => asked.credentials(),
        ("/session/credentials", _) => wrong_method("POST"),
        _ => refusal(StatusCode::NOT_FOUND, "NotFound", "there is no such path"),
    }
}

async fn read<B>(body: B) -> Result<SignIn, Box<Answer>>
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let refuse = |status, code: &str, message: &str| Box::new(refusal(status, code, message));
    let read = Limited::new(body, BODY_BYTES_MAX).collect();
    let read = tokio::time::timeout(PATIENCE, read).await.map_err(|_| {
        refuse(StatusCode::REQUEST_TIMEOUT, "RequestTimeout", "the body did not come")
    })?;
    let bytes = read.map_err(|_| {
        let message = "the body is longer than 4096 bytes, or ended early";
        refuse(StatusCode::PAYLOAD_TOO_LARGE, "BodyTooLarge", message)
    })?;
    // What serde says of it could have a part of a password in it.
    serde_json::from_slice(&bytes.to_bytes()).map_err(|_| {
        let message =
            "the body must be a JSON object of link, or of user, password and newPassword";
        refuse(StatusCode::BAD_REQUEST, "InvalidRequest", message)
    })
}

impl Asked<'_> {
    fn show(&self) -> Answer {
        match self.session() {
            Ok(session) => json(StatusCode::OK, &shown(&session)),
            Err(refused) => *refused,
        }
    }

    async fn begin(&self, sign_in: SignIn) -> Answer {
        let now = self.state.clock.now();
        let SignIn { link, user, password, new_password } = sign_in;
        let begun = match (link, user, password, new_password) {
            (Some(link), None, None, None) => self.state.iam.follow_console_link(&link, now).await,
            (None, Some(user), Some(password), new_password) => {
                let address = self.address.ip();
                let asked = PasswordSignIn { user, password, new_password, address };
                self.state.iam.sign_in(asked, now).await
            }
            _ => {
                let message = "say either link, or user and password, and newPassword with these";
                return refusal(StatusCode::BAD_REQUEST, "InvalidRequest", message);
            }
        };
        match begun {
            Ok(new) => self.begun(new).await,
            Err(error) => refused(&error),
        }
    }

    /// Whoever was signed in here before is so no more.
    async fn begun(&self, new: NewConsoleSession) -> Answer {
        if let Err(error) = self.end_old().await {
            return broken(&error);
        }
        let mut answer = json(StatusCode::OK, &shown(&new.session));
        cookie::give(&mut answer, &new.token, self.is_secure);
        answer
    }

    fn credentials(&self) -> Answer {
        let session = match self.session() {
            Ok(session) => session,
            Err(refused) => return *refused,
        };
        let made = self.state.iam.console_credentials(&session, self.state.clock.now());
        let home = self.state.iam.home();
        let answer = json!({
            "accessKeyId": made.access_key_id,
            "secretAccessKey": made.secret,
            "sessionToken": made.session_token,
            "expiresAt": made.expires_at,
            "region": home.region,
            "account": home.account,
            "arn": session.arn,
            "name": session.name,
        });
        json(StatusCode::OK, &answer)
    }

    async fn end(&self) -> Answer {
        match self.end_old().await {
            Ok(()) => {
                let mut answer = nothing(StatusCode::NO_CONTENT);
                cookie::take_away(&mut answer, self.is_secure);
                answer
            }
            Err(error) => broken(&error),
        }
    }

    async fn end_old(&self) -> Result<(), IamError> {
        match cookie::token(&self.head.headers) {
            Some(token) => self.state.iam.end_console_session(token).await,
            None => Ok(()),
        }
    }

    fn session(&self) -> Result<ConsoleSession, Box<Answer>> {
        let token = cookie::token(&self.head.headers);
        let Some(token) = token else {
            let message = "nobody is signed in";
            return Err(Box::new(refusal(StatusCode::UNAUTHORIZED, "NoSession", message)));
        };
        self.state.iam.console_session(token, self.state.clock.now()).map_err(|error| {
            let code = match &error {
                NoConsoleSession::Unknown => "NoSession",
                NoConsoleSession::Expired => "SessionExpired",
                NoConsoleSession::Store(_) => return Box::new(broken(&error)),
            };
            let mut answer = refusal(StatusCode::UNAUTHORIZED, code, &error.to_string());
            cookie::take_away(&mut answer, self.is_secure);
            Box::new(answer)
        })
    }
}

fn shown(session: &ConsoleSession) -> serde_json::Value {
    let ConsoleSession { name, arn, expires_at, .. } = session;
    json!({ "name": name, "arn": arn, "expiresAt": expires_at })
}

fn refused(error: &SignInError) -> Answer {
    let (status, code) = match error {
        SignInError::WrongLink => (StatusCode::UNAUTHORIZED, "WrongLink"),
        SignInError::WrongPassword => (StatusCode::UNAUTHORIZED, "WrongPassword"),
        SignInError::PasswordChangeRequired => (StatusCode::FORBIDDEN, "PasswordChangeRequired"),
        SignInError::PasswordChangeNotRequired => {
            (StatusCode::BAD_REQUEST, "PasswordChangeNotRequired")
        }
        SignInError::Iam(IamError::PasswordPolicy { .. }) => {
            (StatusCode::BAD_REQUEST, "PasswordPolicyViolation")
        }
        // Whoever the link was made for.
        SignInError::Iam(IamError::NotFound { .. }) => (StatusCode::UNAUTHORIZED, "WrongLink"),
        SignInError::Iam(IamError::Throttled { retry_after_secs }) => {
            return too_many(*retry_after_secs, &error.to_string());
        }
        SignInError::Iam(error) => return broken(error),
    };
    refusal(status, code, &error.to_string())
}

fn too_many(retry_after_secs: u64, message: &str) -> Answer {
    let body = json!({
        "message": message,
        "code": "TooManyAttempts",
        "retryAfterSecs": retry_after_secs,
    });
    let mut answer = json(StatusCode::TOO_MANY_REQUESTS, &body);
    set(&mut answer, http::header::RETRY_AFTER, HeaderValue::from(retry_after_secs));
    answer
}

fn broken(error: &(dyn std::error::Error + 'static)) -> Answer {
    tracing::error!(error, "nobody can sign in");
    let message = "the server cannot do its part; its log says why";
    refusal(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", message)
}
