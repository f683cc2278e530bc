//! What a template names: its parameters, its resources, conditions.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::error::TemplateError;
use crate::functions::{Piece, pieces};
use crate::intrinsic::function;
use crate::resource::Resource;
use crate::template::Template;

/// Resources and parameters that a resource needs, by name; those of pseudo parameters are left out.
pub(crate) fn of_resource(resource: &Resource) -> BTreeSet<String> {
    let mut names = resource.depends_on.clone();
    resource.properties.values().for_each(|value| gather(value, &mut names));
    names
}

/// Whether all that is named is there.
pub(crate) fn check(template: &Template) -> Result<(), TemplateError> {
    let is_there = |name: &String| {
        template.resources.contains_key(name) || template.parameters.contains_key(name)
    };
    let refuse = |names: BTreeSet<String>, block: &'static str| {
        let names: Vec<String> = names.into_iter().filter(|name| !is_there(name)).collect();
        if names.is_empty() { Ok(()) } else { Err(TemplateError::Unresolved { names, block }) }
    };
    refuse(template.resources.values().flat_map(of_resource).collect(), "Resources")?;
    let mut named = BTreeSet::new();
    template.outputs.values().for_each(|output| gather(&output.value, &mut named));
    refuse(named, "Outputs")?;
    let mut named = BTreeSet::new();
    template.conditions.values().for_each(|condition| gather(condition, &mut named));
    refuse(named, "Conditions")?;
    let conditions = template
        .resources
        .iter()
        .filter_map(|(name, resource)| Some((name, resource.condition.as_ref()?)));
    for (name, condition) in conditions {
        if !template.conditions.contains_key(condition) {
            let path = format!("/Resources/{name}/Condition");
            return Err(TemplateError::at(
                &path,
                format!("Unresolved condition dependency {condition}"),
            ));
        }
    }
    Ok(())
}

/// What is given to `Fn::ImportValue`.
pub(crate) fn imports<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(fields) => match function(fields) {
            Some(("Fn::ImportValue", name)) => found.push(name),
            _ => fields.values().for_each(|value| imports(value, found)),
        },
        Value::Array(items) => items.iter().for_each(|item| imports(item, found)),
        _ => {}
    }
}

fn gather(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => match function(fields) {
            Some(("Ref", Value::String(name))) => insert(name, names),
            Some(("Fn::GetAtt", argument)) => attribute(argument, names),
            Some(("Fn::Sub", argument)) => substitution(argument, names),
            _ => fields.values().for_each(|value| gather(value, names)),
        },
        Value::Array(items) => items.iter().for_each(|item| gather(item, names)),
        _ => {}
    }
}

fn insert(name: &str, names: &mut BTreeSet<String>) {
    if !name.starts_with("AWS::") {
        names.insert(name.to_owned());
    }
}

fn attribute(argument: &Value, names: &mut BTreeSet<String>) {
    match argument {
        Value::String(text) => insert(text.split('.').next().unwrap_or_default(), names),
        Value::Array(items) => {
            if let Some(Value::String(name)) = items.first() {
                insert(name, names);
            }
            items.iter().skip(1).for_each(|item| gather(item, names));
        }
        _ => {}
    }
}

fn substitution(argument: &Value, names: &mut BTreeSet<String>) {
    let items = argument.as_array().map(Vec::as_slice).unwrap_or_default();
    let text = argument.as_str().or_else(|| items.first()?.as_str()).unwrap_or_default();
    let own = items.get(1).and_then(Value::as_object);
    // One that cannot be read is told of when it is evaluated.
    for piece in pieces(text).unwrap_or_default() {
        if let Piece::Variable(name) = piece
            && !own.is_some_and(|own| own.contains_key(name))
        {
            insert(name.split('.').next().unwrap_or_default(), names);
        }
    }
    own.into_iter().flat_map(|own| own.values()).for_each(|value| gather(value, names));
}
