//! The intrinsic functions, where they stand in a template.

use serde_json::{Map, Value};

use crate::error::TemplateError;
use crate::functions;
use crate::parameter::as_text;
use crate::scope::{NoWorld, Scope, World};

type Evaluated = Result<Option<Value>, TemplateError>;

/// One place of a template, and what is known there.
struct Place<'a> {
    scope: &'a Scope<'a>,
    world: &'a dyn World,
    path: &'a str,
}

pub(crate) fn evaluate(
    scope: &Scope<'_>,
    value: &Value,
    path: &str,
    world: &dyn World,
) -> Evaluated {
    match value {
        Value::Object(fields) => match function(fields) {
            Some((name, argument)) => {
                let path = &format!("{path}/{name}");
                Place { scope, world, path }.call(name, argument)
            }
            None => {
                let mut object = Map::new();
                for (name, value) in fields {
                    if let Some(value) = scope.evaluate(value, &format!("{path}/{name}"), world)? {
                        object.insert(name.clone(), value);
                    }
                }
                Ok(Some(Value::Object(object)))
            }
        },
        Value::Array(items) => {
            let mut list = Vec::new();
            for (number, item) in items.iter().enumerate() {
                list.extend(scope.evaluate(item, &format!("{path}/{number}"), world)?);
            }
            Ok(Some(Value::Array(list)))
        }
        Value::String(text) if text.contains("{{resolve:") => {
            Err(TemplateError::at(path, "dynamic references ({{resolve:…}}) are not served"))
        }
        other => Ok(Some(other.clone())),
    }
}

/// The function that an object is, with its argument.
pub(crate) fn function(fields: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = fields.iter().next().filter(|_| fields.len() == 1)?;
    (name == "Ref" || name.starts_with("Fn::")).then_some((name.as_str(), argument))
}

/// Whether what stands in the conditions holds.
pub(crate) fn truth(
    scope: &Scope<'_>,
    condition: &Value,
    path: &str,
) -> Result<bool, TemplateError> {
    let wrong = || TemplateError::at(path, "every Conditions member must be a condition function");
    let fields = condition.as_object().filter(|fields| fields.len() == 1).ok_or_else(wrong)?;
    let (name, argument) = fields.iter().next().ok_or_else(wrong)?;
    let path = &format!("{path}/{name}");
    let place = Place { scope, world: &NoWorld, path };
    let many = || -> Result<Vec<bool>, TemplateError> {
        let items = place.list(argument)?;
        if !(2..=10).contains(&items.len()) {
            return Err(place.wrong("takes two to ten conditions"));
        }
        items.iter().map(|item| truth(scope, item, path)).collect()
    };
    match name.as_str() {
        "Condition" => scope.holds(&place.name(argument)?, path),
        "Fn::And" => Ok(many()?.into_iter().all(|holds| holds)),
        "Fn::Or" => Ok(many()?.into_iter().any(|holds| holds)),
        "Fn::Not" => match place.list(argument)? {
            [one] => Ok(!truth(scope, one, path)?),
            _ => Err(place.wrong("takes one condition")),
        },
        "Fn::Equals" => match place.list(argument)? {
            [one, other] => Ok(place.comparable(one)? == place.comparable(other)?),
            _ => Err(place.wrong("takes two values")),
        },
        _ => Err(wrong()),
    }
}

