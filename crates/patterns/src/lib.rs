//! Which events somebody wants, and what is made of one: the patterns, paths and input templates of
//! EventBridge.
//!
//! - [`Pattern`] says of an event whether it is wanted. Lambda's event sources filter by the same.
//! - [`Path`] finds a part of an event: `$.detail.state`
//! - [`Template`] is a text with holes that parts of an event fill.

mod error;
mod matcher;
mod path;
mod pattern;
mod template;

pub use error::UnfitPattern;
pub use path::{Path, UnfitPath};
pub use pattern::Pattern;
pub use template::{Template, UnfitTemplate};
