//! What a table's rows have: dimensions, and measures with their types. It grows with what is written.

use records::Record;
use serde::{Deserialize, Serialize};
use timesql::{Column, Kind, Stored};

use crate::error::SeriesError;

/// AWS's limits of a table.
pub const DIMENSIONS_MAX: usize = 128;
pub const MEASURES_MAX: usize = 1024;

/// The column of the values of single-measure records of a type.
pub(crate) const fn single(stored: Stored) -> &'static str {
    match stored {
        Stored::Varchar => "measure_value::varchar",
        Stored::Double => "measure_value::double",
        Stored::BigInt => "measure_value::bigint",
        Stored::Boolean => "measure_value::boolean",
        Stored::Timestamp => "measure_value::timestamp",
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Schema {
    pub(crate) dimensions: Vec<String>,
    pub(crate) measures: Vec<(String, StoredType)>,
}

/// [`Stored`] as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum StoredType {
    Varchar,
    Double,
    BigInt,
    Boolean,
    Timestamp,
}

impl Record for Schema {
    const VERSION: u8 = 1;
}

impl Schema {
    pub(crate) fn measure(&self, name: &str) -> Option<Stored> {
        self.measures.iter().find(|(known, _)| known == name).map(|(_, stored)| (*stored).into())
    }

    pub(crate) fn has_dimension(&self, name: &str) -> bool {
        self.dimensions.iter().any(|known| known == name)
    }

    pub(crate) fn add_dimension(&mut self, name: &str) -> Result<(), SeriesError> {
        if self.has_dimension(name) {
            return Ok(());
        }
        if self.measure(name).is_some() {
            return Err(SeriesError::invalid("Dimensions", name_is_both(name)));
        }
        if self.dimensions.len() == DIMENSIONS_MAX {
            let reason = format!("a table has at most {DIMENSIONS_MAX} dimensions");
            return Err(SeriesError::invalid("Dimensions", reason));
        }
        self.dimensions.push(name.to_owned());
        Ok(())
    }

    pub(crate) fn add_measure(&mut self, name: &str, stored: Stored) -> Result<(), SeriesError> {
        match self.measure(name) {
            Some(known) if known == stored => return Ok(()),
            Some(known) => {
                let reason = format!(
                    "The measure {name} has the type {} and not {}.",
                    type_name(known),
                    type_name(stored)
                );
                return Err(SeriesError::invalid("MeasureValueType", reason));
            }
            None => {}
        }
        if self.has_dimension(name) {
            return Err(SeriesError::invalid("MeasureName", name_is_both(name)));
        }
        if self.measures.len() == MEASURES_MAX {
            let reason = format!("a table has at most {MEASURES_MAX} measures");
            return Err(SeriesError::invalid("MeasureValues", reason));
        }
        self.measures.push((name.to_owned(), stored.into()));
        Ok(())
    }

    /// In the order of `SELECT *`.
    pub(crate) fn columns(&self) -> Vec<Column> {
        let column = |name: &str, kind, stored| Column { name: name.to_owned(), kind, stored };
        let mut columns = Vec::with_capacity(self.dimensions.len() + self.measures.len() + 2);
        for name in &self.dimensions {
            columns.push(column(name, Kind::Dimension, Stored::Varchar));
        }
        columns.push(column("measure_name", Kind::MeasureName, Stored::Varchar));
        columns.push(column("time", Kind::Time, Stored::Timestamp));
        let is_single = |name: &str| name.starts_with("measure_value::");
        for singles in [true, false] {
            for (name, stored) in self.measures.iter().filter(|(it, _)| is_single(it) == singles) {
                columns.push(column(name, Kind::Measure, (*stored).into()));
            }
        }
        columns
    }
}

fn name_is_both(name: &str) -> String {
    format!("The name {name} cannot be both a dimension and a measure.")
}

pub(crate) const fn type_name(stored: Stored) -> &'static str {
    match stored {
        Stored::Varchar => "VARCHAR",
        Stored::Double => "DOUBLE",
        Stored::BigInt => "BIGINT",
        Stored::Boolean => "BOOLEAN",
        Stored::Timestamp => "TIMESTAMP",
    }
}

impl From<StoredType> for Stored {
    fn from(stored: StoredType) -> Stored {
        match stored {
            StoredType::Varchar => Stored::Varchar,
            StoredType::Double => Stored::Double,
            StoredType::BigInt => Stored::BigInt,
            StoredType::Boolean => Stored::Boolean,
            StoredType::Timestamp => Stored::Timestamp,
        }
    }
}

impl From<Stored> for StoredType {
    fn from(stored: Stored) -> StoredType {
        match stored {
            Stored::Varchar => StoredType::Varchar,
            Stored::Double => StoredType::Double,
            Stored::BigInt => StoredType::BigInt,
            Stored::Boolean => StoredType::Boolean,
            Stored::Timestamp => StoredType::Timestamp,
        }
    }
}
