//! What stands after FROM.

use std::collections::HashSet;

use super::coerce::coerce;
use super::expression::Place;
use super::push::push;
use super::scope::{Field, Scope, shown};
use super::{Binder, Relation};
use crate::ast::{self, Alias, Expr, JoinKind, JoinOn, Name, QualifiedName};
use crate::bound::{Bound, Node};
use crate::error::{QueryError, meaning};
use crate::plan::{Join, Plan, Scan, unnested};
use crate::source::{self, Table};
use crate::types::Type;

impl<'s> Binder<'s> {
    pub(super) fn relation(&mut self, relation: &ast::Relation) -> Result<Relation, QueryError> {
        match relation {
            ast::Relation::Table { name, alias } => {
                self.count(name.at())?;
                let found = self.named(name)?;
                aliased(found, alias.as_ref())
            }
            ast::Relation::Query { query, alias } => {
                let mut found = self.query(query)?;
                found.scope.fields.iter_mut().for_each(|field| field.qualifier.clear());
                aliased(found, alias.as_ref())
            }
            ast::Relation::Unnest { arguments, ordinality, alias, .. } => {
                let nothing = Plan::Values { rows: vec![Vec::new()], types: Vec::new() };
                let none = Relation { plan: nothing, scope: Scope::default() };
                self.unnest(none, arguments, *ordinality, alias.as_ref())
            }
            ast::Relation::Join(join) => self.join(join),
        }
    }

    /// A common table, or a table.
    fn named(&mut self, name: &QualifiedName) -> Result<Relation, QueryError> {
        if let [only] = &name.parts[..]
            && let Some(place) = self.common.iter().rposition(|common| common.name.is(&only.text))
        {
            return self.common_table(place);
        }
        let (database, table) = database_and_table(name)?;
        let table = self.table(&database, &table)?;
        Ok(table)
    }

    /// A common table sees those before it.
    fn common_table(&mut self, place: usize) -> Result<Relation, QueryError> {
        let hidden = self.common.split_off(place);
        let common = hidden[0].clone();
        let bound = self.query(&common.query);
        self.common.extend(hidden);
        let mut relation = bound?;
        rename(&mut relation.scope, &common.columns, &common.name)?;
        for field in &mut relation.scope.fields {
            field.qualifier = vec![common.name.text.clone()];
        }
        Ok(relation)
    }

    pub(super) fn open(
        &mut self,
        database: &Name,
        table: &Name,
    ) -> Result<Box<dyn Table + 's>, QueryError> {
        let identifier = format!("{}.{}", database.text, table.text);
        let source = self.source;
        match source.table(&database.text, &table.text)? {
            Some(found) => Ok(found),
            None if source.tables(&database.text)?.is_none() => Err(QueryError::DatabaseNotFound {
                database: database.text.clone(),
                identifier,
                at: database.at,
            }),
            None => Err(QueryError::TableNotFound { identifier, at: database.at }),
        }
    }

    fn table(&mut self, database: &Name, table: &Name) -> Result<Relation, QueryError> {
        let found = self.open(database, table)?;
        let qualifier = vec![database.text.clone(), table.text.clone()];
        let field = |column: &source::Column| Field {
            qualifier: qualifier.clone(),
            name: Some(column.name.clone()),
            of: column.stored.into(),
        };
        let fields: Vec<Field> = found.columns().iter().map(field).collect();
        let time = found.columns().iter().position(|column| column.kind == source::Kind::Time);
        let scan = Scan {
            table: self.tables.len(),
            width: fields.len(),
            wanted: vec![false; fields.len()],
            time,
            from: i64::MIN,
            until: i64::MAX,
            equal: Vec::new(),
            newest_first: false,
        };
        self.tables.push(found);
        Ok(Relation { plan: Plan::Scan(scan), scope: Scope { fields } })
    }

    fn unnest(
        &mut self,
        input: Relation,
        arguments: &[Expr],
        ordinality: bool,
        alias: Option<&Alias>,
    ) -> Result<Relation, QueryError> {
        let (mut bound, mut fields) = (Vec::new(), Vec::new());
        for argument in arguments {
            let found = self.expression(argument, &mut Place::of(&input.scope))?;
            let columns = unnested(&found.of);
            if columns.is_empty() {
                return meaning(argument.at, format!("Cannot unnest type: {}", found.of));
            }
            let names = match &found.of {
                Type::TimeSeries(_) => vec![Some("time".to_owned()), Some("value".to_owned())],
                _ => vec![None; columns.len()],
            };
            let made = columns.into_iter().zip(names);
            fields.extend(made.map(|(of, name)| Field { qualifier: Vec::new(), name, of }));
            bound.push(found);
        }
        if ordinality {
            let name = Some("ordinality".to_owned());
            fields.push(Field { qualifier: Vec::new(), name, of: Type::BigInt });
        }
        let mut made = Scope { fields };
        name_by(&mut made, alias)?;
        let plan = Plan::Unnest { input: Box::new(input.plan), arguments: bound, ordinality };
        Ok(Relation { plan, scope: input.scope.and(made) })
    }

    fn join(&mut self, join: &ast::Join) -> Result<Relation, QueryError> {
        let left = self.relation(&join.left)?;
        if let ast::Relation::Unnest { arguments, ordinality, alias, at } = &join.right {
            if join.kind != JoinKind::Inner || join.on != JoinOn::Nothing {
                return meaning(*at, "UNNEST can be joined by CROSS JOIN only");
            }
            return self.unnest(left, arguments, *ordinality, alias.as_ref());
        }
        let right = self.relation(&join.right)?;
        let (left_types, right_types) = (left.scope.types(), right.scope.types());
        let width = left_types.len();
        let scope = left.scope.clone().and(right.scope.clone());
        let mut bound = Join {
            kind: join.kind,
            left: left.plan,
            right: right.plan,
            left_types,
            right_types,
            equal: Vec::new(),
            condition: Vec::new(),
        };
        match &join.on {
            JoinOn::Nothing => {}
            JoinOn::Condition(condition) => {
                let condition = self.condition(condition, &scope, "JOIN ON")?;
                let mut conjuncts = Vec::new();
                condition.into_conjuncts(&mut conjuncts);
                conjuncts.into_iter().for_each(|conjunct| bound.take(conjunct));
            }
            JoinOn::Using(names) => {
                return self.using(bound, &left.scope, &right.scope, names);
            }
        }
        // Conditions on one side of an inner join hold before it.
        if bound.kind == JoinKind::Inner {
            let own = std::mem::take(&mut bound.condition);
            return Ok(Relation { plan: push(Plan::Join(Box::new(bound)), own), scope });
        }
        debug_assert_eq!(width, bound.left_types.len());
        Ok(Relation { plan: Plan::Join(Box::new(bound)), scope })
    }

    /// Columns that both sides name are there once, and come first.
    fn using(
        &mut self,
        mut join: Join,
        left: &Scope,
        right: &Scope,
        names: &[Name],
    ) -> Result<Relation, QueryError> {
        let width = left.fields.len();
        let (mut exprs, mut fields, mut taken) = (Vec::new(), Vec::new(), HashSet::new());
        for name in names {
            let sought = QualifiedName { parts: vec![name.clone()] };
            let (Some(one), Some(two)) = (left.find(&sought)?, right.find(&sought)?) else {
                let what = format!("Column '{}' is missing from one side of the join", name.text);
                return meaning(name.at, what);
            };
            let Some(common) = one.of.common(&two.of) else {
                return meaning(name.at, format!("mismatched types: {}, {}", one.of, two.of));
            };
            let place = two.as_column().unwrap_or_default() + width;
            taken.extend([one.as_column().unwrap_or_default(), place]);
            let (one, two) = (coerce(one, &common), coerce(two, &common));
            let mut other = two.clone();
            other.replace_columns(&mut |column| Node::Column(column + width));
            exprs
                .push(Bound { node: Node::Coalesce(vec![one.clone(), other]), of: common.clone() });
            fields.push(Field { qualifier: Vec::new(), name: Some(name.text.clone()), of: common });
            join.equal.push((one, two));
        }
        let scope = left.clone().and(right.clone());
        for (place, field) in scope.fields.into_iter().enumerate() {
            if !taken.contains(&place) {
                exprs.push(Bound::column(place, field.of.clone()));
                fields.push(field);
            }
        }
        let input = Box::new(Plan::Join(Box::new(join)));
        Ok(Relation { plan: Plan::Project { input, exprs }, scope: Scope { fields } })
    }
}

