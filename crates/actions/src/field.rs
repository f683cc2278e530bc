//! A text of an action that may hold `${…}`.

use std::cell::RefCell;
use std::rc::Rc;

use rules::{LookupCall, Template, Version};
use serde_json::Value;

use crate::error::UnfitAction;

/// A text as its owner wrote it, ready to be filled.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) template: Template,
}

/// What the templates of actions use of their rule.
#[derive(Debug, Default)]
pub struct Uses {
    pub lookups: Vec<LookupCall>,
    pub variables: Vec<String>,
}

/// The members of an action, taken one by one, so that none is left over unnoticed.
#[derive(Debug)]
pub(crate) struct Fields {
    place: String,
    members: serde_json::Map<String, Value>,
    version: Version,
    uses: Rc<RefCell<Uses>>,
}

impl Fields {
    pub(crate) fn new(
        place: &str,
        value: Value,
        version: Version,
        uses: &Rc<RefCell<Uses>>,
    ) -> Result<Fields, UnfitAction> {
        let (place, uses) = (place.to_owned(), Rc::clone(uses));
        match value {
            Value::Object(members) => Ok(Fields { place, members, version, uses }),
            _ => Err(unfit(&place, "an object is expected")),
        }
    }

    /// A template that must be there.
    pub(crate) fn template(&mut self, name: &str) -> Result<Field, UnfitAction> {
        self.optional_template(name)?.ok_or_else(|| self.missing(name))
    }

    pub(crate) fn optional_template(&mut self, name: &str) -> Result<Option<Field>, UnfitAction> {
        let Some(text) = self.optional_text(name)? else { return Ok(None) };
        let template = Template::parse(&text, self.version)
            .map_err(|source| UnfitAction::Template { place: self.path(name), source })?;
        let mut uses = self.uses.borrow_mut();
        uses.lookups.extend(template.lookups());
        uses.variables.extend(template.variables().into_iter().map(str::to_owned));
        Ok(Some(Field { template }))
    }

    pub(crate) fn text(&mut self, name: &str) -> Result<String, UnfitAction> {
        self.optional_text(name)?.ok_or_else(|| self.missing(name))
    }

    pub(crate) fn optional_text(&mut self, name: &str) -> Result<Option<String>, UnfitAction> {
        match self.members.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(unfit(&self.path(name), "a text is expected")),
        }
    }

    pub(crate) fn optional_boolean(&mut self, name: &str) -> Result<Option<bool>, UnfitAction> {
        match self.members.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(value)),
            Some(_) => Err(unfit(&self.path(name), "true or false is expected")),
        }
    }

    pub(crate) fn optional_number(&mut self, name: &str) -> Result<Option<u64>, UnfitAction> {
        match self.members.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Number(number)) if number.is_u64() => Ok(number.as_u64()),
            Some(_) => Err(unfit(&self.path(name), "a whole number is expected")),
        }
    }

    /// An object in this one.
    pub(crate) fn optional_object(&mut self, name: &str) -> Result<Option<Fields>, UnfitAction> {
        match self.members.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => Fields::new(&self.path(name), value, self.version, &self.uses).map(Some),
        }
    }

    pub(crate) fn object(&mut self, name: &str) -> Result<Fields, UnfitAction> {
        self.optional_object(name)?.ok_or_else(|| self.missing(name))
    }

    /// A list of objects.
    pub(crate) fn objects(&mut self, name: &str) -> Result<Vec<Fields>, UnfitAction> {
        match self.members.remove(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(items)) => items
                .into_iter()
                .enumerate()
                .map(|(at, item)| {
                    let place = format!("{}[{at}]", self.path(name));
                    Fields::new(&place, item, self.version, &self.uses)
                })
                .collect(),
            Some(_) => Err(unfit(&self.path(name), "a list is expected")),
        }
    }

    /// Nothing may be left: what is not understood is not ignored.
    pub(crate) fn finish(self) -> Result<(), UnfitAction> {
        match self.members.keys().next() {
            Some(name) => Err(unfit(&self.path(name), "this field is not known")),
            None => Ok(()),
        }
    }

    pub(crate) fn unfit(&self, name: &str, what: impl Into<String>) -> UnfitAction {
        unfit(&self.path(name), what)
    }

    fn missing(&self, name: &str) -> UnfitAction {
        self.unfit(name, "this field is required")
    }

    fn path(&self, name: &str) -> String {
        format!("{}.{name}", self.place)
    }
}

fn unfit(place: &str, what: impl Into<String>) -> UnfitAction {
    UnfitAction::Field { place: place.to_owned(), what: what.into() }
}
