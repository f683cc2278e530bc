//! Which series a scan wants.

use timesql::{Column, Kind, Scan};

use crate::error::SeriesError;
use crate::series_key::{self, SeriesName};

#[derive(Debug)]
pub(crate) struct Filter<'f> {
    measure_names: Option<&'f [String]>,
    dimensions: Vec<(&'f str, &'f [String])>,
}

impl<'f> Filter<'f> {
    pub(crate) fn new(columns: &'f [Column], request: &'f Scan) -> Filter<'f> {
        let mut filter = Filter { measure_names: None, dimensions: Vec::new() };
        for (place, values) in &request.equal {
            match columns[*place].kind {
                Kind::MeasureName => filter.measure_names = Some(values),
                Kind::Dimension => filter.dimensions.push((&columns[*place].name, values)),
                Kind::Time | Kind::Measure => {}
            }
        }
        filter
    }

    /// The name of a series, if it is wanted.
    pub(crate) fn take(&self, key: &[u8]) -> Result<Option<SeriesName>, SeriesError> {
        let name = series_key::read(key)?;
        let is_among = |values: &[String], value: &str| values.iter().any(|it| it == value);
        let is_wanted =
            self.measure_names.is_none_or(|values| is_among(values, &name.measure_name))
                && self.dimensions.iter().all(|(dimension, values)| {
                    name.dimension(dimension).is_some_and(|value| is_among(values, value))
                });
        Ok(is_wanted.then_some(name))
    }
}
