//! Records as `WriteRecords` takes them, and AWS's limits of them.

use std::borrow::Cow;

use crate::number;
use crate::schema::single;
use crate::strip::Cell;

/// AWS's limits, bytes and counts.
pub const RECORDS_MAX: usize = 100;
pub const RECORD_DIMENSIONS_MAX: usize = 128;
pub const RECORD_MEASURES_MAX: usize = 256;
pub const DIMENSION_NAME_BYTES_MAX: usize = 60;
pub const MEASURE_NAME_BYTES_MAX: usize = 256;
pub const VALUE_BYTES_MAX: usize = 2048;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeUnit {
    Seconds,
    #[default]
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MeasureType {
    #[default]
    Double,
    BigInt,
    Varchar,
    Boolean,
    Timestamp,
    Multi,
}

/// A measure of a record of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeasureText<'a> {
    pub name: &'a str,
    pub value: &'a str,
    pub kind: MeasureType,
}

/// A record as it was sent, with the attributes that all of its call have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordText<'a> {
    /// Names and values.
    pub dimensions: Cow<'a, [(&'a str, &'a str)]>,
    pub measure_name: Option<&'a str>,
    pub measure_value: Option<&'a str>,
    pub kind: MeasureType,
    pub measures: Cow<'a, [MeasureText<'a>]>,
    pub time: Option<&'a str>,
    pub unit: TimeUnit,
    pub version: Option<i64>,
}

/// Why a record is not taken, in words for who sent it.
pub(crate) type Unfit = String;

impl TimeUnit {
    pub const fn nanos(self) -> i64 {
        match self {
            TimeUnit::Seconds => 1_000_000_000,
            TimeUnit::Milliseconds => 1_000_000,
            TimeUnit::Microseconds => 1_000,
            TimeUnit::Nanoseconds => 1,
        }
    }
}

impl<'a> RecordText<'a> {
    /// What it is of beside its dimensions.
    pub(crate) fn stamp(&self) -> Result<Stamp<'a>, Unfit> {
        let measure_name = self.measure_name.ok_or("MeasureName must be given.")?;
        check_measure_name(measure_name)?;
        let time = self.time.ok_or("Time must be given.")?;
        let time = read_time(time, self.unit)
            .ok_or_else(|| format!("Time {time} is no number of {}.", unit_name(self.unit)))?;
        let version = self.version.unwrap_or(1);
        if version < 1 {
            return Err(format!("Version {version} must be a positive number."));
        }
        Ok(Stamp { measure_name, time, version })
    }

    /// Each measure: the name of its column, and its value.
    pub(crate) fn cells(&self) -> Result<Vec<(&'a str, Cell<'a>)>, Unfit> {
        if self.kind != MeasureType::Multi {
            let cell = self.single()?;
            return Ok(vec![(single(cell.stored()), cell)]);
        }
        if self.measure_value.is_some() {
            return Err("MeasureValue may not be given with MeasureValueType MULTI.".into());
        }
        if !(1..=RECORD_MEASURES_MAX).contains(&self.measures.len()) {
            return Err(format!("MeasureValues must hold 1 to {RECORD_MEASURES_MAX} measures."));
        }
        let mut cells = Vec::with_capacity(self.measures.len());
        for (place, measure) in self.measures.iter().enumerate() {
            check_measure_name(measure.name)?;
            if self.measures[..place].iter().any(|other| other.name == measure.name) {
                return Err(format!("The measure {} is given twice.", measure.name));
            }
            cells.push((measure.name, measure.cell(self.unit)?));
        }
        Ok(cells)
    }

    /// The value of a record that has one.
    pub(crate) fn single(&self) -> Result<Cell<'a>, Unfit> {
        if !self.measures.is_empty() {
            return Err("MeasureValues may only be given with MeasureValueType MULTI.".into());
        }
        let value = self.measure_value.ok_or("MeasureValue must be given.")?;
        read_value(value, self.kind, self.unit)
    }
}

impl<'a> MeasureText<'a> {
    /// Times are of the record's unit.
    pub(crate) fn cell(&self, unit: TimeUnit) -> Result<Cell<'a>, Unfit> {
        read_value(self.value, self.kind, unit)
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp<'a> {
    pub(crate) measure_name: &'a str,
    pub(crate) time: i64,
    pub(crate) version: i64,
}

