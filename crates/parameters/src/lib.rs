//! Named settings with a history, secrets among them: Parameter Store, as Systems Manager has it.
//!
//! | space | key | value |
//! | --- | --- | --- |
//! | `parameters` | name | the newest version, labels, tags |
//! | `parameter-versions` | name, NUL, number | an older version |
//!
//! A `SecureString` is stored sealed with a key of the installation, bound to its name and version.
//!
//! Not here: who may read what (`iam`), and how it is asked for (`aws`).

mod error;
mod label;
mod name;
mod parameter;
mod put;
mod read;
mod store;

pub use error::ParameterError;
pub use label::Labelled;
pub use name::{ParameterName, Selector};
pub use parameter::{Kind, Parameter, Tier, Version};
pub use put::{NewParameter, Put};
pub use read::{Depth, HISTORY_MAX};
pub use store::{Parameters, TAGS_MAX};
