//! What must hold of an item.

mod evaluate;

pub(crate) use evaluate::order;

use crate::encoding::{EncodedItem, EncodingError};
use crate::item::Item;
use crate::path::Path;
use crate::value::{Kind, Value};

/// A condition, with its names and values in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    node: Node,
    /// The attributes of the item that it looks at, in order.
    names: Vec<String>,
    /// Those of which it looks at a part: `a.b`, `a[1]`.
    names_of_parts: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Compare(Comparator, Operand, Operand),
    Between(Operand, [Operand; 2]),
    In(Operand, Vec<Operand>),
    Exists(Path),
    Type(Operand, Kind),
    BeginsWith(Operand, Operand),
    Contains(Operand, Operand),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    Path(Path),
    Value(Value),
    Size(Box<Operand>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparator {
    pub(crate) fn parse(text: &str) -> Option<Comparator> {
        Some(match text {
            "=" => Comparator::Equal,
            "<>" => Comparator::NotEqual,
            "<" => Comparator::Less,
            "<=" => Comparator::LessOrEqual,
            ">" => Comparator::Greater,
            ">=" => Comparator::GreaterOrEqual,
            _ => return None,
        })
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Comparator::Equal => "=",
            Comparator::NotEqual => "<>",
            Comparator::Less => "<",
            Comparator::LessOrEqual => "<=",
            Comparator::Greater => ">",
            Comparator::GreaterOrEqual => ">=",
        }
    }

    /// Whether it asks which of two is larger.
    pub(crate) fn is_order(self) -> bool {
        !matches!(self, Comparator::Equal | Comparator::NotEqual)
    }

    /// The same with its sides changed.
    pub(crate) fn turned(self) -> Comparator {
        match self {
            Comparator::Equal | Comparator::NotEqual => self,
            Comparator::Less => Comparator::Greater,
            Comparator::LessOrEqual => Comparator::GreaterOrEqual,
            Comparator::Greater => Comparator::Less,
            Comparator::GreaterOrEqual => Comparator::LessOrEqual,
        }
    }
}

impl Condition {
    pub(crate) fn new(node: Node) -> Condition {
        let (mut names, mut names_of_parts) = (Vec::new(), Vec::new());
        node.each_path(&mut |path| {
            names.push(path.name.clone());
            if !path.steps.is_empty() {
                names_of_parts.push(path.name.clone());
            }
        });
        for list in [&mut names, &mut names_of_parts] {
            list.sort_unstable();
            list.dedup();
        }
        Condition { node, names, names_of_parts }
    }

    /// That an attribute is there, or is not: what callers without expressions of their own ask.
    pub fn exists(name: &str, is_there: bool) -> Condition {
        let exists = Node::Exists(Path::of(name));
        Condition::new(if is_there { exists } else { Node::Not(Box::new(exists)) })
    }

    /// That both hold.
    #[must_use]
    pub fn and(self, other: Condition) -> Condition {
        Condition::new(Node::And(vec![self.node, other.node]))
    }

    /// An item that does not exist is one without attributes.
    pub fn evaluate(&self, item: &Item) -> bool {
        self.node.evaluate(item)
    }

    /// The same for an item as it is stored, of which no more is read than is asked about.
    pub fn evaluate_encoded(&self, item: EncodedItem<'_>) -> Result<bool, EncodingError> {
        let mut attributes = Vec::with_capacity(self.names.len());
        for attribute in item.attributes() {
            let (name, value) = attribute?;
            if self.names.binary_search_by(|wanted| wanted.as_str().cmp(name)).is_ok() {
                attributes.push((name.to_owned(), value.decode()?));
            }
        }
        let item = Item::from_unsorted(attributes).map_err(|_| EncodingError)?;
        Ok(self.evaluate(&item))
    }

    /// The attributes of the item that it looks at.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Those of which it looks at a part only.
    pub fn names_of_parts(&self) -> &[String] {
        &self.names_of_parts
    }
}

impl Node {
    fn each_path(&self, visit: &mut dyn FnMut(&Path)) {
        match self {
            Node::And(nodes) | Node::Or(nodes) => {
                nodes.iter().for_each(|node| node.each_path(visit));
            }
            Node::Not(node) => node.each_path(visit),
            Node::Compare(_, a, b) | Node::BeginsWith(a, b) | Node::Contains(a, b) => {
                a.each_path(visit);
                b.each_path(visit);
            }
            Node::Between(it, [low, high]) => {
                [it, low, high].into_iter().for_each(|operand| operand.each_path(visit));
            }
            Node::In(it, among) => {
                it.each_path(visit);
                among.iter().for_each(|operand| operand.each_path(visit));
            }
            Node::Exists(path) => visit(path),
            Node::Type(operand, _) => operand.each_path(visit),
        }
    }
}

impl Operand {
    fn each_path(&self, visit: &mut dyn FnMut(&Path)) {
        match self {
            Operand::Path(path) => visit(path),
            Operand::Value(_) => {}
            Operand::Size(of) => of.each_path(visit),
        }
    }

    /// The type that it has whatever the item is.
    pub(crate) fn kind(&self) -> Option<Kind> {
        match self {
            Operand::Path(_) => None,
            Operand::Value(value) => Some(value.kind()),
            Operand::Size(_) => Some(Kind::N),
        }
    }
}
