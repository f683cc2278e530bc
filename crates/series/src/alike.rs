//! What was found out about the names of a record. It holds for the next one too if that has the same
//! names: records of a call tend to be alike, and then only their values need a look.

use smallvec::SmallVec;

use crate::record::{MeasureType, RECORD_DIMENSIONS_MAX, RecordText};

/// A record that was taken.
#[derive(Debug)]
pub(crate) struct Alike<'r, 'a> {
    record: &'r RecordText<'a>,
    /// The places of its dimensions in the order of their names.
    order: SmallVec<[u8; 8]>,
    /// Of its measures, one after the other.
    columns: SmallVec<[u32; 8]>,
    series: u32,
}

const _: () = assert!(RECORD_DIMENSIONS_MAX <= 256, "a place is a byte");

impl<'r, 'a> Alike<'r, 'a> {
    /// With its dimensions sorted by their names.
    pub(crate) fn of(
        record: &'r RecordText<'a>,
        sorted: &[(&str, &str)],
        columns: impl Iterator<Item = u32>,
        series: u32,
    ) -> Alike<'r, 'a> {
        let place = |name: &str| record.dimensions.iter().position(|(of, _)| *of == name);
        let places = sorted.iter().filter_map(|(name, _)| place(name));
        let order = places.map(|place| place as u8).collect();
        Alike { record, order, columns: columns.collect(), series }
    }

    /// Whether another record has the same dimensions, but for their values, and the same measures with
    /// the same types.
    pub(crate) fn has_names_of(&self, other: &RecordText<'_>) -> bool {
        let Alike { record, .. } = self;
        let (dimensions, measures) = (&record.dimensions, &record.measures);
        record.kind == other.kind
            && dimensions.len() == other.dimensions.len()
            && measures.len() == other.measures.len()
            && (record.kind != MeasureType::Multi || other.measure_value.is_none())
            && dimensions.iter().zip(&*other.dimensions).all(|(one, two)| one.0 == two.0)
            && measures
                .iter()
                .zip(&*other.measures)
                .all(|(one, two)| one.name == two.name && one.kind == two.kind)
    }

    /// Whether another record, which has the same names, is of the same series.
    pub(crate) fn is_of_series_of(&self, other: &RecordText<'_>) -> bool {
        let Alike { record, .. } = self;
        record.measure_name == other.measure_name
            && record.dimensions.iter().zip(&*other.dimensions).all(|(one, two)| one.1 == two.1)
    }

    /// Takes another record, with the same names, in place of this.
    pub(crate) fn set_series(&mut self, record: &'r RecordText<'a>, series: u32) {
        (self.record, self.series) = (record, series);
    }

    pub(crate) fn series(&self) -> u32 {
        self.series
    }

    pub(crate) fn columns(&self) -> impl Iterator<Item = u32> {
        self.columns.iter().copied()
    }

    /// The dimensions of a record with the same names, in the order of these.
    pub(crate) fn in_order<'d>(
        &self,
        dimensions: &'d [(&'d str, &'d str)],
    ) -> impl ExactSizeIterator<Item = (&'d str, &'d str)> {
        self.order.iter().map(|place| dimensions[usize::from(*place)])
    }
}
