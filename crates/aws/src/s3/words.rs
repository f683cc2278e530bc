//! Errors as S3 words them.

use objects::ObjectsError;
use sigv4::SignatureError;

use crate::auth::AuthError;
use crate::error::AwsError;
use crate::s3::writer::http_date;
use crate::xml;

impl AwsError {
    /// With another field in its body.
    pub(super) fn told(mut self, field: &str, value: impl Into<String>) -> AwsError {
        self.details.insert(field.to_owned(), value.into().into());
        self
    }

    /// What stands beside the message.
    pub(super) fn detail(&self, field: &str) -> Option<&str> {
        self.details.get(field).and_then(|value| value.as_str())
    }
}

/// Fields of [`AwsError::details`] that are headers, and not told in the body.
pub(super) const HEADERS: [(&str, &str); 4] = [
    ("delete-marker", "x-amz-delete-marker"),
    ("version-id", "x-amz-version-id"),
    ("last-modified", "last-modified"),
    ("etag", "etag"),
];

pub(super) fn invalid_argument(name: &str, value: &str, message: &str) -> AwsError {
    AwsError::new(400, "InvalidArgument", message)
        .told("ArgumentName", name)
        .told("ArgumentValue", value)
}

pub(super) fn invalid_request(message: &str) -> AwsError {
    AwsError::new(400, "InvalidRequest", message)
}

pub(super) fn no_such_bucket(name: &str) -> AwsError {
    AwsError::new(404, "NoSuchBucket", "The specified bucket does not exist")
        .told("BucketName", name)
}

pub(super) fn access_denied(message: impl Into<String>) -> AwsError {
    AwsError::new(403, "AccessDenied", message)
}

pub(super) fn precondition_failed(condition: &str) -> AwsError {
    let message = "At least one of the pre-conditions you specified did not hold";
    AwsError::new(412, "PreconditionFailed", message).told("Condition", condition)
}

/// The body of an error.
pub(super) fn document(error: &AwsError, resource: &str, request_id: &str) -> String {
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>".to_owned();
    xml::text(&mut text, "Code", error.code);
    xml::text(&mut text, "Message", &error.message);
    for (field, value) in &error.details {
        if HEADERS.iter().all(|(header, _)| header != field) {
            xml::text(&mut text, field, value.as_str().unwrap_or_default());
        }
    }
    xml::text(&mut text, "Resource", resource);
    xml::text(&mut text, "RequestId", request_id);
    xml::text(&mut text, "HostId", request_id);
    text.push_str("</Error>");
    text
}

