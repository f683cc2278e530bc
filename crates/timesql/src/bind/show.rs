//! SHOW and DESCRIBE.

use std::collections::{BTreeMap, BTreeSet};

use super::from::database_and_table;
use super::scope::{Field, Scope};
use super::{Binder, Relation};
use crate::ast::{QualifiedName, Statement};
use crate::bound::Bound;
use crate::error::{QueryError, meaning};
use crate::functions::like;
use crate::plan::Plan;
use crate::source::{Block, Kind, Next, Scan, Stored, Table, Values};
use crate::types::Type;
use crate::value::Value;

impl Binder<'_> {
    pub(super) fn show(&mut self, statement: &Statement) -> Result<Relation, QueryError> {
        match statement {
            Statement::ShowDatabases { like } => {
                let names = self.source.databases()?;
                Ok(texts(&["Database"], rows(names, like.as_deref())?))
            }
            Statement::ShowTables { from, like } => {
                let Some(from) = from else {
                    let what = "Database must be specified: SHOW TABLES FROM database";
                    return meaning(crate::Position { line: 1, column: 1 }, what);
                };
                let names = self.source.tables(&from.text)?;
                let Some(names) = names else {
                    return Err(QueryError::DatabaseNotFound {
                        database: from.text.clone(),
                        identifier: from.text.clone(),
                        at: from.at,
                    });
                };
                Ok(texts(&["Table"], rows(names, like.as_deref())?))
            }
            Statement::ShowMeasures { from, like } => self.measures(from, like.as_deref()),
            Statement::Describe(name) => self.describe(name),
            Statement::Query(query) => self.query(query),
        }
    }

    fn describe(&mut self, name: &QualifiedName) -> Result<Relation, QueryError> {
        let (database, table) = database_and_table(name)?;
        let table = self.open(&database, &table)?;
        let row = |column: &crate::source::Column| {
            let attribute = match column.kind {
                Kind::Dimension => "DIMENSION",
                Kind::MeasureName => "MEASURE_NAME",
                Kind::Time => "TIMESTAMP",
                Kind::Measure if column.name.starts_with("measure_value::") => "MEASURE_VALUE",
                Kind::Measure => "MULTI",
            };
            let of = Type::from(column.stored).to_string();
            vec![Value::text(&column.name), Value::text(of), Value::text(attribute)]
        };
        let rows = table.columns().iter().map(row).collect();
        Ok(texts(&["Column", "Type", "Timestream attribute type"], rows))
    }

    /// For each name and type of measures: the dimensions that its records have.
    fn measures(
        &mut self,
        name: &QualifiedName,
        pattern: Option<&str>,
    ) -> Result<Relation, QueryError> {
        let (database, table) = database_and_table(name)?;
        let table = self.open(&database, &table)?;
        let mut rows = Vec::new();
        for ((measure, of), dimensions) in measures_of(&*table)? {
            if !is_meant(&measure, pattern)? {
                continue;
            }
            let dimension =
                |name: String| Value::list(vec![Value::text(name), Value::text("varchar")]);
            let dimensions = Value::list(dimensions.into_iter().map(dimension).collect());
            rows.push(vec![Value::text(measure), Value::text(of), dimensions]);
        }
        let names = ["dimension_name", "data_type"];
        let row = names.map(|name| (Some(name.to_owned()), Type::Varchar));
        let types = [Type::Varchar, Type::Varchar, Type::array(Type::Row(row.into()))];
        Ok(relation(&["measure_name", "data_type", "dimensions"], &types, rows))
    }
}

type Measures = BTreeMap<(String, String), BTreeSet<String>>;

fn measures_of(table: &dyn Table) -> Result<Measures, QueryError> {
    let columns = table.columns();
    let places = (0..columns.len()).filter(|place| columns[*place].kind != Kind::Time);
    let request = Scan {
        columns: places.collect(),
        from: i64::MIN,
        until: i64::MAX,
        equal: Vec::new(),
        newest_first: false,
        sums: None,
    };
    let mut measures = Measures::new();
    table.scan(&request, &mut |block| {
        for row in block_rows(block) {
            let (mut name, mut of, mut dimensions) = (None, "multi", Vec::new());
            for (place, values) in request.columns.iter().zip(&block.columns) {
                let column = &columns[*place];
                let value = crate::column::Column::of_block(values).get(row);
                match column.kind {
                    _ if value.is_null() => {}
                    Kind::Dimension => dimensions.push(column.name.clone()),
                    Kind::MeasureName => name = Some(value.str().to_owned()),
                    Kind::Measure if column.name.starts_with("measure_value::") => {
                        of = name_of(column.stored);
                    }
                    Kind::Measure | Kind::Time => {}
                }
            }
            if let Some(name) = name {
                measures.entry((name, of.to_owned())).or_default().extend(dimensions);
            }
        }
        Next::More
    })?;
    Ok(measures)
}

/// One row stands for all if names and dimensions are the same in each.
fn block_rows(block: &Block<'_>) -> std::ops::Range<usize> {
    let is_plain = |values: &Values<'_>| match values {
        Values::Constant(_) | Values::Sums(_) => true,
        Values::Varchar { .. } => false,
        Values::Double { present, .. } => present.is_none(),
        Values::BigInt { present, .. } | Values::Timestamp { present, .. } => present.is_none(),
        Values::Boolean { present, .. } => present.is_none(),
    };
    if block.columns.iter().all(is_plain) { 0..1.min(block.rows) } else { 0..block.rows }
}

fn name_of(stored: Stored) -> &'static str {
    match stored {
        Stored::Varchar => "varchar",
        Stored::Double => "double",
        Stored::BigInt => "bigint",
        Stored::Boolean => "boolean",
        Stored::Timestamp => "timestamp",
    }
}

fn is_meant(name: &str, pattern: Option<&str>) -> Result<bool, QueryError> {
    Ok(pattern.map_or(Ok(true), |pattern| like(name, pattern, None))?)
}

fn rows(names: Vec<String>, pattern: Option<&str>) -> Result<Vec<Vec<Value>>, QueryError> {
    let mut rows = Vec::new();
    for name in names {
        if is_meant(&name, pattern)? {
            rows.push(vec![Value::text(name)]);
        }
    }
    Ok(rows)
}

fn texts(names: &[&str], rows: Vec<Vec<Value>>) -> Relation {
    relation(names, &vec![Type::Varchar; names.len()], rows)
}

fn relation(names: &[&str], types: &[Type], rows: Vec<Vec<Value>>) -> Relation {
    let row = |row: Vec<Value>| {
        row.into_iter().zip(types).map(|(value, of)| Bound::constant(value, of.clone())).collect()
    };
    let rows = rows.into_iter().map(row).collect();
    let fields = names.iter().zip(types).map(|(name, of)| Field {
        qualifier: Vec::new(),
        name: Some((*name).to_owned()),
        of: of.clone(),
    });
    let scope = Scope { fields: fields.collect() };
    Relation { plan: Plan::Values { rows, types: types.to_vec() }, scope }
}
