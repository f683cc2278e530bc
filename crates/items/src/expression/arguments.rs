//! The names and values that the expressions of one request refer to.

use std::fmt::{self, Formatter};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::fault::{ExpressionError, Fault, Parameter};
use super::keys::KeyTests;
use super::parser::Parser;
use super::resolve::{Resolver, resolve_paths};
use super::{resolve_condition, resolve_update};
use crate::condition::Condition;
use crate::json::refusal;
use crate::projection::Projection;
use crate::update::Update;
use crate::value::Value;

/// `ExpressionAttributeNames`: `#name` to the name of an attribute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(pub Vec<(String, String)>);

/// `ExpressionAttributeValues`: `:name` to a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(pub Vec<(String, Value)>);

/// What expressions may refer to. Each must be referred to by one of them, which [`Arguments::finish`]
/// asks when all are read.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    names: Vec<Bound<String>>,
    values: Vec<Bound<Value>>,
}

#[derive(Clone, Debug)]
struct Bound<T> {
    key: String,
    to: T,
    is_used: bool,
}

impl Arguments {
    pub fn new(names: Option<Names>, values: Option<Values>) -> Result<Arguments, ExpressionError> {
        let mut arguments = Arguments::default();
        if let Some(Names(names)) = names {
            if names.is_empty() {
                return Err(ExpressionError::NoNames);
            }
            arguments.names = names.into_iter().map(bound).collect();
        }
        if let Some(Values(values)) = values {
            if values.is_empty() {
                return Err(ExpressionError::NoValues);
            }
            arguments.values = values.into_iter().map(bound).collect();
        }
        for Bound { key, to, .. } in &arguments.names {
            let key = key.clone();
            if !is_placeholder(&key, '#') {
                return Err(ExpressionError::NameKey { key });
            }
            if to.is_empty() {
                return Err(ExpressionError::EmptyName { key });
            }
        }
        let wrong = arguments.values.iter().find(|value| !is_placeholder(&value.key, ':'));
        match wrong {
            Some(wrong) => Err(ExpressionError::ValueKey { key: wrong.key.clone() }),
            None => Ok(arguments),
        }
    }

    /// Reads a `ConditionExpression` or `FilterExpression`.
    pub fn condition(
        &mut self,
        parameter: Parameter,
        text: &str,
    ) -> Result<Condition, ExpressionError> {
        let node = (|| {
            let syntax = Parser::new(text)?.condition()?;
            resolve_condition::resolve(Resolver::new(self), syntax)
        })();
        node.map(Condition::new).map_err(|fault| ExpressionError::Invalid { parameter, fault })
    }

    pub fn key_condition(&mut self, text: &str) -> Result<KeyTests, ExpressionError> {
        let node = (|| {
            let syntax = Parser::new(text)?.condition()?;
            resolve_condition::resolve(Resolver::new(self), syntax)
        })();
        let parameter = Parameter::KeyCondition;
        let node = node.map_err(|fault| ExpressionError::Invalid { parameter, fault })?;
        Ok(KeyTests::of_condition(node)?)
    }

    pub fn projection(&mut self, text: &str) -> Result<Projection, ExpressionError> {
        let paths = (|| {
            let syntax = Parser::new(text)?.projection()?;
            resolve_paths(Resolver::new(self), &syntax)
        })();
        let parameter = Parameter::Projection;
        let paths = paths.map_err(|fault| ExpressionError::Invalid { parameter, fault })?;
        Ok(Projection::new(&paths))
    }

    pub fn update(&mut self, text: &str) -> Result<Update, ExpressionError> {
        let update = (|| {
            let syntax = Parser::new(text)?.update()?;
            resolve_update::resolve(Resolver::new(self), syntax)
        })();
        let parameter = Parameter::Update;
        update.map_err(|fault| ExpressionError::Invalid { parameter, fault })
    }

    /// Refuses what no expression referred to.
    pub fn finish(&self) -> Result<(), ExpressionError> {
        if let Some(keys) = unused(&self.names) {
            return Err(ExpressionError::UnusedNames { keys });
        }
        match unused(&self.values) {
            Some(keys) => Err(ExpressionError::UnusedValues { keys }),
            None => Ok(()),
        }
    }

    pub(super) fn name(&mut self, key: &str) -> Result<&str, Fault> {
        match find(&mut self.names, key) {
            Some(name) => Ok(name),
            None => Err(Fault::UndefinedName { name: key.to_owned() }),
        }
    }

    pub(super) fn value(&mut self, key: &str) -> Result<&Value, Fault> {
        match find(&mut self.values, key) {
            Some(value) => Ok(value),
            None => Err(Fault::UndefinedValue { name: key.to_owned() }),
        }
    }
}

fn bound<T>((key, to): (String, T)) -> Bound<T> {
    Bound { key, to, is_used: false }
}

fn find<'a, T>(all: &'a mut [Bound<T>], key: &str) -> Option<&'a T> {
    let found = all.iter_mut().find(|bound| bound.key == key)?;
    found.is_used = true;
    Some(&found.to)
}

fn unused<T>(all: &[Bound<T>]) -> Option<String> {
    let keys: Vec<&str> =
        all.iter().filter(|bound| !bound.is_used).map(|bound| bound.key.as_str()).collect();
    (!keys.is_empty()).then(|| keys.join(", "))
}

fn is_placeholder(key: &str, mark: char) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    key.strip_prefix(mark).is_some_and(|rest| !rest.is_empty() && rest.chars().all(is_part))
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Names, D::Error> {
        deserializer.deserialize_map(NamesVisitor)
    }
}

struct NamesVisitor;

impl<'de> Visitor<'de> for NamesVisitor {
    type Value = Names;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a map of attribute names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Names, A::Error> {
        let mut names = Vec::new();
        while let Some(entry) = map.next_entry()? {
            names.push(entry);
        }
        Ok(Names(names))
    }
}

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Values, D::Error> {
        deserializer.deserialize_map(ValuesVisitor)
    }
}

struct ValuesVisitor;

impl<'de> Visitor<'de> for ValuesVisitor {
    type Value = Values;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a map of attribute values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Values, A::Error> {
        let mut values = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            let value = map.next_value::<Value>().map_err(|error| named(error, &key))?;
            values.push((key, value));
        }
        Ok(Values(values))
    }
}

/// Says of which value a refusal is.
fn named<E: serde::de::Error>(error: E, key: &str) -> E {
    let Some(refusal) = refusal(&error.to_string()) else { return error };
    let named = ExpressionError::Value { key: key.to_owned(), refusal };
    crate::json::Refusal::new(named.to_string()).carried()
}
