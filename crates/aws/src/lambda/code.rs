//! Code as callers hand it in, and the links by which they get it back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blueprints::{BlueprintError, Code, NewCode};
use bytes::Bytes;
use http::request::Parts;
use model::{BucketName, ObjectKey};
use objects::VersionRef;
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use super::words::invalid;
use crate::caller::{Asked, Caller};
use crate::error::AwsError;
use crate::reply::{Payload, Reply};
use crate::state::State;

/// AWS's limit of an archive in a call is 50 MB; in base64 it takes a third more, and there are other
/// fields.
const CODE_BODY_MAX: usize = 71 * 1024 * 1024;
/// The same of an invocation, which is 6 MB.
const INVOKE_BODY_MAX: usize = 7 * 1024 * 1024;
/// AWS's limit for an archive in a bucket.
const ARCHIVE_BYTES_MAX: u64 = 250 * 1024 * 1024;

/// How long AWS's links are good for.
const LINK_MILLIS: u64 = 10 * 60 * 1_000;
const LINK_PATH: &str = "/_thingstead/code/";

/// Where code comes from.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct CodeIn {
    pub(crate) zip_file: Option<String>,
    #[serde(rename = "S3Bucket")]
    pub(crate) bucket: Option<String>,
    #[serde(rename = "S3Key")]
    pub(crate) key: Option<String>,
    #[serde(rename = "S3ObjectVersion")]
    pub(crate) version: Option<String>,
    pub(crate) image_uri: Option<String>,
    #[serde(rename = "SourceKMSKeyArn")]
    pub(crate) source_key: Option<String>,
    #[serde(rename = "S3ObjectStorageMode")]
    pub(crate) storage_mode: Option<String>,
}

impl std::fmt::Debug for CodeIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not megabytes of archive.
        f.debug_struct("CodeIn").field("bucket", &self.bucket).finish_non_exhaustive()
    }
}

/// What a link says, sealed.
#[derive(Serialize, Deserialize)]
struct Link {
    sha256: String,
    bytes: u64,
    until: UnixMillis,
}

/// How large a body the request may have, if it is one of ours that may have more than others.
pub(crate) fn body_max(head: &Parts) -> Option<usize> {
    let path = head.uri.path();
    let is_function = path.starts_with("/2015-03-31/functions");
    if is_function && path.ends_with("/invocations") {
        return Some(INVOKE_BODY_MAX);
    }
    let takes_code = is_function && (path.ends_with("/functions") || path.ends_with("/code"))
        || path.starts_with("/2018-10-31/layers/") && path.ends_with("/versions");
    takes_code.then_some(CODE_BODY_MAX)
}

impl CodeIn {
    /// Puts the code on disk, if it can be a function's.
    pub(crate) async fn put(self, state: &State, caller: &Caller) -> Result<NewCode, AwsError> {
        if self.image_uri.is_some() {
            return Err(invalid("ImageUri is not supported: functions come as zip archives."));
        }
        for (name, given) in
            [("SourceKMSKeyArn", self.source_key), ("S3ObjectStorageMode", self.storage_mode)]
        {
            if given.is_some() {
                return Err(invalid(format!("{name} is not supported.")));
            }
        }
        let archive = match (self.zip_file, self.bucket, self.key) {
            (Some(text), None, None) => {
                let decoded = STANDARD.decode(text.as_bytes());
                Bytes::from(decoded.map_err(|_| invalid("ZipFile is not base64."))?)
            }
            (None, Some(bucket), Some(key)) => {
                fetch(state, caller, &bucket, &key, self.version.as_deref()).await?
            }
            _ => {
                return Err(invalid(
                    "Please provide a source for function code: ZipFile, or S3Bucket and S3Key.",
                ));
            }
        };
        let blueprints = state.functions.blueprints().clone();
        let put = tokio::task::spawn_blocking(move || blueprints.put_code(&archive)).await;
        Ok(put.map_err(|error| AwsError::internal(error.to_string()))??)
    }
}

/// Reads an object that the caller may read.
async fn fetch(
    state: &State,
    caller: &Caller,
    bucket: &str,
    key: &str,
    version: Option<&str>,
) -> Result<Bytes, AwsError> {
    let refused = |code: &str, what: &str| {
        invalid(format!(
            "Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {what}"
        ))
    };
    let action = if version.is_some() { "GetObjectVersion" } else { "GetObject" };
    let resource = format!("arn:aws:s3:::{bucket}/{key}");
    caller.check(state, &Asked::new(state.fleet.registry().home(), "s3", action, &resource))?;
    let no_bucket = |_| refused("NoSuchBucket", "The specified bucket does not exist");
    let name = BucketName::new(bucket).map_err(no_bucket)?;
    let no_key = |what: String| refused("NoSuchKey", &what);
    let key = ObjectKey::new(key).map_err(|error| no_key(error.to_string()))?;
    let version = match version {
        None => VersionRef::Current,
        Some(id) => VersionRef::Id(id),
    };
    let found =
        state.objects.find(&name, &key, version).map_err(|error| no_key(error.to_string()))?;
    let bytes = found.version.details.bytes;
    if bytes > ARCHIVE_BYTES_MAX {
        return Err(invalid(format!("The archive is larger than {ARCHIVE_BYTES_MAX} bytes.")));
    }
    let mut reader =
        state.objects.read(found, 0..bytes).map_err(|error| no_key(error.to_string()))?;
    let mut archive = Vec::with_capacity(usize::try_from(bytes).unwrap_or_default());
    while let Some(block) = reader.next().await.map_err(|error| no_key(error.to_string()))? {
        archive.extend_from_slice(&block);
    }
    Ok(archive.into())
}

/// A link to an archive, which whoever has it can follow for a while.
pub(crate) fn link(state: &State, caller: &Caller, code: &Code) -> String {
    let until = state.clock.now() + LINK_MILLIS;
    let link = Link { sha256: code.sha256.clone(), bytes: code.bytes, until };
    let text = serde_json::to_vec(&link).unwrap_or_default();
    let token = state.functions.blueprints().sealed_link(text);
    let scheme = if caller.is_secure { "https" } else { "http" };
    format!("{scheme}://{}{LINK_PATH}{token}", caller.host)
}

/// The token of a link that was followed.
pub(crate) fn followed_link(head: &Parts) -> Option<String> {
    let token = head.uri.path().strip_prefix(LINK_PATH)?;
    (head.method == http::Method::GET).then(|| token.to_owned())
}

pub(crate) fn is_link(path: &str) -> bool {
    path.starts_with(LINK_PATH)
}

/// The archive that a link is for.
pub(crate) async fn follow_link(state: &State, token: &str) -> Result<Reply, AwsError> {
    let denied = || AwsError::new(403, "AccessDenied", "Request has expired");
    let blueprints = state.functions.blueprints().clone();
    let text = blueprints.opened_link(token).ok_or_else(denied)?;
    let link: Link = serde_json::from_slice(&text).map_err(|_| denied())?;
    if link.until < state.clock.now() {
        return Err(denied());
    }
    let code = Code { sha256: link.sha256, bytes: link.bytes };
    let read = tokio::task::spawn_blocking(move || blueprints.code(&code)).await;
    let read: Result<Bytes, BlueprintError> =
        read.map_err(|error| AwsError::internal(error.to_string()))?;
    let bytes = read.map_err(|_| AwsError::not_found("the code is gone"))?;
    Ok(Reply::Payload(Payload { content_type: "application/zip", bytes }))
}
