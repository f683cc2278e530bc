//! From a change stream to a function: in the order of the stream, which is one shard.
//!
//! What a mapping is done with is a position on disk, which moves when a batch was worked off or given
//! up. What was under way when the program ended is fed again.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use blueprints::{BlueprintError, Mapping, StartingPosition};
use kv::Batch;
use model::TableName;
use serde_json::json;
use stdx::backoff::Backoff;
use tables::{ChangeRecord, SequenceNumber, ShardIterator, StartAt, StreamInfo, StreamRefused};
use tokio::sync::watch;
use tokio::time::Instant;

use super::batch::Fed;
use super::filter::Filter;
use super::records;
use crate::destination::{Notice, Told};
use crate::functions::Functions;
use crate::invocation::Outcome;
use crate::report;

/// A follower is told of what is new; whoever is not told looks now and then.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

const RETRY_FIRST: Duration = Duration::from_millis(200);
const RETRY_MOST: Duration = Duration::from_secs(30);

/// One mapping at work.
struct Reader {
    functions: Functions,
    mapping: Mapping,
    stream: StreamInfo,
}

/// Why reading goes wrong.
type Problem = String;

/// A part of a batch that is still to be worked off, and how often it failed.
type Part = (Vec<ChangeRecord>, u32);

impl Functions {
    pub(super) async fn feed_from_stream(&self, mapping: Mapping, table: TableName, label: String) {
        loop {
            let what = match self.0.parts.tables.stream(&table, &label) {
                Ok(Some(stream)) => {
                    let (functions, mapping) = (self.clone(), mapping.clone());
                    let mut reader = Reader { functions, mapping, stream };
                    match reader.read_on().await {
                        // All of it was read, and there will be no more.
                        Ok(()) => return,
                        Err(what) => what,
                    }
                }
                Ok(None) => "Stream not found".to_owned(),
                Err(error) => error.to_string(),
            };
            self.wait_out(&mapping, what).await;
        }
    }
}

impl Reader {
    async fn read_on(&mut self) -> Result<(), Problem> {
        let mut bell = self.functions.0.streamed.subscribe();
        let mut next = self.begin().await?;
        loop {
            self.functions.may_be_fed(&self.mapping)?;
            let (batch, following) = self.gather(next, &mut bell).await?;
            if let Some(last) = batch.last().map(|record| SequenceNumber(record.sequence)) {
                let wanted = self.wanted(batch)?;
                let passes_to_the_end =
                    wanted.last().is_some_and(|record| SequenceNumber(record.sequence) == last);
                self.work_off(wanted).await?;
                if !passes_to_the_end {
                    self.note(last).await.map_err(text)?;
                }
            }
            match following {
                Some(following) => next = following,
                None => return Ok(()),
            }
        }
    }

    /// The records that pass the filters.
    fn wanted(&self, mut batch: Vec<ChangeRecord>) -> Result<Vec<ChangeRecord>, Problem> {
        let filter = Filter::of(&self.mapping);
        if filter.lets_all_pass() {
            return Ok(batch);
        }
        let (arn, view) = (&self.mapping.source_arn, self.stream.view);
        let region = &self.functions.blueprints().home().region;
        let mut keeps = Vec::with_capacity(batch.len());
        for record in &batch {
            let shown = serde_json::to_value(records::of_change(record, view, arn, region));
            keeps.push(filter.wants(shown.map_err(text)?));
        }
        let mut keeps = keeps.into_iter();
        batch.retain(|_| keeps.next().unwrap_or(true));
        Ok(batch)
    }

    /// Where to go on.
    async fn begin(&self) -> Result<ShardIterator, Problem> {
        let (tables, blueprints) = (&self.functions.0.parts.tables, self.functions.blueprints());
        let known = blueprints.position(&self.mapping.uuid).map_err(text)?;
        let known = known.and_then(|position| position.parse::<SequenceNumber>().ok());
        let start = match (known, self.mapping.starting_position) {
            (Some(known), _) => StartAt::AfterSequence(known),
            (None, Some(StartingPosition::Latest)) => {
                let last = tables.stream_ends(&self.stream).map_err(text)?.last;
                match last {
                    // A stream that is empty has nothing before what comes.
                    None => StartAt::TrimHorizon,
                    Some(last) => {
                        self.note(last).await.map_err(text)?;
                        StartAt::AfterSequence(last)
                    }
                }
            }
            (None, _) => StartAt::TrimHorizon,
        };
        match tables.shard_iterator(&self.stream, start) {
            // What was not read in time is gone.
            Err(StreamRefused::Trimmed) => {
                tables.shard_iterator(&self.stream, StartAt::TrimHorizon).map_err(text)
            }
            other => other.map_err(text),
        }
    }