/// An error of the store, and what it was about.
pub(crate) fn worded(error: ObjectsError, bucket: Option<&str>, key: Option<&str>) -> AwsError {
    let text = error.to_string();
    let told_key = |error: AwsError| error.told("Key", key.unwrap_or_default());
    match error {
        ObjectsError::NoBucket => no_such_bucket(bucket.unwrap_or_default()),
        ObjectsError::BucketExists => AwsError::new(
            409,
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.",
        )
        .told("BucketName", bucket.unwrap_or_default()),
        ObjectsError::BucketNotEmpty => AwsError::new(409, "BucketNotEmpty", text)
            .told("BucketName", bucket.unwrap_or_default()),
        ObjectsError::NoKey => told_key(AwsError::new(404, "NoSuchKey", text)),
        ObjectsError::NoVersion => told_key(AwsError::new(404, "NoSuchVersion", text)),
        ObjectsError::Marker { version, is_named, modified_at } => {
            let error = match is_named {
                true => {
                    let message = "The specified method is not allowed against this resource.";
                    AwsError::new(405, "MethodNotAllowed", message)
                        .told("last-modified", http_date(modified_at))
                }
                false => {
                    told_key(AwsError::new(404, "NoSuchKey", "The specified key does not exist."))
                }
            };
            error
                .told("delete-marker", "true")
                .told("version-id", version.unwrap_or_else(|| "null".to_owned()))
        }
        ObjectsError::NoUpload => AwsError::new(
            404,
            "NoSuchUpload",
            "The specified upload does not exist. The upload ID may be invalid, or the upload may \
             have been aborted or completed.",
        ),
        ObjectsError::ConditionFailed { condition } => precondition_failed(condition),
        ObjectsError::InvalidPart { number } => AwsError::new(
            400,
            "InvalidPart",
            "One or more of the specified parts could not be found.  The part may not have been \
             uploaded, or the specified entity tag may not match the part's entity tag.",
        )
        .told("PartNumber", number.to_string()),
        ObjectsError::PartOrder => AwsError::new(400, "InvalidPartOrder", text),
        ObjectsError::PartTooSmall { number, bytes } => AwsError::new(400, "EntityTooSmall", text)
            .told("PartNumber", number.to_string())
            .told("ProposedSize", bytes.to_string()),
        ObjectsError::ChecksumDiffers => AwsError::new(
            400,
            "BadDigest",
            "The checksum or the size you specified did not match the calculated one.",
        ),
        ObjectsError::TooLarge { most } => {
            AwsError::new(400, "EntityTooLarge", text).told("MaxSizeAllowed", most.to_string())
        }
        ObjectsError::VersionId { id } => {
            invalid_argument("versionId", &id, "Invalid version id specified")
        }
        ObjectsError::Unheard { .. } => {
            AwsError::new(503, "SlowDown", "Please reduce your request rate.")
        }
        ObjectsError::Contended => AwsError::new(
            409,
            "OperationAborted",
            "A conflicting conditional operation is currently in progress against this resource. \
             Please try again.",
        ),
        ObjectsError::Io { .. } | ObjectsError::Store(_) => {
            tracing::error!(error = &error as &dyn std::error::Error, "objects failed");
            AwsError::new(
                500,
                "InternalError",
                "We encountered an internal error. Please try again.",
            )
        }
    }
}

/// Why nobody is known to have sent a request.
pub(super) fn unsigned(error: &AuthError, is_presigned: bool) -> AwsError {
    let text = error.message();
    match error {
        AuthError::Login(error) => match error {
            iam::LoginError::Unknown => AwsError::new(
                403,
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
            ),
            iam::LoginError::Expired => {
                AwsError::new(400, "ExpiredToken", "The provided token has expired.")
            }
            iam::LoginError::Malformed { .. } => {
                let message = "The provided token is malformed or otherwise invalid.";
                AwsError::new(400, "InvalidToken", message)
            }
            iam::LoginError::Store(_) => {
                tracing::error!(error = error as &dyn std::error::Error, "nobody can log in");
                AwsError::new(503, "ServiceUnavailable", "Please reduce your request rate.")
            }
        },
        AuthError::Signature(error) => match error {
            SignatureError::Missing => access_denied("Access Denied"),
            SignatureError::Mismatch(mismatch) => AwsError::new(403, "SignatureDoesNotMatch", text)
                .told("StringToSign", mismatch.string_to_sign.clone())
                .told("CanonicalRequest", mismatch.canonical_request.clone())
                .told("SignatureProvided", mismatch.signature.clone()),
            SignatureError::Expired { .. } | SignatureError::NotYetCurrent { .. } => AwsError::new(
                403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
            ),
            SignatureError::PresignExpired { expired, now } => access_denied("Request has expired")
                .told("Expires", expired.clone())
                .told("ServerTime", now.clone()),
            SignatureError::HeaderNotSigned { header } => {
                let message = "There were headers present in the request which were not signed";
                access_denied(message).told("HeadersNotSigned", header.clone())
            }
            SignatureError::BodyChanged { .. } => body_changed(),
            SignatureError::Payload { found } => {
                invalid_argument("x-amz-content-sha256", found, &text)
            }
            SignatureError::PayloadUnstated => invalid_request(&text),
            SignatureError::Algorithm { .. } => invalid_request(
                "The authorization mechanism you have provided is not supported. Please use \
                 AWS4-HMAC-SHA256.",
            ),
            _ if is_presigned => AwsError::new(400, "AuthorizationQueryParametersError", text),
            _ => AwsError::new(400, "AuthorizationHeaderMalformed", text),
        },
    }
}

pub(super) fn body_changed() -> AwsError {
    let message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    AwsError::new(400, "XAmzContentSHA256Mismatch", message)
}
