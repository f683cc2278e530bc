//! Whether a bucket keeps versions.

use objects::Versioning;

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::element::malformed;
use crate::s3::row::{On, Operation, not_implemented};
use crate::s3::writer::Xml;

pub(super) struct GetBucketVersioning;
pub(super) struct PutBucketVersioning;

impl Operation for GetBucketVersioning {
    const NAME: &'static str = "GetBucketVersioning";
    const METHOD: &'static str = "GET";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "versioning";
    const ACTION: &'static str = "GetBucketVersioning";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let mut xml = Xml::new("VersioningConfiguration");
        xml.optional(
            "Status",
            match ask.bucket()?.versioning {
                Versioning::Unversioned => None,
                Versioning::Enabled => Some("Enabled"),
                Versioning::Suspended => Some("Suspended"),
            },
        );
        Ok(Answer::xml(xml))
    }
}

impl Operation for PutBucketVersioning {
    const NAME: &'static str = "PutBucketVersioning";
    const METHOD: &'static str = "PUT";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "versioning";
    const ACTION: &'static str = "PutBucketVersioning";

    async fn call(mut ask: Ask) -> Result<Answer, AwsError> {
        let document = ask.document("VersioningConfiguration").await?;
        document.only(&["Status", "MfaDelete"])?;
        if document.text_of("MfaDelete").is_some_and(|text| text != "Disabled") {
            return Err(not_implemented("MfaDelete is not supported"));
        }
        let is_enabled = match document.required("Status")? {
            "Enabled" => true,
            "Suspended" => false,
            _ => return Err(malformed()),
        };
        let name = ask.bucket_name()?;
        ask.objects().set_versioning(&name, is_enabled).await.map_err(ask.refused())?;
        Ok(Answer::ok())
    }
}
