//! Columns and values as Timestream's JSON has them.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use timesql::{OutputColumn, Type, Value, text_of};

/// A column's name and type.
#[derive(Debug)]
pub(super) struct ColumnInfo<'a>(pub(super) Option<&'a str>, pub(super) &'a Type);

/// `{"ScalarType": "VARCHAR"}`
#[derive(Debug)]
pub(super) struct TypeInfo<'a>(pub(super) &'a Type);

impl Serialize for ColumnInfo<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(name) = self.0 {
            map.serialize_entry("Name", name)?;
        }
        map.serialize_entry("Type", &TypeInfo(self.1))?;
        map.end()
    }
}

impl Serialize for TypeInfo<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self.0 {
            Type::Array(element) => {
                map.serialize_entry("ArrayColumnInfo", &ColumnInfo(None, element))?;
            }
            Type::TimeSeries(value) => {
                let info = ColumnInfo(None, value);
                map.serialize_entry("TimeSeriesMeasureValueColumnInfo", &info)?;
            }
            Type::Row(fields) => {
                let infos: Vec<ColumnInfo<'_>> =
                    fields.iter().map(|(name, of)| ColumnInfo(name.as_deref(), of)).collect();
                map.serialize_entry("RowColumnInfo", &infos)?;
            }
            scalar => map.serialize_entry("ScalarType", scalar_name(scalar))?,
        }
        map.end()
    }
}

fn scalar_name(of: &Type) -> &'static str {
    match of {
        Type::Boolean => "BOOLEAN",
        Type::Integer => "INTEGER",
        Type::BigInt => "BIGINT",
        Type::Double => "DOUBLE",
        Type::Varchar => "VARCHAR",
        Type::Timestamp => "TIMESTAMP",
        Type::Date => "DATE",
        Type::Time => "TIME",
        Type::DayToSecond => "INTERVAL_DAY_TO_SECOND",
        Type::YearToMonth => "INTERVAL_YEAR_TO_MONTH",
        Type::Unknown | Type::Array(_) | Type::Row(_) | Type::TimeSeries(_) => "UNKNOWN",
    }
}

pub(super) fn column_infos(columns: &[OutputColumn]) -> Vec<ColumnInfo<'_>> {
    columns.iter().map(|column| ColumnInfo(Some(&column.name), &column.of)).collect()
}

/// One row, as it stands in an answer.
pub(super) fn row(
    values: &[Value],
    columns: &[OutputColumn],
) -> Result<Box<RawValue>, serde_json::Error> {
    let data = values.iter().zip(columns).map(|(value, column)| Datum(value, &column.of));
    to_raw_value(&RowValue { data: data.collect() })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RowValue<'a> {
    data: Vec<Datum<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Point<'a> {
    time: String,
    value: Datum<'a>,
}

/// A value and its type.
struct Datum<'a>(&'a Value, &'a Type);

impl Serialize for Datum<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match (self.0, self.1) {
            (Value::Null, _) => map.serialize_entry("NullValue", &true)?,
            (Value::List(items), Type::Array(element)) => {
                let items: Vec<Datum<'_>> = items.iter().map(|item| Datum(item, element)).collect();
                map.serialize_entry("ArrayValue", &items)?;
            }
            (Value::List(items), Type::Row(fields)) => {
                let data = items.iter().zip(fields).map(|(item, (_, of))| Datum(item, of));
                map.serialize_entry("RowValue", &RowValue { data: data.collect() })?;
            }
            (Value::List(items), Type::TimeSeries(of)) => {
                let point = |item: &'_ Value| match item {
                    Value::List(point) => {
                        point.first().zip(point.get(1)).map(|(at, _)| text_of(at, &Type::Timestamp))
                    }
                    _ => None,
                };
                let points: Vec<Point<'_>> = items
                    .iter()
                    .filter_map(|item| Some((point(item)?, item)))
                    .filter_map(|(time, item)| match item {
                        Value::List(point) => Some(Point { time, value: Datum(point.get(1)?, of) }),
                        _ => None,
                    })
                    .collect();
                map.serialize_entry("TimeSeriesValue", &points)?;
            }
            (Value::Text(text), _) => map.serialize_entry("ScalarValue", &**text)?,
            (value, of) => map.serialize_entry("ScalarValue", &text_of(value, of))?,
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn shown(value: Value, of: Type) -> String {
        let column = OutputColumn { name: "x".to_owned(), of };
        row(&[value], &[column]).expect("written").get().to_owned()
    }

    #[test]
    fn values_have_the_shapes_of_their_types() {
        let double = || Value::Double(1.0);
        assert_eq!(shown(Value::Null, Type::Double), r#"{"Data":[{"NullValue":true}]}"#);
        assert_eq!(shown(double(), Type::Double), r#"{"Data":[{"ScalarValue":"1.0"}]}"#);
        let list = Value::List(Arc::from([double(), Value::Null]));
        assert_eq!(
            shown(list.clone(), Type::Array(Box::new(Type::Double))),
            r#"{"Data":[{"ArrayValue":[{"ScalarValue":"1.0"},{"NullValue":true}]}]}"#
        );
        let point = Value::List(Arc::from([Value::Int(0), double()]));
        assert_eq!(
            shown(Value::List(Arc::from([point])), Type::TimeSeries(Box::new(Type::Double))),
            concat!(
                r#"{"Data":[{"TimeSeriesValue":[{"Time":"1970-01-01 00:00:00.000000000","#,
                r#""Value":{"ScalarValue":"1.0"}}]}]}"#
            )
        );
    }

    #[test]
    fn types_nest() {
        let of = Type::Array(Box::new(Type::Row(vec![(Some("a".to_owned()), Type::Integer)])));
        let info = serde_json::to_string(&ColumnInfo(Some("x"), &of)).expect("written");
        let inner = r#"{"Type":{"RowColumnInfo":[{"Name":"a","Type":{"ScalarType":"INTEGER"}}]}}"#;
        let expected = format!(r#"{{"Name":"x","Type":{{"ArrayColumnInfo":{inner}}}}}"#);
        assert_eq!(info, expected);
    }
}
