//! Who brings something to its target.

use std::pin::Pin;

use serde::{Deserialize, Serialize};

/// In whose name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Service {
    Events,
    Scheduler,
    S3,
}

impl Service {
    /// As policies know it.
    pub fn principal(self) -> &'static str {
        match self {
            Service::Events => "events.amazonaws.com",
            Service::Scheduler => "scheduler.amazonaws.com",
            Service::S3 => "s3.amazonaws.com",
        }
    }
}

/// What is brought.
#[derive(Clone, Copy, Debug)]
pub struct Parcel<'a> {
    pub service: Service,
    /// The rule or schedule.
    pub source_arn: &'a str,
    pub target_arn: &'a str,
    pub role_arn: Option<&'a str>,
    pub message_group: Option<&'a str>,
    pub body: &'a str,
    /// Of a dead letter: why it is one.
    pub attributes: &'a [(&'static str, String)],
}

/// Why it did not get there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// Trying again is of no use.
    #[error("{code}: {what}")]
    Refused { code: &'static str, what: String },
    #[error("{code}: {what}")]
    Failed { code: &'static str, what: String },
}

impl Undelivered {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Undelivered::Refused { code, .. } | Undelivered::Failed { code, .. } => code,
        }
    }

    pub(crate) fn what(&self) -> &str {
        match self {
            Undelivered::Refused { what, .. } | Undelivered::Failed { what, .. } => what,
        }
    }
}

pub type Carrying<'a> = Pin<Box<dyn Future<Output = Result<(), Undelivered>> + Send + 'a>>;

/// Knows the targets. What it answers with success has arrived, and stays.
pub trait Carrier: Send + Sync + 'static {
    fn carry<'a>(&'a self, parcel: Parcel<'a>) -> Carrying<'a>;
}
