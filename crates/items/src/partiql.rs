//! PartiQL statements of one table, read into the forms that expressions become.
//!
//! What DynamoDB takes of PartiQL: `SELECT`, `INSERT`, `UPDATE` and `DELETE`, values in place or as
//! `?`, and conditions with the operators and functions that expressions have. No joins, no
//! aggregates, no subqueries.

mod lexer;
mod parser;
mod reader;
mod search;

use crate::condition::Condition;
use crate::item::Item;
use crate::projection::Projection;
use crate::update::Update;

pub use search::Search;

/// A statement, with its parameters in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    Select(Select),
    Insert { table: String, item: Item },
    Update { table: String, update: Update, search: Search, returning: Returning },
    Delete { table: String, search: Search, returning: Returning },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Select {
    pub table: String,
    pub index: Option<String>,
    /// `None` is all of each item.
    pub projection: Option<Projection>,
    pub search: Option<Search>,
    pub order: Option<Order>,
}

/// By which key attribute a partition is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub name: String,
    pub is_descending: bool,
}

/// What a write answers of the item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Returning {
    #[default]
    Nothing,
    AllOld,
    ModifiedOld,
    AllNew,
    ModifiedNew,
}

/// Why a statement is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    #[error("Statement wasn't well formed, can't be processed: {what}")]
    Malformed { what: String },
    #[error("Number of parameters in request and statement don't match.")]
    ParameterCount,
    #[error("Statement wasn't well formed, can't be processed: {what} is not supported")]
    Unsupported { what: &'static str },
    #[error(transparent)]
    Value(#[from] crate::json::Refusal),
}

impl Statement {
    /// Reads a statement; each `?` takes the next of the parameters.
    pub fn parse(
        text: &str,
        parameters: Vec<crate::value::Value>,
    ) -> Result<Statement, StatementError> {
        reader::read(text, parameters)
    }

    pub fn table(&self) -> &str {
        match self {
            Statement::Select(select) => &select.table,
            Statement::Insert { table, .. }
            | Statement::Update { table, .. }
            | Statement::Delete { table, .. } => table,
        }
    }

    /// Whether it only reads.
    pub fn is_read(&self) -> bool {
        matches!(self, Statement::Select(_))
    }
}

impl Search {
    /// The whole as a condition.
    pub fn condition(&self) -> Condition {
        Condition::new(self.node().clone())
    }
}

#[cfg(test)]
mod tests;
