//! GROUP BY: keys, and the aggregates that are asked of each group.

use super::Binder;
use super::coerce::coerce;
use super::contains::has_aggregate;
use super::expression::Place;
use super::query::{ordinal, sort_key};
use super::scope::Scope;
use crate::aggregate::{self, Kind};
use crate::ast::{Call, Expr, GroupItem, Node as Ast, SelectItem};
use crate::bound::Bound;
use crate::error::{Position, QueryError, meaning};
use crate::plan::AggregateCall;

/// Aggregates are numbered from here until it is known how many keys come before them.
pub(super) const AGGREGATES: usize = 1 << 20;

/// How many grouping sets one query may mean.
const SETS_MAX: usize = 256;

/// What the rows of a query are grouped by, and what is asked of groups.
pub(super) struct Grouping {
    pub(super) scope: Scope,
    keys: Vec<(Expr, Bound)>,
    pub(super) sets: Vec<Vec<usize>>,
    calls: Vec<(Expr, AggregateCall)>,
}

impl Grouping {
    pub(super) fn new(scope: Scope) -> Grouping {
        Grouping { scope, keys: Vec::new(), sets: vec![Vec::new()], calls: Vec::new() }
    }

    /// The key that an expression is, in the rows of groups.
    pub(super) fn key(&self, expr: &Expr) -> Option<Bound> {
        let place = self.keys.iter().position(|(key, _)| key == expr)?;
        Some(Bound::column(place, self.keys[place].1.of.clone()))
    }

    /// The key that a column is.
    pub(super) fn key_of(&self, found: &Bound) -> Option<Bound> {
        let place = self.keys.iter().position(|(_, key)| key == found)?;
        Some(Bound::column(place, found.of.clone()))
    }

    pub(super) fn into_parts(self) -> (Vec<Bound>, Vec<AggregateCall>, Vec<Vec<usize>>) {
        let keys = self.keys.into_iter().map(|(_, key)| key).collect();
        (keys, self.calls.into_iter().map(|(_, call)| call).collect(), self.sets)
    }
}

impl Binder<'_> {
    pub(super) fn group_by(
        &mut self,
        items: &[GroupItem],
        select: &[SelectItem],
        grouping: &mut Grouping,
    ) -> Result<(), QueryError> {
        for item in items {
            let mut choices = Vec::new();
            match item {
                GroupItem::Expr(expr) => choices.push(vec![self.key(expr, select, grouping)?]),
                GroupItem::Sets(sets) => {
                    for set in sets {
                        let keys = set.iter().map(|expr| self.key(expr, select, grouping));
                        choices.push(keys.collect::<Result<Vec<_>, _>>()?);
                    }
                }
            }
            let with = |set: &Vec<usize>| {
                let set = set.clone();
                choices
                    .iter()
                    .map(move |choice| {
                        let mut set = set.clone();
                        set.extend(
                            choice
                                .iter()
                                .filter(|key| !set.contains(key))
                                .copied()
                                .collect::<Vec<_>>(),
                        );
                        set
                    })
                    .collect::<Vec<_>>()
            };
            grouping.sets = grouping.sets.iter().flat_map(with).collect();
            if grouping.sets.len() > SETS_MAX {
                let at = select_at(select);
                return meaning(at, format!("GROUP BY has more than {SETS_MAX} grouping sets"));
            }
        }
        Ok(())
    }

    fn key(
        &mut self,
        expr: &Expr,
        select: &[SelectItem],
        grouping: &mut Grouping,
    ) -> Result<usize, QueryError> {
        let mut expr = expr;
        if let Some(place) = ordinal(expr, select.len()).map_err(|_| QueryError::Meaning {
            at: expr.at,
            what: "GROUP BY position is not in select list".to_owned(),
        })? {
            let SelectItem::Expr { expr: meant, .. } = &select[place] else {
                return meaning(expr.at, "GROUP BY position means a star");
            };
            expr = meant;
        }
        if has_aggregate(expr) {
            return meaning(
                expr.at,
                "GROUP BY clause cannot contain aggregations, window functions or grouping operations",
            );
        }
        let scope = grouping.scope.clone();
        let bound = self.expression(expr, &mut Place::of(&scope))?;
        let known = grouping
            .keys
            .iter()
            .position(|(key, is)| key == expr || *is == bound && is.as_column().is_some());
        if let Some(known) = known {
            return Ok(known);
        }
        grouping.keys.push((expr.clone(), bound));
        Ok(grouping.keys.len() - 1)
    }

    /// A call of an aggregate function, as a column of the rows of groups.
    pub(super) fn aggregate(
        &mut self,
        call: &Call,
        expr: &Expr,
        place: &mut Place<'_>,
    ) -> Result<Bound, QueryError> {
        let Some(grouping) = &mut place.grouping else {
            let what = format!("Cannot nest or use aggregation '{}' here", call.name);
            return meaning(expr.at, what);
        };
        let number = match grouping.calls.iter().position(|(known, _)| known == expr) {
            Some(number) => number,
            None => {
                let scope = grouping.scope.clone();
                let bound = self.aggregate_call(call, expr.at, &mut Place::of(&scope))?;
                grouping.calls.push((expr.clone(), bound));
                grouping.calls.len() - 1
            }
        };
        let of = grouping.calls[number].1.of.clone();
        Ok(Bound::column(AGGREGATES + number, of))
    }

    /// The function, its arguments bound at a place.
    pub(super) fn aggregate_call(
        &mut self,
        call: &Call,
        at: Position,
        place: &mut Place<'_>,
    ) -> Result<AggregateCall, QueryError> {
        let mut arguments = Vec::new();
        for argument in &call.arguments {
            if has_aggregate(argument) {
                let what = format!("Cannot nest aggregations inside aggregation '{}'", call.name);
                return meaning(argument.at, what);
            }
            if matches!(argument.node, Ast::Lambda(..)) {
                return meaning(argument.at, format!("{} takes no lambda", call.name));
            }
            arguments.push(self.expression(argument, place)?);
        }
        let types: Vec<_> = arguments.iter().map(|argument| argument.of.clone()).collect();
        let found = if call.star && call.name != "count" {
            None
        } else {
            aggregate::find(&call.name, &types)
        };
        let Some(found) = found else {
            let types: Vec<String> = types.iter().map(ToString::to_string).collect();
            let what =
                format!("Unexpected parameters ({}) for function {}", types.join(", "), call.name);
            return meaning(at, what);
        };
        let arguments = arguments.into_iter().zip(&found.parameters);
        let arguments = arguments.map(|(argument, wanted)| coerce(argument, wanted)).collect();
        let filter = self.filter(call.filter.as_ref(), place)?;
        let mut order = Vec::new();
        for item in &call.order_by {
            if found.kind != Kind::ArrayAgg {
                let what = format!("ORDER BY within {} is not supported", call.name);
                return meaning(item.expr.at, what);
            }
            let by = self.expression(&item.expr, place)?;
            order.push(sort_key(item, by)?);
        }
        let distinct = call.distinct;
        Ok(AggregateCall { kind: found.kind, arguments, distinct, filter, order, of: found.of })
    }
}

fn select_at(select: &[SelectItem]) -> Position {
    match select.first() {
        Some(SelectItem::All { at, .. }) => *at,
        Some(SelectItem::Expr { expr, .. }) => expr.at,
        None => Position::default(),
    }
}
