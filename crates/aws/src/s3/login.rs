//! Who asks S3: whoever signed, in headers or in the query, or nobody that is known.

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::request::Parts;
use iam::Login;
use sigv4::{BodyCheck, OldQuery, Payload};

use crate::auth::{AuthError, Claim};
use crate::error::AwsError;
use crate::head::with_head;
use crate::s3::ask::{Query, header};
use crate::s3::target::Target;
use crate::s3::words::{access_denied, unsigned};
use crate::state::State;

/// Who asks, and how the body is checked that comes.
pub(super) struct LoggedIn {
    pub(super) login: Option<Arc<Login>>,
    pub(super) check: BodyCheck,
    pub(super) payload: Payload,
}

/// Whether anybody claims to have signed.
pub(super) fn is_signed(head: &Parts, query: &Query) -> bool {
    head.headers.contains_key("authorization")
        || query.has("X-Amz-Algorithm")
        || query.has("X-Amz-Signature")
        || query.has("AWSAccessKeyId")
}

pub(super) fn log_in(state: &State, head: &Parts, query: &Query) -> Result<LoggedIn, AwsError> {
    if !is_signed(head, query) {
        let payload = match header(&head.headers, "x-amz-content-sha256") {
            Some("STREAMING-UNSIGNED-PAYLOAD-TRAILER") => Payload::UnsignedChunks,
            _ => Payload::Unsigned,
        };
        return Ok(LoggedIn { login: None, check: BodyCheck::Done, payload });
    }
    let is_presigned = !head.headers.contains_key("authorization");
    if is_presigned && !query.has("X-Amz-Algorithm") && query.has("AWSAccessKeyId") {
        return log_in_by_old_query(state, head);
    }
    if is_presigned && query.get("X-Amz-Expires").is_none() {
        let message = "Query-string authentication version 4 requires the X-Amz-Algorithm, \
                       X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and \
                       X-Amz-Expires parameters.";
        return Err(AwsError::new(400, "AuthorizationQueryParametersError", message));
    }
    let logged_in = with_head(head, |head| {
        let claim = Claim::read(head)?;
        let (login, check) = claim.verify_head(state, head)?;
        Ok(LoggedIn { login: Some(login), check, payload: claim.payload() })
    });
    logged_in.map_err(|error| unsigned(&error, is_presigned))
}

/// By the signature that URLs had before version 4.
fn log_in_by_old_query(state: &State, head: &Parts) -> Result<LoggedIn, AwsError> {
    let bucket = Target::bucket_of_host(head);
    let decode = |text: &str| BASE64_STANDARD.decode(text).ok();
    let found = with_head(head, |parts| OldQuery::from_request(parts, bucket.as_deref(), decode));
    let found = found.ok_or_else(|| {
        let message = "Query-string authentication requires the Signature, Expires and \
                       AWSAccessKeyId parameters";
        access_denied(message)
    })?;
    let now = state.clock.now();
    if found.is_expired(now) {
        return Err(access_denied("Request has expired"));
    }
    let login = state.iam.login(&found.access_key, found.session_token.as_deref(), now);
    let login = login.map_err(|error| unsigned(&AuthError::Login(error), true))?;
    if !found.is_by(&login.secret) {
        let message = "The request signature we calculated does not match the signature you \
                       provided. Check your key and signing method.";
        return Err(AwsError::new(403, "SignatureDoesNotMatch", message));
    }
    let region = &state.fleet.registry().home().region;
    state.iam.used(&found.access_key, "s3", region, now);
    Ok(LoggedIn { login: Some(login), check: BodyCheck::Done, payload: Payload::Unsigned })
}