    /// As many records as a batch has, or as come within its window; and where to go on.
    async fn gather(
        &self,
        mut next: ShardIterator,
        bell: &mut watch::Receiver<()>,
    ) -> Result<(Vec<ChangeRecord>, Option<ShardIterator>), Problem> {
        let (most, mut batch) = (self.mapping.batch_size as usize, Vec::new());
        let window = Duration::from_secs(self.mapping.window_secs.into());
        let mut deadline: Option<Instant> = None;
        loop {
            // Before looking, so that nothing is missed in between.
            bell.mark_unchanged();
            let page = self.functions.0.parts.tables.records(next, most - batch.len());
            let page = match page {
                // Nobody asked for a quarter of an hour: the position is on disk.
                Err(StreamRefused::IteratorExpired) => {
                    return Ok((batch, Some(self.begin().await?)));
                }
                page => page.map_err(text)?,
            };
            batch.extend(page.records);
            let Some(following) = page.next else { return Ok((batch, None)) };
            next = following;
            if !batch.is_empty() && deadline.is_none() {
                deadline = Some(Instant::now() + window);
            }
            let is_due = deadline.is_some_and(|deadline| Instant::now() >= deadline);
            if batch.len() >= most || is_due {
                return Ok((batch, Some(next)));
            }
            let again = Instant::now() + LOOK_AGAIN;
            let wake_at = deadline.map_or(again, |deadline| deadline.min(again));
            // Whoever is woken and who waited in vain do the same: look.
            tokio::time::timeout_at(wake_at, bell.changed()).await.ok();
        }
    }

    /// Feeds a batch until all of it is done with or given up.
    async fn work_off(&self, batch: Vec<ChangeRecord>) -> Result<(), Problem> {
        let mut parts: VecDeque<Part> = VecDeque::from([(batch, 0)]);
        let mut backoff = Backoff::new(RETRY_FIRST, RETRY_MOST);
        while let Some((batch, failures)) = parts.pop_front() {
            let (old, batch) = self.split_old(batch);
            if !old.is_empty() {
                self.give_up(&old, "MaximumRecordAgeExceeded", failures, None).await?;
            }
            let Some(last) = batch.last() else { continue };
            let last = SequenceNumber(last.sequence);
            let arn = &self.mapping.source_arn;
            let region = &self.functions.blueprints().home().region;
            let payload = records::of_changes(&batch, self.stream.view, arn, region);
            match self.functions.feed(&self.mapping, payload.map_err(text)?).await {
                Fed::All => {
                    self.functions.note_result(&self.mapping, "OK".to_owned());
                    self.note(last).await.map_err(text)?;
                    backoff = Backoff::new(RETRY_FIRST, RETRY_MOST);
                }
                Fed::Throttled(what) => {
                    self.functions.note_result(&self.mapping, format!("PROBLEM: {what}"));
                    self.functions.may_be_fed(&self.mapping)?;
                    tokio::time::sleep(backoff.next_wait()).await;
                    parts.push_front((batch, failures));
                }
                Fed::But(failed) => {
                    self.failed();
                    let rest = self.keep_from(batch, &failed).await?;
                    self.fail(rest, failures, None, &mut parts, &mut backoff).await?;
                }
                Fed::Failed(outcome) => {
                    self.failed();
                    self.fail(batch, failures, outcome, &mut parts, &mut backoff).await?;
                }
            }
        }
        Ok(())
    }

    fn failed(&self) {
        self.functions.note_result(&self.mapping, "PROBLEM: Function call failed".to_owned());
    }

    /// What follows when a part failed: halves of it, another attempt, or the end.
    async fn fail(
        &self,
        mut batch: Vec<ChangeRecord>,
        failures: u32,
        outcome: Option<Outcome>,
        parts: &mut VecDeque<Part>,
        backoff: &mut Backoff,
    ) -> Result<(), Problem> {
        if self.mapping.bisects && batch.len() > 1 {
            // As on AWS, a split is no retry.
            let second = batch.split_off(batch.len() / 2);
            parts.push_front((second, failures));
            parts.push_front((batch, failures));
            return Ok(());
        }
        if self.mapping.retries_max.is_some_and(|most| failures >= most) {
            return self.give_up(&batch, "RetryAttemptsExhausted", failures + 1, outcome).await;
        }
        tokio::time::sleep(backoff.next_wait()).await;
        parts.push_front((batch, failures + 1));
        Ok(())
    }

