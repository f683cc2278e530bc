//! Mappings: messages of queues and records of streams, in batches, to functions.

mod batch;
mod filter;
mod queue;
mod records;
mod stream;

use std::collections::HashMap;
use std::sync::PoisonError;
use std::time::Duration;

use blueprints::{BlueprintError, Mapping, Qualifier, Source};
use tokio::task::JoinHandle;

use crate::functions::Functions;

/// Whoever is told of nothing looks now and then.
const LOOK_AGAIN: Duration = Duration::from_secs(60);
/// After what cannot be done: a queue that is gone, a permission that is missing.
const PROBLEM_WAIT: Duration = Duration::from_secs(5);

impl Functions {
    /// Feeds functions until the future is dropped.
    pub async fn run_mappings(&self) {
        let mut running: HashMap<String, (Mapping, Feeder)> = HashMap::new();
        loop {
            match self.0.parts.blueprints.mappings(|mapping| mapping.is_enabled) {
                Ok(wanted) => {
                    running.retain(|_, (mapping, feeder)| {
                        wanted.contains(mapping) && !feeder.0.is_finished()
                    });
                    for mapping in wanted {
                        let begin = || (mapping.clone(), Feeder::start(self, &mapping));
                        running.entry(mapping.uuid.clone()).or_insert_with(begin);
                    }
                }
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(error, "event source mappings cannot be read");
                }
            }
            // Whoever is woken and who waited in vain do the same: look.
            tokio::time::timeout(LOOK_AGAIN, self.0.remapped.notified()).await.ok();
        }
    }

    /// What came of the last batch of a mapping, since this program began.
    pub fn last_result(&self, uuid: &str) -> Option<String> {
        self.0.results.lock().unwrap_or_else(PoisonError::into_inner).get(uuid).cloned()
    }

    /// Refuses a mapping whose function could not be fed.
    pub fn check_mapping(
        &self,
        mapping: &Mapping,
        qualifier: Option<&Qualifier>,
    ) -> Result<(), BlueprintError> {
        let unfit = |what: String| BlueprintError::Unfit { what };
        let (function, version) = self.0.parts.blueprints.version(&mapping.function, qualifier)?;
        let role = self.0.role_of(&function, &version);
        for action in needs(&mapping.source) {
            self.0.check_role(&role, action, &mapping.source_arn).map_err(|_| {
                let (_, call) = action.split_once(':').unwrap_or_default();
                unfit(match &mapping.source {
                    Source::Queue(_) => format!(
                        "The provided execution role does not have permissions to call {call} on SQS"
                    ),
                    Source::Stream { .. } => format!(
                        "Cannot access stream {}. Please ensure the role can perform the \
                         GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on \
                         your stream in IAM.",
                        mapping.source_arn
                    ),
                })
            })?;
        }
        if let Source::Queue(name) = &mapping.source {
            let queue = self.0.parts.queues.queue(name.as_str());
            let queue = queue.map_err(|error| unfit(error.to_string()))?;
            let (hidden, timeout) =
                (queue.attributes.visibility_secs, version.settings.timeout_secs);
            if hidden < timeout {
                return Err(unfit(format!(
                    "Queue visibility timeout: {hidden} seconds is less than Function timeout: \
                     {timeout} seconds"
                )));
            }
        }
        Ok(())
    }

    fn note_result(&self, mapping: &Mapping, what: String) {
        let mut results = self.0.results.lock().unwrap_or_else(PoisonError::into_inner);
        results.insert(mapping.uuid.clone(), what);
    }

    /// Something that may be set right stands in the way.
    async fn wait_out(&self, mapping: &Mapping, what: String) {
        tracing::warn!(
            uuid = mapping.uuid,
            source = mapping.source_arn,
            what,
            "a mapping stands still"
        );
        self.note_result(mapping, format!("PROBLEM: {what}"));
        tokio::time::sleep(PROBLEM_WAIT).await;
    }
}

/// What the role of the function must be allowed.
fn needs(source: &Source) -> &'static [&'static str] {
    match source {
        Source::Queue(_) => &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        Source::Stream { .. } => {
            &["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"]
        }
    }
}

/// The task of a mapping, which ends with this.
#[derive(Debug)]
struct Feeder(JoinHandle<()>);

impl Feeder {
    fn start(functions: &Functions, mapping: &Mapping) -> Feeder {
        let (functions, mapping) = (functions.clone(), mapping.clone());
        Feeder(match mapping.source.clone() {
            Source::Queue(name) => {
                tokio::spawn(async move { functions.feed_from_queue(mapping, name).await })
            }
            Source::Stream { table, label } => tokio::spawn(async move {
                functions.feed_from_stream(mapping, table, label).await;
            }),
        })
    }
}

impl Drop for Feeder {
    fn drop(&mut self) {
        self.0.abort();
    }
}
