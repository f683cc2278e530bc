//! SELECT: what it reads, groups, shows, in which order.

use super::coerce::truth;
use super::contains::has_aggregate;
use super::expression::Place;
use super::group::{AGGREGATES, Grouping};
use super::push::push;
use super::query::{ordinal, sort_key};
use super::scope::{Field, Scope, shown};
use super::window::WINDOWS;
use super::{Binder, Relation};
use crate::ast::{Expr, Node as Ast, Select, SelectItem, SortItem};
use crate::bound::{Bound, Node};
use crate::error::{QueryError, meaning};
use crate::plan::{Aggregate, Plan, Sort, SortKey, Window};
use crate::types::Type;

/// One column that is shown.
struct Shown {
    expr: Option<Expr>,
    alias: Option<String>,
    field: Field,
    bound: Bound,
}

impl Binder<'_> {
    pub(super) fn select(
        &mut self,
        select: &Select,
        order_by: &[SortItem],
        limit: Option<usize>,
    ) -> Result<Relation, QueryError> {
        self.count(select.at)?;
        let Relation { mut plan, scope } = match &select.from {
            Some(from) => self.relation(from)?,
            None => Relation {
                plan: Plan::Values { rows: vec![Vec::new()], types: Vec::new() },
                scope: Scope::default(),
            },
        };
        if let Some(condition) = &select.condition {
            if has_aggregate(condition) {
                let what = "WHERE clause cannot contain aggregations, window functions or grouping operations";
                return meaning(condition.at, what);
            }
            plan = push(plan, vec![self.condition(condition, &scope, "WHERE")?]);
        }
        let mut grouping = self.grouping(select, order_by, &scope)?;
        let mut windows = Vec::new();
        let mut shown = self.shown(select, &scope, grouping.as_mut(), &mut windows)?;
        let mut having = None;
        if let Some(condition) = &select.having {
            let mut place = Place { grouping: grouping.as_mut(), ..Place::of(&scope) };
            let bound = self.expression(condition, &mut place)?;
            having = Some(truth(bound, condition.at, "HAVING")?);
        }
        let mut keys =
            self.keys(select, order_by, &shown, &scope, grouping.as_mut(), &mut windows)?;
        let all = shown.iter_mut().map(|shown| &mut shown.bound);
        let mut all: Vec<&mut Bound> =
            all.chain(keys.iter_mut().map(|key| &mut key.by)).chain(&mut having).collect();
        let mut types = scope.types();
        if let Some(grouping) = grouping {
            (plan, types) = aggregated(plan, grouping, &mut all, &mut windows, select);
        }
        number(&mut all, WINDOWS, types.len());
        if let Some(having) = having {
            plan = Plan::Filter { input: Box::new(plan), conditions: vec![having] };
        }
        if !windows.is_empty() {
            plan = Plan::Window { input: Box::new(plan), types, windows };
        }
        Ok(projected(plan, shown, keys, select.distinct, limit))
    }

    fn grouping(
        &mut self,
        select: &Select,
        order_by: &[SortItem],
        scope: &Scope,
    ) -> Result<Option<Grouping>, QueryError> {
        let items = select.items.iter().filter_map(|item| match item {
            SelectItem::Expr { expr, .. } => Some(expr),
            SelectItem::All { .. } => None,
        });
        let mut exprs = items.chain(&select.having).chain(order_by.iter().map(|item| &item.expr));
        let is_grouped = !select.group_by.is_empty() || select.having.is_some();
        if !is_grouped && !exprs.any(has_aggregate) {
            return Ok(None);
        }
        let mut grouping = Grouping::new(scope.clone());
        self.group_by(&select.group_by, &select.items, &mut grouping)?;
        Ok(Some(grouping))
    }

    fn shown(
        &mut self,
        select: &Select,
        scope: &Scope,
        mut grouping: Option<&mut Grouping>,
        windows: &mut Vec<Window>,
    ) -> Result<Vec<Shown>, QueryError> {
        let mut columns = Vec::new();
        for item in &select.items {
            match item {
                SelectItem::All { of, at } => {
                    let places = scope.all_of(of.as_ref());
                    if places.is_empty() {
                        let what = match of {
                            Some(of) => format!("Table '{}' not found", shown(of)),
                            None => {
                                "SELECT * not allowed in queries without FROM clause".to_owned()
                            }
                        };
                        return meaning(*at, what);
                    }
                    for place in places {
                        let field = scope.fields[place].clone();
                        let mut bound = Bound::column(place, field.of.clone());
                        if let Some(grouping) = &grouping {
                            let Some(key) = grouping.key_of(&bound) else {
                                let name = field.name.unwrap_or_default();
                                let what = format!(
                                    "'{name}' must be an aggregate expression or appear in GROUP BY clause"
                                );
                                return meaning(*at, what);
                            };
                            bound = key;
                        }
                        columns.push(Shown { expr: None, alias: None, field, bound });
                    }
                }
                SelectItem::Expr { expr, alias } => {
                    let mut place = Place {
                        grouping: grouping.as_deref_mut(),
                        windows: Some(windows),
                        ..Place::of(scope)
                    };
                    let bound = self.expression(expr, &mut place)?;
                    let alias = alias.as_ref().map(|alias| alias.text.clone());
                    let field = named(expr, alias.clone(), &bound.of);
                    columns.push(Shown { expr: Some(expr.clone()), alias, field, bound });
                }
            }
        }
        Ok(columns)
    }

    fn keys(
        &mut self,
        select: &Select,
        order_by: &[SortItem],
        shown: &[Shown],
        scope: &Scope,
        mut grouping: Option<&mut Grouping>,
        windows: &mut Vec<Window>,
    ) -> Result<Vec<SortKey>, QueryError> {
        let aliases: Vec<(String, Bound)> = shown
            .iter()
            .filter_map(|shown| Some((shown.alias.clone()?, shown.bound.clone())))
            .collect();
        let mut keys = Vec::new();
        for item in order_by {
            let known = match ordinal(&item.expr, shown.len())? {
                Some(place) => Some(place),
                None => shown.iter().position(|column| column.expr.as_ref() == Some(&item.expr)),
            };
            let by = match known {
                Some(place) => shown[place].bound.clone(),
                None => {
                    let mut place = Place {
                        grouping: grouping.as_deref_mut(),
                        windows: Some(windows),
                        aliases: &aliases,
                        ..Place::of(scope)
                    };
                    self.expression(&item.expr, &mut place)?
                }
            };
            let is_shown = known.is_some() || shown.iter().any(|shown| shown.bound == by);
            let names_alias = matches!(&item.expr.node, Ast::Name(name)
                if aliases.iter().any(|(alias, _)| name.parts.len() == 1 && name.parts[0].is(alias)));
            if select.distinct && !is_shown && !names_alias {
                let what = "For SELECT DISTINCT, ORDER BY expressions must appear in select list";
                return meaning(item.expr.at, what);
            }
            keys.push(sort_key(item, by)?);
        }
        Ok(keys)
    }
}

