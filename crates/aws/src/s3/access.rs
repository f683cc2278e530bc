//! Who owns what is put into a bucket, and whether its policy may speak of everybody.

use objects::{Ownership, PublicAccessBlock, Settings};

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::bucket::ownership_named;
use crate::s3::element::malformed;
use crate::s3::row::{On, Operation};
use crate::s3::writer::Xml;

pub(super) struct GetPublicAccessBlock;
pub(super) struct PutPublicAccessBlock;
pub(super) struct DeletePublicAccessBlock;
pub(super) struct GetBucketOwnershipControls;
pub(super) struct PutBucketOwnershipControls;
pub(super) struct DeleteBucketOwnershipControls;

impl Operation for GetPublicAccessBlock {
    const NAME: &'static str = "GetPublicAccessBlock";
    const METHOD: &'static str = "GET";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "publicAccessBlock";
    const ACTION: &'static str = "GetBucketPublicAccessBlock";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let block = ask.objects().public_access_block(ask.bucket()?).map_err(ask.refused())?;
        let none = || {
            let message = "The public access block configuration was not found";
            AwsError::new(404, "NoSuchPublicAccessBlockConfiguration", message)
        };
        let block = block.ok_or_else(none)?;
        let mut xml = Xml::new("PublicAccessBlockConfiguration");
        xml.boolean("BlockPublicAcls", block.block_public_acls)
            .boolean("IgnorePublicAcls", block.ignore_public_acls)
            .boolean("BlockPublicPolicy", block.block_public_policy)
            .boolean("RestrictPublicBuckets", block.restrict_public_buckets);
        Ok(Answer::xml(xml))
    }
}

impl Operation for PutPublicAccessBlock {
    const NAME: &'static str = "PutPublicAccessBlock";
    const METHOD: &'static str = "PUT";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "publicAccessBlock";
    const ACTION: &'static str = "PutBucketPublicAccessBlock";

    async fn call(mut ask: Ask) -> Result<Answer, AwsError> {
        let document = ask.document("PublicAccessBlockConfiguration").await?;
        document.only(&[
            "BlockPublicAcls",
            "IgnorePublicAcls",
            "BlockPublicPolicy",
            "RestrictPublicBuckets",
        ])?;
        let access = Some(PublicAccessBlock {
            block_public_acls: document.boolean("BlockPublicAcls")?,
            ignore_public_acls: document.boolean("IgnorePublicAcls")?,
            block_public_policy: document.boolean("BlockPublicPolicy")?,
            restrict_public_buckets: document.boolean("RestrictPublicBuckets")?,
        });
        let (name, settings) = (ask.bucket_name()?, Settings { access, ..Settings::default() });
        ask.objects().put_settings(&name, settings).await.map_err(ask.refused())?;
        Ok(Answer::ok())
    }
}

impl Operation for DeletePublicAccessBlock {
    const NAME: &'static str = "DeletePublicAccessBlock";
    const METHOD: &'static str = "DELETE";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "publicAccessBlock";
    const ACTION: &'static str = "PutBucketPublicAccessBlock";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let name = ask.bucket_name()?;
        ask.objects().delete_public_access_block(&name).await.map_err(ask.refused())?;
        Ok(Answer::no_content())
    }
}

impl Operation for GetBucketOwnershipControls {
    const NAME: &'static str = "GetBucketOwnershipControls";
    const METHOD: &'static str = "GET";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "ownershipControls";
    const ACTION: &'static str = "GetBucketOwnershipControls";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let ownership = ask.objects().ownership(ask.bucket()?).map_err(ask.refused())?;
        let none = || {
            let message = "The bucket ownership controls were not found";
            AwsError::new(404, "OwnershipControlsNotFoundError", message)
        };
        let name = match ownership.ok_or_else(none)? {
            Ownership::BucketOwnerEnforced => "BucketOwnerEnforced",
            Ownership::BucketOwnerPreferred => "BucketOwnerPreferred",
            Ownership::ObjectWriter => "ObjectWriter",
        };
        let mut xml = Xml::new("OwnershipControls");
        xml.inside("Rule", |xml| {
            xml.leaf("ObjectOwnership", name);
        });
        Ok(Answer::xml(xml))
    }
}

impl Operation for PutBucketOwnershipControls {
    const NAME: &'static str = "PutBucketOwnershipControls";
    const METHOD: &'static str = "PUT";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "ownershipControls";
    const ACTION: &'static str = "PutBucketOwnershipControls";

    async fn call(mut ask: Ask) -> Result<Answer, AwsError> {
        let document = ask.document("OwnershipControls").await?;
        document.only(&["Rule"])?;
        let rule = document.get("Rule").ok_or_else(malformed)?;
        let ownership = Some(ownership_named(rule.required("ObjectOwnership")?)?);
        let (name, settings) = (ask.bucket_name()?, Settings { ownership, ..Settings::default() });
        ask.objects().put_settings(&name, settings).await.map_err(ask.refused())?;
        Ok(Answer::ok())
    }
}

impl Operation for DeleteBucketOwnershipControls {
    const NAME: &'static str = "DeleteBucketOwnershipControls";
    const METHOD: &'static str = "DELETE";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "ownershipControls";
    const ACTION: &'static str = "PutBucketOwnershipControls";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let name = ask.bucket_name()?;
        ask.objects().delete_ownership(&name).await.map_err(ask.refused())?;
        Ok(Answer::no_content())
    }
}
