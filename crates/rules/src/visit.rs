//! Everything in a tree, for whoever asks what a statement holds.

use crate::ast::{Expression, Item, Projection, Query, Tree};
use crate::function::Run;
use crate::lookup::LookupCall;

pub(crate) fn visit_tree<'e>(tree: &'e Tree, see: &mut dyn FnMut(&'e Expression)) {
    tree.assignments.iter().for_each(|assignment| visit(&assignment.expression, see));
    visit_projection(&tree.projection, see);
    tree.condition.iter().for_each(|condition| visit(condition, see));
}

fn visit_projection<'e>(projection: &'e Projection, see: &mut dyn FnMut(&'e Expression)) {
    match projection {
        Projection::Value(expression) => visit(expression, see),
        Projection::Items(items) => {
            for item in items {
                match item {
                    Item::All(from) => from.iter().for_each(|from| visit(from, see)),
                    Item::One(named) => visit(&named.expression, see),
                }
            }
        }
    }
}

fn visit_query<'e>(query: &'e Query, see: &mut dyn FnMut(&'e Expression)) {
    visit_projection(&query.projection, see);
    visit(&query.from, see);
    query.condition.iter().for_each(|condition| visit(condition, see));
}

/// An expression, and all inside it.
pub(crate) fn visit<'e>(expression: &'e Expression, see: &mut dyn FnMut(&'e Expression)) {
    see(expression);
    match expression {
        Expression::Null
        | Expression::Boolean(_)
        | Expression::Number(_)
        | Expression::Text(_)
        | Expression::Whole
        | Expression::Name(_)
        | Expression::Variable(_) => {}
        Expression::Member(inner, _)
        | Expression::Negate(inner)
        | Expression::Not(inner)
        | Expression::Cast(inner, _) => visit(inner, see),
        Expression::Element(one, two)
        | Expression::Binary(_, one, two)
        | Expression::In { value: one, list: two, .. } => {
            visit(one, see);
            visit(two, see);
        }
        Expression::Array(all) | Expression::And(all) | Expression::Or(all) => {
            all.iter().for_each(|inner| visit(inner, see));
        }
        Expression::Object(members) => members.iter().for_each(|(_, inner)| visit(inner, see)),
        Expression::Case(case) => {
            case.subject.iter().for_each(|subject| visit(subject, see));
            for (when, then) in &case.branches {
                visit(when, see);
                visit(then, see);
            }
            case.otherwise.iter().for_each(|otherwise| visit(otherwise, see));
        }
        Expression::Call(call) => call.arguments.iter().for_each(|inner| visit(inner, see)),
        Expression::Query(query) | Expression::Exists(query) => visit_query(query, see),
    }
}

/// The call that an expression makes to the outside, if it is one.
pub(crate) fn lookup_call(expression: &Expression) -> Option<LookupCall> {
    let Expression::Call(call) = expression else { return None };
    let Run::Lookup(_) = call.function.run else { return None };
    let literal = |argument: Option<&Expression>| match argument? {
        Expression::Text(text) => Some(text.to_string()),
        _ => None,
    };
    let name = call.function.name;
    let role = if name == "aws_lambda" { None } else { call.arguments.last() };
    let subject = if name == "get_registry_data" { 1 } else { 0 };
    Some(LookupCall {
        function: name,
        role_arn: literal(role),
        subject: literal(call.arguments.get(subject)),
    })
}
