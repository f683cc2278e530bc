//! The registry: things, certificates and policies, and who is attached to what.
//!
//! Each noun has a file: its record, the operations on it, and an error for each operation. A
//! mutation reads a snapshot, decides, and commits one [`kv::Batch`] that holds the record, its
//! indexes and the preconditions under which the decision is right; if another came first, it
//! decides anew. When the future resolves, the change is on disk.
//!
//! What changes authority (a policy, a certificate's state, an attachment, a thing's attributes)
//! raises [`Registry::epoch`] and is told to those who [`Registry::watch`], so that caches forget
//! and sessions end. That happens even if the caller has gone away while the change was committed.
//!
//! Not here: what a policy means (`policy`), what a certificate says (`pki`), and who may call.

mod certificate;
mod change;
mod edge;
mod grants;
mod policy;
mod registry;
mod shadow;
mod thing;
mod thing_principal;

use records as record;

pub use certificate::{
    Certificate, CertificateStatus, DeleteCertificateError, NewCertificate,
    RegisterCertificateError, UnknownStatus, UpdateCertificateError,
};
pub use change::Change;
pub use edge::Target;
pub use grants::Grants;
pub use policy::{
    AttachPolicyError, CreatePolicyError, CreatePolicyVersionError, DeletePolicyError,
    POLICIES_PER_TARGET_MAX, Policy, PolicyVersion, PolicyVersionError, VERSIONS_MAX,
};
pub use records::{PAGE_ITEMS_MAX, Page, RecordError};
pub use registry::{Registry, StoreError};
pub use shadow::{ShadowOf, StoredShadow};
pub use thing::{
    AttributeError, CreateThingError, DeleteThingError, NewThing, Thing, ThingUpdate,
    UpdateThingError,
};
pub use thing_principal::AttachThingPrincipalError;
