//! Which version of a function is meant.

use model::FunctionName;

use crate::error::BlueprintError;

const LATEST: &str = "$LATEST";
/// AWS's limit.
const ALIAS_CHARACTERS_MAX: usize = 128;

/// `$LATEST`, a number, or an alias.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Qualifier {
    Latest,
    Version(u64),
    Alias(String),
}

impl Qualifier {
    pub fn parse(text: &str) -> Result<Qualifier, BlueprintError> {
        if text == LATEST {
            return Ok(Qualifier::Latest);
        }
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            let number = text.parse().ok().filter(|number| *number > 0);
            return number.map(Qualifier::Version).ok_or_else(|| unfit(text));
        }
        match is_alias(text) {
            true => Ok(Qualifier::Alias(text.to_owned())),
            false => Err(unfit(text)),
        }
    }

    /// What no qualifier means.
    pub fn or_latest(qualifier: Option<&Qualifier>) -> Qualifier {
        qualifier.cloned().unwrap_or(Qualifier::Latest)
    }

    /// As it stands in ARNs and in keys of what belongs to it.
    pub fn text(&self) -> String {
        match self {
            Qualifier::Latest => LATEST.to_owned(),
            Qualifier::Version(number) => number.to_string(),
            Qualifier::Alias(name) => name.clone(),
        }
    }
}

/// A function and its qualifier, of an ARN in any region and account.
pub fn function_of(arn: &str) -> Option<(FunctionName, Option<Qualifier>)> {
    let (_, rest) = arn.strip_prefix("arn:aws:lambda:")?.split_once(":function:")?;
    let (name, qualifier) = rest.split_once(':').map_or((rest, None), |(a, b)| (a, Some(b)));
    let qualifier = qualifier.map(Qualifier::parse).transpose().ok()?;
    Some((FunctionName::new(name).ok()?, qualifier))
}

fn unfit(text: &str) -> BlueprintError {
    BlueprintError::unfit(format!(
        "1 validation error detected: Value '{text}' at 'qualifier' failed to satisfy constraint: \
         Member must satisfy regular expression pattern: (|[a-zA-Z0-9$_-]+)"
    ))
}

pub(crate) fn is_alias(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    (1..=ALIAS_CHARACTERS_MAX).contains(&text.len())
        && text.chars().all(fits)
        && !text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qualifier_is_latest_a_number_or_an_alias() {
        for (text, expected) in [
            ("$LATEST", Some(Qualifier::Latest)),
            ("12", Some(Qualifier::Version(12))),
            ("live-2", Some(Qualifier::Alias("live-2".to_owned()))),
            ("0", None),
            ("", None),
            ("a b", None),
            ("$OTHER", None),
        ] {
            assert_eq!(Qualifier::parse(text).ok(), expected, "{text}");
            if let Some(qualifier) = expected {
                assert_eq!(qualifier.text(), text);
            }
        }
    }

    #[test]
    fn functions_are_named_by_arns() {
        let arn = "arn:aws:lambda:eu-west-1:000000000000:function:f";
        let name =
            |arn: &str| function_of(arn).map(|(name, qualifier)| (name.to_string(), qualifier));
        assert_eq!(name(arn), Some(("f".to_owned(), None)));
        let live = Some(Qualifier::Alias("live".to_owned()));
        assert_eq!(name(&format!("{arn}:live")), Some(("f".to_owned(), live)));
        for unfit in ["f", "arn:aws:sqs:eu-west-1:000000000000:f", &format!("{arn}:")] {
            assert_eq!(name(unfit), None, "{unfit}");
        }
    }
}
