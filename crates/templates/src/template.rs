//! A template: its sections.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::error::TemplateError;
use crate::parameter::Parameter;
use crate::references;
use crate::resource::Resource;
use crate::source::Source;

/// AWS's limits.
const RESOURCES_MAX: usize = 500;
const PARAMETERS_MAX: usize = 200;
const OUTPUTS_MAX: usize = 200;
const MAPPINGS_MAX: usize = 200;
const DESCRIPTION_BYTES_MAX: usize = 1_024;

const SECTIONS: &[&str] = &[
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Transform",
];

#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    pub description: Option<String>,
    pub metadata: Option<Value>,
    /// Names of macros that make another template of this one.
    pub transforms: Vec<String>,
    pub parameters: BTreeMap<String, Parameter>,
    pub mappings: Map<String, Value>,
    pub conditions: BTreeMap<String, Value>,
    pub resources: BTreeMap<String, Resource>,
    pub outputs: BTreeMap<String, Output>,
    source: Source,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    pub value: Value,
    pub description: Option<String>,
    pub export_name: Option<Value>,
    pub condition: Option<String>,
}

impl Template {
    pub fn parse(text: &str) -> Result<Template, TemplateError> {
        let source = Source::read(text)?;
        Template::read(&source).map_err(|error| source.with_line(error))
    }

    /// What the text says, in full forms.
    pub fn value(&self) -> &Value {
        &self.source.value
    }

    /// An error with the line of its place in the text, where the text has lines to tell of.
    pub fn with_line(&self, error: TemplateError) -> TemplateError {
        self.source.with_line(error)
    }

    fn read(source: &Source) -> Result<Template, TemplateError> {
        let Value::Object(sections) = &source.value else {
            return Err(TemplateError::at("/", "unsupported structure: a template is an object"));
        };
        // What macros read has a meaning only if there are any.
        let is_known = |name: &str| {
            SECTIONS.contains(&name) || (name == "Globals" && sections.contains_key("Transform"))
        };
        if let Some(other) = sections.keys().find(|name| !is_known(name)) {
            return Err(TemplateError::at(
                &format!("/{other}"),
                format!("Invalid template property: {other}"),
            ));
        }
        let version = sections.get("AWSTemplateFormatVersion");
        if version.is_some_and(|version| version != "2010-09-09") {
            return Err(TemplateError::at("/AWSTemplateFormatVersion", "is not 2010-09-09"));
        }
        let template = Template {
            description: description(sections)?,
            metadata: sections.get("Metadata").cloned(),
            transforms: transforms(sections)?,
            parameters: section(sections, "Parameters", PARAMETERS_MAX, Parameter::read)?,
            mappings: mappings(sections)?,
            conditions: section(sections, "Conditions", RESOURCES_MAX, |value, _| {
                Ok(value.clone())
            })?,
            resources: section(sections, "Resources", RESOURCES_MAX, Resource::read)?,
            outputs: section(sections, "Outputs", OUTPUTS_MAX, Output::read)?,
            source: source.clone(),
        };
        if template.resources.is_empty() {
            return Err(TemplateError::at(
                "/Resources",
                "At least one Resources member must be defined.",
            ));
        }
        // A macro may give meaning to names that stand nowhere yet.
        if template.transforms.is_empty() {
            references::check(&template)?;
        }
        Ok(template)
    }
}

impl Output {
    fn read(value: &Value, path: &str) -> Result<Output, TemplateError> {
        let fields = object(value, path)?;
        only(fields, path, &["Condition", "Description", "Export", "Value"])?;
        let missing = || TemplateError::at(path, "every Outputs member must contain a Value");
        let export = match fields.get("Export") {
            None => None,
            Some(export) => {
                let place = format!("{path}/Export");
                let fields = object(export, &place)?;
                only(fields, &place, &["Name"])?;
                let name = fields.get("Name").cloned();
                Some(name.ok_or_else(|| TemplateError::at(&place, "Name is missing"))?)
            }
        };
        Ok(Output {
            value: fields.get("Value").cloned().ok_or_else(missing)?,
            description: text(fields, "Description", path)?,
            export_name: export,
            condition: text(fields, "Condition", path)?,
        })
    }
}

