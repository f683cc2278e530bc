//! Calls: of functions that are asked lazily, of those that take lambdas, of all others.

use super::Binder;
use super::coerce::{coerce, common, compared, truth, unfit};
use super::contains::has_aggregate;
use super::expression::Place;
use crate::aggregate::is_aggregate;
use crate::ast::{Call, Expr, Name, Node as Ast};
use crate::bound::{Bound, Comparison, Node};
use crate::error::{Position, QueryError, meaning};
use crate::functions::{self, Pattern, Signature, Variables};
use crate::time::units::{Unit, unit};
use crate::types::Type;
use crate::value::Value;

/// Weeks begin on Monday, but 1970 on a Thursday.
const WEEK: i64 = 7 * crate::time::DAY;

impl Binder<'_> {
    pub(super) fn call(
        &mut self,
        call: &Call,
        expr: &Expr,
        place: &mut Place<'_>,
    ) -> Result<Bound, QueryError> {
        let at = expr.at;
        if let Some(over) = &call.over {
            return self.window(call, over, at, place);
        }
        if is_aggregate(&call.name) {
            return self.aggregate(call, expr, place);
        }
        let is_plain = !call.distinct && !call.star && call.filter.is_none();
        if !is_plain || !call.order_by.is_empty() || call.ignore_nulls {
            let name = &call.name;
            return meaning(at, format!("{name} is not an aggregate function"));
        }
        if call.arguments.iter().any(|argument| matches!(argument.node, Ast::Lambda(..))) {
            return self.with_lambdas(call, at, place);
        }
        let mut arguments = Vec::new();
        for argument in &call.arguments {
            arguments.push(self.expression(argument, place)?);
        }
        match (call.name.as_str(), &arguments[..]) {
            ("if", [_, _] | [_, _, _]) => {
                let mut arguments = arguments.into_iter();
                let condition = arguments.next().map(|condition| truth(condition, at, "IF"));
                let (mut results, of) = common(arguments.collect(), "Result types for IF", at)?;
                let otherwise = if results.len() > 1 { results.pop().map(Box::new) } else { None };
                let whens = condition.transpose()?.into_iter().zip(results).collect();
                Ok(Bound { node: Node::Case { whens, otherwise }, of })
            }
            ("coalesce", [_, _, ..]) => {
                let (parts, of) = common(arguments, "All COALESCE operands", at)?;
                Ok(Bound { node: Node::Coalesce(parts), of })
            }
            ("nullif", [one, two]) => {
                let is_same = compared(Comparison::Equal, one.clone(), two.clone(), at)?;
                let null = Bound::constant(Value::Null, one.of.clone());
                let (whens, otherwise) = (vec![(is_same, null)], Some(Box::new(one.clone())));
                Ok(Bound { of: one.of.clone(), node: Node::Case { whens, otherwise } })
            }
            ("try", [inner]) => {
                let inner = inner.clone();
                Ok(Bound { of: inner.of.clone(), node: Node::Try(Box::new(inner)) })
            }
            ("date_trunc", [part, time]) if time.of == Type::Timestamp => {
                if let Some(width) = fixed_width(part) {
                    let width = Bound::constant(Value::Int(width), Type::DayToSecond);
                    return self.function("bin", vec![time.clone(), width], at);
                }
                self.function("date_trunc", arguments, at)
            }
            (name, _) => self.function(name, arguments, at),
        }
    }

    /// Binds the arguments that are no lambdas first: they say of what the lambdas are.
    fn with_lambdas(
        &mut self,
        call: &Call,
        at: Position,
        place: &mut Place<'_>,
    ) -> Result<Bound, QueryError> {
        let mut given = Vec::new();
        for argument in &call.arguments {
            let is_lambda = matches!(argument.node, Ast::Lambda(..));
            given.push(if is_lambda { None } else { Some(self.expression(argument, place)?) });
        }
        let types: Vec<Option<Type>> =
            given.iter().map(|argument| argument.as_ref().map(|bound| bound.of.clone())).collect();
        let found = functions::resolve(functions::named(&call.name), &types);
        let Some((function, mut variables)) = found else {
            let shown =
                types.iter().map(|of| of.as_ref().map_or("function".into(), Type::to_string));
            return Err(unfit(&call.name, &shown.collect::<Vec<_>>(), at));
        };
        // Twice, since a lambda may widen what an earlier one takes: `reduce(a, 0, (s, x) -> s + 0.5, …)`.
        self.lambdas(call, function, &mut variables, place)?;
        let mut lambdas = self.lambdas(call, function, &mut variables, place)?.into_iter();
        let mut arguments = Vec::new();
        for (number, argument) in given.into_iter().enumerate() {
            let wanted = function.parameter(number).with(&variables);
            arguments.push(match (argument, wanted) {
                (Some(argument), Some(wanted)) => coerce(argument, &wanted),
                (Some(argument), None) => argument,
                (None, _) => match lambdas.next() {
                    Some(lambda) => lambda,
                    None => return meaning(at, "a lambda is missing"),
                },
            });
        }
        let Some(of) = function.returns.with(&variables) else {
            return meaning(at, format!("the result of {} cannot be told", call.name));
        };
        let types = arguments.iter().map(|argument| argument.of.clone()).collect();
        Ok(Bound { node: Node::Call { function, arguments, types }, of })
    }

    fn lambdas(
        &mut self,
        call: &Call,
        function: &Signature,
        variables: &mut Variables,
        place: &mut Place<'_>,
    ) -> Result<Vec<Bound>, QueryError> {
        let mut lambdas = Vec::new();
        for (number, argument) in call.arguments.iter().enumerate() {
            let (Ast::Lambda(names, body), Pattern::Function(parts)) =
                (&argument.node, function.parameter(number))
            else {
                continue;
            };
            lambdas.push(self.lambda(names, body, parts, variables, argument.at, place)?);
        }
        Ok(lambdas)
    }

    fn lambda(
        &mut self,
        names: &[Name],
        body: &Expr,
        parts: &[Pattern],
        variables: &mut Variables,
        at: Position,
        place: &mut Place<'_>,
    ) -> Result<Bound, QueryError> {
        let Some((result, parameters)) = parts.split_last() else {
            return meaning(at, "a lambda has a result");
        };
        if names.len() != parameters.len() {
            let what = format!(
                "Expected a lambda that takes {} argument(s) but got {}",
                parameters.len(),
                names.len()
            );
            return meaning(at, what);
        }
        if has_aggregate(body) {
            return meaning(
                at,
                "Lambda expression cannot contain aggregations, window functions or grouping operations",
            );
        }
        let first = place.locals.len();
        for (name, parameter) in names.iter().zip(parameters) {
            let of = parameter.with(variables).unwrap_or(Type::Unknown);
            place.locals.push((name.clone(), of));
        }
        let bound = self.expression(body, place);
        place.locals.truncate(first);
        let bound = bound?;
        if !result.take(&bound.of, false, variables) {
            return meaning(body.at, format!("a lambda answers {} here, not {}", result, bound.of));
        }
        let bound = match result.with(variables) {
            Some(wanted) => coerce(bound, &wanted),
            None => bound,
        };
        let of = bound.of.clone();
        Ok(Bound { node: Node::Lambda { first, body: Box::new(bound) }, of })
    }

    /// An argument that must be true or false.
    pub(super) fn filter(
        &mut self,
        filter: Option<&Expr>,
        place: &mut Place<'_>,
    ) -> Result<Option<Bound>, QueryError> {
        let Some(filter) = filter else { return Ok(None) };
        let bound = self.expression(filter, place)?;
        truth(bound, filter.at, "FILTER").map(Some)
    }
}

/// The unit of `date_trunc` if it is one of a fixed length that begins with 1970.
fn fixed_width(part: &Bound) -> Option<i64> {
    match unit(part.as_constant()?.str()) {
        Ok(Unit::Fixed(length)) if length != WEEK => Some(length),
        _ => None,
    }
}
