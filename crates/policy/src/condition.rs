//! One condition: an operator, a key, and the values that it allows.

use std::net::IpAddr;

use time::format_description::well_known::{Iso8601, Rfc3339};
use time::{Date, OffsetDateTime};

use crate::arn::ArnPattern;
use crate::context::Context;
use crate::error::Problem;
use crate::key::Key;
use crate::network::Network;
use crate::operator::{Kind, Operator, Order, Quantifier};
use crate::pattern::{Case, Pattern, Reading, Variable};

#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) operator_name: Box<str>,
    pub(crate) key_name: Box<str>,
    /// The values as written.
    pub(crate) wanted: Box<[String]>,
    pub(crate) key: Key,
    operator: Operator,
    test: Test,
}

/// The values of a condition, read as its operator reads them.
#[derive(Clone, Debug)]
enum Test {
    Text(Box<[Pattern]>),
    TextFolded(Box<[Pattern]>),
    Number(Order, Box<[f64]>),
    Date(Order, Box<[OffsetDateTime]>),
    Bool(Box<[bool]>),
    Address(Box<[Network]>),
    Arn(Box<[ArnPattern]>),
    Null(bool),
}

impl Condition {
    pub(crate) fn parse(
        operator_name: &str,
        key_name: &str,
        wanted: Vec<String>,
        variables: bool,
    ) -> Result<Condition, Problem> {
        let unknown = || Problem::Operator { operator: operator_name.to_owned() };
        let operator = Operator::parse(operator_name).ok_or_else(unknown)?;
        let test = Test::parse(operator.kind, &wanted, variables, |expected, found| {
            let (operator, key) = (operator_name.to_owned(), key_name.to_owned());
            Problem::Value { operator, key, expected, found: found.to_owned() }
        })?;
        let key = Key::parse(key_name)?;
        let (operator_name, key_name) = (operator_name.into(), key_name.into());
        Ok(Condition { operator_name, key_name, wanted: wanted.into(), key, operator, test })
    }

    /// Whether the condition holds. A key that is not known fails an operator that compares, and
    /// satisfies one that excludes, as in AWS.
    pub(crate) fn holds(&self, context: &Context<'_>) -> bool {
        let values = context.values(&self.key);
        if let Test::Null(absent) = self.test {
            return values.is_empty() == absent;
        }
        let Operator { negated, if_exists, quantifier, .. } = self.operator;
        // A value that the policy leaves open excludes nothing and allows nothing.
        if self.variables().any(|variable| variable.value(context).is_none()) {
            return false;
        }
        let mut outcomes = values.iter().map(|value| self.test.matches(value, context) != negated);
        match quantifier {
            _ if values.is_empty() && if_exists => true,
            Some(Quantifier::All) => outcomes.all(|held| held),
            Some(Quantifier::Any) => outcomes.any(|held| held),
            None if negated => outcomes.all(|held| held),
            None => outcomes.any(|held| held),
        }
    }

    pub(crate) fn variables(&self) -> Box<dyn Iterator<Item = &Variable> + '_> {
        match &self.test {
            Test::Text(patterns) | Test::TextFolded(patterns) => {
                Box::new(patterns.iter().flat_map(Pattern::variables))
            }
            Test::Arn(arns) => Box::new(arns.iter().flat_map(ArnPattern::variables)),
            _ => Box::new(std::iter::empty()),
        }
    }
}

