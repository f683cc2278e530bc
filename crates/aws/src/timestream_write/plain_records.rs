//! Reads the input of WriteRecords where it is plain JSON, as programs write it: in one pass, without a
//! copy. What this reader does not understand it leaves to serde, and so it judges nothing.

use series::{MeasureText, MeasureType, RECORDS_MAX, TimeUnit};

use super::records_input::{RecordHead, Records};
use crate::plain_json::Plain;

/// About what a record takes, so that memory for all of them is taken once.
const RECORD_BYTES: usize = 192;

impl<'a> Records<'a> {
    /// The input, if it is plain and holds what it must.
    pub(super) fn read(body: &'a str) -> Option<Records<'a>> {
        let about = (body.len() / RECORD_BYTES + 1).min(RECORDS_MAX);
        let mut records = Records {
            dimensions: Vec::with_capacity(2 * about),
            measures: Vec::with_capacity(2 * about),
            ..Records::default()
        };
        let (mut database_name, mut table_name) = (None, None);
        let (mut common, mut list) = (None, None);
        let mut plain = Plain::new(body);
        plain.object(|plain| {
            if plain.is(b"\"DatabaseName\"") {
                return once(&mut database_name, plain.string()?);
            }
            if plain.is(b"\"TableName\"") {
                return once(&mut table_name, plain.string()?);
            }
            if plain.is(b"\"CommonAttributes\"") {
                return once(&mut common, records.record(plain)?);
            }
            if plain.is(b"\"Records\"") {
                let mut heads = Vec::with_capacity(about);
                plain.list(|plain| {
                    heads.push(records.record(plain)?);
                    Some(())
                })?;
                return once(&mut list, heads);
            }
            None
        })?;
        records.database_name = database_name?;
        records.table_name = table_name?;
        records.common = common.unwrap_or_default();
        records.records = list?;
        plain.is_over().then_some(records)
    }

    fn record(&mut self, plain: &mut Plain<'a>) -> Option<RecordHead<'a>> {
        let mut head = RecordHead::default();
        let (mut dimensions, mut measures) = (None, None);
        plain.object(|plain| {
            if plain.is(b"\"Dimensions\"") {
                let start = self.dimensions.len();
                plain.list(|plain| {
                    self.dimensions.push(dimension(plain)?);
                    Some(())
                })?;
                return once(&mut dimensions, start..self.dimensions.len());
            }
            if plain.is(b"\"MeasureValues\"") {
                let start = self.measures.len();
                plain.list(|plain| {
                    self.measures.push(measure(plain)?);
                    Some(())
                })?;
                return once(&mut measures, start..self.measures.len());
            }
            attribute(&mut head, plain)
        })?;
        head.dimensions = dimensions.unwrap_or_default();
        head.measures = measures.unwrap_or_default();
        Some(head)
    }
}

/// What a record says beside its lists.
fn attribute<'a>(head: &mut RecordHead<'a>, plain: &mut Plain<'a>) -> Option<()> {
    if plain.is(b"\"Time\"") {
        return once(&mut head.time, plain.string()?);
    }
    if plain.is(b"\"TimeUnit\"") {
        return once(&mut head.unit, unit(plain)?);
    }
    if plain.is(b"\"MeasureName\"") {
        return once(&mut head.measure_name, plain.string()?);
    }
    if plain.is(b"\"MeasureValue\"") {
        return once(&mut head.measure_value, plain.string()?);
    }
    if plain.is(b"\"MeasureValueType\"") {
        return once(&mut head.kind, kind(plain)?);
    }
    if plain.is(b"\"Version\"") {
        return once(&mut head.version, plain.whole()?);
    }
    None
}

/// Nothing for what is said twice.
fn once<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

fn dimension<'a>(plain: &mut Plain<'a>) -> Option<(&'a str, &'a str)> {
    let (mut name, mut value, mut of) = (None, None, None);
    plain.object(|plain| {
        if plain.is(b"\"Name\"") {
            return once(&mut name, plain.string()?);
        }
        if plain.is(b"\"Value\"") {
            return once(&mut value, plain.string()?);
        }
        if plain.is(b"\"DimensionValueType\"") {
            return once(&mut of, plain.string().filter(|it| *it == "VARCHAR")?);
        }
        None
    })?;
    Some((name?, value?))
}

