//! Jobs: what administrators ask for, what devices report, and the driver between them.
//!
//! - `create`, `change`, `describe`, `execution`, `template`: an administrator's use cases.
//! - `device`: what a thing asks about its own executions, over MQTT (`answer`, `request`, `wire`)
//!   or HTTPS alike.
//! - `driver`: tells things of jobs at the rollout's rate, times executions out, cancels, completes
//!   and deletes. It reads what is on disk, so it may be stopped anywhere.
//! - `notice` and `event`: the messages that tell of a change; they go out with its commit.
//!
//! What may happen to a job is the crate `jobs`'s to say; how it is stored, `registry`'s.

mod answer;
mod change;
mod create;
mod decide;
mod describe;
mod device;
mod driver;
mod event;
mod execution;
mod moved;
mod notice;
mod request;
mod target;
mod template;
mod turn;
mod wire;

pub(crate) use driver::Bell;

pub use change::{JobChangeError, JobUpdate};
pub use create::{ConfigChoice, CreateJobError, DocumentError, NewJob};
pub use describe::{DescribedJob, JobFilter, JobNotFound, WaitingThing};
pub use device::{
    DescribedExecution, DeviceJobError, Execute, PendingExecutions, Report, Reported, StateShown,
};
pub use execution::{ChangeExecutionError, ExecutionKey, ListedExecution};
pub use request::{JobRef, JobsRequest};
pub use target::{NotAJobTarget, TargetError};
pub use template::{NewJobTemplate, NewTemplateError};
