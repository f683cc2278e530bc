//! The fleet: who the devices are and what they may do, as functions that every door calls.
//!
//! - [`Fleet::admit`] looks at who knocks, and makes the [`Authority`] of a connection: what it may
//!   publish, subscribe to and receive, decided by the policies of its certificate, and decided
//!   anew when the registry changes.
//! - Who has no certificate may be judged by a function: [`Fleet::judge_visitor`].
//! - Each refusal is kept, with its reason and what to change: [`Refusal`], in [`Refusals`].
//! - Use cases that take more than one record or a certificate authority are methods of [`Fleet`],
//!   one file for each noun. What is only a record's is called on [`Fleet::registry`].
//!
//! Not here: MQTT, which the broker speaks, and AWS's JSON, which only its door knows. The roof
//! joins the broker to this room.

mod admission;
mod authority;
mod authorizer;
mod ca_certificate;
mod call;
mod certificate;
mod closing;
mod credentials;
mod device;
mod documents;
mod events;
mod explain;
mod fleet;
mod hall;
mod ids;
mod invoke;
mod jobs;
mod letter;
mod live;
mod permit;
mod policy;
mod policy_trial;
mod post;
mod provisioning;
mod reason;
mod rehearsal;
mod shadow;
mod targets;
mod thing;
mod thing_group;
mod thing_type;
mod tidings;
mod turns;
mod visits;
mod vouched;

pub use self::jobs::{
    ChangeExecutionError, ConfigChoice, CreateJobError, DescribedExecution, DescribedJob,
    DeviceJobError, DocumentError, Execute, ExecutionKey, JobChangeError, JobFilter, JobNotFound,
    JobRef, JobUpdate, JobsRequest, ListedExecution, NewJob, NewJobTemplate, NewTemplateError,
    NotAJobTarget, PendingExecutions, Report, Reported, StateShown, TargetError, WaitingThing,
};
pub use admission::{Refused, Visitor};
pub use authority::{Authority, Verdict};
pub use authorizer::{
    Answer, AnswerError, JudgeError, Judged, Shown, ShownHttp, ShownMqtt, Tested,
};
pub use ca_certificate::{
    NewAuthority, RegisterAuthorityError, RegisterCertificateError, RegistrationConfigError,
};
pub use call::RefusedCall;
pub use certificate::{
    CreateCertificateError, DescribeCertificateError, DescribedCertificate, RegisteredCertificate,
};
pub use credentials::CredentialsError;
pub use device::{
    AddDeviceError, AddedDevice, DEVICE_POLICY, Device, DeviceCertificate, DeviceError, NewDevice,
};
pub use explain::{Refusal, RefusalKind, Refusals};
pub use fleet::{Fleet, Parts};
pub use hall::{
    ActionStory, ActionTally, CheckedRule, Courier, Effects, Errand, ErrandFate, FailedReplay,
    Fate, Hall, HallParts, LastFailure, Receipt, ReplayError, Replayed, Rule, RuleOutcome,
    RuleStory, Sender, Showing, Stories, Story, Tally, TopicHall, Totals, TraceId, Trial,
    TriedMany, TriedOne, UnfitRule, Verdicts, filter_of,
};
pub use ids::{billing_group_id, thing_group_id, thing_id, thing_type_id};
pub use invoke::{HouseFunctions, Invoke, Invoking, NotInvoked};
pub use letter::{Undone, Writer};
pub use policy::{AttachmentError, EffectivePoliciesError, NotATarget};
pub use policy_trial::{Objection, PolicyTrial, PolicyTrialError};
pub use post::{Post, Posted};
pub use provisioning::{
    CLAIM_MINUTES, ClaimError, HookError, Newcomer, ProvisionError, Provisioned, Template,
    TemplateError,
};
pub use reason::Reason;
pub use rehearsal::{Rehearsal, RehearsalError, Rehearsed};
pub use shadow::ShadowError;
pub use targets::Targets;
pub use thing::{NotAPrincipal, ThingPrincipalError};
pub use tidings::{Tidings, Unfit};
pub use visits::{Visit, VisitKind, Visits};
