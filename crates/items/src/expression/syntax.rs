//! Expressions as they are written: names and values are not looked up yet, and nothing is checked
//! but the order of words.

use crate::condition::Comparator;

/// A condition, or what stands in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    And(Vec<Syntax>),
    Or(Vec<Syntax>),
    Not(Box<Syntax>),
    Compare(Comparator, Box<[Syntax; 2]>),
    Between(Box<[Syntax; 3]>),
    /// The first is asked for among the others.
    In(Vec<Syntax>),
    Call(Call),
    Path(Vec<Part>),
    /// `:value`
    Value(String),
    /// One that is in parentheses, which say nothing.
    Redundant(Box<Syntax>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) name: String,
    pub(super) arguments: Vec<Syntax>,
}

/// A part of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Word(String),
    /// `#name`
    Name(String),
    Index(usize),
}

/// An action of an update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Set(Vec<Part>, SetValue),
    Remove(Vec<Part>),
    Add(Vec<Part>, String),
    Delete(Vec<Part>, String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SetValue {
    Operand(Syntax),
    Plus(Box<[Syntax; 2]>),
    Minus(Box<[Syntax; 2]>),
}

/// `SET …`, with its actions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) name: &'static str,
    pub(super) actions: Vec<Action>,
}

impl Syntax {
    /// Whether it is something that is compared, and not itself true or false.
    pub(super) fn is_operand(&self) -> bool {
        match self {
            Syntax::Call(_) | Syntax::Path(_) | Syntax::Value(_) => true,
            Syntax::Redundant(inner) => inner.is_operand(),
            _ => false,
        }
    }

    /// Whether it may be true or false. A call may be either; what it is called by tells.
    pub(super) fn is_condition(&self) -> bool {
        match self {
            Syntax::Path(_) | Syntax::Value(_) => false,
            Syntax::Redundant(inner) => inner.is_condition(),
            _ => true,
        }
    }
}
