//! What is said of a bucket beside its objects, each under a key of its own.

use bytes::Bytes;
use kv::Present;
use model::BucketName;
use records::{Record, decode, encode};
use serde::{Deserialize, Serialize};

use crate::bucket::{Bucket, bucket_in};
use crate::error::ObjectsError;
use crate::key::{SETTINGS, settings_key};
use crate::lifecycle::LifecycleRule;
use crate::store::Objects;

const POLICY: &str = "policy";
const TAGS: &str = "tags";
const CORS: &str = "cors";
const LIFECYCLE: &str = "lifecycle";
const ACCESS: &str = "access";
const OWNERSHIP: &str = "ownership";
pub(crate) const NOTIFICATIONS: &str = "notifications";

pub(crate) const KINDS: [&str; 7] =
    [POLICY, TAGS, CORS, LIFECYCLE, ACCESS, OWNERSHIP, NOTIFICATIONS];

/// Some settings of a bucket. When they are written, what is nothing stays as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// A policy document, as its owner wrote it.
    pub policy: Option<String>,
    pub tags: Option<Vec<(String, String)>>,
    pub cors: Option<Vec<CorsRule>>,
    pub lifecycle: Option<Vec<LifecycleRule>>,
    pub access: Option<PublicAccessBlock>,
    pub ownership: Option<Ownership>,
}

/// Which web pages may ask for what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorsRule {
    pub id: Option<String>,
    pub allowed_headers: Vec<String>,
    pub allowed_methods: Vec<String>,
    pub allowed_origins: Vec<String>,
    pub expose_headers: Vec<String>,
    pub max_age_secs: Option<u32>,
}

/// Whether policies may speak of everybody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicAccessBlock {
    pub block_public_acls: bool,
    pub ignore_public_acls: bool,
    pub block_public_policy: bool,
    pub restrict_public_buckets: bool,
}

/// What owns objects that others put. All do the same where there is one account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ownership {
    #[default]
    BucketOwnerEnforced,
    BucketOwnerPreferred,
    ObjectWriter,
}

impl PublicAccessBlock {
    /// What a new bucket has.
    pub const ALL: PublicAccessBlock = PublicAccessBlock {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    };
}

/// The stored form of each kind.
#[derive(Serialize, Deserialize)]
pub(crate) struct Stored<T>(pub(crate) T);

impl<T: Serialize + serde::de::DeserializeOwned> Record for Stored<T> {
    const VERSION: u8 = 1;
}

pub(crate) fn stored<T: Serialize + serde::de::DeserializeOwned + Clone>(value: &T) -> Bytes {
    encode(&Stored(value.clone())).into()
}

impl Settings {
    pub(crate) fn encoded(&self) -> Vec<(&'static str, Bytes)> {
        let kinds = [
            (POLICY, self.policy.as_ref().map(stored)),
            (TAGS, self.tags.as_ref().map(stored)),
            (CORS, self.cors.as_ref().map(stored)),
            (LIFECYCLE, self.lifecycle.as_ref().map(stored)),
            (ACCESS, self.access.as_ref().map(stored)),
            (OWNERSHIP, self.ownership.as_ref().map(stored)),
        ];
        kinds.into_iter().filter_map(|(kind, value)| Some((kind, value?))).collect()
    }
}

impl Objects {
    /// Writes some settings of a bucket.
    pub async fn put_settings(
        &self,
        bucket: &BucketName,
        settings: Settings,
    ) -> Result<(), ObjectsError> {
        let written = settings.encoded();
        self.change_settings(bucket, move |present, number| {
            for (kind, value) in written {
                present.put(SETTINGS, settings_key(number, kind), value);
            }
        })
        .await
    }

    pub fn policy(&self, bucket: &Bucket) -> Result<Option<String>, ObjectsError> {
        self.setting(bucket, POLICY)
    }

    /// The policy's stored bytes, to see whether it is still the same.
    pub fn policy_bytes(&self, bucket: &Bucket) -> Result<Option<Bytes>, ObjectsError> {
        Ok(self.store.get(SETTINGS, &settings_key(bucket.number, POLICY))?)
    }

    pub fn bucket_tags(
        &self,
        bucket: &Bucket,
    ) -> Result<Option<Vec<(String, String)>>, ObjectsError> {
        self.setting(bucket, TAGS)
    }

    pub fn cors(&self, bucket: &Bucket) -> Result<Option<Vec<CorsRule>>, ObjectsError> {
        self.setting(bucket, CORS)
    }

    pub fn lifecycle(&self, bucket: &Bucket) -> Result<Option<Vec<LifecycleRule>>, ObjectsError> {
        self.setting(bucket, LIFECYCLE)
    }

    pub fn public_access_block(
        &self,
        bucket: &Bucket,
    ) -> Result<Option<PublicAccessBlock>, ObjectsError> {
        self.setting(bucket, ACCESS)
    }

    pub fn ownership(&self, bucket: &Bucket) -> Result<Option<Ownership>, ObjectsError> {
        self.setting(bucket, OWNERSHIP)
    }

    pub async fn delete_policy(&self, bucket: &BucketName) -> Result<(), ObjectsError> {
        self.delete_setting(bucket, POLICY).await
    }

    pub async fn delete_bucket_tags(&self, bucket: &BucketName) -> Result<(), ObjectsError> {
        self.delete_setting(bucket, TAGS).await
    }

    pub async fn delete_cors(&self, bucket: &BucketName) -> Result<(), ObjectsError> {
        self.delete_setting(bucket, CORS).await
    }

    pub async fn delete_lifecycle(&self, bucket: &BucketName) -> Result<(), ObjectsError> {
        self.delete_setting(bucket, LIFECYCLE).await
    }

    pub async fn delete_public_access_block(
        &self,
        bucket: &BucketName,
    ) -> Result<(), ObjectsError> {
        self.delete_setting(bucket, ACCESS).await
    }

    pub async fn delete_ownership(&self, bucket: &BucketName) -> Result<(), ObjectsError> {
        self.delete_setting(bucket, OWNERSHIP).await
    }

    pub(crate) fn setting<T: Serialize + serde::de::DeserializeOwned>(
        &self,
        bucket: &Bucket,
        kind: &str,
    ) -> Result<Option<T>, ObjectsError> {
        let value = self.store.get(SETTINGS, &settings_key(bucket.number, kind))?;
        let stored = value.map(|value| decode::<Stored<T>>(&value)).transpose()?;
        Ok(stored.map(|Stored(value)| value))
    }

    async fn delete_setting(
        &self,
        bucket: &BucketName,
        kind: &'static str,
    ) -> Result<(), ObjectsError> {
        let delete = move |present: &mut Present<'_>, number| {
            present.delete(SETTINGS, settings_key(number, kind));
        };
        self.change_settings(bucket, delete).await
    }

    async fn change_settings(
        &self,
        bucket: &BucketName,
        change: impl FnOnce(&mut Present<'_>, u64) + Send + Sync + 'static,
    ) -> Result<(), ObjectsError> {
        let bucket = bucket.clone();
        self.decide(0, move |present| {
            let number = bucket_in(present, &bucket)?.number;
            change(present, number);
            Ok(())
        })
        .await
    }
}
