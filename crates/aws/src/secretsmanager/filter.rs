//! Filters of lists of secrets.

use secrets::Secret;
use serde::Deserialize;

use super::words::unfit;
use crate::error::AwsError;

/// AWS's limits.
const FILTERS_MAX: usize = 10;
const VALUES_MAX: usize = 10;
const VALUE_CHARS_MAX: usize = 512;

/// `{"Key": "name", "Values": ["prod/", "!prod/old"]}`
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Filter {
    key: Field,
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Field {
    Description,
    Name,
    TagKey,
    TagValue,
    PrimaryRegion,
    OwningService,
    All,
}

/// Filters that all must hold.
#[derive(Clone, Debug)]
pub(super) struct Filters(Vec<Filter>);

impl Filters {
    pub(super) fn read(filters: Vec<Filter>) -> Result<Filters, AwsError> {
        if filters.len() > FILTERS_MAX {
            return Err(unfit(format!("Filters: at most {FILTERS_MAX}")));
        }
        for filter in &filters {
            let is_long = |value: &String| value.chars().count() > VALUE_CHARS_MAX;
            if !(1..=VALUES_MAX).contains(&filter.values.len()) || filter.values.iter().any(is_long)
            {
                let what =
                    format!("Filters.Values: 1 to {VALUES_MAX}, of {VALUE_CHARS_MAX} characters");
                return Err(unfit(what));
            }
        }
        Ok(Filters(filters))
    }

    pub(super) fn hold_of(&self, secret: &Secret) -> bool {
        self.0.iter().all(|filter| filter.holds_of(secret))
    }
}

impl Filter {
    /// One of its values is enough; one with an exclamation mark says what must not be.
    fn holds_of(&self, secret: &Secret) -> bool {
        let texts = self.key.texts(secret);
        self.values.iter().any(|value| match value.strip_prefix('!') {
            Some(other) => !self.key.is_met(&texts, other),
            None => self.key.is_met(&texts, value),
        })
    }
}

impl Field {
    fn texts(self, secret: &Secret) -> Vec<&str> {
        let name = || std::iter::once(secret.name.as_str());
        let description = || secret.description.iter().map(String::as_str);
        let keys = || secret.tags.keys().map(String::as_str);
        let values = || secret.tags.values().map(String::as_str);
        match self {
            Field::Description => description().collect(),
            Field::Name => name().collect(),
            Field::TagKey => keys().collect(),
            Field::TagValue => values().collect(),
            // No secret here is a copy of one elsewhere, and none belongs to a service.
            Field::PrimaryRegion | Field::OwningService => Vec::new(),
            Field::All => name().chain(description()).chain(keys()).chain(values()).collect(),
        }
    }

    fn is_met(self, texts: &[&str], value: &str) -> bool {
        match self {
            Field::Description | Field::All => has_words(texts, value),
            _ => texts.iter().any(|text| text.starts_with(value)),
        }
    }
}

/// Whether each word of the value begins a word of the texts, large letters or small.
fn has_words(texts: &[&str], value: &str) -> bool {
    let found: Vec<String> = texts.iter().flat_map(|text| words(text)).collect();
    let mut wanted = words(value).peekable();
    wanted.peek().is_some()
        && wanted.all(|word| found.iter().any(|found| found.starts_with(word.as_str())))
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let parts = text.split(|c: char| c.is_whitespace() || "/-_+=.@".contains(c));
    parts.filter(|part| !part.is_empty()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use secrets::SecretName;

    use super::*;

    fn secret(name: &str, description: &str) -> Secret {
        Secret {
            name: SecretName::new(name).expect("a name"),
            arn: String::new(),
            description: Some(description.to_owned()),
            kms_key_id: None,
            tags: BTreeMap::from([("Stage".to_owned(), "prod blue".to_owned())]),
            created_at: 0,
            changed_at: 0,
            accessed_on: None,
            deletion_due: None,
            versions: Vec::new(),
        }
    }

    fn holds(secret: &Secret, key: &str, values: &[&str]) -> bool {
        let filter = serde_json::json!({ "Key": key, "Values": values });
        let filter = serde_json::from_value(filter).expect("a filter");
        Filters::read(vec![filter]).expect("fits").hold_of(secret)
    }

    /// What AWS answered to these is recorded by another project's tests, which ran against it.
    #[test]
    fn descriptions_are_searched_by_words_and_names_by_how_they_begin() {
        let secrets = [
            secret("testing1/one", "a secret"),
            secret("/testing2/two", "an secret"),
            secret("testing3/three", "asecret"),
            secret("/testing4/four", "thesecret"),
        ];
        for (key, value, expected) in [
            ("name", "/", [false, true, false, true]),
            ("name", "!/", [true, false, true, false]),
            ("name", "testing1 one", [false; 4]),
            ("description", "a", [true, true, true, false]),
            ("description", "!a", [false, false, false, true]),
            ("description", "a secret", [true, true, false, false]),
            ("description", "!c", [true; 4]),
        ] {
            let found = [0, 1, 2, 3].map(|at| holds(&secrets[at], key, &[value]));
            assert_eq!(found, expected, "{key} {value}");
        }
    }

    #[test]
    fn each_key_looks_at_its_own() {
        let secret = secret("prod/Map", "Token of the map");
        for (key, values, expected) in [
            ("name", vec!["x", "prod"], true),
            ("name", vec!["Prod"], false),
            ("tag-key", vec!["St"], true),
            ("tag-key", vec!["st"], false),
            ("tag-value", vec!["prod b"], true),
            ("all", vec!["BLUE map"], true),
            ("all", vec!["blue red"], false),
            ("all", vec!["/"], false),
            ("primary-region", vec!["us-east-1"], false),
            ("owning-service", vec!["!rds"], true),
        ] {
            assert_eq!(holds(&secret, key, &values), expected, "{key} {values:?}");
        }
        let many = vec![String::new(); 11];
        for values in [Vec::new(), many] {
            assert!(Filters::read(vec![Filter { key: Field::All, values }]).is_err());
        }
    }
}
