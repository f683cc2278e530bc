//! Operators, IN and CASE.

use std::collections::HashSet;
use std::sync::Arc;

use super::Binder;
use super::coerce::{as_time, boolean, common, compared, truth};
use super::expression::Place;
use crate::ast::{Expr, Operator};
use crate::bound::{Bound, Comparison, Node};
use crate::error::{Position, QueryError, meaning};
use crate::types::Type;
use crate::value::Value;

impl Binder<'_> {
    pub(super) fn operator(
        &mut self,
        name: &str,
        sign: &str,
        arguments: Vec<Bound>,
        at: Position,
    ) -> Result<Bound, QueryError> {
        let types: Vec<String> = arguments.iter().map(|argument| argument.of.to_string()).collect();
        match self.chosen(name, arguments, at)? {
            Some(bound) => Ok(self.folded(bound)),
            None => meaning(at, format!("'{sign}' cannot be applied to {}", types.join(", "))),
        }
    }

    pub(super) fn binary(
        &mut self,
        operator: Operator,
        one: Bound,
        two: Bound,
        at: Position,
    ) -> Result<Bound, QueryError> {
        let name = match operator {
            // Of which there may be many: they are never of two.
            Operator::And | Operator::Or => return self.logical(operator, vec![one, two], at),
            Operator::Add => "$add",
            Operator::Subtract => "$subtract",
            Operator::Multiply => "$multiply",
            Operator::Divide => "$divide",
            Operator::Remainder => "$remainder",
            Operator::Concat => "$concat",
            Operator::Equal => return compared(Comparison::Equal, one, two, at),
            Operator::Unequal => return compared(Comparison::Unequal, one, two, at),
            Operator::Less => return compared(Comparison::Less, one, two, at),
            Operator::LessOrEqual => return compared(Comparison::LessOrEqual, one, two, at),
            Operator::Greater => return compared(Comparison::Greater, one, two, at),
            Operator::GreaterOrEqual => {
                return compared(Comparison::GreaterOrEqual, one, two, at);
            }
        };
        self.operator(name, operator.as_str(), vec![one, two], at)
    }

    pub(super) fn logical(
        &self,
        operator: Operator,
        parts: Vec<Bound>,
        at: Position,
    ) -> Result<Bound, QueryError> {
        let parts = parts.into_iter().map(|part| truth(part, at, operator.as_str()));
        let parts = parts.collect::<Result<Vec<Bound>, _>>()?;
        if operator == Operator::Or {
            return Ok(boolean(Node::Or(parts)));
        }
        let mut conjuncts = Vec::new();
        parts.into_iter().for_each(|part| part.into_conjuncts(&mut conjuncts));
        Ok(boolean(Node::And(conjuncts)))
    }

    pub(super) fn in_list(
        &mut self,
        inner: &Expr,
        list: &[Expr],
        place: &mut Place<'_>,
        at: Position,
    ) -> Result<Bound, QueryError> {
        let mut values = vec![self.expression(inner, place)?];
        values.extend(self.all(list, place)?);
        let is_time = matches!(values[0].of, Type::Timestamp | Type::Date | Type::Time);
        if is_time {
            let of = values[0].of.clone();
            for value in &mut values[1..] {
                *value = self.folded(as_time(value.clone(), &of));
            }
        }
        let (mut values, _) = common(values, "IN value and list items", at)?;
        let inner = Box::new(values.remove(0));
        if !values.iter().all(|value| value.as_constant().is_some()) {
            return Ok(boolean(Node::InList { inner, list: values }));
        }
        let constants = values.iter().filter_map(Bound::as_constant);
        let has_null = constants.clone().any(Value::is_null);
        let set: HashSet<Value> = constants.filter(|value| !value.is_null()).cloned().collect();
        Ok(boolean(Node::InSet { inner, values: Arc::new(set), has_null }))
    }

    pub(super) fn case(
        &mut self,
        operand: Option<&Expr>,
        whens: &[(Expr, Expr)],
        otherwise: Option<&Expr>,
        place: &mut Place<'_>,
        at: Position,
    ) -> Result<Bound, QueryError> {
        let operand = operand.map(|operand| self.expression(operand, place)).transpose()?;
        let (mut conditions, mut results) = (Vec::new(), Vec::new());
        for (when, then) in whens {
            let bound = self.expression(when, place)?;
            conditions.push(match &operand {
                Some(operand) => compared(Comparison::Equal, operand.clone(), bound, when.at)?,
                None => truth(bound, when.at, "CASE WHEN")?,
            });
            results.push(self.expression(then, place)?);
        }
        let has_otherwise = otherwise.is_some();
        results.extend(otherwise.map(|otherwise| self.expression(otherwise, place)).transpose()?);
        let (mut results, of) = common(results, "All CASE results", at)?;
        let otherwise = if has_otherwise { results.pop().map(Box::new) } else { None };
        let whens = conditions.into_iter().zip(results).collect();
        Ok(Bound { node: Node::Case { whens, otherwise }, of })
    }
}
