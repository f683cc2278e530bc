//! Expressions as callers write them, with the names and values that they refer to, and what becomes
//! of them: [`Condition`], [`Update`], [`Projection`], [`KeyTests`].
//!
//! A text is read into a tree of [`syntax`], which knows no values, and that is then resolved and
//! checked. DynamoDB reports one error where there are many; which one is part of what clients see, so
//! checks collect by class, and the gravest class is reported.

mod arguments;
mod fault;
mod keys;
mod parser;
mod reserved;
mod resolve;
mod resolve_condition;
mod resolve_update;
mod syntax;
mod token;

pub use arguments::{Arguments, Names, Values};
pub use fault::{ExpressionError, Fault, Parameter};
pub use keys::{KeyTest, KeyTestError, KeyTests};

/// AWS's limits for one expression.
const EXPRESSION_BYTES_MAX: usize = 4_096;
const OPERATORS_MAX: usize = 300;
const IN_OPERANDS_MAX: usize = 100;
/// Parentheses and functions in each other. AWS tells no limit but that of the text; ours keeps the
/// stack of whoever reads and evaluates.
const NESTING_MAX: usize = 100;

#[cfg(test)]
mod tests;
