//! Queries: WITH, sets, VALUES, ORDER BY and LIMIT around them.

use super::coerce::coerce;
use super::expression::Place;
use super::scope::{Field, Scope, shown};
use super::{Binder, Relation};
use crate::ast::{Body, Expr, Node, Query, SetOperator, SortItem};
use crate::bound::Bound;
use crate::error::{Position, QueryError, meaning};
use crate::plan::{Plan, Sort, SortKey};
use crate::types::Type;

impl Binder<'_> {
    pub(super) fn query(&mut self, query: &Query) -> Result<Relation, QueryError> {
        let before = self.common.len();
        self.common.extend(query.with.iter().cloned());
        let bound = self.query_within(query);
        self.common.truncate(before);
        bound
    }

    fn query_within(&mut self, query: &Query) -> Result<Relation, QueryError> {
        // What LIMIT takes is known to the sort below it, so that it keeps no more rows.
        let kept = query.limit.map(|limit| limit.saturating_add(query.offset.unwrap_or(0)));
        let kept = kept.and_then(|kept| usize::try_from(kept).ok());
        let mut relation = match &query.body {
            Body::Select(select) => self.select(select, &query.order_by, kept)?,
            body => {
                let relation = self.body(body)?;
                self.sorted(relation, &query.order_by, kept)?
            }
        };
        if query.limit.is_some() || query.offset.is_some() {
            let (input, limit) = (Box::new(relation.plan), query.limit);
            relation.plan = Plan::Limit { input, offset: query.offset.unwrap_or(0), limit };
        }
        Ok(relation)
    }

    fn body(&mut self, body: &Body) -> Result<Relation, QueryError> {
        match body {
            Body::Select(select) => self.select(select, &[], None),
            Body::Nested(query) => self.query(query),
            Body::Values { rows, at } => self.values(rows, *at),
            Body::Set { operator, all, left, right, at } => {
                let (left, right) = (self.body(left)?, self.body(right)?);
                set(*operator, *all, left, right, *at)
            }
        }
    }

    fn values(&mut self, rows: &[Vec<Expr>], at: Position) -> Result<Relation, QueryError> {
        let scope = Scope::default();
        let mut bound: Vec<Vec<Bound>> = Vec::new();
        for row in rows {
            let bind = |expr| self.expression(expr, &mut Place::of(&scope));
            bound.push(row.iter().map(bind).collect::<Result<_, _>>()?);
        }
        let width = bound.first().map_or(0, Vec::len);
        if bound.iter().any(|row| row.len() != width) {
            return meaning(at, "Values rows have mismatched types");
        }
        let mut types = Vec::new();
        for place in 0..width {
            let mut columns = bound.iter().map(|row| row[place].of.clone());
            let common = columns.try_fold(Type::Unknown, |common, of| common.common(&of));
            let Some(common) = common else {
                return meaning(at, "Values rows have mismatched types");
            };
            types.push(common);
        }
        let coerced = bound
            .into_iter()
            .map(|row| row.into_iter().zip(&types).map(|(value, of)| coerce(value, of)).collect());
        let fields = types.iter().map(|of| unnamed(of.clone())).collect();
        Ok(Relation {
            plan: Plan::Values { rows: coerced.collect(), types },
            scope: Scope { fields },
        })
    }

    /// A relation in an order that names its own columns.
    fn sorted(
        &mut self,
        relation: Relation,
        order_by: &[SortItem],
        limit: Option<usize>,
    ) -> Result<Relation, QueryError> {
        if order_by.is_empty() {
            return Ok(relation);
        }
        let Relation { plan, scope } = relation;
        let mut keys = Vec::new();
        for item in order_by {
            let by = match ordinal(&item.expr, scope.fields.len())? {
                Some(place) => Bound::column(place, scope.fields[place].of.clone()),
                None => self.expression(&item.expr, &mut Place::of(&scope))?,
            };
            keys.push(sort_key(item, by)?);
        }
        let types = scope.types();
        let plan =
            Plan::Sort(Box::new(Sort { input: plan, keys, types, limit, tells_since: false }));
        Ok(Relation { plan, scope })
    }
}

pub(super) fn unnamed(of: Type) -> Field {
    Field { qualifier: Vec::new(), name: None, of }
}

pub(super) fn sort_key(item: &SortItem, by: Bound) -> Result<SortKey, QueryError> {
    if !by.of.is_orderable() {
        let what =
            format!("Type {} is not orderable, and therefore cannot be used in ORDER BY", by.of);
        return meaning(item.expr.at, what);
    }
    Ok(SortKey { by, descending: item.descending, nulls_first: item.nulls_first })
}

/// The place that a number means in ORDER BY and GROUP BY.
pub(super) fn ordinal(expr: &Expr, columns: usize) -> Result<Option<usize>, QueryError> {
    let Node::Whole(number) = expr.node else { return Ok(None) };
    let place = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
    match place.filter(|place| *place < columns) {
        Some(place) => Ok(Some(place)),
        None => meaning(expr.at, format!("ORDER BY position {number} is not in select list")),
    }
}

fn set(
    operator: SetOperator,
    all: bool,
    left: Relation,
    right: Relation,
    at: Position,
) -> Result<Relation, QueryError> {
    let name = match operator {
        SetOperator::Union => "UNION",
        SetOperator::Intersect => "INTERSECT",
        SetOperator::Except => "EXCEPT",
    };
    let (one, two) = (left.scope.types(), right.scope.types());
    if one.len() != two.len() {
        let what =
            format!("{name} query has different number of fields: {}, {}", one.len(), two.len());
        return meaning(at, what);
    }
    let mut types = Vec::new();
    for (place, (one, two)) in one.iter().zip(&two).enumerate() {
        let Some(common) = one.common(two) else {
            let what = format!(
                "column {} in {name} query has incompatible types: {one}, {two}",
                place + 1
            );
            return meaning(at, what);
        };
        types.push(common);
    }
    let fields = left.scope.fields.iter().zip(&types);
    let fields = fields.map(|(field, of)| Field {
        qualifier: Vec::new(),
        name: field.name.clone(),
        of: of.clone(),
    });
    let scope = Scope { fields: fields.collect() };
    let (left, right) = (widened(left, &types), widened(right, &types));
    let (left, right) = (Box::new(left), Box::new(right));
    Ok(Relation { plan: Plan::Set { operator, all, left, right, types }, scope })
}

/// The plan with its columns as values of these types.
fn widened(relation: Relation, types: &[Type]) -> Plan {
    let Relation { plan, scope } = relation;
    if scope.types() == types {
        return plan;
    }
    let fields = scope.fields.iter().enumerate().zip(types);
    let exprs =
        fields.map(|((place, field), of)| coerce(Bound::column(place, field.of.clone()), of));
    let exprs = exprs.collect();
    Plan::Project { input: Box::new(plan), exprs }
}

pub(super) fn does_not_exist(name: &crate::ast::QualifiedName) -> Result<Bound, QueryError> {
    meaning(name.at(), format!("Column '{}' does not exist", shown(name)))
}
