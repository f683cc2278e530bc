//! `thingstead series …`: rows of a table as comma-separated values or Parquet, out and in again.
//!
//! The first line, or the schema, names the columns: `time` and `measure_name`, then dimensions as `NAME:dimension` and
//! measures as `NAME:TYPE`. Values of single-measure records stand in `measure_value::TYPE`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::cli::SeriesCommand;
use crate::client::{Call, Client};
use crate::commands::csv::{Records, put_record};
use crate::commands::parquet::{self, Title};
use crate::commands::{say, say_json};
use crate::data::Data;

/// What one call takes.
const RECORDS_MAX: usize = 100;

/// Rows are asked for by the hour, so that no answer has to be sorted whole.
const HOUR_NANOS: i64 = 3_600_000_000_000;

/// What a column of a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Column {
    Time,
    MeasureName,
    Dimension(String),
    /// The value of a single-measure record, and its type.
    Single(String),
    /// A measure of a record of many, and its type.
    Measure(String, String),
}

pub(crate) async fn run(data: &Data, as_json: bool, command: SeriesCommand) -> Result<()> {
    let client = Client::new(data)?;
    let (verb, rows) = match command {
        SeriesCommand::Export { database, table, file } => {
            ("exported", export(&client, &database, &table, &file).await?)
        }
        SeriesCommand::Import { database, table, file } => {
            ("imported", import(&client, &database, &table, &file).await?)
        }
    };
    if as_json {
        return say_json(&json!({ "rows": rows }));
    }
    say(format!("{verb} {rows} rows"))
}

// === out ===

async fn export(client: &Client, database: &str, table: &str, file: &Path) -> Result<u64> {
    let name = format!("\"{}\".\"{}\"", quoted(database), quoted(table));
    let columns = columns_of(client, &name).await?;
    let open = File::create(file).with_context(|| format!("{} cannot be made", file.display()))?;
    let mut out = Out::new(open, is_parquet(file), &columns)?;
    let ends = rows(client, &format!("SELECT min(time), max(time) FROM {name}")).await?;
    let end = |at: usize| ends.first().and_then(|row| row[at].as_deref().map(nanos));
    let (Some(first), Some(last)) = (end(0).transpose()?, end(1).transpose()?) else {
        out.finish()?;
        return Ok(0);
    };
    let selected: Vec<String> =
        columns.iter().map(|(name, _)| format!("\"{}\"", quoted(name))).collect();
    let selected = selected.join(", ");
    let mut count = 0;
    for hour in first.div_euclid(HOUR_NANOS)..=last.div_euclid(HOUR_NANOS) {
        let (from, until) = (hour * HOUR_NANOS, (hour + 1) * HOUR_NANOS);
        let query = format!(
            "SELECT {selected} FROM {name} WHERE time >= from_nanoseconds({from}) \
             AND time < from_nanoseconds({until})"
        );
        let rows = rows(client, &query).await?;
        count += rows.len() as u64;
        out.write(rows, &columns)?;
    }
    out.finish().with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(count)
}

fn is_parquet(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "parquet")
}

/// A file that is written.
enum Out<'c> {
    Values(BufWriter<File>),
    Parquet(parquet::Writer<'c>),
}

