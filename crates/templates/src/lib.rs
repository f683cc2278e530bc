//! Templates of CloudFormation: what a text in JSON or YAML says, and what it means.
//!
//! [`Template::parse`] reads a text; [`parameter_values`] settles its parameters; a [`Scope`] then answers which
//! resources there are to be, in which order, and evaluates what their properties say, with what a [`World`]
//! knows of resources that are there already.
//!
//! Not here: what a resource is, and how it is made (`aws`); what stacks there are (`stacks`).

mod error;
mod functions;
mod intrinsic;
mod order;
mod parameter;
mod references;
mod resource;
mod scope;
mod source;
mod template;
#[cfg(test)]
mod tests;
mod yaml;

pub use error::TemplateError;
pub use parameter::{Parameter, parameter_values};
pub use resource::{DeletionPolicy, Resource};
pub use scope::{NoWorld, Pseudo, Scope, World};
pub use source::TEXT_BYTES_MAX;
pub use template::{Output, Template};
