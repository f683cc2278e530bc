//! Code that a template names by a path of this machine, brought where CloudFormation finds it; as
//! `aws cloudformation package` does.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::archive;
use super::artefacts::{self, Artefact};
use crate::client::Client;

/// Where code may stand: type, property, and what bucket and name are called there.
const PLACES: &[(&str, &str, &str, &str)] = &[
    ("AWS::Lambda::Function", "Code", "S3Bucket", "S3Key"),
    ("AWS::Lambda::LayerVersion", "Content", "S3Bucket", "S3Key"),
    ("AWS::Serverless::Function", "CodeUri", "Bucket", "Key"),
    ("AWS::Serverless::LayerVersion", "ContentUri", "Bucket", "Key"),
];

/// What a resource is made of instead of what the template says.
#[derive(Clone, Debug)]
pub(crate) enum Code {
    Path(PathBuf),
    /// An archive.
    Archive(Vec<u8>),
    /// A file with its name.
    Text(&'static str, &'static str),
}

/// Where code comes from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Codes {
    /// What paths of the template begin at.
    pub(crate) folder: PathBuf,
    /// By the name of the resource.
    pub(crate) instead: BTreeMap<String, Code>,
}

/// Brings the code of all resources that name one; whether the template was changed by that.
pub(super) async fn package(
    client: &Client,
    stack: &str,
    template: &mut Value,
    codes: &Codes,
) -> Result<bool> {
    let mut left: Vec<&String> = codes.instead.keys().collect();
    let mut is_changed = false;
    let resources = template["Resources"].as_object_mut().into_iter().flatten();
    for (name, resource) in resources {
        let Some((place, (bucket, key))) = place(resource) else { continue };
        let code = match (codes.instead.get(name), place.as_str()) {
            (Some(code), _) => archive_of(code),
            (None, Some(path)) if !is_elsewhere(path) => {
                archive_of(&Code::Path(codes.folder.join(path)))
            }
            _ => continue,
        };
        let code = code.with_context(|| format!("the code of {name}"))?;
        let Artefact { bucket: in_bucket, key: by_key } =
            artefacts::put(client, stack, code).await?;
        *place = json!({ bucket: in_bucket, key: by_key });
        left.retain(|known| *known != name);
        is_changed = true;
    }
    match left.first() {
        Some(name) => bail!("--code {name}: the template has no function of that name"),
        None => Ok(is_changed),
    }
}

/// The code of a resource, and what bucket and name are called there.
fn place(resource: &mut Value) -> Option<(&mut Value, (&'static str, &'static str))> {
    let kind = resource["Type"].as_str()?;
    let (_, property, bucket, key) = PLACES.iter().find(|(known, ..)| *known == kind)?;
    Some((resource["Properties"].get_mut(*property)?, (bucket, key)))
}

fn is_elsewhere(path: &str) -> bool {
    path.starts_with("s3://") || path.starts_with("https://")
}

fn archive_of(code: &Code) -> Result<Vec<u8>> {
    match code {
        Code::Path(path) => archive::of_path(path),
        Code::Archive(archive) => Ok(archive.clone()),
        Code::Text(name, text) => archive::text(name, text),
    }
}

/// `NAME=PATH`, as it is typed.
pub(crate) fn read_code(text: &str) -> Result<(String, Code), String> {
    match text.split_once('=') {
        Some((name, path)) if !name.is_empty() && !path.is_empty() => {
            Ok((name.to_owned(), Code::Path(Path::new(path).to_owned())))
        }
        _ => Err("must be RESOURCE=PATH".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_found_where_it_may_stand() {
        let mut function =
            json!({ "Type": "AWS::Lambda::Function", "Properties": { "Code": "./a" } });
        let (code, keys) = place(&mut function).expect("a place");
        assert_eq!((code.as_str(), keys), (Some("./a"), ("S3Bucket", "S3Key")));
        for mut other in [
            json!({ "Type": "AWS::IoT::Thing", "Properties": { "Code": "./a" } }),
            json!({ "Type": "AWS::Lambda::Function" }),
            json!({}),
        ] {
            assert!(place(&mut other).is_none(), "{other}");
        }
    }

    #[test]
    fn code_is_typed_with_its_resource() {
        assert!(matches!(read_code("A=b=c"), Ok((name, Code::Path(path)))
            if name == "A" && path == Path::new("b=c")));
        assert!(["", "A", "A=", "=b"].iter().all(|text| read_code(text).is_err()));
    }
}
