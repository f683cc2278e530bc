//! The registry: things, their types and groups, certificates and their authorities, policies, and
//! who is attached to what.
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

mod attributes;
mod authorizer;
mod billing_group;
mod ca_certificate;
mod certificate;
mod change;
mod description;
mod destination;
mod edge;
mod grants;
mod job;
mod ownership;
mod policy;
mod policy_target;
mod registry;
mod role_alias;
mod settings;
mod shadow;
mod tags;
mod template;
mod thing;
mod thing_group;
mod thing_principal;
mod thing_type;
mod things;
mod topic_rule;

use records as record;

pub use attributes::{ATTRIBUTES_MAX, ATTRIBUTES_UNTYPED_MAX, AttributeError, Attributes};
pub use authorizer::{
    Authorizer, AuthorizerError, AuthorizerUpdate, CreateAuthorizerError, NewAuthorizer, TokenKeys,
    UnsignedError,
};
pub use billing_group::{
    BillingError, BillingGroup, ChangeBillingGroupError, CreateBillingGroupError,
};
pub use ca_certificate::{
    CaCertificate, CaCertificateError, CaCertificateUpdate, NewCaCertificate,
    RegisterCaCertificateError, RegistrationConfig,
};
pub use certificate::{
    Certificate, CertificateMode, CertificateStatus, DeleteCertificateError, NewCertificate,
    RegisterCertificateError, UnknownStatus, UpdateCertificateError,
};
pub use change::Change;
pub use description::DescriptionError;
pub use destination::{CreateDestinationError, Destination, DestinationError, DestinationStatus};
pub use edge::Target;
pub use grants::Grants;
pub use job::{
    CounterChanges, CreateJobTemplateError, Due, HeldExecution, HeldJob, HeldProgress, JobDraft,
    JobTemplate, JobView, MovedThing, Pending, PendingQueue, QueueChange,
};
pub use ownership::OwnershipError;
pub use policy::{
    CreatePolicyError, CreatePolicyVersionError, DeletePolicyError, Policy, PolicyVersion,
    PolicyVersionError, VERSIONS_MAX,
};
pub use policy_target::{AttachPolicyError, POLICIES_PER_TARGET_MAX};
pub use records::{PAGE_ITEMS_MAX, Page, RecordError};
pub use registry::{Registry, StoreError};
pub use role_alias::{CreateRoleAliasError, DurationError, RoleAlias, RoleAliasError};
pub use settings::{EventSettings, EventType, LogLevel, LoggingSettings};
pub use shadow::{ShadowOf, StoredShadow};
pub use tags::{TagError, TagResourceError, Taggable, Tags};
pub use template::{
    CreateTemplateError, Hook, NewTemplate, Template, TemplateError, TemplateKind, TemplateUpdate,
    TemplateVersion,
};
pub use thing::{
    CreateThingError, DeleteThingError, NewThing, Thing, ThingUpdate, UpdateThingError,
};
pub use thing_group::{
    CreateThingGroupError, DeleteThingGroupError, GROUPS_PER_THING_MAX, GroupFilter,
    MembershipError, NewThingGroup, ThingGroup, ThingGroupNotFound, ThingGroupUpdate,
    UpdateThingGroupError,
};
pub use thing_principal::{AttachThingPrincipalError, ThingPrincipalType};
pub use thing_type::{
    CreateThingTypeError, DEPRECATED_MILLIS_MIN, DeleteThingTypeError, NewThingType, ThingType,
    ThingTypePropertyError, ThingTypeUpdate, TypeError, UpdateThingTypeError,
};
pub use things::ThingFilter;
pub use topic_rule::{CreateTopicRuleError, TopicRule, TopicRuleError, TopicRuleText};
