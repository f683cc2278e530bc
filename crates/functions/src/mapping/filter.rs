//! Which records a mapping wants.

use blueprints::Mapping;
use patterns::Pattern;
use serde_json::Value;

/// The filters of a mapping, compiled.
#[derive(Clone, Debug)]
pub(super) struct Filter(Vec<Pattern>);

impl Filter {
    pub(super) fn of(mapping: &Mapping) -> Filter {
        // Those that are stored were read before.
        Filter(mapping.filters.iter().filter_map(|text| Pattern::parse(text).ok()).collect())
    }

    pub(super) fn lets_all_pass(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a record fits one of them. A body that is JSON is looked into, as on AWS.
    pub(super) fn wants(&self, mut record: Value) -> bool {
        if self.lets_all_pass() {
            return true;
        }
        if let Some(body) = record.get("body").and_then(Value::as_str)
            && let Ok(inner @ Value::Object(_)) = serde_json::from_str(body)
        {
            record["body"] = inner;
        }
        self.0.iter().any(|pattern| pattern.fits(&record))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_passes_if_it_fits_one_filter() {
        let filter = |texts: &[&str]| {
            let read = |text: &&str| Pattern::parse(text).expect("a pattern");
            Filter(texts.iter().map(read).collect())
        };
        let hot = r#"{"body":{"temperature":[{"numeric":[">",40]}]}}"#;
        let plain = r#"{"body":["go"]}"#;
        for (filters, body, expected) in [
            (&[][..], "anything", true),
            (&[hot][..], r#"{"temperature":45}"#, true),
            (&[hot][..], r#"{"temperature":35}"#, false),
            (&[hot][..], "45", false),
            (&[plain][..], "go", true),
            (&[hot, plain][..], "go", true),
            (&[hot, plain][..], "stop", false),
        ] {
            assert_eq!(filter(filters).wants(json!({ "body": body })), expected, "{body}");
        }
    }
}
