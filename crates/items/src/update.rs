//! What is changed of an item.

mod apply;

use crate::item::Item;
use crate::number::NumberError;
use crate::path::Path;
use crate::projection::Projection;
use crate::value::{Kind, Value};

/// Actions on parts of an item, of which none leads through another. All see the item as it was
/// before the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    actions: Vec<Action>,
    style: Style,
}

/// The way that an update was written, which its errors follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Expression,
    /// `AttributeUpdates`
    Legacy,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Set(Path, Source),
    Remove(Path),
    /// To a number, or to a set.
    Add(Path, Value),
    /// From a set.
    Delete(Path, Value),
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Value(Value),
    Path(Path),
    IfNotExists(Path, Box<Source>),
    ListAppend(Box<[Source; 2]>),
    Plus(Box<[Source; 2]>),
    Minus(Box<[Source; 2]>),
}

/// Why an item cannot be changed so. It is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpdateError {
    #[error("The provided expression refers to an attribute that does not exist in the item")]
    NotThere,
    #[error("An operand in the update expression has an incorrect data type")]
    OperandType,
    #[error("The document path provided in the update expression is invalid for update")]
    Path,
    #[error("Type mismatch for attribute to update")]
    LegacyType,
    #[error("Nesting Levels have exceeded supported limits")]
    TooDeep,
    #[error(transparent)]
    Number(#[from] NumberError),
}

impl Action {
    pub(crate) fn path(&self) -> &Path {
        match self {
            Action::Set(path, _)
            | Action::Remove(path)
            | Action::Add(path, _)
            | Action::Delete(path, _) => path,
        }
    }
}

impl Update {
    pub(crate) fn new(actions: Vec<Action>, style: Style) -> Update {
        Update { actions, style }
    }

    /// An update that changes nothing, but makes an item of its key if there is none.
    pub fn nothing() -> Update {
        Update::new(Vec::new(), Style::Expression)
    }

    /// An update that sets one attribute.
    pub fn set(attribute: impl Into<String>, value: Value) -> Update {
        let set = Action::Set(Path::of(attribute), Source::Value(value));
        Update::new(vec![set], Style::Expression)
    }

    /// Changes an item, or leaves it as it was.
    pub fn apply(&self, item: &mut Item) -> Result<(), UpdateError> {
        let changed = apply::apply(&self.actions, self.style, item)?;
        *item = changed;
        Ok(())
    }

    /// The attributes that it names, each as often as it does.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.actions.iter().map(|action| action.path().name.as_str())
    }

    /// The attributes that it names, and those that it takes values from.
    pub fn read_and_written(&self) -> impl Iterator<Item = &str> {
        let mut names: Vec<&str> = self.names().collect();
        for action in &self.actions {
            if let Action::Set(_, source) = action {
                source.names(&mut names);
            }
        }
        names.into_iter()
    }

    /// Those of which it names a part: `a.b`, `a[1]`.
    pub fn names_of_parts(&self) -> impl Iterator<Item = &str> {
        let parts = self.actions.iter().map(Action::path).filter(|path| !path.steps.is_empty());
        parts.map(|path| path.name.as_str())
    }

    /// The types that it gives to whole attributes, where that is known without an item.
    pub fn kinds(&self) -> impl Iterator<Item = (&str, Kind)> {
        self.actions.iter().filter_map(|action| {
            let path = action.path();
            let kind = match action {
                Action::Set(_, source) => source.kind()?,
                Action::Add(_, value) => value.kind(),
                Action::Remove(_) | Action::Delete(..) => return None,
            };
            path.steps.is_empty().then_some((path.name.as_str(), kind))
        })
    }

    /// What is there of that which it names: `UPDATED_OLD` of the item before, `UPDATED_NEW` of the
    /// item after.
    pub fn updated(&self) -> Projection {
        Projection::new(self.actions.iter().map(Action::path))
    }
}

impl Source {
    fn names<'a>(&'a self, into: &mut Vec<&'a str>) {
        match self {
            Source::Value(_) => {}
            Source::Path(path) => into.push(&path.name),
            Source::IfNotExists(path, otherwise) => {
                into.push(&path.name);
                otherwise.names(into);
            }
            Source::ListAppend(sources) | Source::Plus(sources) | Source::Minus(sources) => {
                sources.iter().for_each(|source| source.names(into));
            }
        }
    }

    pub(crate) fn kind(&self) -> Option<Kind> {
        match self {
            Source::Value(value) => Some(value.kind()),
            Source::Path(_) => None,
            Source::IfNotExists(_, otherwise) => otherwise.kind(),
            Source::ListAppend(_) => Some(Kind::L),
            Source::Plus(_) | Source::Minus(_) => Some(Kind::N),
        }
    }
}

#[cfg(test)]
mod tests;
