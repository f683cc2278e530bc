//! May this principal do that? And if not, why not?
//!
//! A policy document comes in as JSON text and becomes a compiled [`Document`]. A [`Request`] (an
//! action on a resource) and a [`Context`] (who asks, from where, when) go through [`evaluate`];
//! out comes a [`Decision`] with the statement that made it. After a refusal, [`nearest_miss`]
//! finds the statement that came nearest to allowing it, and says what to change.
//!
//! A document of a resource or a role's trust is a [`ResourceDocument`]: it names principals itself.
//!
//! IoT and IAM documents share this evaluator. An explicit deny wins; what nothing allows is
//! refused; the value of a variable is text and never a wildcard. Not here: who has which policy
//! (`registry`, `iam`, `fleet`), and any I/O, clock or cache: time and address are values of the context.

mod action;
mod arn;
mod condition;
mod context;
mod document;
mod error;
mod evaluate;
mod json;
mod key;
mod miss;
mod nearest;
mod network;
mod operator;
mod parse;
mod pattern;
mod principal;
mod resource_document;
mod statement;

pub use arn::{ArnComparison, Resource};
pub use context::{CertificateFacts, Context, ThingFacts};
pub use document::{Document, Expansion, IOT_DOCUMENT_CHARACTERS_MAX};
pub use error::{PolicyError, Problem};
pub use evaluate::{Cause, Decision, Request, evaluate};
pub use miss::{Difference, Miss, NearMiss};
pub use nearest::nearest_miss;
pub use principal::Asker;
pub use resource_document::{ResourceDecision, ResourceDocument};
