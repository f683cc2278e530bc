//! A query from its text to its rows.

use std::cell::Cell;
use std::fmt;

use crate::ast::{QualifiedName, Statement};
use crate::bind::{self, OutputColumn, Prepared};
use crate::error::QueryError;
use crate::interpret::Context;
use crate::parser;
use crate::run::{Limits, Memory, Ran, Runner};
use crate::source::{Next, Source};
use crate::types::Type;
use crate::value::Value;

/// A query that was read, but of which nothing is known beside its text.
#[derive(Clone, Debug)]
pub struct Query {
    statement: Statement,
    tables: Vec<(String, String)>,
    parameters: Vec<String>,
}

/// The value of a parameter: `@name` in the query.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Without the sign.
    pub name: String,
    /// Of what type it is.
    pub of: Type,
    /// What stands for it.
    pub value: Value,
}

impl Query {
    /// Reads a query.
    pub fn parse(text: &str) -> Result<Query, QueryError> {
        let parsed = parser::parse(text)?;
        Ok(Query {
            tables: parsed.tables.iter().filter_map(two_parts).collect(),
            parameters: parsed.parameters,
            statement: parsed.statement,
        })
    }

    /// The databases and tables that it names, each once: who asks must be allowed to read them.
    pub fn tables(&self) -> &[(String, String)] {
        &self.tables
    }

    /// The parameters that it names, each once.
    pub fn parameters(&self) -> &[String] {
        &self.parameters
    }

    /// The database whose tables it lists; an empty name if it lists databases.
    pub fn shows(&self) -> Option<Shows<'_>> {
        match &self.statement {
            Statement::ShowDatabases { .. } => Some(Shows::Databases),
            Statement::ShowTables { from, .. } => {
                Some(Shows::Tables(from.as_ref().map_or("", |from| &from.text)))
            }
            Statement::ShowMeasures { .. } => Some(Shows::Measures),
            Statement::Describe(_) => Some(Shows::Columns),
            Statement::Query(_) => None,
        }
    }

    /// Finds what it names. `now` is in nanoseconds since 1970.
    pub fn bind<'s>(
        &self,
        source: &'s dyn Source,
        now: i64,
        parameters: &[Parameter],
    ) -> Result<BoundQuery<'s>, QueryError> {
        let parameters = parameters
            .iter()
            .map(|parameter| {
                (parameter.name.clone(), parameter.value.clone(), parameter.of.clone())
            })
            .collect();
        bind::bind(&self.statement, source, now, parameters).map(|prepared| BoundQuery { prepared })
    }
}

/// What a query that is no SELECT shows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Shows<'q> {
    /// `SHOW DATABASES`
    Databases,
    /// `SHOW TABLES FROM` this database.
    Tables(&'q str),
    /// `SHOW MEASURES`
    Measures,
    /// `DESCRIBE`
    Columns,
}

fn two_parts(name: &QualifiedName) -> Option<(String, String)> {
    match &name.parts[..] {
        [database, table] => Some((database.text.clone(), table.text.clone())),
        _ => None,
    }
}

/// A query of which it is known what is to be done.
pub struct BoundQuery<'s> {
    prepared: Prepared<'s>,
}

impl fmt::Debug for BoundQuery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundQuery").field("plan", &self.prepared.plan).finish_non_exhaustive()
    }
}

impl BoundQuery<'_> {
    /// The columns of its rows.
    pub fn columns(&self) -> &[OutputColumn] {
        &self.prepared.columns
    }

    /// Gives its rows, some at a time, until no more are wanted.
    pub fn run(
        &self,
        limits: Limits<'_>,
        take: &mut dyn FnMut(Vec<Vec<Value>>) -> Next,
    ) -> Result<Ran, QueryError> {
        let context = Context { now: self.prepared.context.now, ..Context::default() };
        let mut runner = Runner {
            tables: &self.prepared.tables,
            context,
            memory: Memory::new(limits.memory_bytes, limits.budget),
            cancelled: limits.cancelled,
            scanned_bytes: Cell::new(0),
        };
        runner.answer(&self.prepared.queries)?;
        runner.run(&self.prepared.plan, &mut |batch| {
            Ok(take((0..batch.rows).map(|row| batch.row(row)).collect()))
        })?;
        Ok(Ran { scanned_bytes: runner.scanned_bytes.get() })
    }
}
