//! Whose request is it? Checks Signature Version 4, and says what is wrong in the caller's protocol.

use std::sync::Arc;

use bytes::Bytes;
use iam::{Login, LoginError};
use sigv4::{BodyCheck, Parsed, PathStyle, Payload, SignatureError, SigningKey, sha256, verify};

use crate::error::AwsError;
use crate::head::Head;
use crate::service::Protocol;
use crate::state::State;

/// What a request says of who sent it, not checked yet.
#[derive(Debug)]
pub(crate) struct Claim<'a>(Parsed<'a>);

/// Why nobody is known to have sent a request.
#[derive(Debug)]
pub(crate) enum AuthError {
    Signature(SignatureError),
    Login(LoginError),
}

impl<'a> Claim<'a> {
    pub(crate) fn read(head: &Head<'a>) -> Result<Claim<'a>, AuthError> {
        Parsed::from_request(head).map(Claim).map_err(AuthError::Signature)
    }

    /// The service that it was signed for.
    pub(crate) fn service(&self) -> &str {
        &self.0.credential.scope.service
    }

    /// Whether there is such a key; whose it is, the signature says.
    pub(crate) fn is_known(&self, state: &State) -> bool {
        let (key, token) = self.credentials();
        state.iam.login(key, token, state.clock.now()).is_ok()
    }

    /// Access key and session token.
    pub(crate) fn credentials(&self) -> (&str, Option<&str>) {
        (&self.0.credential.access_key, self.0.session_token.as_deref())
    }

    /// Checks the signature of a request that was read whole.
    pub(crate) fn verify(
        &self,
        state: &State,
        head: &Head<'_>,
        body: &Bytes,
    ) -> Result<Arc<Login>, AuthError> {
        let body_hash = sha256(body);
        let checked = self.check(state, head, PathStyle::Normalized, Some(body_hash.as_str()));
        checked.map(|(login, _)| login)
    }

    /// Checks the signature of a request to S3, whose body is checked as it comes.
    pub(crate) fn verify_head(
        &self,
        state: &State,
        head: &Head<'_>,
    ) -> Result<(Arc<Login>, BodyCheck), AuthError> {
        self.check(state, head, PathStyle::S3, None)
    }

    /// How the body is bound to the signature.
    pub(crate) fn payload(&self) -> Payload {
        self.0.payload
    }

    fn check(
        &self,
        state: &State,
        head: &Head<'_>,
        style: PathStyle,
        body_hash: Option<&str>,
    ) -> Result<(Arc<Login>, BodyCheck), AuthError> {
        let Claim(parsed) = self;
        let credential = &parsed.credential;
        let now = state.clock.now();
        let login = state
            .iam
            .login(&credential.access_key, parsed.session_token.as_deref(), now)
            .map_err(AuthError::Login)?;
        let keys = &state.requests.keys;
        let known = keys.find(credential, &login.secret);
        let is_new = known.is_none();
        let key = known.unwrap_or_else(|| SigningKey::derive(&login.secret, &credential.scope));
        let verified =
            verify(head, parsed, &key, now, style, body_hash).map_err(AuthError::Signature)?;
        if is_new {
            keys.keep(credential, &login.secret, key);
        }
        let scope = &credential.scope;
        state.iam.used(&credential.access_key, &scope.service, &scope.region, now);
        Ok((login, verified.body))
    }
}

/// The kinds of refusal that protocols name differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Missing,
    Incomplete,
    Mismatch,
    UnknownKey,
    Expired,
    Denied,
}

impl AuthError {
    /// As AWS words it in this protocol.
    pub(crate) fn worded(self, protocol: Protocol) -> AwsError {
        let message = self.message();
        match self.kind() {
            Some(kind) => AwsError::new(status(kind, protocol), code(kind, protocol), message),
            None => {
                tracing::error!(error = ?self, "nobody can log in");
                AwsError::new(503, "ServiceUnavailable", message)
            }
        }
    }

    fn kind(&self) -> Option<Kind> {
        match self {
            AuthError::Login(LoginError::Unknown) => Some(Kind::UnknownKey),
            AuthError::Login(LoginError::Expired) => Some(Kind::Expired),
            AuthError::Login(LoginError::Malformed { .. }) => Some(Kind::Denied),
            AuthError::Login(LoginError::Store(_)) => None,
            AuthError::Signature(SignatureError::Missing) => Some(Kind::Missing),
            AuthError::Signature(
                SignatureError::Incomplete { .. }
                | SignatureError::Repeated { .. }
                | SignatureError::Algorithm { .. }
                | SignatureError::Credential { .. }
                | SignatureError::Date { .. },
            ) => Some(Kind::Incomplete),
            AuthError::Signature(_) => Some(Kind::Mismatch),
        }
    }

    pub(crate) fn message(&self) -> String {
        match self {
            AuthError::Login(error) => error.to_string(),
            AuthError::Signature(error) => error.to_string(),
        }
    }
}

fn code(kind: Kind, protocol: Protocol) -> &'static str {
    let is_query = matches!(protocol, Protocol::Query { .. });
    match (kind, is_query) {
        (Kind::Missing, true) => "MissingAuthenticationToken",
        (Kind::Missing, false) => "MissingAuthenticationTokenException",
        (Kind::Incomplete, true) => "IncompleteSignature",
        (Kind::Incomplete, false) => "IncompleteSignatureException",
        (Kind::Mismatch, true) => "SignatureDoesNotMatch",
        (Kind::Mismatch, false) => "InvalidSignatureException",
        (Kind::UnknownKey, true) => "InvalidClientTokenId",
        (Kind::UnknownKey, false) => "UnrecognizedClientException",
        (Kind::Expired, true) => "ExpiredToken",
        (Kind::Expired, false) => "ExpiredTokenException",
        (Kind::Denied, true) => "AccessDenied",
        (Kind::Denied, false) => "AccessDeniedException",
    }
}

fn status(kind: Kind, protocol: Protocol) -> u16 {
    match protocol {
        Protocol::Json10 { .. } | Protocol::Json11 { .. } => 400,
        Protocol::Query { .. } if kind == Kind::Incomplete => 400,
        Protocol::Query { .. } | Protocol::RestJson => 403,
    }
}

/// A refusal by policy, as AWS words it in this protocol.
pub(crate) fn access_denied(message: String, protocol: Protocol) -> AwsError {
    AwsError::new(status(Kind::Denied, protocol), code(Kind::Denied, protocol), message)
}