impl Place<'_> {
    fn call(&self, name: &str, argument: &Value) -> Evaluated {
        match name {
            "Ref" => self.reference(&self.name(argument)?),
            "Fn::GetAtt" => self.attribute(argument).map(Some),
            "Fn::If" => self.choose(argument),
            "Fn::Sub" => self.substitute(argument).map(Some),
            "Fn::Join" => self.join(argument).map(Some),
            "Fn::Select" => self.select(argument).map(Some),
            "Fn::Split" => self.split(argument).map(Some),
            "Fn::FindInMap" => self.find_in_map(argument).map(Some),
            "Fn::ImportValue" => self.import(argument).map(Some),
            "Fn::Base64" => Ok(Some(functions::base64(&self.text(argument)?).into())),
            "Fn::Cidr" => self.cidr(argument).map(Some),
            "Fn::GetAZs" => {
                let region = Some(self.text(argument)?).filter(|region| !region.is_empty());
                let region = region.unwrap_or_else(|| self.scope.pseudo.region.clone());
                Ok(Some(["a", "b", "c"].map(|zone| format!("{region}{zone}")).to_vec().into()))
            }
            "Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::Equals" => {
                Err(self.wrong("stands in the Conditions section only"))
            }
            other => Err(self.wrong(&format!("the function {other} is not served"))),
        }
    }

    fn reference(&self, name: &str) -> Evaluated {
        let pseudo = self.scope.pseudo;
        let value = match name {
            "AWS::NoValue" => return Ok(None),
            "AWS::AccountId" => Value::from(pseudo.account.as_str()),
            "AWS::Region" => Value::from(pseudo.region.as_str()),
            "AWS::StackName" => Value::from(pseudo.stack_name.as_str()),
            "AWS::StackId" => Value::from(pseudo.stack_id.as_str()),
            "AWS::Partition" => Value::from("aws"),
            "AWS::URLSuffix" => Value::from("amazonaws.com"),
            "AWS::NotificationARNs" => Value::from(pseudo.notification_arns.clone()),
            name => match self.scope.parameter(name) {
                Some(value) => value.clone(),
                None => {
                    let missing = || self.wrong(&format!("{name} is not there"));
                    self.world.reference(name).ok_or_else(missing)?
                }
            },
        };
        Ok(Some(value))
    }

    fn attribute(&self, argument: &Value) -> Result<Value, TemplateError> {
        let (resource, attribute) = match argument {
            Value::String(text) => {
                text.split_once('.').map(|(one, other)| (one.to_owned(), other.to_owned()))
            }
            Value::Array(items) => match &items[..] {
                [resource, attribute] => Some((self.name(resource)?, self.text(attribute)?)),
                _ => None,
            },
            _ => None,
        }
        .ok_or_else(|| self.wrong("takes a resource and one of its attributes"))?;
        self.world.attribute(&resource, &attribute).map_err(|why| self.wrong(&why))
    }

    fn choose(&self, argument: &Value) -> Evaluated {
        let [condition, yes, no] = self.list(argument)? else {
            return Err(self.wrong("takes a condition and two values"));
        };
        let holds = self.scope.holds(&self.name(condition)?, self.path)?;
        self.scope.evaluate(if holds { yes } else { no }, self.path, self.world)
    }

    fn substitute(&self, argument: &Value) -> Result<Value, TemplateError> {
        let none = Map::new();
        let (text, own) = match argument {
            Value::String(text) => (text, &none),
            Value::Array(items) => match &items[..] {
                [Value::String(text), Value::Object(own)] => (text, own),
                _ => return Err(self.wrong("takes a text and an object of variables")),
            },
            _ => return Err(self.wrong("takes a text")),
        };
        let pieces = functions::pieces(text).map_err(|why| self.wrong(&why))?;
        let mut filled = String::new();
        for piece in pieces {
            let name = match piece {
                functions::Piece::Text(text) => {
                    filled.push_str(text);
                    continue;
                }
                functions::Piece::Variable(name) => name,
            };
            let value = match (own.get(name), name.split_once('.')) {
                (Some(value), _) => self.text(value)?,
                (None, Some((resource, attribute))) => {
                    let found = self
                        .world
                        .attribute(resource, attribute)
                        .map_err(|why| self.wrong(&why))?;
                    self.text(&found)?
                }
                (None, None) => {
                    let found = self
                        .reference(name)?
                        .ok_or_else(|| self.wrong("has a variable without value"))?;
                    self.text(&found)?
                }
            };
            filled.push_str(&value);
        }
        Ok(filled.into())
    }

    fn join(&self, argument: &Value) -> Result<Value, TemplateError> {
        let [Value::String(between), items] = self.list(argument)? else {
            return Err(self.wrong("takes a delimiter and a list"));
        };
        let items = self.value_list(items)?;
        let texts: Option<Vec<String>> = items.iter().map(as_text).collect();
        let texts = texts.ok_or_else(|| self.wrong("joins texts only"))?;
        Ok(texts.join(between).into())
    }

    fn select(&self, argument: &Value) -> Result<Value, TemplateError> {
        let [index, items] = self.list(argument)? else {
            return Err(self.wrong("takes an index and a list"));
        };
        let index: Option<usize> = self.text(index)?.parse().ok();
        let items = self.value_list(items)?;
        let selected = index.and_then(|index| items.into_iter().nth(index));
        selected.ok_or_else(|| self.wrong("cannot select the item at that index"))
    }

    fn split(&self, argument: &Value) -> Result<Value, TemplateError> {
        let [Value::String(by), text] = self.list(argument)? else {
            return Err(self.wrong("takes a delimiter and a text"));
        };
        if by.is_empty() {
            return Err(self.wrong("takes a delimiter that is not empty"));
        }
        Ok(self.text(text)?.split(by.as_str()).collect())
    }

    fn find_in_map(&self, argument: &Value) -> Result<Value, TemplateError> {
        let [map, first, second] = self.list(argument)? else {
            return Err(self.wrong("takes the name of a map and two keys"));
        };
        let (map, first, second) = (self.text(map)?, self.text(first)?, self.text(second)?);
        let mappings = &self.scope.template.mappings;
        let found = mappings.get(&map).and_then(|map| map.get(&first)?.get(&second));
        found.cloned().ok_or_else(|| {
            self.wrong(&format!("Unable to get mapping for {map}::{first}::{second}"))
        })
    }

    fn import(&self, argument: &Value) -> Result<Value, TemplateError> {
        let name = self.text(argument)?;
        self.world.export(&name).map(Value::from).ok_or(TemplateError::NoExport { name })
    }

    fn cidr(&self, argument: &Value) -> Result<Value, TemplateError> {
        let (block, count, bits) = match self.list(argument)? {
            [block, count] => (block, count, None),
            [block, count, bits] => (block, count, Some(bits)),
            _ => return Err(self.wrong("takes a block, a count and the bits of each")),
        };
        let number = |value: &Value| -> Result<u32, TemplateError> {
            self.text(value)?.parse().map_err(|_| self.wrong("takes numbers"))
        };
        let bits = bits.map(number).transpose()?;
        let blocks = functions::cidr(&self.text(block)?, number(count)?, bits)
            .map_err(|why| self.wrong(&why))?;
        Ok(blocks.into())
    }

    /// The list as it stands in the template.
    fn list<'v>(&self, argument: &'v Value) -> Result<&'v [Value], TemplateError> {
        argument.as_array().map(Vec::as_slice).ok_or_else(|| self.wrong("takes a list"))
    }

    /// The list that a value says.
    fn value_list(&self, value: &Value) -> Result<Vec<Value>, TemplateError> {
        match self.scope.evaluate(value, self.path, self.world)? {
            Some(Value::Array(items)) => Ok(items),
            _ => Err(self.wrong("takes a list")),
        }
    }

    fn text(&self, value: &Value) -> Result<String, TemplateError> {
        let value = self.scope.evaluate(value, self.path, self.world)?;
        value.as_ref().and_then(as_text).ok_or_else(|| self.wrong("takes texts"))
    }

    /// What two values are compared by.
    fn comparable(&self, value: &Value) -> Result<Value, TemplateError> {
        let value = self.scope.evaluate(value, self.path, self.world)?.unwrap_or_default();
        Ok(as_text(&value).map_or(value, Value::from))
    }

    fn name(&self, value: &Value) -> Result<String, TemplateError> {
        value.as_str().map(str::to_owned).ok_or_else(|| self.wrong("takes a name"))
    }

    fn wrong(&self, what: &str) -> TemplateError {
        TemplateError::at(self.path, what)
    }
}
