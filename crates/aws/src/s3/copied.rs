//! What is copied: the source that a header names, and its bytes.

use std::ops::Range;

use model::BucketName;
use objects::{Algorithm, Found, Wanted, Written};
use percent_encoding::percent_decode_str;

use crate::caller::ConditionKeys;
use crate::error::AwsError;
use crate::s3::ask::{Ask, key_of, version_of};
use crate::s3::conditions::check_source;
use crate::s3::words::{invalid_argument, no_such_bucket, worded};

/// An object that is copied.
pub(super) struct Source {
    pub(super) found: Found,
    pub(super) bucket: String,
    pub(super) key: String,
    /// Whether the source's bucket keeps versions.
    pub(super) is_versioned: bool,
}

/// `/bucket/key?versionId=…`, encoded.
struct Named {
    bucket: String,
    key: String,
    version: Option<String>,
}

fn unfit(text: &str) -> AwsError {
    let message = "Copy Source must mention the source bucket and key: sourcebucket/sourcekey";
    invalid_argument("x-amz-copy-source", text, message)
}

fn parse(text: &str) -> Result<Named, AwsError> {
    let (path, query) =
        text.split_once("?versionId=").map_or((text, None), |(path, id)| (path, Some(id)));
    let decoded = percent_decode_str(path).decode_utf8().map_err(|_| unfit(text))?;
    let path = decoded.strip_prefix('/').unwrap_or(&decoded);
    let (bucket, key) = path.split_once('/').ok_or_else(|| unfit(text))?;
    if bucket.is_empty() || key.is_empty() {
        return Err(unfit(text));
    }
    Ok(Named { bucket: bucket.to_owned(), key: key.to_owned(), version: query.map(str::to_owned) })
}

impl Source {
    /// Finds the source, whose reading must be allowed too.
    pub(super) fn of(ask: &Ask) -> Result<Source, AwsError> {
        let Named { bucket, key, version } =
            parse(ask.header("x-amz-copy-source").unwrap_or_default())?;
        let missing = || no_such_bucket(&bucket);
        let name = BucketName::new(&bucket).map_err(|_| missing())?;
        let failed = |error| worded(error, Some(&bucket), Some(&key));
        let held = ask.objects().bucket(&name).map_err(failed)?;
        let action = if version.is_some() { "GetObjectVersion" } else { "GetObject" };
        let resource = format!("arn:aws:s3:::{bucket}/{key}");
        let asked = (action, resource.as_str());
        ask.permit.check(&ask.state, held.as_ref(), asked, &ConditionKeys::new())?;
        let held = held.ok_or_else(missing)?;
        let id = version_of(version.as_deref())?;
        let found = ask.objects().find(&name, &key_of(&key)?, id).map_err(failed)?;
        check_source(ask.headers(), &found.version)?;
        let is_versioned = held.versioning != objects::Versioning::Unversioned;
        Ok(Source { found, bucket, key, is_versioned })
    }

    /// The id of the version that is copied, where there are such.
    pub(super) fn version(&self) -> Option<String> {
        let id = || self.found.version.id().unwrap_or_else(|| "null".to_owned());
        self.is_versioned.then(id)
    }

    /// Its bytes once more.
    pub(super) async fn copy(
        self,
        ask: &Ask,
        range: Range<u64>,
        checksums: Vec<Algorithm>,
    ) -> Result<Written, AwsError> {
        let mut writer = ask.objects().writer(Wanted { checksums, sha256: false });
        let mut reader = ask.objects().read(self.found, range).map_err(ask.refused())?;
        while let Some(block) = reader.next().await.map_err(ask.refused())? {
            writer.write(block).await.map_err(ask.refused())?;
        }
        writer.finish().await.map_err(ask.refused())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_a_bucket_and_a_key_and_perhaps_a_version() {
        let named = parse("/cellar/a%2Fb%20c?versionId=1").expect("a source");
        assert_eq!((&*named.bucket, &*named.key), ("cellar", "a/b c"));
        assert_eq!(named.version.as_deref(), Some("1"));
        for text in ["", "cellar", "cellar/", "/cellar", "//a"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
