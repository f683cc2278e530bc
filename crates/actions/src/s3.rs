//! `s3`: what was selected becomes an object of a bucket.
//!
//! What a message can hold is small enough to stay in the store, so the object is an entry of the message's
//! own batch: whoever is told that the message is kept finds the object.

use bytes::Bytes;
use model::{BucketName, ObjectKey};
use objects::{Condition, Doer, Happening, Meta, NewObject};

use crate::action::{Action, Matched};
use crate::desk::{Desk, Target};
use crate::error::{Failure, UnfitAction};
use crate::field::{Field, Fields};

/// ACLs that say what is so anyway: the owner of the bucket owns all that is in it.
const OWNERS_ACLS: [&str; 2] = ["private", "bucket-owner-full-control"];

#[derive(Debug)]
pub(crate) struct S3 {
    role_arn: String,
    bucket: Field,
    key: Field,
}

impl S3 {
    pub(crate) fn read(mut fields: Fields) -> Result<S3, UnfitAction> {
        let role_arn = fields.text("roleArn")?;
        let (bucket, key) = (fields.template("bucketName")?, fields.template("key")?);
        if let Some(acl) = fields.optional_text("cannedAcl")?
            && !OWNERS_ACLS.contains(&&*acl)
        {
            let what = format!("{acl} is not supported: buckets do not allow ACLs");
            return Err(fields.unfit("cannedAcl", what));
        }
        fields.finish()?;
        Ok(S3 { role_arn, bucket, key })
    }
}

impl Action for S3 {
    fn kind(&self) -> &'static str {
        "S3Action"
    }

    fn role_arn(&self) -> Option<&str> {
        Some(&self.role_arn)
    }

    fn plan(&self, matched: &Matched<'_>, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let bucket = matched.fill(&self.bucket)?;
        let key = matched.fill(&self.key)?;
        let failed = |what: String| Failure::of(&bucket, what);
        let name = BucketName::new(&bucket).map_err(|error| failed(error.to_string()))?;
        let object = ObjectKey::new(&key).map_err(|error| failed(error.to_string()))?;
        let target = format!("{name}/{object}");
        desk.check(&self.role_arn, "s3:PutObject", Target::Object(&target))?;
        let data = Bytes::copy_from_slice(&matched.selected.output);
        desk.note(|| format!("put into the bucket {name}: {object}, {} bytes", data.len()));
        let new = NewObject {
            bucket: name,
            key: object,
            meta: Meta::default(),
            tags: Vec::new(),
            condition: Condition::default(),
            how: Happening::Put,
            doer: Doer {
                principal: format!("AWS:{}", self.role_arn),
                source: "iot.amazonaws.com".to_owned(),
                request_id: String::new(),
            },
            now: matched.event.timestamp_ms,
        };
        let put = desk.objects.put_into(&mut desk.batch, new, data);
        put.map_err(|error| failed(error.to_string()))
    }
}
