//! Where in a document: an attribute, and the way from there into maps and lists.

use std::fmt::{self, Display, Formatter};

use crate::item::Item;
use crate::value::Value;

/// `name.within[2]`, with placeholders replaced. Paths sort by their steps, and indexes by number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    pub name: String,
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    Index(usize),
    Name(String),
}

/// How two paths stand to each other that cannot both be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clash {
    /// One leads through the other.
    Overlap,
    /// One takes for a map what the other takes for a list.
    Conflict,
}

impl Path {
    /// An attribute of the item itself.
    pub fn of(name: impl Into<String>) -> Path {
        Path { name: name.into(), steps: Vec::new() }
    }

    pub fn get<'a>(&self, item: &'a Item) -> Option<&'a Value> {
        self.steps.iter().try_fold(item.get(&self.name)?, |value, step| step.of(value))
    }

    pub(crate) fn clash(&self, other: &Path) -> Option<Clash> {
        if self.name != other.name {
            return None;
        }
        for (one, two) in self.steps.iter().zip(&other.steps) {
            match (one, two) {
                (Step::Index(a), Step::Index(b)) if a != b => return None,
                (Step::Name(a), Step::Name(b)) if a != b => return None,
                (Step::Index(_), Step::Name(_)) | (Step::Name(_), Step::Index(_)) => {
                    return Some(Clash::Conflict);
                }
                _ => {}
            }
        }
        Some(Clash::Overlap)
    }
}

impl Step {
    pub(crate) fn of<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        match (self, value) {
            (Step::Name(name), Value::M(map)) => map.get(name),
            (Step::Index(at), Value::L(list)) => list.get(*at),
            _ => None,
        }
    }

    pub(crate) fn of_mut<'a>(&self, value: &'a mut Value) -> Option<&'a mut Value> {
        match (self, value) {
            (Step::Name(name), Value::M(map)) => map.get_mut(name),
            (Step::Index(at), Value::L(list)) => list.get_mut(*at),
            _ => None,
        }
    }
}

/// As DynamoDB lists the parts of a path in its errors: `[a, b, [1]]`.
impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "[{}", self.name)?;
        for step in &self.steps {
            match step {
                Step::Name(name) => write!(f, ", {name}")?,
                Step::Index(at) => write!(f, ", [{at}]")?,
            }
        }
        f.write_str("]")
    }
}
