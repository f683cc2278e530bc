//! Whether a condition holds.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::{Comparator, Node, Operand};
use crate::item::Item;
use crate::number::Number;
use crate::value::Value;

impl Node {
    pub(super) fn evaluate(&self, item: &Item) -> bool {
        match self {
            Node::And(nodes) => nodes.iter().all(|node| node.evaluate(item)),
            Node::Or(nodes) => nodes.iter().any(|node| node.evaluate(item)),
            Node::Not(node) => !node.evaluate(item),
            Node::Compare(comparator, a, b) => {
                holds(*comparator, a.of(item).as_deref(), b.of(item).as_deref())
            }
            Node::Between(it, [low, high]) => {
                let it = it.of(item);
                let holds = |comparator, bound: &Operand| {
                    holds(comparator, it.as_deref(), bound.of(item).as_deref())
                };
                holds(Comparator::GreaterOrEqual, low) && holds(Comparator::LessOrEqual, high)
            }
            Node::In(it, among) => {
                let it = it.of(item);
                it.is_some() && among.iter().any(|other| other.of(item) == it)
            }
            Node::Exists(path) => path.get(item).is_some(),
            Node::Type(operand, kind) => operand.of(item).is_some_and(|it| it.kind() == *kind),
            Node::BeginsWith(it, with) => {
                match (it.of(item).as_deref(), with.of(item).as_deref()) {
                    (Some(Value::S(it)), Some(Value::S(with))) => it.starts_with(with.as_str()),
                    (Some(Value::B(it)), Some(Value::B(with))) => it.starts_with(with),
                    _ => false,
                }
            }
            Node::Contains(it, what) => match (it.of(item), what.of(item)) {
                (Some(it), Some(what)) => contains(&it, &what),
                _ => false,
            },
        }
    }
}

impl Operand {
    fn of<'a>(&'a self, item: &'a Item) -> Option<Cow<'a, Value>> {
        match self {
            Operand::Path(path) => path.get(item).map(Cow::Borrowed),
            Operand::Value(value) => Some(Cow::Borrowed(value)),
            Operand::Size(of) => size(&*of.of(item)?).map(|size| Cow::Owned(Value::N(size))),
        }
    }
}

/// Values of different types differ, and neither is the larger one. Nothing is as large as, or the
/// same as, what is not there; but it differs from everything.
fn holds(comparator: Comparator, a: Option<&Value>, b: Option<&Value>) -> bool {
    match comparator {
        Comparator::Equal => a.is_some() && a == b,
        Comparator::NotEqual => a != b,
        _ => {
            let (Some(a), Some(b)) = (a, b) else { return false };
            let Some(order) = order(a, b) else { return false };
            match comparator {
                Comparator::Less => order == Ordering::Less,
                Comparator::LessOrEqual => order != Ordering::Greater,
                Comparator::Greater => order == Ordering::Greater,
                _ => order != Ordering::Less,
            }
        }
    }
}

pub(crate) fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::S(a), Value::S(b)) => Some(a.cmp(b)),
        (Value::N(a), Value::N(b)) => Some(a.cmp(b)),
        (Value::B(a), Value::B(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

fn contains(it: &Value, what: &Value) -> bool {
    match (it, what) {
        (Value::S(it), Value::S(what)) => it.contains(what.as_str()),
        (Value::B(it), Value::B(what)) => {
            what.is_empty() || it.windows(what.len()).any(|part| part == what.as_slice())
        }
        (Value::Ss(set), Value::S(what)) => set.binary_search(what).is_ok(),
        (Value::Ns(set), Value::N(what)) => set.binary_search(what).is_ok(),
        (Value::Bs(set), Value::B(what)) => set.binary_search(what).is_ok(),
        (Value::L(list), what) => list.contains(what),
        _ => false,
    }
}

/// Of a text its length in UTF-16, as the service is written in a language that counts so.
fn size(value: &Value) -> Option<Number> {
    let size = match value {
        Value::S(text) => text.encode_utf16().count(),
        Value::B(bytes) => bytes.len(),
        Value::M(map) => map.len(),
        Value::L(list) => list.len(),
        Value::Ss(set) => set.len(),
        Value::Ns(set) => set.len(),
        Value::Bs(set) => set.len(),
        Value::N(_) | Value::Bool(_) | Value::Null => return None,
    };
    Some(Number::from(size as u64))
}
