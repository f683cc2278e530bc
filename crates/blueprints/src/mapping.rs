//! Mappings: queues and change streams whose messages a function is given in batches.

use model::{FunctionName, QueueName, TableName};
use patterns::Pattern;
use records::{Page, Record, decode, encode, find, page_where};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::error::BlueprintError;
use crate::function::random_uuid;
use crate::key::{MAPPINGS, POSITIONS};
use crate::qualifier::Qualifier;
use crate::settings::unfit_value;
use crate::store::Blueprints;

/// AWS's limits.
const BATCH_MAX: u32 = 10_000;
/// Without a window, and of a queue that keeps order.
const SMALL_BATCH_MAX: u32 = 10;
const WINDOW_SECS_MAX: u32 = 300;
const PARALLEL_MAX: u32 = 10;
const FILTERS_MAX: usize = 5;
/// What a batch holds unless it is said.
const QUEUE_BATCH_DEFAULT: u32 = 10;
const STREAM_BATCH_DEFAULT: u32 = 100;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    pub uuid: String,
    pub source: Source,
    pub source_arn: String,
    pub function: FunctionName,
    pub qualifier: Option<String>,
    pub is_enabled: bool,
    pub batch_size: u32,
    pub window_secs: u32,
    /// Whether the function says which of a batch failed.
    pub reports_failures: bool,
    /// Of a stream.
    pub starting_position: Option<StartingPosition>,
    pub bisects: bool,
    /// Without end, unless said otherwise.
    pub retries_max: Option<u32>,
    pub age_secs_max: Option<u32>,
    pub parallelization: u32,
    /// A queue that hears of batches that are given up.
    pub on_failure: Option<String>,
    /// How many batches of a queue at once.
    pub concurrency_max: Option<u32>,
    /// Patterns of events, of which a record must fit one; none of them lets all pass.
    #[serde(default)]
    pub filters: Vec<String>,
    pub created_at: UnixMillis,
    pub modified_at: UnixMillis,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    Queue(QueueName),
    Stream { table: TableName, label: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StartingPosition {
    TrimHorizon,
    Latest,
}

/// What is to be said of a mapping; nothing stays as it is.
#[derive(Clone, Debug, Default)]
pub struct MappingChange {
    pub function: Option<(FunctionName, Option<Qualifier>)>,
    pub is_enabled: Option<bool>,
    pub batch_size: Option<u32>,
    pub window_secs: Option<u32>,
    pub reports_failures: Option<bool>,
    pub bisects: Option<bool>,
    pub retries_max: Option<Option<u32>>,
    pub age_secs_max: Option<Option<u32>>,
    pub parallelization: Option<u32>,
    pub on_failure: Option<Option<String>>,
    pub concurrency_max: Option<Option<u32>>,
    pub filters: Option<Vec<String>>,
}

impl Record for Mapping {
    const VERSION: u8 = 1;
}

impl Mapping {
    /// What there is of a mapping before anything is said of it.
    pub fn new(
        source: Source,
        source_arn: String,
        function: FunctionName,
        starting_position: Option<StartingPosition>,
        now: UnixMillis,
    ) -> Mapping {
        let batch_size = match &source {
            Source::Queue(_) => QUEUE_BATCH_DEFAULT,
            Source::Stream { .. } => STREAM_BATCH_DEFAULT,
        };
        Mapping {
            uuid: random_uuid(),
            source,
            source_arn,
            function,
            qualifier: None,
            is_enabled: true,
            batch_size,
            window_secs: 0,
            reports_failures: false,
            starting_position,
            bisects: false,
            retries_max: None,
            age_secs_max: None,
            parallelization: 1,
            on_failure: None,
            concurrency_max: None,
            filters: Vec::new(),
            created_at: now,
            modified_at: now,
        }
    }

    pub fn qualifier(&self) -> Option<Qualifier> {
        self.qualifier.as_deref().and_then(|text| Qualifier::parse(text).ok())
    }

    fn apply(&mut self, change: MappingChange, now: UnixMillis) -> Result<(), BlueprintError> {
        fn take<T>(field: &mut T, new: Option<T>) {
            if let Some(new) = new {
                *field = new;
            }
        }
        if let Some((function, qualifier)) = change.function {
            self.function = function;
            self.qualifier = qualifier.as_ref().map(Qualifier::text);
        }
        take(&mut self.is_enabled, change.is_enabled);
        take(&mut self.batch_size, change.batch_size);
        take(&mut self.window_secs, change.window_secs);
        take(&mut self.reports_failures, change.reports_failures);
        take(&mut self.bisects, change.bisects);
        take(&mut self.retries_max, change.retries_max);
        take(&mut self.age_secs_max, change.age_secs_max);
        take(&mut self.parallelization, change.parallelization);
        take(&mut self.on_failure, change.on_failure);
        take(&mut self.concurrency_max, change.concurrency_max);
        take(&mut self.filters, change.filters);
        self.modified_at = now;
        self.check()
    }

    fn check(&self) -> Result<(), BlueprintError> {
        let within = |field: &str, value: u32, most: u32| match (1..=most).contains(&value) {
            true => Ok(()),
            false => {
                let bound = format!("Member must have value from 1 to {most}");
                Err(unfit_value(field, &value.to_string(), &bound))
            }
        };
        within("batchSize", self.batch_size, BATCH_MAX)?;
        within("parallelizationFactor", self.parallelization, PARALLEL_MAX)?;
        within("maximumBatchingWindowInSeconds", self.window_secs + 1, WINDOW_SECS_MAX + 1)?;
        self.check_filters()?;
        match &self.source {
            Source::Queue(queue) => self.check_queue(queue),
            Source::Stream { .. } => self.check_stream(),
        }
    }

    fn check_filters(&self) -> Result<(), BlueprintError> {
        if self.filters.len() > FILTERS_MAX {
            return Err(BlueprintError::unfit(format!(
                "FilterCriteria: at most {FILTERS_MAX} filters are allowed."
            )));
        }
        for filter in &self.filters {
            Pattern::parse(filter).map_err(|error| {
                BlueprintError::unfit(format!("Invalid filter pattern definition: {error}"))
            })?;
        }
        Ok(())
    }

    fn check_queue(&self, queue: &QueueName) -> Result<(), BlueprintError> {
        let of_streams = self.bisects
            || self.retries_max.is_some()
            || self.age_secs_max.is_some()
            || self.parallelization != 1
            || self.on_failure.is_some()
            || self.starting_position.is_some();
        if of_streams {
            return Err(BlueprintError::unfit("Unsupported parameter for an SQS event source."));
        }
        if queue.is_fifo() && (self.window_secs > 0 || self.batch_size > SMALL_BATCH_MAX) {
            return Err(BlueprintError::unfit(
                "A FIFO queue has batches of at most 10 and no batching window.",
            ));
        }
        match self.batch_size > SMALL_BATCH_MAX && self.window_secs == 0 {
            true => Err(BlueprintError::unfit(
                "Maximum batch window in seconds must be greater than 0 if maximum batch size is \
                 greater than 10",
            )),
            false => Ok(()),
        }
    }

    fn check_stream(&self) -> Result<(), BlueprintError> {
        if self.starting_position.is_none() {
            return Err(BlueprintError::unfit(
                "1 validation error detected: Value null at 'startingPosition' failed to satisfy \
                 constraint: Member must not be null.",
            ));
        }
        match self.concurrency_max {
            Some(_) => Err(BlueprintError::unfit("ScalingConfig is for SQS event sources.")),
            None => Ok(()),
        }
    }
}

impl Blueprints {
    /// `arn:aws:lambda:REGION:ACCOUNT:event-source-mapping:UUID`
    pub fn mapping_arn(&self, uuid: &str) -> String {
        self.home.lambda(&format!("event-source-mapping:{uuid}")).to_string()
    }

    pub async fn create_mapping(
        &self,
        mut mapping: Mapping,
        change: MappingChange,
    ) -> Result<Mapping, BlueprintError> {
        let created_at = mapping.created_at;
        mapping.apply(change, created_at)?;
        let there = self.mappings(|there| {
            there.source_arn == mapping.source_arn
                && there.function == mapping.function
                && there.qualifier == mapping.qualifier
        })?;
        if let Some(there) = there.first() {
            return Err(BlueprintError::Conflict {
                what: format!(
                    "An event source mapping with event source arn (\" {} \") and function (\" {} \") \
                     already exists. Please update or delete the existing mapping with UUID {}",
                    there.source_arn, there.function, there.uuid
                ),
            });
        }
        self.decide(move |present| {
            present.put(MAPPINGS, &mapping.uuid, encode(&mapping));
            Ok(mapping)
        })
        .await
    }

    pub async fn update_mapping(
        &self,
        uuid: &str,
        change: MappingChange,
        now: UnixMillis,
    ) -> Result<Mapping, BlueprintError> {
        let uuid = uuid.to_owned();
        self.decide(move |present| {
            let stored = present.get(MAPPINGS, uuid.as_bytes())?.ok_or_else(no_mapping)?;
            let mut mapping: Mapping = decode(&stored)?;
            mapping.apply(change, now)?;
            present.put(MAPPINGS, &uuid, encode(&mapping));
            Ok(mapping)
        })
        .await
    }

    pub async fn delete_mapping(&self, uuid: &str) -> Result<Mapping, BlueprintError> {
        let uuid = uuid.to_owned();
        self.decide(move |present| {
            let stored = present.get(MAPPINGS, uuid.as_bytes())?.ok_or_else(no_mapping)?;
            present.delete(MAPPINGS, &uuid);
            present.delete(POSITIONS, &uuid);
            Ok(decode(&stored)?)
        })
        .await
    }

    pub fn mapping(&self, uuid: &str) -> Result<Mapping, BlueprintError> {
        Ok(find::<Mapping>(&self.snapshot(), MAPPINGS, uuid)?.ok_or_else(no_mapping)?.record)
    }

    /// All that are wanted.
    pub fn mappings(
        &self,
        is_wanted: impl Fn(&Mapping) -> bool,
    ) -> Result<Vec<Mapping>, BlueprintError> {
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let Page { items, next } = self.mapping_page(after.as_deref(), 250, &is_wanted)?;
            all.extend(items);
            match next {
                Some(next) => after = Some(next),
                None => return Ok(all),
            }
        }
    }

    pub fn mapping_page(
        &self,
        after: Option<&str>,
        limit: usize,
        is_wanted: impl Fn(&Mapping) -> bool,
    ) -> Result<Page<Mapping>, BlueprintError> {
        let read = |_: &str, value: &bytes::Bytes| {
            let mapping: Mapping = decode(value)?;
            Ok(Some(mapping).filter(&is_wanted))
        };
        Ok(page_where(&self.snapshot(), MAPPINGS, "", after, limit, read)?)
    }

    /// The sequence number of the last record of a stream that is done with.
    pub fn position(&self, uuid: &str) -> Result<Option<String>, BlueprintError> {
        let stored = self.snapshot().get(POSITIONS, uuid.as_bytes())?;
        Ok(stored.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Everything up to this record is done with. A mapping that is gone leaves nothing.
    pub async fn set_position(&self, uuid: &str, sequence: String) -> Result<(), BlueprintError> {
        let uuid = uuid.to_owned();
        self.decide(move |present| {
            if present.get(MAPPINGS, uuid.as_bytes())?.is_some() {
                present.put(POSITIONS, &uuid, sequence.into_bytes());
            }
            Ok(())
        })
        .await
    }
}

fn no_mapping() -> BlueprintError {
    BlueprintError::Nothing { what: "The resource you requested does not exist.".to_owned() }
}
