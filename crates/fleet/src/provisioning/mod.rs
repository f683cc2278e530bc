//! Provisioning: from a template and what a device says of itself to a thing, a certificate that is
//! active, and its policies.
//!
//! [`Template`] reads a body and makes a plan of it; nothing there touches the registry. `apply`
//! does what a plan says. Three ways lead here: AWS's RegisterThing, a device with a claim
//! certificate (`letter`), and a device whose certificate a registered authority signed
//! (`newcomer`).

mod apply;
mod aside;
mod claim;
mod error;
mod expression;
mod hook;
mod letter;
mod newcomer;
mod plan;
mod resource;
mod template;

pub use apply::Provisioned;
pub use claim::{CLAIM_MINUTES, ClaimError};
pub use error::{ProvisionError, TemplateError};
pub use hook::HookError;
pub use newcomer::Newcomer;
pub use template::Template;

pub(crate) use letter::Request;
