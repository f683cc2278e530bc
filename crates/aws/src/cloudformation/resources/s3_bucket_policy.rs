//! AWS::S3::BucketPolicy

use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made};
use crate::error::AwsError;
use crate::s3::Inside;

pub(crate) struct BucketPolicy;

impl Deed for BucketPolicy {
    const KIND: &'static str = "AWS::S3::BucketPolicy";
    const CHANGED: &'static [&'static str] = &["PolicyDocument"];
    const REPLACED: &'static [&'static str] = &["Bucket"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let bucket = want.need("Bucket")?;
        let look = Inside { method: "GET", bucket: &bucket, query: "policy", ..Inside::default() };
        if !(want.is_again && desk.has_receipt(want)?) {
            match desk.ask_s3(look).await {
                Ok(_) => return Err(desk.exists(want)),
                Err(error) if error.code == "NoSuchBucketPolicy" => {}
                Err(error) => return Err(error),
            }
        }
        desk.receipted(want, put(desk, &bucket, want)).await?;
        Ok(made(bucket.clone(), bucket, []))
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        put(desk, &made.physical_id, want).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let bucket = &made.physical_id;
        let ask = Inside { method: "DELETE", bucket, query: "policy", ..Inside::default() };
        match desk.ask_s3(ask).await {
            Err(error) if error.code.starts_with("NoSuchBucket") => Ok(()),
            outcome => outcome.map(drop),
        }
    }
}

async fn put(desk: &Desk, bucket: &str, want: &Wanted<'_>) -> Result<(), AwsError> {
    let document = want.document("PolicyDocument");
    let body = document.as_str().unwrap_or_default().to_owned();
    let ask = Inside { method: "PUT", bucket, query: "policy", key: "", body };
    desk.ask_s3(ask).await.map(drop)
}
