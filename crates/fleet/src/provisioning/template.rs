//! A provisioning template, as its body says it. What is not understood is refused when the
//! template is made, not when the first device comes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::provisioning::error::TemplateError;
use crate::provisioning::expression::{Mappings, Scope};
use crate::provisioning::plan::Plan;
use crate::provisioning::resource::{Declared, Resource};

/// AWS's limit.
const BODY_BYTES_MAX: usize = 10_240;

#[derive(Clone, Debug)]
pub struct Template {
    parameters: BTreeMap<String, Parameter>,
    mappings: Mappings,
    /// By their logical names.
    resources: BTreeMap<String, Resource>,
    device_configuration: BTreeMap<String, Value>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Parameter {
    r#type: String,
    default: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Body {
    #[serde(default)]
    parameters: BTreeMap<String, Parameter>,
    #[serde(default)]
    mappings: Mappings,
    resources: BTreeMap<String, Declared>,
    #[serde(default)]
    device_configuration: BTreeMap<String, Value>,
}

impl Template {
    pub fn parse(body: &str) -> Result<Template, TemplateError> {
        if body.len() > BODY_BYTES_MAX {
            let what = format!("a template has at most {BODY_BYTES_MAX} bytes");
            return Err(TemplateError::Malformed { what });
        }
        let body: Body = serde_json::from_str(body)
            .map_err(|error| TemplateError::Json { what: error.to_string() })?;
        let Body { parameters, mappings, resources, device_configuration } = body;
        for (name, parameter) in &parameters {
            if parameter.r#type != "String" {
                let what = format!("the parameter {name} must have the type String");
                return Err(TemplateError::Malformed { what });
            }
        }
        let read = |(name, declared): (String, Declared)| {
            let resource = declared.read(&name)?;
            Ok((name, resource))
        };
        let resources = resources.into_iter().map(read).collect::<Result<_, TemplateError>>()?;
        let template = Template { parameters, mappings, resources, device_configuration };
        template.check_counts()?;
        template.check_values()?;
        Ok(template)
    }

    /// What is to be done for a device that gives these parameters. Those that the template does not
    /// declare mean nothing to it.
    pub fn plan(&self, given: &BTreeMap<String, String>) -> Result<Plan, TemplateError> {
        let defaults = self.parameters.iter();
        let defaults = defaults.filter_map(|(name, p)| Some((name.clone(), p.default.clone()?)));
        let mut parameters: BTreeMap<String, String> = defaults.collect();
        let declared = given.iter().filter(|(name, _)| self.parameters.contains_key(*name));
        parameters.extend(declared.map(|(name, value)| (name.clone(), value.clone())));
        let scope = Scope { parameters: &parameters, mappings: &self.mappings };
        Plan::of(&self.resources, &self.device_configuration, &scope)
    }

    fn check_counts(&self) -> Result<(), TemplateError> {
        let count = |kind: fn(&Resource) -> bool| {
            self.resources.values().filter(|resource| kind(resource)).count()
        };
        let certificates = count(|resource| matches!(resource, Resource::Certificate(_)));
        let things = count(|resource| matches!(resource, Resource::Thing(_)));
        match certificates == 1 && things <= 1 {
            true => Ok(()),
            false => Err(TemplateError::Malformed {
                what: "a template declares one certificate and at most one thing".to_owned(),
            }),
        }
    }

    /// Evaluates every value once, with texts for the parameters, to find functions that are not
    /// known and references to nothing. Where a value depends on what devices say, it is not known
    /// yet whether it will do.
    fn check_values(&self) -> Result<(), TemplateError> {
        let parameters: BTreeMap<String, String> =
            self.parameters.keys().map(|name| (name.clone(), "x".to_owned())).collect();
        let scope = Scope { parameters: &parameters, mappings: &self.mappings };
        let resources = self.resources.values().flat_map(Resource::texts);
        for value in resources.chain(self.device_configuration.values()) {
            match scope.text(value) {
                Ok(_) | Err(TemplateError::NotInList { .. } | TemplateError::NotInMap { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
