//! The input of WriteRecords: as serde reads it, with every fault told at its place, and as it is used,
//! with the texts where they stand in the body.

use serde::Deserialize;
use series::{MeasureText, MeasureType, RecordText, TimeUnit};

use super::words::validation;
use crate::error::AwsError;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
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

/// Records of one call. Dimensions and measures of all stand one behind the other.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Records<'a> {
    pub(super) database_name: &'a str,
    pub(super) table_name: &'a str,
    pub(super) common: RecordHead<'a>,
    pub(super) records: Vec<RecordHead<'a>>,
    pub(super) dimensions: Vec<(&'a str, &'a str)>,
    pub(super) measures: Vec<MeasureText<'a>>,
}

/// What a record says, and where its dimensions and measures are.
#[derive(Debug, Default, PartialEq)]
pub(super) struct RecordHead<'a> {
    pub(super) dimensions: Range,
    pub(super) measures: Range,
    pub(super) measure_name: Option<&'a str>,
    pub(super) measure_value: Option<&'a str>,
    pub(super) kind: Option<MeasureType>,
    pub(super) time: Option<&'a str>,
    pub(super) unit: Option<TimeUnit>,
    pub(super) version: Option<i64>,
}

type Range = std::ops::Range<usize>;

impl<'a> Records<'a> {
    pub(super) fn of(input: &'a Input) -> Records<'a> {
        let mut records = Records {
            database_name: &input.database_name,
            table_name: &input.table_name,
            ..Records::default()
        };
        if let Some(common) = &input.common_attributes {
            records.common = records.add(common);
        }
        for record in &input.records {
            let head = records.add(record);
            records.records.push(head);
        }
        records
    }

    fn add(&mut self, record: &'a Record) -> RecordHead<'a> {
        let (dimensions, measures) = (self.dimensions.len(), self.measures.len());
        let pair = |dimension: &'a Dimension| (&*dimension.name, &*dimension.value);
        self.dimensions.extend(record.dimensions.iter().map(pair));
        self.measures.extend(record.measure_values.iter().map(|measure| MeasureText {
            name: &measure.name,
            value: &measure.value,
            kind: measure.kind.into(),
        }));
        RecordHead {
            dimensions: dimensions..self.dimensions.len(),
            measures: measures..self.measures.len(),
            measure_name: record.measure_name.as_deref(),
            measure_value: record.measure_value.as_deref(),
            kind: record.measure_value_type.map(Into::into),
            time: record.time.as_deref(),
            unit: record.time_unit.map(Into::into),
            version: record.version,
        }
    }

    /// Gives each record the dimensions that all have in common; neither may say what the other says.
    pub(super) fn share_dimensions(&mut self) -> Result<(), AwsError> {
        let common = self.common.dimensions.clone();
        if common.is_empty() {
            return Ok(());
        }
        for record in &mut self.records {
            let start = self.dimensions.len();
            let own = record.dimensions.clone();
            let names = |range: &Range| self.dimensions[range.clone()].iter().map(|it| it.0);
            if let Some(both) = names(&own).find(|own| names(&common).any(|it| it == *own)) {
                let what = format!(
                    "CommonAttributes.Dimensions: the dimension {both} is given in a record too."
                );
                return Err(validation(what));
            }
            self.dimensions.extend_from_within(common.clone());
            self.dimensions.extend_from_within(own);
            record.dimensions = start..self.dimensions.len();
        }
        Ok(())
    }

    /// The records with what all have in common.
    pub(super) fn texts(&self) -> Vec<RecordText<'_>> {
        let Records { common, dimensions, measures, .. } = self;
        let text = |own: &RecordHead<'a>| RecordText {
            dimensions: dimensions[own.dimensions.clone()].into(),
            measure_name: own.measure_name.or(common.measure_name),
            measure_value: own.measure_value.or(common.measure_value),
            kind: own.kind.or(common.kind).unwrap_or_default(),
            measures: match own.measures.is_empty() {
                true => measures[common.measures.clone()].into(),
                false => measures[own.measures.clone()].into(),
            },
            time: own.time.or(common.time),
            unit: own.unit.or(common.unit).unwrap_or_default(),
            version: own.version.or(common.version),
        };
        self.records.iter().map(text).collect()
    }
}
