//! Items in DynamoDB's JSON, `{"name": {"S": "lamp"}}`, read and written without anything between.

mod pack;
mod push;
mod read;
mod refusal;
mod write;

pub(crate) use pack::PackedValue;
pub use refusal::{Refusal, refusal};

/// How deep documents may be in documents.
pub(crate) const NESTING_MAX: usize = 32;

#[cfg(test)]
mod tests;