/// Sorted dimensions.
pub(crate) fn check_dimensions(dimensions: &[(&str, &str)]) -> Result<(), Unfit> {
    if dimensions.len() > RECORD_DIMENSIONS_MAX {
        return Err(format!("A record has at most {RECORD_DIMENSIONS_MAX} dimensions."));
    }
    for (place, (name, value)) in dimensions.iter().enumerate() {
        if name.is_empty() || name.len() > DIMENSION_NAME_BYTES_MAX {
            return Err(format!(
                "The dimension name {name} must have 1 to {DIMENSION_NAME_BYTES_MAX} bytes."
            ));
        }
        if is_reserved(name) {
            return Err(format!("The dimension name {name} is reserved."));
        }
        if place > 0 && dimensions[place - 1].0 == *name {
            return Err(format!("The dimension {name} is given twice."));
        }
        check_dimension_value(name, value)?;
    }
    Ok(())
}

pub(crate) fn check_dimension_value(name: &str, value: &str) -> Result<(), Unfit> {
    if value.is_empty() {
        return Err(format!("The value of dimension {name} is empty."));
    }
    if name.len() + value.len() > VALUE_BYTES_MAX {
        return Err(format!(
            "The name and value of dimension {name} exceed {VALUE_BYTES_MAX} bytes."
        ));
    }
    Ok(())
}

pub(crate) fn check_measure_name(name: &str) -> Result<(), Unfit> {
    if name.is_empty() || name.len() > MEASURE_NAME_BYTES_MAX {
        return Err(format!(
            "The measure name {name} must have 1 to {MEASURE_NAME_BYTES_MAX} bytes."
        ));
    }
    if is_reserved(name) {
        return Err(format!("The measure name {name} is reserved."));
    }
    Ok(())
}

fn is_reserved(name: &str) -> bool {
    name == "time"
        || name == "measure_name"
        || name == "ts_non_existent_col"
        || name.starts_with("measure_value")
}

/// A time in its unit as nanoseconds.
pub(crate) fn read_time(text: &str, unit: TimeUnit) -> Option<i64> {
    number::integer(text.as_bytes())?.checked_mul(unit.nanos())
}

fn read_value(text: &str, kind: MeasureType, unit: TimeUnit) -> Result<Cell<'_>, Unfit> {
    let unfit = || format!("The measure value {text} is not of type {}.", kind_name(kind));
    if text.is_empty() || text.len() > VALUE_BYTES_MAX {
        return Err(format!("The measure value must have 1 to {VALUE_BYTES_MAX} bytes."));
    }
    Ok(match kind {
        MeasureType::Double => Cell::Double(read_double(text).ok_or_else(unfit)?),
        MeasureType::BigInt => Cell::BigInt(number::integer(text.as_bytes()).ok_or_else(unfit)?),
        MeasureType::Varchar => Cell::Varchar(text),
        MeasureType::Boolean if text.eq_ignore_ascii_case("true") => Cell::Boolean(true),
        MeasureType::Boolean if text.eq_ignore_ascii_case("false") => Cell::Boolean(false),
        MeasureType::Timestamp => Cell::Timestamp(read_time(text, unit).ok_or_else(unfit)?),
        MeasureType::Boolean | MeasureType::Multi => return Err(unfit()),
    })
}

/// As Java reads doubles, which is how the service says what is none.
fn read_double(text: &str) -> Option<f64> {
    if let Some(value) = number::short(text.as_bytes()) {
        return Some(value);
    }
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" | "+Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ if text.bytes().any(|byte| matches!(byte, b'n' | b'N' | b'i' | b'I')) => None,
        _ => text.parse().ok(),
    }
}

const fn kind_name(kind: MeasureType) -> &'static str {
    match kind {
        MeasureType::Double => "DOUBLE",
        MeasureType::BigInt => "BIGINT",
        MeasureType::Varchar => "VARCHAR",
        MeasureType::Boolean => "BOOLEAN",
        MeasureType::Timestamp => "TIMESTAMP",
        MeasureType::Multi => "MULTI",
    }
}

const fn unit_name(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Seconds => "SECONDS",
        TimeUnit::Milliseconds => "MILLISECONDS",
        TimeUnit::Microseconds => "MICROSECONDS",
        TimeUnit::Nanoseconds => "NANOSECONDS",
    }
}
