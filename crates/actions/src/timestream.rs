//! `timestream`: each attribute that was selected becomes a record of a series.

use rules::{Number, Value};
use series::{MeasureType, RecordText, TimeUnit};

use crate::action::{Action, Matched};
use crate::desk::{Desk, Target};
use crate::error::{Failure, UnfitAction};
use crate::field::{Field, Fields};

#[derive(Debug)]
pub(crate) struct Timestream {
    role_arn: String,
    database: Field,
    table: Field,
    dimensions: Vec<(Field, Field)>,
    /// The message's own time if none is given.
    timestamp: Option<(Field, Field)>,
}

/// AWS's limit.
const DIMENSIONS_MAX: usize = 128;

impl Timestream {
    pub(crate) fn read(mut fields: Fields) -> Result<Timestream, UnfitAction> {
        let role_arn = fields.text("roleArn")?;
        let (database, table) = (fields.template("databaseName")?, fields.template("tableName")?);
        let mut dimensions = Vec::new();
        for mut dimension in fields.objects("dimensions")? {
            dimensions.push((dimension.template("name")?, dimension.template("value")?));
            dimension.finish()?;
        }
        if !(1..=DIMENSIONS_MAX).contains(&dimensions.len()) {
            let what = format!("1 to {DIMENSIONS_MAX} dimensions are needed");
            return Err(fields.unfit("dimensions", what));
        }
        let mut timestamp = None;
        if let Some(mut given) = fields.optional_object("timestamp")? {
            timestamp = Some((given.template("value")?, given.template("unit")?));
            given.finish()?;
        }
        fields.finish()?;
        Ok(Timestream { role_arn, database, table, dimensions, timestamp })
    }

    fn time(&self, matched: &Matched<'_>, resource: &str) -> Result<(String, TimeUnit), Failure> {
        let Some((value, unit)) = &self.timestamp else {
            return Ok((matched.event.timestamp_ms.to_string(), TimeUnit::Milliseconds));
        };
        let (value, unit) = (matched.fill(value)?, matched.fill(unit)?);
        let unit = match unit.as_str() {
            "SECONDS" => TimeUnit::Seconds,
            "MILLISECONDS" => TimeUnit::Milliseconds,
            "MICROSECONDS" => TimeUnit::Microseconds,
            "NANOSECONDS" => TimeUnit::Nanoseconds,
            _ => return Err(Failure::of(resource, format!("{unit} is no unit of time"))),
        };
        Ok((value, unit))
    }
}

impl Action for Timestream {
    fn kind(&self) -> &'static str {
        "TimestreamAction"
    }

    fn role_arn(&self) -> Option<&str> {
        Some(&self.role_arn)
    }

    fn plan(&self, matched: &Matched<'_>, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let (database, table) = (matched.fill(&self.database)?, matched.fill(&self.table)?);
        let path = format!("database/{database}/table/{table}");
        desk.check(&self.role_arn, "timestream:DescribeEndpoints", Target::Series("*"))?;
        desk.check(&self.role_arn, "timestream:WriteRecords", Target::Series(&path))?;
        let resource = Target::Series(&path).arn(desk.home);
        let mut dimensions = Vec::new();
        for (name, value) in &self.dimensions {
            dimensions.push((matched.fill(name)?, matched.fill(value)?));
        }
        let (time, unit) = self.time(matched, &resource)?;
        let selected = matched.selected.value();
        let members = selected.members(matched.version).ok_or_else(|| {
            Failure::of(&resource, format!("an object is needed, not {}", selected.kind()))
        })?;
        let mut measures = Vec::new();
        for (name, value) in members {
            if let Some((kind, text)) = measure(&name, &value, &resource)? {
                measures.push((name, kind, text));
            }
        }
        let dimensions: Vec<(&str, &str)> =
            dimensions.iter().map(|(name, value)| (&**name, &**value)).collect();
        let records = measures.iter().map(|(name, kind, text)| RecordText {
            dimensions: (&*dimensions).into(),
            measure_name: Some(&**name),
            measure_value: Some(&**text),
            kind: *kind,
            measures: Default::default(),
            time: Some(&time),
            unit,
            version: None,
        });
        desk.write_series((&database, &table), &resource, &records.collect::<Vec<_>>())
    }
}

/// The type that a value seems to be of, and its text; none for what is not there.
fn measure(
    name: &str,
    value: &Value<'_>,
    resource: &str,
) -> Result<Option<(MeasureType, String)>, Failure> {
    Ok(Some(match value {
        Value::Undefined => return Ok(None),
        Value::Boolean(value) => (MeasureType::Boolean, value.to_string()),
        Value::Number(number @ Number::Int(_)) => (MeasureType::BigInt, number.to_string()),
        Value::Number(number) => (MeasureType::Double, number.to_string()),
        Value::String(text) => (MeasureType::Varchar, text.clone().into_owned()),
        other => {
            let what = format!("the attribute {name} is {}, which no measure holds", other.kind());
            return Err(Failure::of(resource, what));
        }
    }))
}
