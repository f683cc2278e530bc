//! Stacks: what CloudFormation keeps of what it makes of templates.
//!
//! | space | key | value |
//! | --- | --- | --- |
//! | `stacks` | id | a stack, deleted ones too |
//! | `stack-names` | name | the id of the stack that has the name now |
//! | `stack-resources` | id, 0, logical id | a resource, and what was replaced by it |
//! | `stack-events` | id, 0, place in the history | what happened |
//! | `change-sets` | id, 0, name | a change set |
//! | `stack-exports` | name | value, and the id of the stack |
//! | `stack-imports` | name, 0, id | nothing: the stack uses the export |
//! | `stack-receipts` | id, 0, logical id | nothing: what is under way did something |
//! | `stack-answers` | token | what is waited for from outside, or has come |
//!
//! A stack whose status is in progress is worked on by one worker, which writes down each step before it is
//! taken and after; so after a kill the work goes on where it was.
//!
//! Not here: the work itself, and what a resource is (`aws`).

mod answers;
mod change_set;
mod change_sets;
mod error;
mod event;
mod export;
mod id;
mod key;
mod resource;
mod stack;
mod stacks;
mod status;
#[cfg(test)]
mod tests;
mod trade;

pub use answers::ANSWER_BYTES_MAX;
pub use change_set::{Change, ChangeSet};
pub use error::StacksError;
pub use event::Event;
pub use export::Export;
pub use id::{random_suffix, random_uuid};
pub use resource::{Answer, Attempt, Made, Resource};
pub use stack::{Aim, OnFailure, OutputValue, Stack};
pub use stacks::{Stacks, Step};
pub use status::Status;