impl Join {
    /// Takes a condition: as a pair to be equal if it is one, else to be asked of joined rows.
    pub(super) fn take(&mut self, conjunct: Bound) {
        let width = self.left_types.len();
        let side = |bound: &Bound| {
            let columns = bound.columns();
            let is_left = columns.iter().all(|place| *place < width);
            let is_right = columns.iter().all(|place| *place >= width);
            (!columns.is_empty() && (is_left || is_right)).then_some(is_left)
        };
        if let Node::Compare(crate::bound::Comparison::Equal, one, two) = &conjunct.node
            && let (Some(one_is_left), Some(two_is_left)) = (side(one), side(two))
            && one_is_left != two_is_left
        {
            let (left, right) = if one_is_left { (one, two) } else { (two, one) };
            let mut right = (**right).clone();
            right.replace_columns(&mut |place| Node::Column(place - width));
            self.equal.push(((**left).clone(), right));
            return;
        }
        self.condition.push(conjunct);
    }
}

/// Timestream has no database that is meant without being named.
pub(super) fn database_and_table(name: &QualifiedName) -> Result<(Name, Name), QueryError> {
    match &name.parts[..] {
        [database, table] => Ok((database.clone(), table.clone())),
        _ => meaning(
            name.at(),
            format!(
                "Table '{}' must be named with its database: \"database\".\"table\"",
                shown(name)
            ),
        ),
    }
}

fn aliased(mut relation: Relation, alias: Option<&Alias>) -> Result<Relation, QueryError> {
    name_by(&mut relation.scope, alias)?;
    Ok(relation)
}

fn name_by(scope: &mut Scope, alias: Option<&Alias>) -> Result<(), QueryError> {
    let Some(alias) = alias else { return Ok(()) };
    rename(scope, &alias.columns, &alias.name)?;
    for field in &mut scope.fields {
        field.qualifier = vec![alias.name.text.clone()];
    }
    Ok(())
}

fn rename(scope: &mut Scope, columns: &[Name], of: &Name) -> Result<(), QueryError> {
    if columns.is_empty() {
        return Ok(());
    }
    if columns.len() != scope.fields.len() {
        let what = format!(
            "Column alias list has {} entries but '{}' has {} columns available",
            columns.len(),
            of.text,
            scope.fields.len()
        );
        return meaning(of.at, what);
    }
    for (field, name) in scope.fields.iter_mut().zip(columns) {
        field.name = Some(name.text.clone());
    }
    Ok(())
}
