//! From what a query says to what is to be done: names found, types known, conditions near their tables.

mod call;
mod coerce;
mod contains;
mod expression;
mod from;
mod group;
mod operator;
mod push;
mod query;
mod scope;
mod select;
mod show;
mod window;

use crate::ast::{self, CommonTable, Statement};
use crate::error::{QueryError, meaning};
use crate::interpret::Context;
use crate::plan::Plan;
use crate::source::{Source, Table};
use crate::types::Type;
use crate::value::Value;

use scope::Scope;

/// How many tables, common tables and queries one query may name, those within others counted each
/// time that they are named.
const RELATIONS_MAX: usize = 500;

/// A column of a result.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OutputColumn {
    /// `_col0` for those that have none.
    pub name: String,
    /// Of its values.
    pub of: Type,
}

/// What is to be done for a query, and the tables that it is done with.
pub(crate) struct Prepared<'s> {
    pub(crate) tables: Vec<Box<dyn Table + 's>>,
    pub(crate) plan: Plan,
    /// Queries within it, in the order in which they are to be run.
    pub(crate) queries: Vec<Inner>,
    pub(crate) columns: Vec<OutputColumn>,
    pub(crate) context: Context,
}

/// A query within a query.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) plan: Plan,
    pub(crate) kind: InnerKind,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum InnerKind {
    Scalar,
    Exists,
    Set,
}

/// A plan and the names of its columns.
pub(crate) struct Relation {
    pub(crate) plan: Plan,
    pub(crate) scope: Scope,
}

pub(crate) struct Binder<'s> {
    source: &'s dyn Source,
    context: Context,
    parameters: Vec<(String, Value, Type)>,
    tables: Vec<Box<dyn Table + 's>>,
    queries: Vec<Inner>,
    common: Vec<CommonTable>,
    /// The scopes of the queries around, to say so if an inner one reads them.
    outer: Vec<Scope>,
    relations: usize,
}

/// Binds a statement at a moment.
pub(crate) fn bind<'s>(
    statement: &Statement,
    source: &'s dyn Source,
    now: i64,
    parameters: Vec<(String, Value, Type)>,
) -> Result<Prepared<'s>, QueryError> {
    let mut binder = Binder {
        source,
        context: Context { now, ..Context::default() },
        parameters,
        tables: Vec::new(),
        queries: Vec::new(),
        common: Vec::new(),
        outer: Vec::new(),
        relations: 0,
    };
    let Relation { mut plan, scope } = match statement {
        Statement::Query(query) => binder.query(query)?,
        statement => binder.show(statement)?,
    };
    plan.want(&(0..scope.fields.len()).collect());
    push::look_for_newest(&mut plan);
    for inner in &mut binder.queries {
        inner.plan.want(&(0..inner.plan.width()).collect());
        push::look_for_newest(&mut inner.plan);
    }
    let columns = scope.fields.into_iter().enumerate().map(|(place, field)| OutputColumn {
        name: field.name.unwrap_or_else(|| format!("_col{place}")),
        of: field.of,
    });
    Ok(Prepared {
        columns: columns.collect(),
        tables: binder.tables,
        plan,
        queries: binder.queries,
        context: binder.context,
    })
}

impl Binder<'_> {
    /// Counts a relation that is named.
    fn count(&mut self, at: crate::error::Position) -> Result<(), QueryError> {
        self.relations += 1;
        if self.relations > RELATIONS_MAX {
            return meaning(at, format!("a query may name {RELATIONS_MAX} tables and queries"));
        }
        Ok(())
    }

    /// Binds a query within another.
    fn inner(
        &mut self,
        query: &ast::Query,
        kind: InnerKind,
        around: &Scope,
    ) -> Result<(usize, Vec<Type>), QueryError> {
        self.outer.push(around.clone());
        let bound = self.query(query);
        self.outer.pop();
        let Relation { plan, scope } = bound?;
        let types = scope.fields.into_iter().map(|field| field.of).collect();
        self.queries.push(Inner { plan, kind });
        Ok((self.queries.len() - 1, types))
    }
}