impl Test {
    fn parse(
        kind: Kind,
        wanted: &[String],
        variables: bool,
        problem: impl Fn(&'static str, &str) -> Problem,
    ) -> Result<Test, Problem> {
        let patterns = |wildcards| -> Result<Box<[Pattern]>, Problem> {
            let reading = Reading { wildcards, variables };
            wanted.iter().map(|text| Pattern::parse(text, reading)).collect()
        };
        Ok(match kind {
            Kind::Text | Kind::Binary => Test::Text(patterns(false)?),
            Kind::TextFolded => Test::TextFolded(patterns(false)?),
            Kind::TextLike => Test::Text(patterns(true)?),
            Kind::Number(order) => Test::Number(order, each(wanted, number, "a number", problem)?),
            Kind::Date(order) => Test::Date(order, each(wanted, date, "a date", problem)?),
            Kind::Bool => Test::Bool(each(wanted, boolean, "true or false", problem)?),
            Kind::Address => {
                Test::Address(each(wanted, Network::parse, "an address or range", problem)?)
            }
            Kind::Arn => {
                let reading = Reading { wildcards: true, variables };
                let arn = |text: &str| ArnPattern::parse(text, reading).ok();
                Test::Arn(each(wanted, arn, "an ARN", problem)?)
            }
            Kind::Null => match &*each(wanted, boolean, "true or false", &problem)? {
                [absent] => Test::Null(*absent),
                _ => return Err(problem("one value", &wanted.join(", "))),
            },
        })
    }

    /// Whether one value of the key is among those wanted; one that cannot be read is not.
    fn matches(&self, value: &str, context: &Context<'_>) -> bool {
        match self {
            Test::Text(patterns) => patterns.iter().any(|pattern| {
                let values = pattern.resolve(context);
                values.is_ok_and(|values| pattern.matches(value, &values, Case::Exact))
            }),
            Test::TextFolded(patterns) => patterns.iter().any(|pattern| {
                let wanted = pattern.resolve(context).map(|values| pattern.expand(&values));
                wanted.is_ok_and(|wanted| wanted.to_lowercase() == value.to_lowercase())
            }),
            Test::Number(order, numbers) => number(value)
                .is_some_and(|found| numbers.iter().any(|wanted| order.holds(&found, wanted))),
            Test::Date(order, dates) => date(value)
                .is_some_and(|found| dates.iter().any(|wanted| order.holds(&found, wanted))),
            Test::Bool(wanted) => boolean(value).is_some_and(|found| wanted.contains(&found)),
            Test::Address(networks) => value
                .parse::<IpAddr>()
                .is_ok_and(|found| networks.iter().any(|network| network.contains(found))),
            Test::Arn(arns) => arns.iter().any(|arn| arn.matches_arn(value, context)),
            Test::Null(_) => false,
        }
    }
}

fn each<T>(
    wanted: &[String],
    read: impl Fn(&str) -> Option<T>,
    expected: &'static str,
    problem: impl Fn(&'static str, &str) -> Problem,
) -> Result<Box<[T]>, Problem> {
    wanted.iter().map(|text| read(text).ok_or_else(|| problem(expected, text))).collect()
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A date and time with an offset, a date alone (midnight UTC), or seconds since 1970.
fn date(text: &str) -> Option<OffsetDateTime> {
    if let Ok(seconds) = text.parse() {
        return OffsetDateTime::from_unix_timestamp(seconds).ok();
    }
    let day = || Date::parse(text, &Iso8601::DATE).ok().map(|day| day.midnight().assume_utc());
    OffsetDateTime::parse(text, &Rfc3339).ok().or_else(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether `{operator: {"k": wanted}}` holds where the key `k` has these values.
    fn holds(operator: &str, wanted: &[&str], values: &[&str]) -> bool {
        let wanted = wanted.iter().map(|text| (*text).to_owned()).collect();
        let condition = Condition::parse(operator, "k", wanted, true).expect("a condition");
        let more = [("k", values)];
        let more = if values.is_empty() { &[] } else { &more[..] };
        condition.holds(&Context { client_id: Some("lamp"), more, ..Context::default() })
    }

    #[test]
    fn every_operator_compares_its_kind() {
        for (operator, wanted, value, expected) in [
            ("StringEquals", "a", "a", true),
            ("StringEquals", "a*", "ab", false),
            ("StringEquals", "${iot:ClientId}", "lamp", true),
            ("StringNotEquals", "a", "b", true),
            ("StringEqualsIgnoreCase", "É", "é", true),
            ("StringNotEqualsIgnoreCase", "A", "a", false),
            ("StringLike", "a*", "ab", true),
            ("StringNotLike", "a*", "ab", false),
            ("NumericEquals", "10", "10.0", true),
            ("NumericNotEquals", "10", "10.5", true),
            ("NumericLessThan", "10", "9", true),
            ("NumericLessThanEquals", "10", "10", true),
            ("NumericGreaterThan", "10", "10", false),
            ("NumericGreaterThanEquals", "10", "11", true),
            ("NumericLessThan", "10", "nine", false),
            ("DateEquals", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", true),
            ("DateNotEquals", "2026-01-01", "2026-01-01T00:00:00Z", false),
            ("DateLessThan", "2026-01-01", "1700000000", true),
            ("DateLessThanEquals", "1700000000", "1700000000", true),
            ("DateGreaterThan", "2026-01-01", "2026-01-01T00:00:01Z", true),
            ("DateGreaterThanEquals", "2026-01-01", "2025-12-31", false),
            ("Bool", "true", "True", true),
            ("Bool", "false", "true", false),
            ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", true),
            ("IpAddress", "10.0.0.0/8", "10.9.8.7", true),
            ("NotIpAddress", "10.0.0.0/8", "10.9.8.7", false),
            ("ArnEquals", "arn:aws:sns:*:1:t", "arn:aws:sns:us-east-1:1:t", true),
            ("ArnLike", "arn:aws:sns:*:1:t*", "arn:aws:sns:us-east-1:2:t", false),
            ("ArnNotEquals", "arn:aws:sns:*:1:t", "arn:aws:sns:us-east-1:1:t", false),
            ("ArnNotLike", "arn:aws:sns:*:1:t", "no arn", true),
        ] {
            assert_eq!(
                holds(operator, &[wanted], &[value]),
                expected,
                "{operator} {wanted} {value}"
            );
        }
    }

    #[test]
    fn several_wanted_values_are_alternatives_and_exclusions_exclude_them_all() {
        assert!(holds("StringEquals", &["a", "b"], &["b"]));
        assert!(!holds("StringNotEquals", &["a", "b"], &["b"]));
        assert!(holds("StringNotEquals", &["a", "b"], &["c"]));
    }

    #[test]
    fn an_absent_key_fails_what_compares_and_meets_what_excludes() {
        for (operator, expected) in [
            ("StringEquals", false),
            ("StringNotEquals", true),
            ("StringEqualsIfExists", true),
            ("NotIpAddressIfExists", true),
            ("ForAllValues:StringEquals", true),
            ("ForAnyValue:StringEquals", false),
            ("ForAnyValue:StringNotEquals", false),
            ("ForAnyValue:StringEqualsIfExists", true),
        ] {
            let wanted = if operator.contains("Ip") { "10.0.0.0/8" } else { "a" };
            assert_eq!(holds(operator, &[wanted], &[]), expected, "{operator}");
        }
        assert!(holds("Null", &["true"], &[]) && !holds("Null", &["true"], &["a"]));
        assert!(holds("Null", &["false"], &["a"]) && !holds("Null", &["false"], &[]));
    }

    #[test]
    fn quantifiers_take_several_values_together() {
        let wanted = ["a", "b"];
        assert!(holds("ForAllValues:StringEquals", &wanted, &["a", "b"]));
        assert!(!holds("ForAllValues:StringEquals", &wanted, &["a", "c"]));
        assert!(holds("ForAnyValue:StringEquals", &wanted, &["c", "a"]));
        assert!(!holds("ForAnyValue:StringEquals", &wanted, &["c"]));
        assert!(holds("ForAnyValue:StringNotEquals", &wanted, &["a", "c"]));
        assert!(!holds("ForAllValues:StringNotEquals", &wanted, &["a", "c"]));
    }

    #[test]
    fn an_undefined_variable_holds_for_nothing() {
        let undefined = "${iot:CertificateId}";
        for operator in ["StringEquals", "StringNotEquals", "StringEqualsIfExists"] {
            assert!(!holds(operator, &[undefined], &["x"]), "{operator}");
        }
    }
}
