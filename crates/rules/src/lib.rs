//! AWS IoT SQL: which messages a rule wants, and what it makes of them.
//!
//! - A [`Statement`] is parsed once and evaluated for each message that its topic filter lets
//!   through; a [`Template`] fills a field of an action from the same message.
//! - A [`Payload`] is shared by all rules of a message. It is scanned once, and never becomes a
//!   tree: values are read from its text when an expression asks, and what is selected is copied.
//! - Evaluation does no I/O. A function that asks outside stops it with a [`Lookup`]; whoever
//!   evaluates finds the answer, puts it into [`Answers`] and evaluates again.
//!
//! Nothing here knows who has rules, or what their actions do.

mod ast;
mod compare;
mod convert;
mod decimal;
mod decimal_text;
mod error;
mod evaluate;
mod event;
mod explain;
mod function;
mod functions;
mod json;
mod keyword;
mod lexer;
mod lookup;
mod nearest;
mod number;
mod parser;
mod pattern;
mod payload;
mod print;
mod project;
mod scene;
mod statement;
mod template;
mod time;
mod value;
mod variables;
mod version;
mod visit;

pub use decimal::Decimal;
pub use error::{Clause, EvaluationError, Failure, ParseError, Problem, Stop};
pub use event::Event;
pub use explain::{Explained, ExplainedClause};
pub use json::{Fault, Json};
pub use lookup::{Answer, Answers, Lookup, LookupCall, RegistryOperation, SecretKind};
pub use number::Number;
pub use payload::{NotJson, Payload};
pub use statement::{Outcome, Selected, Statement};
pub use template::Template;
pub use value::Value;
pub use variables::Variables;
pub use version::Version;
