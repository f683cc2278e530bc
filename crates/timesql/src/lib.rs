//! Timestream's SQL: read a query, bind it to tables, run it over blocks of columns. Pure: tables come
//! in as a [`Source`], the time as a value.
//!
//! The way of a query: `lexer` and `parser` make an `ast` of it, `bind` a `plan` of `bound` expressions,
//! `run` gives its rows. Expressions are computed by `interpret`, row by row, and where it pays by
//! `vector`, column by column; both answer alike.

mod aggregate;
mod ast;
mod bind;
mod bound;
mod cast;
mod column;
mod error;
mod functions;
mod interpret;
mod lexer;
mod order;
mod parser;
mod plan;
mod query;
mod run;
mod source;
mod time;
mod types;
mod value;
mod vector;

pub use bind::OutputColumn;
pub use cast::text_of;
pub use error::{Failure, Position, QueryError};
pub use query::{BoundQuery, Parameter, Query, Shows};
pub use run::{Budget, Limits, Ran};
pub use source::{
    Bits, Block, Column, Kind, Next, Scalar, Scan, Source, SourceError, Stored, Sum, SumsWanted,
    Table, Values,
};
pub use types::Type;
pub use value::Value;