fn named(expr: &Expr, alias: Option<String>, of: &Type) -> Field {
    let name = alias.or_else(|| match &expr.node {
        Ast::Name(name) => name.parts.last().map(|part| part.text.clone()),
        Ast::Field(_, name) => Some(name.text.clone()),
        _ => None,
    });
    Field { qualifier: Vec::new(), name, of: of.clone() }
}

/// Gives what was numbered from `base` its place.
fn number(all: &mut [&mut Bound], base: usize, first: usize) {
    for bound in all {
        bound.replace_columns(&mut |place| {
            Node::Column(if place >= base { place - base + first } else { place })
        });
    }
}

fn aggregated(
    input: Plan,
    grouping: Grouping,
    all: &mut Vec<&mut Bound>,
    windows: &mut [Window],
    select: &Select,
) -> (Plan, Vec<Type>) {
    let (keys, calls, sets) = grouping.into_parts();
    let first = keys.len();
    let place_of = |place: usize| {
        let is_aggregate = (AGGREGATES..WINDOWS).contains(&place);
        Node::Column(if is_aggregate { place - AGGREGATES + first } else { place })
    };
    for bound in all.iter_mut() {
        bound.replace_columns(&mut |place| place_of(place));
    }
    for window in windows {
        window.exprs_mut(&mut |bound| bound.replace_columns(&mut |place| place_of(place)));
    }
    let types = keys.iter().map(|key| key.of.clone());
    let types = types.chain(calls.iter().map(|call| call.of.clone())).collect();
    let is_global = select.group_by.is_empty();
    let plan = Plan::Aggregate(Box::new(Aggregate { input, keys, calls, sets, is_global }));
    (plan, types)
}

/// The columns that are shown, in their order: keys that are not shown come along until it is made.
fn projected(
    input: Plan,
    shown: Vec<Shown>,
    keys: Vec<SortKey>,
    distinct: bool,
    limit: Option<usize>,
) -> Relation {
    let width = shown.len();
    let mut exprs: Vec<Bound> = shown.iter().map(|shown| shown.bound.clone()).collect();
    let mut moved = Vec::new();
    for key in keys {
        let (_, of) = (0, key.by.of.clone());
        let known = exprs.iter().position(|expr| is_same(expr, &key.by));
        let place = known.unwrap_or(exprs.len());
        if known.is_none() {
            exprs.push(key.by.clone());
        }
        moved.push(SortKey { by: Bound::column(place, of), ..key });
    }
    let types: Vec<Type> = exprs.iter().map(|expr| expr.of.clone()).collect();
    let mut plan = Plan::Project { input: Box::new(input), exprs };
    if distinct {
        plan = distinct_rows(plan, &types);
    }
    if !moved.is_empty() {
        let types = types.clone();
        plan = Plan::Sort(Box::new(Sort {
            input: plan,
            keys: moved,
            types,
            limit,
            tells_since: false,
        }));
    }
    if types.len() > width {
        let exprs = types[..width].iter().enumerate();
        let exprs = exprs.map(|(place, of)| Bound::column(place, of.clone())).collect();
        plan = Plan::Project { input: Box::new(plan), exprs };
    }
    let fields = shown.into_iter().map(|shown| shown.field).collect();
    Relation { plan, scope: Scope { fields } }
}

/// Whether two bound expressions are written alike, as far as can be told.
fn is_same(one: &Bound, two: &Bound) -> bool {
    one == two || (one.of == two.of && format!("{one:?}") == format!("{two:?}"))
}

pub(super) fn distinct_rows(input: Plan, types: &[Type]) -> Plan {
    let keys: Vec<Bound> =
        types.iter().enumerate().map(|(place, of)| Bound::column(place, of.clone())).collect();
    let sets = vec![(0..keys.len()).collect()];
    Plan::Aggregate(Box::new(Aggregate { input, keys, calls: Vec::new(), sets, is_global: false }))
}
