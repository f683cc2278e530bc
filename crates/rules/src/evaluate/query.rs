//! Queries inside expressions: SELECT over the elements of an array, or from one object.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::ast::{Expression, Item, Projection, Query};
use crate::evaluate::{Evaluated, Evaluator, Halt, Row};
use crate::value::{Value, put};

type Members<'v> = Vec<(Cow<'v, str>, Value<'v>)>;

impl<'v> Evaluator<'v> {
    /// From an array an array, of what the elements that the condition lets through give. From an
    /// object what it gives itself. From anything else nothing.
    pub(super) fn query(&self, query: &'v Query, row: &Row<'v>) -> Evaluated<'v> {
        let from = self.evaluate(&query.from, row)?;
        let Some(elements) = from.elements(self.scene.version) else {
            return match from.kind() {
                "Object" => self.found(query, from),
                _ => Ok(Value::Undefined),
            };
        };
        self.charge(elements.len())?;
        let mut found = Vec::new();
        for element in elements {
            let value = self.found(query, element)?;
            if !value.is_undefined() {
                found.push(value);
            }
        }
        Ok(Value::Array(found))
    }

    fn found(&self, query: &'v Query, element: Value<'v>) -> Evaluated<'v> {
        let row = Row::Element(element);
        match &query.condition {
            Some(condition) if !self.holds(condition, &row)? => Ok(Value::Undefined),
            _ => self.project(&query.projection, &row),
        }
    }

    pub(super) fn exists(&self, query: &'v Query, row: &Row<'v>) -> Evaluated<'v> {
        let found = self.query(query, row)?;
        let is_there = match &found {
            Value::Array(found) => !found.is_empty(),
            found => !found.is_undefined(),
        };
        Ok(Value::Boolean(is_there))
    }

    /// The object, or with VALUE the value, that a projection makes.
    pub(crate) fn project(&self, projection: &'v Projection, row: &Row<'v>) -> Evaluated<'v> {
        match projection {
            Projection::Value(expression) => self.evaluate(expression, row),
            Projection::Items(items) => {
                let mut members = Vec::with_capacity(items.len());
                for item in items {
                    self.add(item, row, &mut members)?;
                }
                Ok(Value::Object(members))
            }
        }
    }

    fn add(&self, item: &'v Item, row: &Row<'v>, members: &mut Members<'v>) -> Result<(), Halt> {
        match item {
            Item::All(from) => {
                let from = self.evaluate(from.as_ref().unwrap_or(&Expression::Whole), row)?;
                if let Some(more) = from.members(self.scene.version) {
                    merge(members, more);
                }
            }
            Item::One(named) => {
                let value = self.evaluate(&named.expression, row)?;
                if !value.is_undefined() {
                    self.put_at(members, &named.alias, value);
                }
            }
        }
        Ok(())
    }

    /// Sets a member inside of objects that are made where they are not there.
    fn put_at(&self, members: &mut Members<'v>, path: &'v [Box<str>], value: Value<'v>) {
        let Some((name, rest)) = path.split_first() else { return };
        if rest.is_empty() {
            return put(members, Cow::Borrowed(name), value);
        }
        let held = members.iter().find(|(key, _)| **key == **name).map(|(_, held)| held);
        let mut inner = held.and_then(|held| held.members(self.scene.version)).unwrap_or_default();
        self.put_at(&mut inner, rest, value);
        put(members, Cow::Borrowed(name), Value::Object(inner));
    }
}

/// Adds members; those of one name are replaced in their places.
fn merge<'v>(members: &mut Members<'v>, more: Members<'v>) {
    if members.is_empty() {
        *members = more;
        return;
    }
    let names = members.iter().enumerate().map(|(place, (name, _))| (name.clone(), place));
    let places: HashMap<Cow<'v, str>, usize> = names.collect();
    for (name, value) in more {
        match places.get(&name) {
            Some(place) => members[*place].1 = value,
            None => members.push((name, value)),
        }
    }
}
