//! AWS::SecretsManager::ResourcePolicy

use serde_json::json;
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made, plain};
use crate::error::AwsError;

pub(crate) struct ResourcePolicy;

impl Deed for ResourcePolicy {
    const KIND: &'static str = "AWS::SecretsManager::ResourcePolicy";
    const CHANGED: &'static [&'static str] = &["BlockPublicPolicy", "ResourcePolicy"];
    const REPLACED: &'static [&'static str] = &["SecretId"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let secret = want.need("SecretId")?;
        if !(want.is_again && desk.has_receipt(want)?) {
            let look = json!({ "SecretId": secret });
            let found = desk.ask("secretsmanager", "GetResourcePolicy", look).await?;
            if found.get("ResourcePolicy").is_some() {
                return Err(desk.exists(want));
            }
        }
        desk.receipted(want, put(desk, &secret, want)).await?;
        Ok(made(secret.clone(), secret.clone(), [("Id", secret.into())]))
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        put(desk, &made.physical_id, want).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let input = json!({ "SecretId": made.physical_id });
        desk.take("secretsmanager", "DeleteResourcePolicy", input).await
    }
}

async fn put(desk: &Desk, secret: &str, want: &Wanted<'_>) -> Result<(), AwsError> {
    let input = json!({
        "SecretId": secret,
        "ResourcePolicy": want.document("ResourcePolicy"),
        "BlockPublicPolicy": plain(want.get("BlockPublicPolicy")),
    });
    desk.ask("secretsmanager", "PutResourcePolicy", input).await.map(drop)
}
