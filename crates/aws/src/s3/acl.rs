//! ACLs, answered as buckets do whose owner has everything: there is one grant, and no other is taken.

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::element::Element;
use crate::s3::list_buckets::{canonical_id, owner};
use crate::s3::meta::acl_not_supported;
use crate::s3::row::{On, Operation};
use crate::s3::writer::Xml;

pub(super) struct GetBucketAcl;
pub(super) struct PutBucketAcl;
pub(super) struct GetObjectAcl;
pub(super) struct PutObjectAcl;

impl Operation for GetBucketAcl {
    const NAME: &'static str = "GetBucketAcl";
    const METHOD: &'static str = "GET";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "acl";
    const ACTION: &'static str = "GetBucketAcl";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        Ok(Answer::xml(owners_own(&ask)))
    }
}

impl Operation for GetObjectAcl {
    const NAME: &'static str = "GetObjectAcl";
    const METHOD: &'static str = "GET";
    const ON: On = On::Object;
    const QUERY: &'static str = "acl";
    const ACTION: &'static str = "GetObjectAcl";
    const VERSION_ACTION: &'static str = "GetObjectVersionAcl";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let (bucket, key) = (ask.bucket_name()?, ask.key()?);
        ask.objects().describe(&bucket, &key, ask.version()?).map_err(ask.unmarked())?;
        Ok(Answer::xml(owners_own(&ask)))
    }
}

impl Operation for PutBucketAcl {
    const NAME: &'static str = "PutBucketAcl";
    const METHOD: &'static str = "PUT";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "acl";
    const ACTION: &'static str = "PutBucketAcl";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        take(ask).await
    }
}

impl Operation for PutObjectAcl {
    const NAME: &'static str = "PutObjectAcl";
    const METHOD: &'static str = "PUT";
    const ON: On = On::Object;
    const QUERY: &'static str = "acl";
    const ACTION: &'static str = "PutObjectAcl";
    const VERSION_ACTION: &'static str = "PutObjectVersionAcl";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let (bucket, key) = (ask.bucket_name()?, ask.key()?);
        ask.objects().describe(&bucket, &key, ask.version()?).map_err(ask.unmarked())?;
        take(ask).await
    }
}

fn owners_own(ask: &Ask) -> Xml {
    let account = ask.state.fleet.registry().home().account.to_string();
    let mut xml = Xml::new("AccessControlPolicy");
    owner(&mut xml, "Owner", ask);
    xml.inside("AccessControlList", |xml| {
        xml.inside("Grant", |xml| {
            let user = "Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
                        xsi:type=\"CanonicalUser\"";
            xml.inside(user, |xml| {
                xml.leaf("ID", canonical_id(&account));
            });
            xml.leaf("Permission", "FULL_CONTROL");
        });
    });
    xml
}

/// Takes an ACL that changes nothing; headers were looked at before.
async fn take(mut ask: Ask) -> Result<Answer, AwsError> {
    let body = ask.text().await?;
    if body.is_empty() {
        return Ok(Answer::ok());
    }
    let document = Element::read(&body, "AccessControlPolicy")?;
    let grants: Vec<&Element> = document
        .get("AccessControlList")
        .map(|list| list.all("Grant").collect())
        .unwrap_or_default();
    let own = canonical_id(&ask.state.fleet.registry().home().account.to_string());
    let is_own = |grant: &&Element| {
        grant.text_of("Permission") == Some("FULL_CONTROL")
            && grant.get("Grantee").and_then(|grantee| grantee.text_of("ID")) == Some(&own)
    };
    match grants.iter().all(is_own) {
        true => Ok(Answer::ok()),
        false => Err(acl_not_supported()),
    }
}
