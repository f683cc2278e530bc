//! What a request asks: everything that an operation of S3 is given.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use http::request::Parts;
use model::{BucketName, ObjectKey};
use objects::{Bucket, Objects, ObjectsError, VersionRef};
use percent_encoding::percent_decode_str;
use stdx::clock::UnixMillis;

use crate::caller::ConditionKeys;
use crate::error::AwsError;
use crate::s3::element::Element;
use crate::s3::permit::Permit;
use crate::s3::receive::Receiver;
use crate::s3::target::Target;
use crate::s3::words::{invalid_argument, no_such_bucket};
use crate::state::State;

/// The parameters of a request, decoded.
#[derive(Clone, Debug, Default)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn of(head: &Parts) -> Query {
        let text = head.uri.query().unwrap_or_default();
        let decode = |text: &str| {
            let spaced = text.replace('+', " ");
            percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
        };
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        });
        Query(pairs.collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(held, _)| held == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(super) fn number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, AwsError> {
        let Some(text) = self.get(name).filter(|text| !text.is_empty()) else { return Ok(None) };
        let wrong = || {
            let message = format!("Provided {name} not an integer or within integer range");
            invalid_argument(name, text, &message)
        };
        text.parse().map(Some).map_err(|_| wrong())
    }
}

/// A request, whose caller may do what it asks.
pub(super) struct Ask {
    pub(super) state: Arc<State>,
    pub(super) permit: Permit,
    pub(super) target: Target,
    pub(super) query: Query,
    pub(super) head: Parts,
    /// The bucket that it is about, if there is such a one.
    pub(super) bucket: Option<Bucket>,
    pub(super) receiver: Receiver,
    pub(super) is_secure: bool,
}

impl Ask {
    pub(super) fn objects(&self) -> &Objects {
        &self.state.objects
    }

    pub(super) fn now(&self) -> UnixMillis {
        self.state.clock.now()
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        header(&self.head.headers, name)
    }

    /// The bucket, which must be there.
    pub(super) fn bucket(&self) -> Result<&Bucket, AwsError> {
        self.bucket.as_ref().ok_or_else(|| self.no_bucket())
    }

    fn no_bucket(&self) -> AwsError {
        no_such_bucket(self.target.bucket.as_deref().unwrap_or_default())
    }

    pub(super) fn bucket_name(&self) -> Result<BucketName, AwsError> {
        Ok(self.bucket()?.name.clone())
    }

    pub(super) fn key(&self) -> Result<ObjectKey, AwsError> {
        key_of(self.target.key.as_deref().unwrap_or_default())
    }

    pub(super) fn version(&self) -> Result<VersionRef<'_>, AwsError> {
        version_of(self.query.get("versionId"))
    }

    /// Refuses who may not do something else too, with an object of this bucket.
    pub(super) fn check(&self, action: &str, key: &str) -> Result<(), AwsError> {
        let bucket = self.bucket()?;
        let resource = format!("arn:aws:s3:::{}/{key}", bucket.name);
        self.permit.check(&self.state, Some(bucket), (action, &resource), &ConditionKeys::new())
    }

    /// An error of what a delete marker has not, whether its version is named or not.
    pub(super) fn unmarked(&self) -> impl Fn(ObjectsError) -> AwsError + use<> {
        let refused = self.refused();
        move |error| match error {
            ObjectsError::Marker { version, modified_at, .. } => {
                refused(ObjectsError::Marker { version, is_named: true, modified_at })
            }
            error => refused(error),
        }
    }

    /// An error of a read, with what it was about: whoever may not list learns not what is missing.
    pub(super) fn unread(&self) -> impl Fn(ObjectsError) -> AwsError + use<'_> {
        |error| {
            let is_missing =
                matches!(error, ObjectsError::NoKey | ObjectsError::Marker { is_named: false, .. });
            let bucket = self.target.bucket.as_deref().unwrap_or_default();
            let resource = format!("arn:aws:s3:::{bucket}");
            let keys = ConditionKeys::new();
            let listing = ("ListBucket", resource.as_str());
            match is_missing {
                true => self
                    .permit
                    .check(&self.state, self.bucket.as_ref(), listing, &keys)
                    .err()
                    .unwrap_or_else(|| self.refused()(error)),
                false => self.refused()(error),
            }
        }
    }

    /// An error of the store, with what it was about.
    pub(super) fn refused(&self) -> impl Fn(ObjectsError) -> AwsError + use<> {
        let (bucket, key) = (self.target.bucket.clone(), self.target.key.clone());
        move |error| crate::s3::words::worded(error, bucket.as_deref(), key.as_deref())
    }

    /// The body, read whole and checked.
    pub(super) async fn text(&mut self) -> Result<Bytes, AwsError> {
        self.receiver.whole(&self.head.headers).await
    }

    /// The body as XML.
    pub(super) async fn document(&mut self, root: &str) -> Result<Element, AwsError> {
        Element::read(&self.text().await?, root)
    }
}

pub(super) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let value = headers.get(name)?;
    // Values are sent as UTF-8 by those who send more than ASCII.
    std::str::from_utf8(value.as_bytes()).ok()
}

pub(super) fn key_of(text: &str) -> Result<ObjectKey, AwsError> {
    ObjectKey::new(text).map_err(|error| match text.len() {
        length if length > ObjectKey::BYTES_MAX => {
            let mut error = AwsError::new(400, "KeyTooLongError", "Your key is too long");
            error.details.insert("Size".to_owned(), length.to_string().into());
            error
                .details
                .insert("MaxSizeAllowed".to_owned(), ObjectKey::BYTES_MAX.to_string().into());
            error
        }
        _ => invalid_argument("Key", text, &error.to_string()),
    })
}

pub(super) fn version_of(id: Option<&str>) -> Result<VersionRef<'_>, AwsError> {
    match id {
        None => Ok(VersionRef::Current),
        Some("") => Err(invalid_argument("versionId", "", "Version id cannot be the empty string")),
        Some(id) => Ok(VersionRef::Id(id)),
    }
}
