//! AWS::S3::Bucket

use serde_json::json;
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made, or_undone};
use crate::cloudformation::resources::s3_settings::SETTINGS;
use crate::error::AwsError;
use crate::s3::Inside;

pub(crate) struct Bucket;

impl Deed for Bucket {
    const KIND: &'static str = "AWS::S3::Bucket";
    const CHANGED: &'static [&'static str] = &[
        "CorsConfiguration",
        "LifecycleConfiguration",
        "NotificationConfiguration",
        "OwnershipControls",
        "PublicAccessBlockConfiguration",
        "Tags",
        "VersioningConfiguration",
    ];
    const REPLACED: &'static [&'static str] = &["BucketName"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "BucketName", 63);
        let name =
            if want.properties.contains_key("BucketName") { name } else { name.to_lowercase() };
        let bucket = |method| Inside { method, bucket: &name, ..Inside::default() };
        if !(want.is_again && desk.has_receipt(want)?) {
            match desk.ask_s3(bucket("HEAD")).await {
                Ok(_) => return Err(desk.exists(want)),
                Err(error) if error.code == "NoSuchBucket" => {}
                Err(error) => return Err(error),
            }
        }
        desk.receipted(want, desk.ask_s3(bucket("PUT"))).await?;
        let rest = settle(desk, &name, None, want).await.map(|()| shown(desk, &name));
        or_undone::<Bucket>(desk, want, &name, rest).await
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        settle(desk, &made.physical_id, Some(made), want).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let bucket = &made.physical_id;
        match desk.ask_s3(Inside { method: "DELETE", bucket, ..Inside::default() }).await {
            Err(error) if error.code == "NoSuchBucket" => Ok(()),
            outcome => outcome.map(drop),
        }
    }
}

/// Puts settings that are said, and takes those that are said no longer.
async fn settle(
    desk: &Desk,
    bucket: &str,
    before: Option<&Made>,
    want: &Wanted<'_>,
) -> Result<(), AwsError> {
    for setting in SETTINGS {
        let old = before.and_then(|made| made.properties.get(setting.property));
        let new = want.properties.get(setting.property);
        if old == new {
            continue;
        }
        let (method, body) = match (new, setting.without) {
            (Some(given), _) => ("PUT", (setting.document)(want, given)?),
            (None, Some(document)) => ("PUT", document.to_owned()),
            (None, None) => ("DELETE", String::new()),
        };
        desk.ask_s3(Inside { method, bucket, key: "", query: setting.query, body }).await?;
    }
    Ok(())
}

fn shown(desk: &Desk, name: &str) -> Made {
    let region = &desk.state.fleet.registry().home().region;
    let attributes = [
        ("Arn", json!(format!("arn:aws:s3:::{name}"))),
        ("DomainName", json!(format!("{name}.s3.amazonaws.com"))),
        ("DualStackDomainName", json!(format!("{name}.s3.dualstack.{region}.amazonaws.com"))),
        ("RegionalDomainName", json!(format!("{name}.s3.{region}.amazonaws.com"))),
    ];
    made(name, name, attributes)
}
