//! Who asks S3: whoever signed, in headers or in the query, or nobody that is known.

use std::sync::Arc;

use http::request::Parts;
use iam::Login;
use sigv4::{BodyCheck, Payload};

use crate::auth::Claim;
use crate::error::AwsError;
use crate::s3::ask::{Query, header};
use crate::s3::words::unsigned;
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
    if is_presigned && query.get("X-Amz-Expires").is_none() {
        let message = "Query-string authentication version 4 requires the X-Amz-Algorithm, \
                       X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and \
                       X-Amz-Expires parameters.";
        return Err(AwsError::new(400, "AuthorizationQueryParametersError", message));
    }
    let claim = Claim::read(head).map_err(|error| unsigned(&error, is_presigned))?;
    let (login, check) =
        claim.verify_head(state, head).map_err(|error| unsigned(&error, is_presigned))?;
    Ok(LoggedIn { login: Some(login), check, payload: claim.payload().clone() })
}
