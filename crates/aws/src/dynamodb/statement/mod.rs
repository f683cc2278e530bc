//! PartiQL: statements about one table, alone, in batches and in transactions.

pub(crate) mod batch_execute_statement;
pub(crate) mod execute_statement;
pub(crate) mod execute_transaction;

mod plan;
mod read;
