//! Rows in Parquet files: columns by their titles, each of its own type, a group of rows at a time.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::record::{Field, Row};
use parquet::schema::types::{Type, TypePtr};

/// What a column is called, and of what type its values are.
pub(super) struct Title<'t> {
    pub(super) name: String,
    pub(super) kind: &'t str,
}

/// A file that is written.
pub(super) struct Writer<'t> {
    file: SerializedFileWriter<File>,
    kinds: Vec<&'t str>,
}

impl<'t> Writer<'t> {
    pub(super) fn new(file: File, titles: &[Title<'t>]) -> Result<Writer<'t>> {
        let fields = titles.iter().map(field).collect::<Result<Vec<_>>>()?;
        let schema = Type::group_type_builder("rows").with_fields(fields).build()?;
        let file = SerializedFileWriter::new(file, Arc::new(schema), Arc::default())?;
        Ok(Writer { file, kinds: titles.iter().map(|title| title.kind).collect() })
    }

    /// Some rows, which are held whole; times are nanoseconds.
    pub(super) fn write(&mut self, rows: &[Vec<Option<String>>]) -> Result<()> {
        let mut group = self.file.next_row_group()?;
        for (place, kind) in self.kinds.iter().enumerate() {
            let mut column = group.next_column()?.context("each title has a column")?;
            let texts: Vec<Option<&str>> = rows.iter().map(|row| row[place].as_deref()).collect();
            put(column.untyped(), &texts).with_context(|| format!("a value is no {kind}"))?;
            column.close()?;
        }
        group.close()?;
        Ok(())
    }

    pub(super) fn finish(self) -> Result<()> {
        self.file.close()?;
        Ok(())
    }
}

fn field(title: &Title<'_>) -> Result<TypePtr> {
    let (physical, logical) = match title.kind {
        "timestamp" => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::NANOS))),
        "bigint" => (Physical::INT64, None),
        "double" => (Physical::DOUBLE, None),
        "boolean" => (Physical::BOOLEAN, None),
        _ => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    };
    let field = Type::primitive_type_builder(&title.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical);
    Ok(Arc::new(field.build()?))
}

/// The texts that are there, as values; and for each row whether there is one.
fn put(column: &mut ColumnWriter<'_>, texts: &[Option<&str>]) -> Result<()> {
    let present: Vec<i16> = texts.iter().map(|text| i16::from(text.is_some())).collect();
    let there = texts.iter().copied().flatten();
    match column {
        ColumnWriter::Int64ColumnWriter(column) => {
            let values = there.map(str::parse).collect::<Result<Vec<i64>, _>>()?;
            column.write_batch(&values, Some(&present), None)?;
        }
        ColumnWriter::DoubleColumnWriter(column) => {
            let values = there.map(str::parse).collect::<Result<Vec<f64>, _>>()?;
            column.write_batch(&values, Some(&present), None)?;
        }
        ColumnWriter::BoolColumnWriter(column) => {
            let values = there.map(str::parse).collect::<Result<Vec<bool>, _>>()?;
            column.write_batch(&values, Some(&present), None)?;
        }
        ColumnWriter::ByteArrayColumnWriter(column) => {
            let values: Vec<ByteArray> = there.map(ByteArray::from).collect();
            column.write_batch(&values, Some(&present), None)?;
        }
        _ => bail!("no column is written so"),
    }
    Ok(())
}

/// The names of a file's columns, and its rows as texts; what is not there is an empty one.
pub(super) fn read(
    path: &Path,
) -> Result<(Vec<String>, impl Iterator<Item = Result<Vec<String>>>)> {
    let open = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let reader = SerializedFileReader::new(open)
        .with_context(|| format!("{} is no Parquet file", path.display()))?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let fields = schema.root_schema().get_fields();
    let titles = fields.iter().map(|field| field.name().to_owned()).collect();
    Ok((titles, reader.into_iter().map(|row| texts(&row?))))
}

fn texts(row: &Row) -> Result<Vec<String>> {
    row.get_column_iter().map(|(name, field)| text(field).with_context(|| name.clone())).collect()
}

fn text(field: &Field) -> Result<String> {
    Ok(match field {
        Field::Null => String::new(),
        Field::Bool(value) => value.to_string(),
        Field::Byte(value) => value.to_string(),
        Field::Short(value) => value.to_string(),
        Field::Int(value) => value.to_string(),
        Field::Long(value) => value.to_string(),
        Field::UByte(value) => value.to_string(),
        Field::UShort(value) => value.to_string(),
        Field::UInt(value) => value.to_string(),
        Field::Float(value) => value.to_string(),
        Field::Double(value) => value.to_string(),
        Field::Str(value) => value.clone(),
        Field::TimestampMillis(millis) => nanos(*millis, 1_000_000)?,
        Field::TimestampMicros(micros) => nanos(*micros, 1_000)?,
        other => bail!("it cannot hold {other}"),
    })
}

fn nanos(count: i64, factor: i64) -> Result<String> {
    let nanos = count.checked_mul(factor).context("it is beyond the times that there are")?;
    Ok(nanos.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rows.parquet");
        let kinds = ["timestamp", "varchar", "double", "bigint", "boolean"];
        let titles = kinds.map(|kind| Title { name: format!("a:{kind}"), kind });
        let text = |text: &str| Some(text.to_owned());
        let groups = [
            vec![
                vec![text("-5"), text("é"), text("0.1"), text("-7"), text("true")],
                vec![text("5"), None, None, None, None],
            ],
            vec![vec![text("9"), text(""), text("-1e300"), text("0"), text("false")]],
        ];
        let file = File::create(&path).expect("a file");
        let mut writer = Writer::new(file, &titles).expect("a writer");
        groups.iter().for_each(|rows| writer.write(rows).expect("written"));
        writer.finish().expect("written");
        let (names, rows) = read(&path).expect("a file");
        assert_eq!(names, titles.map(|title| title.name));
        let rows: Vec<Vec<String>> = rows.map(|row| row.expect("a row")).collect();
        let big = format!("{}", -1e300);
        let expected: [[&str; 5]; 3] = [
            ["-5", "é", "0.1", "-7", "true"],
            ["5", "", "", "", ""],
            ["9", "", &big, "0", "false"],
        ];
        assert_eq!(rows, expected);
    }
}
