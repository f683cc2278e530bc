//! DeleteObjects: up to a thousand at once, each for itself.

use model::ObjectKey;
use objects::{Condition, DeleteTarget, Deleted, Tagged};

use crate::caller::ConditionKeys;
use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::{Ask, key_of};
use crate::s3::element::{Element, malformed};
use crate::s3::row::{On, Operation, not_implemented};
use crate::s3::words::worded;
use crate::s3::writer::Xml;

/// AWS's limit.
const OBJECTS_MAX: usize = 1000;

pub(super) struct DeleteObjects;

/// What is named in the document.
struct Named {
    key: String,
    version: Option<String>,
    etag: Option<String>,
}

impl Operation for DeleteObjects {
    const NAME: &'static str = "DeleteObjects";
    const METHOD: &'static str = "POST";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "delete";
    const ACTION: &'static str = "DeleteObject";
    const ASKS_ITSELF: bool = true;

    async fn call(mut ask: Ask) -> Result<Answer, AwsError> {
        if ask.permit.login.is_none() {
            // Else anybody could make us read a document.
            let resource = format!("{}/*", ask.bucket_name()?);
            let resource = format!("arn:aws:s3:::{resource}");
            let keys = ConditionKeys::new();
            ask.permit.check(
                &ask.state,
                ask.bucket.as_ref(),
                ("DeleteObject", &resource),
                &keys,
            )?;
        }
        let document = ask.document("Delete").await?;
        document.only(&["Object", "Quiet"])?;
        let is_quiet = document.boolean("Quiet")?;
        let named: Vec<Named> = document.all("Object").map(read).collect::<Result<_, _>>()?;
        if !(1..=OBJECTS_MAX).contains(&named.len()) {
            return Err(malformed());
        }
        let mut xml = Xml::new("DeleteResult");
        for one in &named {
            match delete(&ask, one).await {
                Ok(deleted) if !is_quiet => write_deleted(&mut xml, one, &deleted),
                Ok(_) => {}
                Err(error) => write_error(&mut xml, one, &error),
            }
        }
        Ok(Answer::xml(xml))
    }
}

fn read(object: &Element) -> Result<Named, AwsError> {
    if let Some(other) =
        object.children.iter().find(|child| matches!(&*child.name, "LastModifiedTime" | "Size"))
    {
        return Err(not_implemented(&format!("{} is not supported in Object", other.name)));
    }
    object.only(&["Key", "VersionId", "ETag"])?;
    let optional = |name: &str| object.text_of(name).filter(|it| !it.is_empty()).map(str::to_owned);
    let key = object.required("Key")?.to_owned();
    Ok(Named { key, version: optional("VersionId"), etag: optional("ETag") })
}

async fn delete(ask: &Ask, one: &Named) -> Result<Deleted, AwsError> {
    let action = if one.version.is_some() { "DeleteObjectVersion" } else { "DeleteObject" };
    ask.check(action, &one.key)?;
    let key: ObjectKey = key_of(&one.key)?;
    let condition =
        Condition { if_match: one.etag.as_deref().map(Tagged::read), ..Condition::default() };
    let (bucket, version) = (ask.bucket_name()?, one.version.clone());
    let doer = ask.permit.doer();
    let target = DeleteTarget { bucket, key, version, condition, doer };
    let deleted = ask.objects().delete(target, ask.now()).await;
    deleted.map_err(|error| worded(error, ask.target.bucket.as_deref(), Some(&one.key)))
}

fn write_deleted(xml: &mut Xml, one: &Named, deleted: &Deleted) {
    xml.inside("Deleted", |xml| {
        xml.leaf("Key", &one.key).optional("VersionId", one.version.as_deref());
        if deleted.is_marker {
            xml.boolean("DeleteMarker", true);
            xml.optional("DeleteMarkerVersionId", deleted.version.as_deref());
        }
    });
}

fn write_error(xml: &mut Xml, one: &Named, error: &AwsError) {
    xml.inside("Error", |xml| {
        xml.leaf("Key", &one.key).optional("VersionId", one.version.as_deref());
        xml.leaf("Code", error.code).leaf("Message", &error.message);
    });
}
