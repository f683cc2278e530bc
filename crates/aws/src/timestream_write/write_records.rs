//! WriteRecords

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use series::{MeasureText, MeasureType, RecordText, TimeUnit};

use super::words::{of_table, rejected, standing, validation};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct WriteRecords;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    database_name: String,
    table_name: String,
    common_attributes: Option<Record>,
    records: Vec<Record>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Record {
    #[serde(default)]
    dimensions: Vec<Dimension>,
    measure_name: Option<String>,
    measure_value: Option<String>,
    measure_value_type: Option<ValueType>,
    time: Option<String>,
    time_unit: Option<Unit>,
    version: Option<i64>,
    #[serde(default)]
    measure_values: Vec<MeasureValue>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Dimension {
    name: String,
    value: String,
    #[allow(dead_code, reason = "all dimensions are texts")]
    dimension_value_type: Option<DimensionType>,
}

/// The one that there is.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum DimensionType {
    Varchar,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct MeasureValue {
    name: String,
    value: String,
    #[serde(rename = "Type")]
    kind: ValueType,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum ValueType {
    Double,
    BigInt,
    Varchar,
    Boolean,
    Timestamp,
    Multi,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Unit {
    Milliseconds,
    Seconds,
    Microseconds,
    Nanoseconds,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    records_ingested: RecordsIngested,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct RecordsIngested {
    total: usize,
    memory_store: usize,
    magnetic_store: usize,
}

impl From<ValueType> for MeasureType {
    fn from(kind: ValueType) -> MeasureType {
        match kind {
            ValueType::Double => MeasureType::Double,
            ValueType::BigInt => MeasureType::BigInt,
            ValueType::Varchar => MeasureType::Varchar,
            ValueType::Boolean => MeasureType::Boolean,
            ValueType::Timestamp => MeasureType::Timestamp,
            ValueType::Multi => MeasureType::Multi,
        }
    }
}

impl From<Unit> for TimeUnit {
    fn from(unit: Unit) -> TimeUnit {
        match unit {
            Unit::Milliseconds => TimeUnit::Milliseconds,
            Unit::Seconds => TimeUnit::Seconds,
            Unit::Microseconds => TimeUnit::Microseconds,
            Unit::Nanoseconds => TimeUnit::Nanoseconds,
        }
    }
}

/// The record with what all have in common; neither may say what the other says.
fn merged<'a>(common: &'a Record, own: &'a Record) -> Result<RecordText<'a>, AwsError> {
    let dimensions = common.dimensions.iter().chain(&own.dimensions);
    let dimensions: Vec<(&str, &str)> =
        dimensions.map(|dimension| (&*dimension.name, &*dimension.value)).collect();
    let both = own
        .dimensions
        .iter()
        .find(|own| common.dimensions.iter().any(|common| common.name == own.name));
    if let Some(both) = both {
        let what = format!(
            "CommonAttributes.Dimensions: the dimension {} is given in a record too.",
            both.name
        );
        return Err(validation(what));
    }
    let values =
        if own.measure_values.is_empty() { &common.measure_values } else { &own.measure_values };
    let measures = values.iter().map(|measure| MeasureText {
        name: &measure.name,
        value: &measure.value,
        kind: measure.kind.into(),
    });
    let kind = own.measure_value_type.or(common.measure_value_type);
    Ok(RecordText {
        dimensions,
        measure_name: own.measure_name.as_deref().or(common.measure_name.as_deref()),
        measure_value: own.measure_value.as_deref().or(common.measure_value.as_deref()),
        kind: kind.map(Into::into).unwrap_or_default(),
        measures: measures.collect(),
        time: own.time.as_deref().or(common.time.as_deref()),
        unit: own.time_unit.or(common.time_unit).map(Into::into).unwrap_or_default(),
        version: own.version.or(common.version),
    })
}

impl Operation for WriteRecords {
    const NAME: &'static str = "WriteRecords";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        of_table(&input.database_name, &input.table_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let table = standing(&state, &input.database_name, &input.table_name)?;
        let common = input.common_attributes.unwrap_or_default();
        let records: Vec<RecordText<'_>> =
            input.records.iter().map(|record| merged(&common, record)).collect::<Result<_, _>>()?;
        let written = state.series.write(&table, &records).await?;
        if !written.rejected.is_empty() {
            return Err(rejected(&written.rejected));
        }
        let records_ingested = RecordsIngested {
            total: written.total(),
            memory_store: written.memory,
            magnetic_store: written.magnetic,
        };
        Ok(Output { records_ingested })
    }
}
