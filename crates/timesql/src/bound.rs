//! Expressions whose names and types are known.

use std::collections::HashSet;
use std::sync::Arc;

use crate::functions::Signature;
use crate::types::Type;
use crate::value::Value;

/// An expression and the type of its values.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bound {
    pub(crate) node: Node,
    pub(crate) of: Type,
}

#[derive(Clone, Debug)]
pub(crate) enum Node {
    Constant(Value),
    /// Of the row.
    Column(usize),
    /// A parameter of a lambda, counted from the outermost.
    Local(usize),
    Call {
        function: &'static Signature,
        arguments: Vec<Bound>,
        types: Arc<[Type]>,
    },
    Compare(Comparison, Box<Bound>, Box<Bound>),
    IsDistinct(Box<Bound>, Box<Bound>),
    And(Vec<Bound>),
    Or(Vec<Bound>),
    Not(Box<Bound>),
    IsNull(Box<Bound>),
    Case {
        whens: Vec<(Bound, Bound)>,
        otherwise: Option<Box<Bound>>,
    },
    Coalesce(Vec<Bound>),
    Try(Box<Bound>),
    /// One of the values; `has_null` if NULL is among them too.
    InSet {
        inner: Box<Bound>,
        values: Arc<HashSet<Value>>,
        has_null: bool,
    },
    InList {
        inner: Box<Bound>,
        list: Vec<Bound>,
    },
    InQuery {
        inner: Box<Bound>,
        query: usize,
    },
    /// The one value of a query, or whether it has rows.
    Query(usize),
    Like {
        text: Box<Bound>,
        pattern: Box<Bound>,
        escape: Option<Box<Bound>>,
    },
    Cast {
        inner: Box<Bound>,
        is_try: bool,
    },
    /// An array or a row of these.
    Make(Vec<Bound>),
    Field(Box<Bound>, usize),
    /// An argument of a call: `first` is the place of its first parameter.
    Lambda {
        first: usize,
        body: Box<Bound>,
    },
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// The same with its sides exchanged.
    pub(crate) fn turned(self) -> Comparison {
        match self {
            Comparison::Less => Comparison::Greater,
            Comparison::LessOrEqual => Comparison::GreaterOrEqual,
            Comparison::Greater => Comparison::Less,
            Comparison::GreaterOrEqual => Comparison::LessOrEqual,
            same => same,
        }
    }

    pub(crate) fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Comparison::Equal => order.is_eq(),
            Comparison::Unequal => order.is_ne(),
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Node) -> bool {
        match (self, other) {
            (Node::Constant(one), Node::Constant(two)) => one == two,
            (Node::Column(one), Node::Column(two)) => one == two,
            // Others are told by how they are written.
            _ => false,
        }
    }
}

impl Bound {
    pub(crate) fn constant(value: Value, of: Type) -> Bound {
        Bound { node: Node::Constant(value), of }
    }

    pub(crate) fn column(place: usize, of: Type) -> Bound {
        Bound { node: Node::Column(place), of }
    }

    pub(crate) fn as_constant(&self) -> Option<&Value> {
        if let Node::Constant(value) = &self.node { Some(value) } else { None }
    }

    pub(crate) fn as_column(&self) -> Option<usize> {
        if let Node::Column(place) = self.node { Some(place) } else { None }
    }

    /// What it is made of.
    pub(crate) fn parts(&self) -> Vec<&Bound> {
        match &self.node {
            Node::Constant(_) | Node::Column(_) | Node::Local(_) | Node::Query(_) => Vec::new(),
            Node::Call { arguments: parts, .. }
            | Node::And(parts)
            | Node::Or(parts)
            | Node::Coalesce(parts)
            | Node::Make(parts) => parts.iter().collect(),
            Node::Compare(_, one, two) | Node::IsDistinct(one, two) => vec![one, two],
            Node::Not(inner)
            | Node::IsNull(inner)
            | Node::Try(inner)
            | Node::InSet { inner, .. }
            | Node::InQuery { inner, .. }
            | Node::Cast { inner, .. }
            | Node::Field(inner, _)
            | Node::Lambda { body: inner, .. } => vec![inner],
            Node::InList { inner, list } => std::iter::once(&**inner).chain(list).collect(),
            Node::Like { text, pattern, escape } => {
                [text, pattern].into_iter().chain(escape).map(|part| &**part).collect()
            }
            Node::Case { whens, otherwise } => {
                let whens = whens.iter().flat_map(|(when, then)| [when, then]);
                whens.chain(otherwise.as_deref()).collect()
            }
        }
    }

    fn parts_mut(&mut self) -> Vec<&mut Bound> {
        match &mut self.node {
            Node::Constant(_) | Node::Column(_) | Node::Local(_) | Node::Query(_) => Vec::new(),
            Node::Call { arguments: parts, .. }
            | Node::And(parts)
            | Node::Or(parts)
            | Node::Coalesce(parts)
            | Node::Make(parts) => parts.iter_mut().collect(),
            Node::Compare(_, one, two) | Node::IsDistinct(one, two) => vec![one, two],
            Node::Not(inner)
            | Node::IsNull(inner)
            | Node::Try(inner)
            | Node::InSet { inner, .. }
            | Node::InQuery { inner, .. }
            | Node::Cast { inner, .. }
            | Node::Field(inner, _)
            | Node::Lambda { body: inner, .. } => vec![inner],
            Node::InList { inner, list } => std::iter::once(&mut **inner).chain(list).collect(),
            Node::Like { text, pattern, escape } => {
                [text, pattern].into_iter().chain(escape).map(|part| &mut **part).collect()
            }
            Node::Case { whens, otherwise } => {
                let whens = whens.iter_mut().flat_map(|(when, then)| [when, then]);
                whens.chain(otherwise.as_deref_mut()).collect()
            }
        }
    }

    /// Replaces each column by what the function makes of it.
    pub(crate) fn replace_columns(&mut self, replace: &mut dyn FnMut(usize) -> Node) {
        if let Node::Column(place) = self.node {
            self.node = replace(place);
            return;
        }
        for part in self.parts_mut() {
            part.replace_columns(replace);
        }
    }

    /// Adds the columns that it reads.
    pub(crate) fn read_columns(&self, columns: &mut HashSet<usize>) {
        if let Node::Column(place) = self.node {
            columns.insert(place);
        }
        for part in self.parts() {
            part.read_columns(columns);
        }
    }

    pub(crate) fn columns(&self) -> HashSet<usize> {
        let mut columns = HashSet::new();
        self.read_columns(&mut columns);
        columns
    }

    /// Whether its value depends on nothing but itself: no column, parameter or query.
    pub(crate) fn is_fixed(&self) -> bool {
        match self.node {
            Node::Column(_) | Node::Local(_) | Node::Query(_) | Node::InQuery { .. } => false,
            _ => self.parts().into_iter().all(Bound::is_fixed),
        }
    }

    /// Its parts if it is a conjunction, else itself.
    pub(crate) fn into_conjuncts(self, conjuncts: &mut Vec<Bound>) {
        match self.node {
            Node::And(parts) => parts.into_iter().for_each(|part| part.into_conjuncts(conjuncts)),
            _ => conjuncts.push(self),
        }
    }
}
