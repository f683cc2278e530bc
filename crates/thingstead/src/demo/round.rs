//! What is asked of the house each minute, and how it is told.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::client::{Call, Client, Refused};
use crate::commands::text;

const FUNCTION: &str = "ac_control_lambda";

/// How the house is, at some minute of its own time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Round {
    pub(super) minute: u64,
    /// Of zone 1 and zone 2, within the last minute.
    pub(super) means: [Option<f64>; 2],
    pub(super) is_cooled: [bool; 2],
    /// Rows of the series, and items of the table.
    pub(super) rows: u64,
    pub(super) items: u64,
}

impl Round {
    pub(super) fn line(&self) -> String {
        let zone = |at: usize| {
            let mean = self.means[at].map_or("   -".to_owned(), |mean| format!("{mean:.1}"));
            let ac = if self.is_cooled[at] { "on " } else { "off" };
            format!("zone {}: {mean} AC {ac}", at + 1)
        };
        let (hours, minutes) = (self.minute / 60, self.minute % 60);
        format!(
            "{hours:02}:{minutes:02}  {}  {}  {}, {} kept out",
            zone(0),
            zone(1),
            counted(self.rows, "row of readings", "rows of readings"),
            counted(self.items, "artefact", "artefacts"),
        )
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "minute": self.minute, "means": self.means, "cooled": self.is_cooled,
            "rows": self.rows, "items": self.items,
        })
    }
}

fn counted(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

/// Lets the controller look once, over this window.
pub(super) async fn invoke(client: &Client, window: &str) -> Result<()> {
    let path = format!("/2015-03-31/functions/{FUNCTION}/invocations");
    let event = json!({ "window": window });
    let (service, method, body) = ("lambda", "POST", Some(&event));
    let call = Call { service, method, path: &path, query: "", headers: &[], body };
    let answer = client.call(&call).await?;
    match answer["errorMessage"].as_str() {
        Some(why) => bail!("the controller failed: {why}"),
        None => Ok(()),
    }
}

/// `window` as Timestream's `ago` takes it.
pub(super) async fn look(client: &Client, window: &str) -> Result<Round> {
    let means = format!(
        "SELECT zone_id, AVG(CAST(temperature AS DOUBLE)) FROM iot.temperaturesensor \
         WHERE time > ago({window}) GROUP BY zone_id"
    );
    let means: BTreeMap<String, f64> = query(client, &means)
        .await?
        .into_iter()
        .filter_map(|row| Some((row.first()?.clone(), row.get(1)?.parse().ok()?)))
        .collect();
    let rows = query(client, "SELECT COUNT(*) FROM iot.temperaturesensor").await?;
    let rows = rows.first().and_then(|row| row.first()?.parse().ok());
    Ok(Round {
        means: ["1", "2"].map(|zone| means.get(zone).copied()),
        rows: rows.unwrap_or(0),
        items: items(client).await?,
        ..Round::default()
    })
}

/// The rows of a query's answer, all pages of it.
async fn query(client: &Client, sql: &str) -> Result<Vec<Vec<String>>> {
    let (mut rows, mut input) = (Vec::new(), json!({ "QueryString": sql }));
    loop {
        let target = "Timestream_20181101.Query";
        let answer = match by_target(client, "timestream", target, &input).await {
            // A table has the columns of what was written into it: before the first reading there are none.
            Err(error) if has_no_columns(&error) => return Ok(rows),
            answer => answer?,
        };
        for row in answer["Rows"].as_array().into_iter().flatten() {
            let cells = row["Data"].as_array().into_iter().flatten();
            rows.push(cells.map(|cell| text(cell, "ScalarValue").to_owned()).collect());
        }
        match answer["NextToken"].as_str() {
            Some(token) => input["NextToken"] = json!(token),
            None => return Ok(rows),
        }
    }
}

fn has_no_columns(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Refused>().is_some_and(|refused| {
        refused.code == "ValidationException" && refused.message.ends_with("does not exist")
    })
}

async fn items(client: &Client) -> Result<u64> {
    let (mut count, mut input) = (0, json!({ "TableName": "Temperature", "Select": "COUNT" }));
    loop {
        let answer = by_target(client, "dynamodb", "DynamoDB_20120810.Scan", &input).await?;
        count += answer["Count"].as_u64().unwrap_or(0);
        match &answer["LastEvaluatedKey"] {
            Value::Null => return Ok(count),
            key => input["ExclusiveStartKey"] = key.clone(),
        }
    }
}

async fn by_target(client: &Client, service: &str, target: &str, input: &Value) -> Result<Value> {
    let headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", target)];
    let (method, path, query, body) = ("POST", "/", "", Some(input));
    client.call(&Call { service, method, path, query, headers: &headers, body }).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_is_told_in_a_line() {
        let round = Round {
            minute: 67,
            means: [Some(36.24), None],
            is_cooled: [true, false],
            rows: 1_200,
            items: 15,
        };
        let line = "01:07  zone 1: 36.2 AC on   zone 2:    - AC off  1200 rows of readings, 15 artefacts kept out";
        assert_eq!(round.line(), line);
        let first = Round { rows: 1, items: 1, ..round };
        assert!(first.line().ends_with("1 row of readings, 1 artefact kept out"));
    }
}
