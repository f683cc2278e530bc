//! Buckets: made, looked at, deleted.

use model::BucketName;
use objects::{Ownership, PublicAccessBlock, Settings};

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::element::Element;
use crate::s3::row::{On, Operation, not_implemented};
use crate::s3::tags;
use crate::s3::words::invalid_argument;
use crate::s3::writer::Xml;

/// The region whose buckets have no location, and may be made twice by their owner.
const FIRST_REGION: &str = "us-east-1";

pub(super) struct CreateBucket;
pub(super) struct DeleteBucket;
pub(super) struct HeadBucket;
pub(super) struct GetBucketLocation;

impl Operation for CreateBucket {
    const NAME: &'static str = "CreateBucket";
    const METHOD: &'static str = "PUT";
    const ON: On = On::Bucket;
    const ACTION: &'static str = "CreateBucket";

    async fn call(mut ask: Ask) -> Result<Answer, AwsError> {
        let body = ask.text().await?;
        let tags = match body.is_empty() {
            true => None,
            false => configuration(&Element::read(&body, "CreateBucketConfiguration")?)?,
        };
        let text = ask.target.bucket.clone().unwrap_or_default();
        let name = BucketName::new(&text).map_err(|error| {
            AwsError::new(400, "InvalidBucketName", error.to_string()).told("BucketName", &*text)
        })?;
        let ownership = ask.header("x-amz-object-ownership").map(ownership_named).transpose()?;
        let settings = Settings {
            access: Some(PublicAccessBlock::ALL),
            ownership: Some(ownership.unwrap_or_default()),
            tags,
            ..Settings::default()
        };
        let created = ask.objects().create_bucket(&name, settings, ask.now()).await;
        match created {
            Err(objects::ObjectsError::BucketExists)
                if ask.state.fleet.registry().home().region.as_str() == FIRST_REGION => {}
            created => created.map_err(ask.refused())?,
        }
        Ok(Answer::ok().with("location", format!("/{text}")))
    }
}

/// The tags in it; clients name any region, and there is one place only.
fn configuration(document: &Element) -> Result<Option<tags::Tags>, AwsError> {
    document.only(&["LocationConstraint", "Tags"])?;
    let Some(set) = document.get("Tags") else { return Ok(None) };
    set.all("Tag").map(tags::from_element).collect::<Result<tags::Tags, AwsError>>().map(Some)
}

pub(super) fn ownership_named(name: &str) -> Result<Ownership, AwsError> {
    match name {
        "BucketOwnerEnforced" => Ok(Ownership::BucketOwnerEnforced),
        // ACLs could be set then, and none are kept.
        "BucketOwnerPreferred" | "ObjectWriter" => {
            let what = "ObjectOwnership is not supported but for BucketOwnerEnforced";
            Err(not_implemented(&format!("{what}: {name}")))
        }
        _ => Err(invalid_argument("ObjectOwnership", name, "Invalid ObjectOwnership")),
    }
}

impl Operation for DeleteBucket {
    const NAME: &'static str = "DeleteBucket";
    const METHOD: &'static str = "DELETE";
    const ON: On = On::Bucket;
    const ACTION: &'static str = "DeleteBucket";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let name = ask.bucket_name()?;
        ask.objects().delete_bucket(&name).await.map_err(ask.refused())?;
        Ok(Answer::no_content())
    }
}

impl Operation for HeadBucket {
    const NAME: &'static str = "HeadBucket";
    const METHOD: &'static str = "HEAD";
    const ON: On = On::Bucket;
    const ACTION: &'static str = "ListBucket";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let region = ask.state.fleet.registry().home().region.clone();
        let answer = Answer::ok().with("x-amz-bucket-region", &*region);
        Ok(answer.with("x-amz-access-point-alias", "false"))
    }
}

impl Operation for GetBucketLocation {
    const NAME: &'static str = "GetBucketLocation";
    const METHOD: &'static str = "GET";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "location";
    const ACTION: &'static str = "GetBucketLocation";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let region = ask.state.fleet.registry().home().region.clone();
        let region = if region.as_str() == FIRST_REGION { "" } else { &*region };
        // The root has the text itself.
        let document = Xml::new("LocationConstraint").finish();
        Ok(Answer::ok().with_xml(document.replace("></", &format!(">{region}</"))))
    }
}
