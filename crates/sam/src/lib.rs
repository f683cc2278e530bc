//! SAM: templates of serverless applications, as the templates of CloudFormation that they stand for.
//!
//! [`translate`] is the macro `AWS::Serverless-2016-10-31`: each `AWS::Serverless::…` of a template becomes the
//! resources that it means, with the names that SAM gives them, so that a stack may move from AWS and back.
//! What has no meaning here (APIs, state machines) is refused by its name.
//!
//! Not here: reading texts (`templates`), and what a resource is (`aws`).

mod bucket;
mod error;
mod events;
mod function;
mod given;
mod globals;
mod layer;
mod made;
mod mapping;
mod names;
mod policy_templates;
mod role;
mod rule;
mod schedule;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use error::SamError;
use serde_json::{Map, Value};

use crate::given::Given;
use crate::made::Made;

const PREFIX: &str = "AWS::Serverless::";

/// The template without macros. `parameters` are the values of its parameters, which names may depend on.
pub fn translate(
    template: &Value,
    parameters: &BTreeMap<String, String>,
) -> Result<Value, SamError> {
    let mut template = template.clone();
    let Some(sections) = template.as_object_mut() else { return Err(SamError::NoObject) };
    sections.remove("Transform");
    let globals = globals::take(sections)?;
    let resources = match sections.remove("Resources") {
        Some(Value::Object(resources)) => resources,
        _ => return Err(SamError::NoObject),
    };
    let mut made = Made::default();
    for (name, resource) in resources {
        let kind = resource["Type"].as_str().unwrap_or_default().to_owned();
        match kind.strip_prefix(PREFIX) {
            None => made.add(&name, resource)?,
            Some(kind) => {
                let given = Given::read(&name, &resource, globals.get(kind), parameters)?;
                one(kind, &given, &mut made)?;
            }
        }
    }
    bucket::link(&mut made)?;
    sections.insert("Resources".to_owned(), Value::Object(made.resources));
    names::replace(&mut template, &made.names);
    Ok(template)
}

fn one(kind: &str, given: &Given<'_>, made: &mut Made) -> Result<(), SamError> {
    match kind {
        "Function" => function::translate(given, made),
        "LayerVersion" => layer::translate(given, made),
        "SimpleTable" => table::translate(given, made),
        other => Err(given.wrong(format!("the type {PREFIX}{other} is not served"))),
    }
}

/// An object of some properties, without those that are nothing.
fn object<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    let some = pairs.into_iter().filter(|(_, value)| !value.is_null());
    some.map(|(name, value)| (name.to_owned(), value)).collect()
}
