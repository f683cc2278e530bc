//! What a function in Rust needs, and no more: the loop of the Lambda Runtime API ([`run`]), and calls to AWS
//! APIs that are signed with the function's role ([`Caller`]).
//!
//! It blocks, since a function does one thing at a time, and speaks plain HTTP, which is what the Runtime API
//! speaks and what `AWS_ENDPOINT_URL` says within the house. It knows nothing of any application, and of the
//! platform only how to sign.

mod caller;
mod http;
mod runtime;

pub use caller::{CallError, Caller};
pub use runtime::{RunError, is_function, run};
