//! What expressions contain, queries within them apart.

use crate::aggregate::is_aggregate;
use crate::ast::{Expr, Node};

/// The expressions that an expression is made of.
pub(super) fn parts(expr: &Expr) -> Vec<&Expr> {
    match &expr.node {
        Node::Null
        | Node::Boolean(_)
        | Node::Whole(_)
        | Node::Decimal(_)
        | Node::Text(_)
        | Node::Interval(..)
        | Node::Typed(..)
        | Node::Parameter(_)
        | Node::Name(_)
        | Node::Exists(_)
        | Node::Scalar(_) => Vec::new(),
        Node::Negate(inner)
        | Node::Not(inner)
        | Node::IsNull(inner)
        | Node::Cast { inner, .. }
        | Node::Extract(_, inner)
        | Node::Field(inner, _)
        | Node::Lambda(_, inner)
        | Node::InQuery(inner, _) => vec![inner],
        Node::Binary(_, one, two) | Node::IsDistinct(one, two) | Node::Subscript(one, two) => {
            vec![one, two]
        }
        Node::Between(inner, low, high) => vec![inner, low, high],
        Node::InList(inner, list) => std::iter::once(&**inner).chain(list).collect(),
        Node::Like { text, pattern, escape } => {
            [text, pattern].into_iter().chain(escape).map(|part| &**part).collect()
        }
        Node::Case { operand, whens, otherwise } => {
            let whens = whens.iter().flat_map(|(when, then)| [when, then]);
            operand.as_deref().into_iter().chain(whens).chain(otherwise.as_deref()).collect()
        }
        Node::Array(values) | Node::Row(values) | Node::Logical(_, values) => {
            values.iter().collect()
        }
        Node::Call(call) => {
            let mut parts: Vec<&Expr> = call.arguments.iter().chain(&call.filter).collect();
            parts.extend(call.order_by.iter().map(|item| &item.expr));
            if let Some(over) = &call.over {
                parts.extend(&over.partition_by);
                parts.extend(over.order_by.iter().map(|item| &item.expr));
            }
            parts
        }
    }
}

/// Whether it holds a call of an aggregate function that is not over a window.
pub(super) fn has_aggregate(expr: &Expr) -> bool {
    if let Node::Call(call) = &expr.node
        && call.over.is_none()
        && is_aggregate(&call.name)
    {
        return true;
    }
    parts(expr).into_iter().any(has_aggregate)
}
