//! What the operations on several messages share.

use std::collections::BTreeSet;

use queues::QueueError;
use serde::Serialize;

use super::words::refused;
use crate::error::AwsError;

/// AWS's limits.
const ENTRIES_MAX: usize = 10;
const ID_CHARS_MAX: usize = 80;

pub(super) trait Entry {
    /// By which the caller knows the entry's outcome.
    fn id(&self) -> &str;
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Outcomes {
    successful: Vec<Done>,
    pub(super) failed: Vec<Failure>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Done {
    id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Failure {
    id: String,
    sender_fault: bool,
    code: &'static str,
    message: String,
}

impl Failure {
    pub(super) fn of(id: String, error: &AwsError) -> Failure {
        Failure {
            id,
            sender_fault: error.status < 500,
            code: error.query_code.unwrap_or(error.code),
            message: error.message.clone(),
        }
    }
}

impl Outcomes {
    pub(super) fn of(ids: Vec<String>, outcomes: Vec<Result<(), QueueError>>) -> Outcomes {
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        for (id, outcome) in ids.into_iter().zip(outcomes) {
            match outcome {
                Ok(()) => successful.push(Done { id }),
                Err(error) => failed.push(Failure::of(id, &error.into())),
            }
        }
        Outcomes { successful, failed }
    }
}

/// Refuses a list of entries whose outcomes could not be told apart, or that is too long.
pub(super) fn check(entries: &[impl Entry]) -> Result<(), AwsError> {
    const EMPTY: (&str, &str) = ("EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest");
    const TOO_MANY: (&str, &str) =
        ("TooManyEntriesInBatchRequest", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest");
    const REPEATED: (&str, &str) =
        ("BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct");
    const UNFIT: (&str, &str) =
        ("InvalidBatchEntryId", "AWS.SimpleQueueService.InvalidBatchEntryId");
    let count = entries.len();
    if count == 0 {
        return Err(refused(EMPTY, "There should be at least one entry in the request."));
    }
    if count > ENTRIES_MAX {
        let message = format!(
            "Maximum number of entries per request are {ENTRIES_MAX}. You have sent {count}."
        );
        return Err(refused(TOO_MANY, message));
    }
    let mut seen = BTreeSet::new();
    for id in entries.iter().map(Entry::id) {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if !(1..=ID_CHARS_MAX).contains(&id.len()) || !id.chars().all(fits) {
            let message = "A batch entry id can only contain alphanumeric characters, hyphens and \
                           underscores. It can be at most 80 letters long.";
            return Err(refused(UNFIT, message));
        }
        if !seen.insert(id) {
            return Err(refused(REPEATED, format!("Id {id} repeated.")));
        }
    }
    Ok(())
}
