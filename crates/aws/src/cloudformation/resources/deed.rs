//! How resources of a kind are made, changed and taken away.

use std::pin::Pin;

use serde_json::{Map, Value};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::error::AwsError;

/// What a change of a property asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    InPlace,
    /// Another resource, which takes the place of the first.
    Replacement,
}

pub(crate) trait Deed {
    const KIND: &'static str;
    /// Properties that are served: those that change in place, and those that do not.
    const CHANGED: &'static [&'static str];
    const REPLACED: &'static [&'static str];
    /// Whether it takes any property.
    const IS_OPEN: bool = false;

    /// Whether a property that changes in place does not, from this value to that.
    fn replaces(_property: &str, _old: &Value, _new: &Value) -> bool {
        false
    }

    fn create(
        desk: &Desk,
        want: &Wanted<'_>,
    ) -> impl Future<Output = Result<Made, AwsError>> + Send;

    fn update(
        desk: &Desk,
        made: &Made,
        want: &Wanted<'_>,
    ) -> impl Future<Output = Result<Made, AwsError>> + Send;

    fn delete(desk: &Desk, made: &Made) -> impl Future<Output = Result<(), AwsError>> + Send;
}

type Doing<'a, T> = Pin<Box<dyn Future<Output = Result<T, AwsError>> + Send + 'a>>;

/// A kind of resource, without its type.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    changed: &'static [&'static str],
    replaced: &'static [&'static str],
    is_open: bool,
    replaces: fn(&str, &Value, &Value) -> bool,
    pub(crate) create: for<'a> fn(&'a Desk, &'a Wanted<'a>) -> Doing<'a, Made>,
    pub(crate) update: for<'a> fn(&'a Desk, &'a Made, &'a Wanted<'a>) -> Doing<'a, Made>,
    pub(crate) delete: for<'a> fn(&'a Desk, &'a Made) -> Doing<'a, ()>,
}

impl Kind {
    pub(crate) const fn of<D: Deed + 'static>() -> Kind {
        Kind {
            name: D::KIND,
            changed: D::CHANGED,
            replaced: D::REPLACED,
            is_open: D::IS_OPEN,
            replaces: D::replaces,
            create: |desk, want| Box::pin(D::create(desk, want)),
            update: |desk, made, want| Box::pin(D::update(desk, made, want)),
            delete: |desk, made| Box::pin(D::delete(desk, made)),
        }
    }

    /// Whether it has tags, which those of its stack join.
    pub(crate) fn is_tagged(&self) -> bool {
        self.changed.contains(&"Tags") || self.replaced.contains(&"Tags")
    }

    /// Whether every change of it is a replacement.
    pub(crate) fn never_changes(&self) -> bool {
        self.changed.is_empty() && !self.is_open
    }

    pub(crate) fn knows(&self, property: &str) -> bool {
        self.is_open || self.changed.contains(&property) || self.replaced.contains(&property)
    }

    /// What it takes to come from some properties to others; nothing if they are the same.
    pub(crate) fn change(
        &self,
        old: &Map<String, Value>,
        new: &Map<String, Value>,
    ) -> Option<Change> {
        let differs = |name: &&&str| old.get(**name) != new.get(**name);
        if self.replaced.iter().any(|name| differs(&name)) {
            return Some(Change::Replacement);
        }
        let value = |of: &Map<String, Value>, name: &str| of.get(name).cloned().unwrap_or_default();
        let replaces = |name: &&&str| (self.replaces)(name, &value(old, name), &value(new, name));
        let mut changed = self.changed.iter().filter(|name| differs(name)).peekable();
        if self.is_open && old != new {
            return Some(Change::InPlace);
        }
        changed.peek()?;
        match changed.any(|name| replaces(&name)) {
            true => Some(Change::Replacement),
            false => Some(Change::InPlace),
        }
    }
}

/// An attribute that what was made was given when it was made.
pub(crate) fn attribute(made: &Made, name: &str) -> Result<Value, AwsError> {
    let missing = || damaged(made, &format!("has no attribute {name}"));
    made.attributes.get(name).cloned().ok_or_else(missing)
}

/// The two parts of an id that was put together of them.
pub(crate) fn halves(made: &Made, between: char) -> Result<(&str, &str), AwsError> {
    let missing = || damaged(made, &format!("has no {between:?} in its id {:?}", made.physical_id));
    made.physical_id.rsplit_once(between).ok_or_else(missing)
}

fn damaged(made: &Made, what: &str) -> AwsError {
    AwsError::internal(format!("what the stack knows of its {} {what}", made.kind))
}

/// What was made, with attributes by their names.
pub(crate) fn made<const N: usize>(
    physical_id: impl Into<String>,
    reference: impl Into<Value>,
    attributes: [(&str, Value); N],
) -> Made {
    let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Made {
        physical_id: physical_id.into(),
        reference: reference.into(),
        attributes,
        ..Made::default()
    }
}

/// Under which its logical id is kept, where a deed needs it to take away what it made. No attribute is called so.
pub(crate) const LOGICAL_ID: &str = " logical id";

/// What was made, if the rest of it went well; else what is there of it is taken away again, as nobody would know
/// of it.
pub(crate) async fn or_undone<D: Deed>(
    desk: &Desk,
    want: &Wanted<'_>,
    physical_id: &str,
    rest: Result<Made, AwsError>,
) -> Result<Made, AwsError> {
    let error = match rest {
        Ok(made) => return Ok(made),
        Err(error) => error,
    };
    let logical_id = (LOGICAL_ID, want.logical_id.into());
    let half = made(physical_id, physical_id, [logical_id]);
    let half = Made { properties: want.properties.clone(), kind: want.kind.to_owned(), ..half };
    if let Err(left) = D::delete(desk, &half).await {
        let left = left.message;
        tracing::warn!(
            kind = D::KIND,
            physical_id,
            left,
            "a resource that was made in part is left"
        );
    }
    Err(error)
}

/// A kind whose every change replaces was asked to change.
pub(crate) fn never_changes(kind: &str) -> AwsError {
    AwsError::internal(format!("{kind} is replaced, never changed"))
}

/// A field of an answer that holds a text.
pub(crate) fn said(answer: &Value, pointer: &str) -> Value {
    answer.pointer(pointer).cloned().unwrap_or_default()
}

/// A text as a number or as true or false, which templates may quote.
pub(crate) fn plain(value: Value) -> Value {
    match value {
        Value::String(text) => match text.as_str() {
            "true" => true.into(),
            "false" => false.into(),
            digits => digits.parse::<i64>().map_or_else(|_| Value::from(digits), Value::from),
        },
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, plain(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.into_iter().map(plain).collect(),
        other => other,
    }
}