    /// What comes before the first that failed is done with.
    async fn keep_from(
        &self,
        mut batch: Vec<ChangeRecord>,
        failed: &HashSet<String>,
    ) -> Result<Vec<ChangeRecord>, Problem> {
        let is_failed =
            |record: &ChangeRecord| failed.contains(&SequenceNumber(record.sequence).to_string());
        // A name that is none of the batch's says that all of it failed.
        let first = batch.iter().position(is_failed).unwrap_or(0);
        let rest = batch.split_off(first);
        if let Some(last) = batch.last() {
            self.note(SequenceNumber(last.sequence)).await.map_err(text)?;
        }
        Ok(rest)
    }

    /// Those that are too old for the mapping, and the others.
    fn split_old(&self, batch: Vec<ChangeRecord>) -> (Vec<ChangeRecord>, Vec<ChangeRecord>) {
        let Some(age_secs) = self.mapping.age_secs_max else { return (Vec::new(), batch) };
        let oldest = self.now().saturating_sub(u64::from(age_secs) * 1_000);
        batch.into_iter().partition(|record| record.at < oldest)
    }

    /// The records are done with, and whoever wants to know is told of them.
    async fn give_up(
        &self,
        batch: &[ChangeRecord],
        condition: &str,
        attempts: u32,
        outcome: Option<Outcome>,
    ) -> Result<(), Problem> {
        let (Some(first), Some(last)) = (batch.first(), batch.last()) else { return Ok(()) };
        if let Some(arn) = &self.mapping.on_failure {
            let body = self.notice(first, last, batch.len(), condition, attempts, outcome);
            self.tell(arn, body).await?;
        }
        self.note(SequenceNumber(last.sequence)).await.map_err(text)
    }

    async fn tell(&self, arn: &str, body: String) -> Result<(), Problem> {
        let shared = &self.functions.0;
        let qualifier = self.mapping.qualifier();
        let found = shared.parts.blueprints.version(&self.mapping.function, qualifier.as_ref());
        let (function, version) = found.map_err(text)?;
        let role = shared.role_of(&function, &version);
        let (mut batch, mut told) = (Batch::new(), Told::default());
        shared.tell(
            &mut batch,
            &mut told,
            Notice { arn, body, attributes: Vec::new(), role: &role },
        );
        shared.parts.store.commit(batch).await.map_err(text)?;
        told.committed();
        Ok(())
    }

    /// As AWS tells of a batch that is given up.
    fn notice(
        &self,
        first: &ChangeRecord,
        last: &ChangeRecord,
        size: usize,
        condition: &str,
        attempts: u32,
        outcome: Option<Outcome>,
    ) -> String {
        let blueprints = self.functions.blueprints();
        let arn = blueprints.arn(&self.mapping.function, self.mapping.qualifier().as_ref());
        let mut notice = json!({
            "requestContext": {
                "requestId": outcome.as_ref().map(|outcome| outcome.request_id.clone()),
                "functionArn": arn,
                "condition": condition,
                "approximateInvokeCount": attempts,
            },
            "version": "1.0",
            "timestamp": report::iso_8601(self.now()),
            "DDBStreamBatchInfo": {
                "shardId": "shardId-00000000000000000000-00000000",
                "startSequenceNumber": SequenceNumber(first.sequence).to_string(),
                "endSequenceNumber": SequenceNumber(last.sequence).to_string(),
                "approximateArrivalOfFirstRecord": report::iso_8601(first.at),
                "approximateArrivalOfLastRecord": report::iso_8601(last.at),
                "batchSize": size,
                "streamArn": self.mapping.source_arn,
            },
        });
        if let Some(outcome) = outcome {
            notice["responseContext"] = json!({
                "statusCode": 200,
                "executedVersion": outcome.executed_version,
                "functionError": "Unhandled",
            });
        }
        notice.to_string()
    }

    async fn note(&self, sequence: SequenceNumber) -> Result<(), BlueprintError> {
        let uuid = &self.mapping.uuid;
        self.functions.blueprints().set_position(uuid, sequence.to_string()).await
    }

    fn now(&self) -> u64 {
        self.functions.0.parts.clock.now()
    }
}

fn text(error: impl std::fmt::Display) -> Problem {
    error.to_string()
}
