//! Jobs, their executions and what is due, as records. What any of it means is the crate `jobs`'s.
//!
//! | space | key | what |
//! | --- | --- | --- |
//! | `jobs` | job | the job without its document; changes seldom |
//! | `job-documents` | job | the document |
//! | `job-progress` | job | counters, pacing and the work under way; changes with each turn |
//! | `job-waiting` | job/thing | things that are to be told of the job, and were not yet |
//! | `job-executions` | job/thing | executions |
//! | `thing-jobs` | thing/job | the same the other way round |
//! | `thing-job-queues` | thing | its executions that are not over, in the order of AWS's lists |
//! | `job-due` | time/job/thing/random | what happens when nobody does anything |
//! | `job-counter-changes` | job/random | what executions did to the counters, to be added up |
//! | `job-groups` | group/job | which jobs have a group as a target |
//! | `job-things-moved` | random | a thing that joined or left a group, or is gone |
//!
//! A device's report changes its execution and leaves a counter change, so thousands report at once
//! without getting in each other's way; who drives the job adds the changes up. A report requires
//! the job's record to be the same, which only an administrator or the job's end changes: so nothing
//! begins or is tried again behind a cancellation's back.

mod draft;
mod moved;
mod queue;
mod stored;
mod template;
mod view;

pub(crate) use moved::thing_moved;
pub(crate) use stored::JOBS;
pub(crate) use template::TEMPLATES as JOB_TEMPLATES;

pub use draft::{JobDraft, QueueChange};
pub use moved::MovedThing;
pub use queue::{Pending, PendingQueue};
pub use stored::{HeldExecution, HeldJob, HeldProgress};
pub use template::{CreateJobTemplateError, JobTemplate};
pub use view::{CounterChanges, Due, JobView};