impl<'c> Out<'c> {
    fn new(file: File, is_parquet: bool, columns: &'c [(String, Column)]) -> Result<Out<'c>> {
        let columns = columns.iter().map(|(_, column)| column);
        if is_parquet {
            let titles = columns.map(|it| Title { name: it.title(), kind: it.kind() });
            return Ok(Out::Parquet(parquet::Writer::new(file, &titles.collect::<Vec<_>>())?));
        }
        let mut out = BufWriter::new(file);
        put_record(&mut out, columns.map(Column::title))?;
        Ok(Out::Values(out))
    }

    fn write(
        &mut self,
        mut rows: Vec<Vec<Option<String>>>,
        columns: &[(String, Column)],
    ) -> Result<()> {
        match self {
            Out::Values(out) => {
                for row in rows {
                    put_record(out, row.into_iter().map(Option::unwrap_or_default))?;
                }
            }
            Out::Parquet(writer) => {
                for (place, (_, column)) in columns.iter().enumerate() {
                    if column.kind() == "timestamp" {
                        for text in rows.iter_mut().filter_map(|row| row[place].as_mut()) {
                            *text = nanos(text)?.to_string();
                        }
                    }
                }
                if !rows.is_empty() {
                    writer.write(&rows)?;
                }
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<()> {
        match self {
            Out::Values(mut out) => Ok(out.flush()?),
            Out::Parquet(writer) => writer.finish(),
        }
    }
}

/// The columns of a table by their names.
async fn columns_of(client: &Client, name: &str) -> Result<Vec<(String, Column)>> {
    let mut columns = Vec::new();
    for row in rows(client, &format!("DESCRIBE {name}")).await? {
        let [Some(column), Some(kind), Some(what)] = &row[..] else {
            bail!("the description of {name} has gaps");
        };
        let kind = kind.to_ascii_lowercase();
        let is = match what.as_str() {
            "DIMENSION" => Column::Dimension(column.clone()),
            "MEASURE_NAME" => Column::MeasureName,
            "TIMESTAMP" => Column::Time,
            _ => match column.strip_prefix("measure_value::") {
                Some(kind) => Column::Single(kind.to_owned()),
                None => Column::Measure(column.clone(), kind),
            },
        };
        columns.push((column.clone(), is));
    }
    Ok(columns)
}

/// All rows that a query answers, as texts.
async fn rows(client: &Client, query: &str) -> Result<Vec<Vec<Option<String>>>> {
    let (mut rows, mut token) = (Vec::new(), None);
    loop {
        let mut input = json!({ "QueryString": query });
        if let Some(token) = token {
            input["NextToken"] = token;
        }
        let mut answer = timestream(client, "Query", &input).await?;
        for row in answer["Rows"].as_array().into_iter().flatten() {
            let values = row["Data"].as_array().into_iter().flatten();
            let texts = values.map(|value| value["ScalarValue"].as_str().map(str::to_owned));
            rows.push(texts.collect());
        }
        match answer["NextToken"].take() {
            Value::Null => return Ok(rows),
            next => token = Some(next),
        }
    }
}

fn quoted(name: &str) -> String {
    name.replace('"', "\"\"")
}

impl Column {
    fn title(&self) -> String {
        match self {
            Column::Time => "time".to_owned(),
            Column::MeasureName => "measure_name".to_owned(),
            Column::Dimension(name) => format!("{name}:dimension"),
            Column::Single(kind) => format!("measure_value::{kind}"),
            Column::Measure(name, kind) => format!("{name}:{kind}"),
        }
    }

    /// Of what type its values are.
    fn kind(&self) -> &str {
        match self {
            Column::Time => "timestamp",
            Column::MeasureName | Column::Dimension(_) => "varchar",
            Column::Single(kind) | Column::Measure(_, kind) => kind,
        }
    }

    fn read(title: &str) -> Result<Column> {
        const KINDS: [&str; 5] = ["double", "bigint", "varchar", "boolean", "timestamp"];
        let known = |kind: &str| {
            ensure!(KINDS.contains(&kind), "{title}: {kind} is none of {}", KINDS.join(", "));
            Ok(kind.to_owned())
        };
        Ok(match title {
            "time" => Column::Time,
            "measure_name" => Column::MeasureName,
            _ => match (title.strip_prefix("measure_value::"), title.rsplit_once(':')) {
                (Some(kind), _) => Column::Single(known(kind)?),
                (None, Some((name, "dimension"))) => Column::Dimension(name.to_owned()),
                (None, Some((name, kind))) => Column::Measure(name.to_owned(), known(kind)?),
                (None, None) => bail!("{title}: say what it is, as {title}:double"),
            },
        })
    }
}

// === in ===

async fn import(client: &Client, database: &str, table: &str, file: &Path) -> Result<u64> {
    if is_parquet(file) {
        let (titles, rows) = parquet::read(file)?;
        return import_rows(client, database, table, &titles, rows).await;
    }
    let open = File::open(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let mut records = Records::new(BufReader::new(open));
    let titles = records.next().context("the file has no first line")??;
    import_rows(client, database, table, &titles, records).await
}

async fn import_rows(
    client: &Client,
    database: &str,
    table: &str,
    titles: &[String],
    rows: impl Iterator<Item = Result<Vec<String>>>,
) -> Result<u64> {
    let columns = titles.iter().map(|title| Column::read(title)).collect::<Result<Vec<_>>>()?;
    ensure!(columns.contains(&Column::Time), "no column is called time");
    let (mut batch, mut count) = (Vec::with_capacity(RECORDS_MAX), 0);
    for (at, row) in rows.enumerate() {
        let line = at + 2;
        let row = row.with_context(|| format!("row {line}"))?;
        ensure!(row.len() == columns.len(), "row {line} has {} columns", row.len());
        batch.push(record(&columns, &row).with_context(|| format!("row {line}"))?);
        if batch.len() == RECORDS_MAX {
            count += write(client, database, table, &mut batch, line).await?;
        }
    }
    if !batch.is_empty() {
        count += write(client, database, table, &mut batch, 0).await?;
    }
    Ok(count)
}

async fn write(
    client: &Client,
    database: &str,
    table: &str,
    batch: &mut Vec<Value>,
    line: usize,
) -> Result<u64> {
    let count = batch.len() as u64;
    let records = std::mem::take(batch);
    let input = json!({ "DatabaseName": database, "TableName": table, "Records": records });
    timestream(client, "WriteRecords", &input)
        .await
        .with_context(|| format!("the rows up to row {line} were not all taken"))?;
    Ok(count)
}

/// A row as a record of one measure, or of many.
fn record(columns: &[Column], row: &[String]) -> Result<Value> {
    let (mut dimensions, mut measures) = (Vec::new(), Vec::new());
    let mut record = BTreeMap::from([("TimeUnit", json!("NANOSECONDS"))]);
    for (column, text) in columns.iter().zip(row).filter(|(_, text)| !text.is_empty()) {
        match column {
            Column::Time => {
                record.insert("Time", json!(nanos(text)?.to_string()));
            }
            Column::MeasureName => {
                record.insert("MeasureName", json!(text));
            }
            Column::Dimension(name) => dimensions.push(json!({ "Name": name, "Value": text })),
            Column::Single(kind) => {
                record.insert("MeasureValue", json!(value(kind, text)?));
                record.insert("MeasureValueType", json!(kind.to_ascii_uppercase()));
            }
            Column::Measure(name, kind) => measures.push(json!({
                "Name": name, "Value": value(kind, text)?, "Type": kind.to_ascii_uppercase(),
            })),
        }
    }
    if !measures.is_empty() {
        ensure!(!record.contains_key("MeasureValue"), "it has a measure_value and other measures");
        record.insert("MeasureValueType", json!("MULTI"));
        record.insert("MeasureValues", json!(measures));
    }
    record.insert("Dimensions", json!(dimensions));
    Ok(json!(record))
}

fn value(kind: &str, text: &str) -> Result<String> {
    Ok(if kind == "timestamp" { nanos(text)?.to_string() } else { text.to_owned() })
}

/// A time as answers have it (`2024-01-01 00:00:00.000000000`), or a number of nanoseconds.
fn nanos(text: &str) -> Result<i64> {
    if let Ok(nanos) = text.parse() {
        return Ok(nanos);
    }
    let wrong = || format!("{text} is no time, as 2024-01-01 00:00:00.000000000");
    let (date, time) = text.split_once([' ', 'T']).with_context(wrong)?;
    let (time, fraction) = time.trim_end_matches('Z').split_once('.').unwrap_or((time, ""));
    let mut date = date.splitn(3, '-').map(str::parse::<i64>);
    let mut time = time.trim_end_matches('Z').splitn(3, ':').map(str::parse::<i64>);
    let part = |of: &mut dyn Iterator<Item = Result<i64, std::num::ParseIntError>>| {
        of.next().and_then(Result::ok).with_context(wrong)
    };
    let (year, month, day) = (part(&mut date)?, part(&mut date)?, part(&mut date)?);
    let (hour, minute, second) = (part(&mut time)?, part(&mut time)?, part(&mut time)?);
    ensure!(fraction.len() <= 9 && fraction.bytes().all(|it| it.is_ascii_digit()), wrong());
    let fraction: i64 = format!("{fraction:0<9}").parse()?;
    // Years begin in March, so that leap days come last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let days =
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * month + 2) / 5 + day
            - 1
            - 719_468;
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second;
    seconds.checked_mul(1_000_000_000).and_then(|it| it.checked_add(fraction)).with_context(wrong)
}

async fn timestream(client: &Client, operation: &str, input: &Value) -> Result<Value> {
    let target = format!("Timestream_20181101.{operation}");
    let headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", &*target)];
    let (service, method, path, query) = ("timestream", "POST", "/", "");
    let call = Call { service, method, path, query, headers: &headers, body: Some(input) };
    client.call(&call).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_answers_have_them() {
        let check = |text: &str, expected: i64| assert_eq!(nanos(text).expect("read"), expected);
        check("1970-01-01 00:00:00.000000000", 0);
        check("2024-02-29 12:30:15.000000007", 1_709_209_815_000_000_007);
        check("2024-02-29T12:30:15Z", 1_709_209_815_000_000_000);
        check("1969-12-31 23:59:59.5", -500_000_000);
        check("17", 17);
        for text in ["", "soon", "2024-01-01", "2024-01-01 00:00", "2024-01-01 00:00:00.x"] {
            assert!(nanos(text).is_err(), "{text}");
        }
    }

    #[test]
    fn titles_are_read_back() {
        let measure = Column::Measure("a:b".into(), "double".into());
        let all = [Column::Time, Column::MeasureName, Column::Dimension("x".into()), measure];
        for column in all.iter().chain([&Column::Single("bigint".into())]) {
            assert_eq!(Column::read(&column.title()).expect("read"), *column);
        }
        assert!(Column::read("level").is_err() && Column::read("level:float").is_err());
    }
}
