//! What objects tell: notices of changes become letters for functions and queues, and events for the default
//! bus.
//!
//! A notice is part of its change's commit (`objects`). It is handed over to `schedules` in one commit, which
//! forgets it and leaves what is to be carried; from there on that is tried until it arrives. So whoever wants
//! to hear of a change hears of it at least once, whatever is killed.

mod document;
mod event;

use std::sync::Arc;
use std::time::Duration;

use kv::Batch;
use model::{BucketName, Home};
use objects::{Notice, Objects, ObjectsError, Waiting};
use schedules::{
    Carrier, Letter, Parcel, ScheduleError, Schedules, Service, TargetKind, Told, Undelivered,
};
use stdx::backoff::Backoff;
use stdx::clock::UnixMillis;

use crate::targets::Targets;

/// Notices that are handed over in one commit.
const PIECE: usize = 200;

/// Nobody who rings is missed for longer.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// The waits for commits that are under way, and where too much is to be carried already.
const WAIT_FIRST: Duration = Duration::from_millis(5);
const WAIT_MOST: Duration = Duration::from_secs(1);

/// Tells of objects.
#[derive(Clone, Debug)]
pub struct Tidings {
    pub home: Home,
    pub objects: Objects,
    pub schedules: Schedules,
    pub targets: Arc<Targets>,
}

/// Why a bucket cannot tell somebody, as AWS words it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("The destination queue does not exist")]
    NoQueue,
    #[error("FIFO SQS queues are not supported")]
    Fifo,
    #[error(
        "Permissions on the destination queue do not allow S3 to publish notifications from this \
         bucket"
    )]
    QueueForbidden,
    /// Or it is not there: AWS does not tell which.
    #[error("Not authorized to invoke function [{arn}]")]
    Function { arn: String },
    #[error("{what}")]
    Failed { what: String },
}

#[derive(Debug, thiserror::Error)]
enum Stumble {
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    #[error(transparent)]
    Schedules(#[from] ScheduleError),
}

impl Tidings {
    /// Hands notices over until the future is dropped.
    pub async fn run(self) {
        let mut backoff = Backoff::new(WAIT_FIRST, WAIT_MOST);
        loop {
            let wait = match self.step().await {
                Ok(0) if self.objects.is_telling() => {
                    let wait = backoff.next_wait();
                    if wait >= WAIT_MOST / 2 {
                        self.objects.forget_count();
                    }
                    wait
                }
                Ok(0) => LOOK_AGAIN,
                Ok(_) => {
                    backoff = Backoff::new(WAIT_FIRST, WAIT_MOST);
                    continue;
                }
                Err(error) => {
                    tell(&error);
                    tokio::time::sleep(WAIT_MOST).await;
                    continue;
                }
            };
            // Whoever is woken and who waited in vain do the same: look.
            tokio::time::timeout(wait, self.objects.told()).await.ok();
        }
    }

    /// Hands a piece of them over; answers how many.
    async fn step(&self) -> Result<usize, Stumble> {
        let waiting = self.objects.waiting(PIECE)?;
        if waiting.is_empty() {
            return Ok(0);
        }
        let mut told = Told { service: Service::S3, events: Vec::new(), letters: Vec::new() };
        for Waiting { notice, .. } in &waiting {
            told.letters.extend(self.letters(notice));
            told.events.extend(notice.to_event_bus.then(|| event::of(notice, &self.home)));
        }
        let mut batch = Batch::new();
        self.objects.forget_told(&mut batch, &waiting);
        self.schedules.take(told, batch).await?;
        self.objects.count_told(waiting.len());
        Ok(waiting.len())
    }

    fn letters<'a>(&'a self, notice: &'a Notice) -> impl Iterator<Item = Letter> + 'a {
        notice.listeners.iter().map(|(id, arn)| Letter {
            source_arn: bucket_arn(&notice.bucket),
            target_arn: arn.clone(),
            body: document::of(notice, id, &self.home).to_string(),
            at: notice.at,
        })
    }

    /// Refuses a function or queue that S3 could not tell of a bucket.
    pub fn check(&self, bucket: &BucketName, arn: &str) -> Result<(), Unfit> {
        let source_arn = bucket_arn(bucket.as_str());
        let outcome = self.targets.check_way(&parcel(&source_arn, arn, ""));
        let is_fifo = arn.ends_with(".fifo");
        match (TargetKind::of(arn), outcome) {
            (Some(TargetKind::Queue { .. }), Ok(())) if is_fifo => Err(Unfit::Fifo),
            (_, Ok(())) => Ok(()),
            (_, Err(Undelivered::Failed { what, .. })) => Err(Unfit::Failed { what }),
            (Some(TargetKind::Queue { .. }), Err(Undelivered::Refused { code, .. })) => {
                Err(if code == "RESOURCE_NOT_FOUND" {
                    Unfit::NoQueue
                } else {
                    Unfit::QueueForbidden
                })
            }
            (_, Err(_)) => Err(Unfit::Function { arn: arn.to_owned() }),
        }
    }

    /// Sends a queue what tells that notifications are on their way from now on.
    pub async fn test(
        &self,
        bucket: &BucketName,
        arn: &str,
        (request_id, now): (&str, UnixMillis),
    ) -> Result<(), Unfit> {
        let source_arn = bucket_arn(bucket.as_str());
        let body = document::test(bucket.as_str(), request_id, now).to_string();
        let carried = self.targets.carry(parcel(&source_arn, arn, &body)).await;
        carried.map_err(|error| Unfit::Failed { what: error.to_string() })
    }
}

fn tell(error: &Stumble) {
    tracing::error!(error = error as &dyn std::error::Error, "what objects tell stands still");
}

fn parcel<'a>(source_arn: &'a str, target_arn: &'a str, body: &'a str) -> Parcel<'a> {
    Parcel {
        service: Service::S3,
        source_arn,
        target_arn,
        role_arn: None,
        message_group: None,
        body,
        attributes: &[],
    }
}

fn bucket_arn(bucket: &str) -> String {
    format!("arn:aws:s3:::{bucket}")
}
