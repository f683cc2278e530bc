//! Mappings of event sources as Lambda describes them, and what callers say of them.

use blueprints::{Mapping, MappingChange, Source, StartingPosition};
use model::{QueueName, TableName};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::words::{FunctionRef, invalid};
use crate::error::AwsError;
use crate::state::State;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Destinations {
    on_failure: Option<Destination>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Destination {
    destination: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Scaling {
    maximum_concurrency: Option<u32>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct FilterCriteria {
    #[serde(default)]
    filters: Vec<Filter>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Filter {
    pattern: String,
}

/// What may be said when a mapping is made, and later.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    pub(crate) function: Option<FunctionRef>,
    pub(crate) enabled: Option<bool>,
    pub(crate) batch_size: Option<u32>,
    pub(crate) window: Option<u32>,
    pub(crate) response_types: Option<Vec<String>>,
    pub(crate) bisect: Option<bool>,
    pub(crate) retries: Option<i64>,
    pub(crate) age: Option<i64>,
    pub(crate) parallelization: Option<u32>,
    pub(crate) destinations: Option<Destinations>,
    pub(crate) scaling: Option<Scaling>,
    pub(crate) filters: Option<FilterCriteria>,
}

impl Said {
    pub(crate) fn change(self) -> Result<MappingChange, AwsError> {
        let reports = |types: Vec<String>| match types.iter().find(|it| *it != REPORTS) {
            Some(other) => Err(invalid(format!("FunctionResponseTypes: {other} is not known."))),
            None => Ok(!types.is_empty()),
        };
        // AWS's word for without end is -1.
        let bounded = |field: &str, value: i64| match value {
            -1 => Ok(None),
            value => u32::try_from(value)
                .map(Some)
                .map_err(|_| invalid(format!("{field} cannot be {value}."))),
        };
        let on_failure = self.destinations.map(|it| {
            let arn = it.on_failure.and_then(|it| it.destination).filter(|arn| !arn.is_empty());
            match arn {
                Some(arn) if !arn.starts_with("arn:aws:sqs:") => Err(invalid(format!(
                    "The destination ARN {arn} is invalid: queues are supported."
                ))),
                arn => Ok(arn),
            }
        });
        let function = self.function.map(|it| it.with(None)).transpose()?;
        Ok(MappingChange {
            function,
            is_enabled: self.enabled,
            batch_size: self.batch_size,
            window_secs: self.window,
            reports_failures: self.response_types.map(reports).transpose()?,
            bisects: self.bisect,
            retries_max: self.retries.map(|it| bounded("MaximumRetryAttempts", it)).transpose()?,
            age_secs_max: self
                .age
                .map(|it| bounded("MaximumRecordAgeInSeconds", it))
                .transpose()?,
            parallelization: self.parallelization,
            on_failure: on_failure.transpose()?,
            filters: self.filters.map(|it| it.filters.into_iter().map(|one| one.pattern).collect()),
            concurrency_max: self.scaling.map(|it| it.maximum_concurrency),
        })
    }
}

const REPORTS: &str = "ReportBatchItemFailures";

/// What an ARN names, if it is there.
pub(crate) fn source(state: &State, arn: &str) -> Result<Source, AwsError> {
    let unknown = || invalid(format!("Unrecognized event source, must be sqs or dynamodb: {arn}"));
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, rest) = (parts.next().unwrap_or_default(), parts.nth(2).unwrap_or_default());
    match service {
        "sqs" => {
            let name = QueueName::new(rest).map_err(|_| unknown())?;
            state.queues.queue(name.as_str())?;
            Ok(Source::Queue(name))
        }
        "dynamodb" => {
            let stream = rest.strip_prefix("table/").and_then(|it| it.split_once("/stream/"));
            let (table, label) = stream.ok_or_else(unknown)?;
            let table = TableName::new(table).map_err(|_| unknown())?;
            if state.tables.stream(&table, label)?.is_none() {
                return Err(invalid(format!("Stream not found: {arn}")));
            }
            Ok(Source::Stream { table, label: label.to_owned() })
        }
        _ => Err(unknown()),
    }
}

/// As AWS describes it, in a state.
pub(crate) fn shown(state: &State, mapping: &Mapping, doing: Option<&str>) -> Value {
    let blueprints = state.functions.blueprints();
    let settled = if mapping.is_enabled { "Enabled" } else { "Disabled" };
    let types: &[&str] = if mapping.reports_failures { &[REPORTS] } else { &[] };
    let mut shown = json!({
        "UUID": mapping.uuid,
        "EventSourceMappingArn": blueprints.mapping_arn(&mapping.uuid),
        "EventSourceArn": mapping.source_arn,
        "FunctionArn": blueprints.arn(&mapping.function, mapping.qualifier().as_ref()),
        "BatchSize": mapping.batch_size,
        "MaximumBatchingWindowInSeconds": mapping.window_secs,
        "State": doing.unwrap_or(settled),
        "StateTransitionReason": "USER_INITIATED",
        "LastModified": mapping.modified_at as f64 / 1_000.0,
        "FunctionResponseTypes": types,
    });
    let mut add = |name: &str, value: Value| {
        if let Value::Object(fields) = &mut shown {
            fields.insert(name.to_owned(), value);
        }
    };
    if !mapping.filters.is_empty() {
        let filter = |pattern: &String| json!({ "Pattern": pattern });
        let filters: Vec<Value> = mapping.filters.iter().map(filter).collect();
        add("FilterCriteria", json!({ "Filters": filters }));
    }
    if let Some(most) = mapping.concurrency_max {
        add("ScalingConfig", json!({ "MaximumConcurrency": most }));
    }
    let Source::Stream { .. } = mapping.source else { return shown };
    let bound = |value: Option<u32>| value.map_or(-1, i64::from);
    add(
        "StartingPosition",
        json!(match mapping.starting_position {
            Some(StartingPosition::Latest) => "LATEST",
            _ => "TRIM_HORIZON",
        }),
    );
    let result = state.functions.last_result(&mapping.uuid);
    add("LastProcessingResult", json!(result.unwrap_or_else(|| "No records processed".to_owned())));
    add("BisectBatchOnFunctionError", json!(mapping.bisects));
    add("MaximumRetryAttempts", json!(bound(mapping.retries_max)));
    add("MaximumRecordAgeInSeconds", json!(bound(mapping.age_secs_max)));
    add("ParallelizationFactor", json!(mapping.parallelization));
    add("TumblingWindowInSeconds", json!(0));
    let destination = mapping.on_failure.as_ref();
    let on_failure = destination.map_or(json!({}), |arn| json!({ "Destination": arn }));
    add("DestinationConfig", json!({ "OnFailure": on_failure }));
    shown
}
