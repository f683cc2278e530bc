//! Who may do what: users, groups and roles, their policies, their keys, and their sessions.
//!
//! Each noun has a file: its record and the operations on it. Users, groups and roles hold policies
//! in the same way, so they are one type, [`Entity`]. A request comes with an access key and perhaps
//! a session token; [`Iam::login`] turns both into a secret, to check the signature with, and an
//! [`Identity`], which knows its documents and answers [`Identity::authorize`]. What is looked up
//! is kept until something changes.
//!
//! The credentials of a session are not stored: they are sealed into its token, see
//! `docs/decisions/0007-sealed-session-tokens.md`.
//!
//! People sign in to the console by a password (`login_profile.rs`) or by a link that is good once
//! (`console_link.rs`), and have a session until they leave (`console_session.rs`).
//!
//! Not here: what a document means (`policy`), signatures (`sigv4`), and the words of the wire.

mod access_key;
mod assume;
mod attachment;
mod attempts;
mod authorize;
mod aws_managed;
mod console_link;
mod console_session;
mod entity;
mod entity_record;
mod entity_store;
mod error;
mod grants;
mod group;
mod hashing;
mod iam;
mod identity;
mod inline;
mod instance_profile;
mod last_used;
mod login;
mod login_profile;
mod managed_policy;
mod password;
mod policy_key;
mod policy_record;
mod random;
mod service;
mod session;
mod sign_in;
mod summary;
mod tag;

pub use access_key::{ACCESS_KEYS_MAX, AccessKey, AccessKeyStatus, NewAccessKey};
pub use assume::{AssumeError, AssumeRole, DURATION_SECS_DEFAULT, DURATION_SECS_MIN};
pub use attachment::{AttachedPolicy, PolicyUsage};
pub use authorize::{Asked, Denial, PolicyKind, Why};
pub use console_link::CONSOLE_LINK_SECS;
pub use console_session::{ConsoleSession, NewConsoleSession, NoConsoleSession};
pub use entity::{Entity, EntityKind, EntityName, RoleSettings};
pub use entity_store::{EntityUpdate, NewEntity, RoleUpdate};
pub use error::IamError;
pub use iam::{Change, Iam, RootKey};
pub use identity::{Identity, IdentityKind};
pub use instance_profile::{InstanceProfile, NewInstanceProfile};
pub use last_used::LastUse;
pub use login::{Login, LoginError};
pub use login_profile::LoginProfile;
pub use managed_policy::{
    ManagedPolicy, NewManagedPolicy, PolicyScope, PolicyVersion, VERSIONS_MAX,
};
pub use records::{Page, StoreError};
pub use service::ServiceCall;
pub use session::{SESSION_SECS_DEFAULT, SESSION_SECS_MAX, SessionCredentials};
pub use sign_in::{PasswordSignIn, SignInError};
pub use summary::Summary;
pub use tag::Tags;
