//! A query of series.

use std::sync::atomic::AtomicBool;

use timesql::{Limits, Next, Query, Source, SourceError, Table, text_of};

/// A house without a table.
struct Nothing;

impl Source for Nothing {
    fn databases(&self) -> Result<Vec<String>, SourceError> {
        Ok(Vec::new())
    }

    fn tables(&self, _: &str) -> Result<Option<Vec<String>>, SourceError> {
        Ok(Some(Vec::new()))
    }

    fn table(&self, _: &str, _: &str) -> Result<Option<Box<dyn Table + '_>>, SourceError> {
        Ok(None)
    }
}

/// Reading a query, finding what it names and running it ends without a panic; each row has a value for
/// each column.
pub fn series_query(data: &[u8]) {
    let Ok(sql) = str::from_utf8(data) else { return };
    let Ok(query) = Query::parse(sql) else { return };
    let Ok(bound) = query.bind(&Nothing, 1_700_000_000_000_000_000, &[]) else { return };
    let cancelled = AtomicBool::new(false);
    let limits = Limits { memory_bytes: 1 << 20, budget: None, cancelled: &cancelled };
    let columns = bound.columns();
    let ran = bound.run(limits, &mut |rows| {
        for row in &rows {
            assert_eq!(row.len(), columns.len());
            for (value, column) in row.iter().zip(columns) {
                drop(text_of(value, &column.of));
            }
        }
        Next::More
    });
    drop(ran);
}
