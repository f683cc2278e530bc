//! Secrets with versions, as Secrets Manager has them.
//!
//! A version holds a value and never changes; labels (`AWSCURRENT`) go from version to version, and say
//! which one is meant. A secret that is deleted can be had back for some days.
//!
//! | space | key | value |
//! | --- | --- | --- |
//! | `secrets` | name | what is known of a secret, its versions and labels among it |
//! | `secret-versions` | name, NUL, version | the value, sealed |
//! | `secret-deletions` | when it is due, name | nothing |
//!
//! Values are sealed with a key of the installation, whatever key of KMS a secret names, and bound to
//! their secret and version.
//!
//! Not here: who may read what (`iam`), and how it is asked for (`aws`).

mod delete;
mod error;
mod id;
mod label;
mod list;
mod password;
mod random;
mod read;
mod secret;
mod store;
mod write;

pub use delete::{Deleted, Deletion};
pub use error::SecretError;
pub use id::{SecretId, SecretName};
pub use label::Move;
pub use list::{Order, SortBy};
pub use password::{PASSWORD_CHARS_MAX, Recipe};
pub use random::new_token;
pub use read::{Revealed, Which};
pub use secret::{CURRENT, PENDING, PREVIOUS, Secret, Value, Version};
pub use store::{Named, POLICY_CHARACTERS_MAX, Secrets};
pub use write::{NewSecret, NewValue, NewVersion, Update, Written};
