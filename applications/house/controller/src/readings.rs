//! What was measured in a zone: every page of the answer to a query.

use function::{CallError, Caller};
use serde_json::{Value, json};

use crate::ControlError;

/// How far back is looked, as Timestream's `ago` takes it: `1m`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window(String);

impl Window {
    pub fn parse(text: &str) -> Result<Window, ControlError> {
        let unit = text.trim_start_matches(|it: char| it.is_ascii_digit());
        let has_number = unit.len() < text.len();
        match has_number && ["ms", "s", "m", "h"].contains(&unit) {
            true => Ok(Window(text.to_owned())),
            false => Err(ControlError::Window { text: text.to_owned() }),
        }
    }

    fn sql(&self, zone: u32) -> String {
        format!(
            "SELECT temperature FROM iot.temperaturesensor WHERE time > ago({}) \
             AND zone_id = '{zone}' ORDER BY time ASC",
            self.0
        )
    }
}

/// The temperatures of a zone. The rule writes four records of each reading, each with the temperature as a
/// dimension: a mean is the same of all of them.
pub(crate) fn temperatures(
    caller: &mut Caller,
    window: &Window,
    zone: u32,
) -> Result<Vec<f64>, CallError> {
    let sql = window.sql(zone);
    let values = pages(|token| {
        let mut input = json!({ "QueryString": sql });
        if let Some(token) = token {
            input["NextToken"] = json!(token);
        }
        caller.by_target("timestream", "Timestream_20181101.Query", &input)
    });
    match values {
        Err(error) if has_no_columns(&error) => Ok(Vec::new()),
        values => values,
    }
}

/// A table has the columns of what was written into it: before the first reading there are none.
fn has_no_columns(error: &CallError) -> bool {
    let CallError::Refused { code, message } = error else { return false };
    code == "ValidationException" && message.contains("Column 'zone_id' does not exist")
}

fn pages<E>(mut ask: impl FnMut(Option<&str>) -> Result<Value, E>) -> Result<Vec<f64>, E> {
    let mut answer = ask(None)?;
    let mut values = Vec::new();
    loop {
        let rows = answer["Rows"].as_array().into_iter().flatten();
        // Whatever is no number has not been stored by the rule; a NULL has no ScalarValue.
        let first = rows.filter_map(|row| row["Data"][0]["ScalarValue"].as_str());
        values.extend(first.filter_map(|text| text.parse::<f64>().ok()));
        match answer["NextToken"].as_str() {
            Some(token) => answer = ask(Some(token))?,
            None => return Ok(values),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(values: &[&str], next: Option<&str>) -> Value {
        let rows = values.iter().map(|value| json!({ "Data": [{ "ScalarValue": value }] }));
        json!({ "Rows": rows.collect::<Value>(), "NextToken": next })
    }

    #[test]
    fn every_page_is_read_also_behind_an_empty_one() {
        let mut asked = Vec::new();
        let values = pages::<()>(|token| {
            asked.push(token.map(str::to_owned));
            Ok(match token {
                None => page(&[], Some("a")),
                Some("a") => page(&["30.5", "31"], Some("b")),
                _ => page(&["32"], None),
            })
        });
        assert_eq!(values, Ok(vec![30.5, 31.0, 32.0]));
        assert_eq!(asked, [None, Some("a".to_owned()), Some("b".to_owned())]);
    }

    #[test]
    fn an_error_on_a_later_page_is_no_shorter_answer() {
        let values = pages(|token| match token {
            None => Ok(page(&["30"], Some("a"))),
            Some(_) => Err("throttled"),
        });
        assert_eq!(values, Err("throttled"));
    }

    #[test]
    fn only_a_table_without_readings_is_no_error() {
        let refused = |code: &str, message: &str| {
            let (code, message) = (code.to_owned(), message.to_owned());
            has_no_columns(&CallError::Refused { code, message })
        };
        assert!(refused("ValidationException", "line 1:72: Column 'zone_id' does not exist"));
        assert!(!refused("ValidationException", "line 1:9: Column 'zone' does not exist"));
        assert!(!refused("AccessDeniedException", "Column 'zone_id' does not exist"));
        assert!(!has_no_columns(&CallError::Missing { name: "AWS_REGION" }));
    }

    #[test]
    fn a_window_is_a_number_with_a_unit() {
        for text in ["1m", "1000ms", "30s", "2h"] {
            let sql = Window::parse(text).expect("taken").sql(1);
            assert!(sql.contains(&format!("ago({text}) AND zone_id = '1'")), "{sql}");
        }
        for text in ["", "m", "1", "1d", "-1m", "1m) or (1=1"] {
            assert!(Window::parse(text).is_err(), "{text}");
        }
    }
}