fn measure<'a>(plain: &mut Plain<'a>) -> Option<MeasureText<'a>> {
    let (mut name, mut value, mut of) = (None, None, None);
    plain.object(|plain| {
        if plain.is(b"\"Name\"") {
            return once(&mut name, plain.string()?);
        }
        if plain.is(b"\"Value\"") {
            return once(&mut value, plain.string()?);
        }
        if plain.is(b"\"Type\"") {
            return once(&mut of, kind(plain)?);
        }
        None
    })?;
    Some(MeasureText { name: name?, value: value?, kind: of? })
}

fn kind(plain: &mut Plain<'_>) -> Option<MeasureType> {
    Some(match plain.string()? {
        "DOUBLE" => MeasureType::Double,
        "BIGINT" => MeasureType::BigInt,
        "VARCHAR" => MeasureType::Varchar,
        "BOOLEAN" => MeasureType::Boolean,
        "TIMESTAMP" => MeasureType::Timestamp,
        "MULTI" => MeasureType::Multi,
        _ => return None,
    })
}

fn unit(plain: &mut Plain<'_>) -> Option<TimeUnit> {
    Some(match plain.string()? {
        "MILLISECONDS" => TimeUnit::Milliseconds,
        "SECONDS" => TimeUnit::Seconds,
        "MICROSECONDS" => TimeUnit::Microseconds,
        "NANOSECONDS" => TimeUnit::Nanoseconds,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::records_input::Input;
    use super::*;

    /// Whatever this reader answers is what serde answers. Answers whether it does.
    fn is_read(body: &str) -> bool {
        let Some(read) = Records::read(body) else { return false };
        let input: Input = serde_json::from_str(body).expect(body);
        let input = Records::of(&input);
        let texts = |records: &Records<'_>| format!("{:?}", records.texts());
        assert_eq!((read.database_name, read.table_name), (input.database_name, input.table_name));
        assert_eq!(texts(&read), texts(&input), "{body}");
        true
    }

    fn body() -> Value {
        json!({
            "DatabaseName": "lab",
            "TableName": "air",
            "CommonAttributes": { "TimeUnit": "SECONDS", "Dimensions": [{ "Name": "a", "Value": "b" }] },
            "Records": [
                {
                    "Dimensions": [
                        { "Name": "site", "Value": "s", "DimensionValueType": "VARCHAR" },
                        { "Name": "device", "Value": "ä" },
                    ],
                    "MeasureName": "air",
                    "MeasureValueType": "MULTI",
                    "MeasureValues": [
                        { "Name": "t", "Value": "1.5", "Type": "DOUBLE" },
                        { "Name": "n", "Value": "1", "Type": "BIGINT" },
                    ],
                    "Time": "1",
                    "Version": 7,
                },
                { "MeasureName": "x", "MeasureValue": "true", "MeasureValueType": "BOOLEAN" },
                {},
            ],
        })
    }

    #[test]
    fn what_programs_send_is_read_here() {
        assert!(is_read(&body().to_string()));
        assert!(is_read(&serde_json::to_string_pretty(&body()).expect("JSON")));
    }

    #[test]
    fn what_is_odd_is_left_to_serde() {
        let good = body().to_string();
        for (what, other) in [
            ("\"ä\"", "\"\\u00e4\""),
            ("\"Version\":7", "\"Version\":7.0"),
            ("\"Version\":7", "\"Version\":null"),
            ("\"Version\":7", "\"Version\":7,\"Version\":7"),
            ("\"Version\":7", "\"Versions\":7"),
            ("\"DOUBLE\"", "\"double\""),
            ("\"VARCHAR\"", "\"DOUBLE\""),
            ("\"SECONDS\"", "\"HOURS\""),
            ("\"TableName\":\"air\"", "\"TableName\":\"air\",\"TableName\":\"air\""),
            ("\"TableName\":\"air\"", "\"Table\":\"air\""),
            ("\"Name\":\"n\",", ""),
        ] {
            let odd = good.replacen(what, other, 1);
            assert_ne!(odd, good, "{what}");
            assert!(!is_read(&odd), "{odd}");
        }
        assert!(!is_read(&format!("{good}x")));
    }

    proptest! {
        /// Parts of a body taken out, doubled, or put elsewhere.
        #[test]
        fn nothing_is_read_in_another_way(
            from in 0..400usize,
            length in 0..30usize,
            to in 0..400usize,
        ) {
            let good = body().to_string();
            let cut = |at: usize| good.char_indices().map(|it| it.0).nth(at).unwrap_or(good.len());
            let part = &good[cut(from)..cut(from + length)];
            is_read(&good.replacen(part, "", 1));
            is_read(&format!("{}{part}{}", &good[..cut(to)], &good[cut(to)..]));
        }
    }
}
