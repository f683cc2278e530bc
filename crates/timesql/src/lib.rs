//! Timestream's SQL: read a query, bind it to tables, run it over blocks of columns. Pure: tables come
//! in as a [`Source`], the time as a value.

mod source;

pub use source::{
    Bits, Block, Column, Kind, Next, Scalar, Scan, Source, SourceError, Stored, Table, Values,
};