fn section<T>(
    sections: &Map<String, Value>,
    name: &str,
    most: usize,
    read: impl Fn(&Value, &str) -> Result<T, TemplateError>,
) -> Result<BTreeMap<String, T>, TemplateError> {
    let path = format!("/{name}");
    let Some(value) = sections.get(name) else { return Ok(BTreeMap::new()) };
    let members = object(value, &path)?;
    if members.len() > most {
        return Err(TemplateError::at(&path, format!("may have {most} members at most")));
    }
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    members
        .iter()
        .map(|(member, value)| {
            let place = format!("{path}/{member}");
            if !is_name(member) || member.len() > 255 {
                let what = format!("{name} name {member} is non alphanumeric.");
                return Err(TemplateError::at(&place, what));
            }
            Ok((member.clone(), read(value, &place)?))
        })
        .collect()
}

fn mappings(sections: &Map<String, Value>) -> Result<Map<String, Value>, TemplateError> {
    let Some(value) = sections.get("Mappings") else { return Ok(Map::new()) };
    let mappings = object(value, "/Mappings")?;
    if mappings.len() > MAPPINGS_MAX {
        return Err(TemplateError::at(
            "/Mappings",
            format!("may have {MAPPINGS_MAX} members at most"),
        ));
    }
    for (name, mapping) in mappings {
        let path = format!("/Mappings/{name}");
        for (key, entries) in object(mapping, &path)? {
            let place = format!("{path}/{key}");
            for (entry, value) in object(entries, &place)? {
                if value.is_object() || value.is_null() {
                    let what = "every Mappings attribute must be a String or a List";
                    return Err(TemplateError::at(&format!("{place}/{entry}"), what));
                }
            }
        }
    }
    Ok(mappings.clone())
}

fn description(sections: &Map<String, Value>) -> Result<Option<String>, TemplateError> {
    let description = text(sections, "Description", "")?;
    match description.as_ref().is_some_and(|text| text.len() > DESCRIPTION_BYTES_MAX) {
        true => {
            let what = format!("may have {DESCRIPTION_BYTES_MAX} bytes at most");
            Err(TemplateError::at("/Description", what))
        }
        false => Ok(description),
    }
}

fn transforms(sections: &Map<String, Value>) -> Result<Vec<String>, TemplateError> {
    let wrong =
        || TemplateError::at("/Transform", "must be the name of a transform, or a list of them");
    match sections.get("Transform") {
        None => Ok(Vec::new()),
        Some(Value::String(name)) => Ok(vec![name.clone()]),
        Some(Value::Array(names)) => {
            names.iter().map(|name| name.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
        }
        Some(_) => Err(wrong()),
    }
}

pub(crate) fn object<'a>(
    value: &'a Value,
    path: &str,
) -> Result<&'a Map<String, Value>, TemplateError> {
    value.as_object().ok_or_else(|| TemplateError::at(path, "must be an object"))
}

pub(crate) fn only(
    fields: &Map<String, Value>,
    path: &str,
    known: &[&str],
) -> Result<(), TemplateError> {
    match fields.keys().find(|name| !known.contains(&name.as_str())) {
        Some(other) => {
            let what = format!("Encountered unsupported property {other}");
            Err(TemplateError::at(&format!("{path}/{other}"), what))
        }
        None => Ok(()),
    }
}

pub(crate) fn text(
    fields: &Map<String, Value>,
    name: &str,
    path: &str,
) -> Result<Option<String>, TemplateError> {
    match fields.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(TemplateError::at(&format!("{path}/{name}"), "must be a text")),
    }
}
