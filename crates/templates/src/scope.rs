//! What a template means with its parameters: which of its resources there are to be, and what they say.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::error::TemplateError;
use crate::intrinsic;
use crate::order;
use crate::resource::Resource;
use crate::template::{Output, Template};

/// What the pseudo parameters are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pseudo {
    pub account: String,
    pub region: String,
    pub stack_name: String,
    pub stack_id: String,
    pub notification_arns: Vec<String>,
}

/// What is known of resources that are there, and of other stacks.
pub trait World {
    /// What `Ref` gives for a resource.
    fn reference(&self, logical_id: &str) -> Option<Value>;
    /// What `Fn::GetAtt` gives, or why nothing.
    fn attribute(&self, logical_id: &str, attribute: &str) -> Result<Value, String>;
    /// What a stack exports by this name.
    fn export(&self, name: &str) -> Option<String>;
}

/// Where no resource is there yet.
#[derive(Clone, Copy, Debug)]
pub struct NoWorld;

impl World for NoWorld {
    fn reference(&self, _logical_id: &str) -> Option<Value> {
        None
    }

    fn attribute(&self, logical_id: &str, _attribute: &str) -> Result<Value, String> {
        Err(format!("{logical_id} is not there yet"))
    }

    fn export(&self, _name: &str) -> Option<String> {
        None
    }
}

#[derive(Debug)]
pub struct Scope<'a> {
    pub(crate) template: &'a Template,
    pub(crate) pseudo: &'a Pseudo,
    parameters: BTreeMap<&'a str, Value>,
    conditions: RefCell<BTreeMap<String, Truth>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Truth {
    /// It is being found out; who asks goes in a circle.
    Asked,
    Known(bool),
}

impl<'a> Scope<'a> {
    /// `values` as they are after looking them up where they are stored elsewhere.
    pub fn new(
        template: &'a Template,
        pseudo: &'a Pseudo,
        values: &BTreeMap<String, String>,
    ) -> Scope<'a> {
        let parameters = template.parameters.iter().filter_map(|(name, parameter)| {
            Some((name.as_str(), parameter.value_of(values.get(name)?)))
        });
        Scope { template, pseudo, parameters: parameters.collect(), conditions: RefCell::default() }
    }

    /// Resources that there are to be: those whose condition holds.
    pub fn resources(&self) -> Result<BTreeMap<&'a str, &'a Resource>, TemplateError> {
        let mut wanted = BTreeMap::new();
        for (name, resource) in &self.template.resources {
            if self.holds_or_none(
                resource.condition.as_deref(),
                &format!("/Resources/{name}/Condition"),
            )? {
                wanted.insert(name.as_str(), resource);
            }
        }
        Ok(wanted)
    }

    /// Their names, so that each comes after those that it needs.
    pub fn order(&self) -> Result<Vec<&'a str>, TemplateError> {
        order::order(&self.needs()?)
    }

    /// What each of them needs.
    pub fn needs(&self) -> Result<BTreeMap<&'a str, BTreeSet<String>>, TemplateError> {
        let resources = self.resources()?;
        let needs = |(name, resource): (&&'a str, &&'a Resource)| {
            (*name, crate::references::of_resource(resource))
        };
        Ok(resources.iter().map(needs).collect())
    }

    /// The properties of a resource.
    pub fn properties(
        &self,
        name: &str,
        world: &dyn World,
    ) -> Result<Map<String, Value>, TemplateError> {
        let Some(resource) = self.template.resources.get(name) else { return Ok(Map::new()) };
        let path = format!("/Resources/{name}/Properties");
        let mut properties = Map::new();
        for (property, value) in &resource.properties {
            if let Some(value) = self.evaluate(value, &format!("{path}/{property}"), world)? {
                properties.insert(property.clone(), value);
            }
        }
        Ok(properties)
    }

    /// Outputs whose condition holds, with their values and the names of their exports.
    #[expect(
        clippy::type_complexity,
        reason = "all three are used where they are asked for, and only there"
    )]
    pub fn outputs(
        &self,
        world: &dyn World,
    ) -> Result<Vec<(&'a str, &'a Output, String, Option<String>)>, TemplateError> {
        let mut outputs = Vec::new();
        for (name, output) in &self.template.outputs {
            let path = format!("/Outputs/{name}");
            if !self.holds_or_none(output.condition.as_deref(), &format!("{path}/Condition"))? {
                continue;
            }
            let value = self.text(&output.value, &format!("{path}/Value"), world)?;
            let export = output.export_name.as_ref();
            let export = export
                .map(|name| self.text(name, &format!("{path}/Export/Name"), world))
                .transpose()?;
            outputs.push((name.as_str(), output, value, export));
        }
        Ok(outputs)
    }

    /// The names that the template imports.
    pub fn imports(&self, world: &dyn World) -> Result<BTreeSet<String>, TemplateError> {
        let mut values = Vec::new();
        for resource in self.resources()?.values() {
            for value in resource.properties.values() {
                crate::references::imports(value, &mut values);
            }
        }
        self.template
            .outputs
            .values()
            .for_each(|output| crate::references::imports(&output.value, &mut values));
        // A name made of what is not there yet cannot be known, and is not allowed on AWS.
        values.into_iter().map(|name| self.text(name, "/Fn::ImportValue", world)).collect()
    }

    fn text(&self, value: &Value, path: &str, world: &dyn World) -> Result<String, TemplateError> {
        let value = self.evaluate(value, path, world)?;
        value
            .as_ref()
            .and_then(crate::parameter::as_text)
            .ok_or_else(|| TemplateError::at(path, "must be a String"))
    }

    /// What a value says; nothing for `AWS::NoValue`.
    pub(crate) fn evaluate(
        &self,
        value: &Value,
        path: &str,
        world: &dyn World,
    ) -> Result<Option<Value>, TemplateError> {
        intrinsic::evaluate(self, value, path, world)
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&Value> {
        self.parameters.get(name)
    }

    fn holds_or_none(&self, condition: Option<&str>, path: &str) -> Result<bool, TemplateError> {
        condition.map_or(Ok(true), |name| self.holds(name, path))
    }

    /// Whether a condition of the template holds.
    pub(crate) fn holds(&self, name: &str, path: &str) -> Result<bool, TemplateError> {
        let found = self.conditions.borrow().get(name).copied();
        match found {
            Some(Truth::Known(holds)) => return Ok(holds),
            Some(Truth::Asked) => {
                return Err(TemplateError::at(path, format!("condition {name} needs itself")));
            }
            None => {}
        }
        let unknown = || TemplateError::at(path, format!("Unresolved condition dependency {name}"));
        let condition = self.template.conditions.get(name).ok_or_else(unknown)?;
        self.conditions.borrow_mut().insert(name.to_owned(), Truth::Asked);
        let holds = intrinsic::truth(self, condition, &format!("/Conditions/{name}"))?;
        self.conditions.borrow_mut().insert(name.to_owned(), Truth::Known(holds));
        Ok(holds)
    }
}
