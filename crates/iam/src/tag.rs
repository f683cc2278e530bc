//! Tags: names and values that people and conditions know entities by.

use std::collections::BTreeMap;

use crate::error::IamError;

pub type Tags = BTreeMap<String, String>;

/// AWS's limit.
const TAGS_MAX: usize = 50;
const KEY_CHARACTERS_MAX: usize = 128;
const VALUE_CHARACTERS_MAX: usize = 256;

/// New tags from a list, in which no key may come twice; keys are not told apart by case.
pub(crate) fn checked(list: &[(String, String)]) -> Result<Tags, IamError> {
    let mut tags = Tags::new();
    for (key, value) in list {
        check(key, value)?;
        if tags.keys().any(|known: &String| known.eq_ignore_ascii_case(key)) {
            return Err(IamError::invalid(
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            ));
        }
        tags.insert(key.clone(), value.clone());
    }
    limit(tags)
}

/// The old tags with new ones added or in place of those with the same key.
pub(crate) fn merged(old: &Tags, new: Tags) -> Result<Tags, IamError> {
    let mut tags = without(old, &new.keys().cloned().collect::<Vec<_>>());
    tags.extend(new);
    limit(tags)
}

pub(crate) fn without(old: &Tags, keys: &[String]) -> Tags {
    let is_named = |key: &str| keys.iter().any(|named| named.eq_ignore_ascii_case(key));
    old.iter().filter(|(key, _)| !is_named(key)).map(|(k, v)| (k.clone(), v.clone())).collect()
}

fn check(key: &str, value: &str) -> Result<(), IamError> {
    let is_plain = |text: &str| {
        text.chars().all(|c| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c))
    };
    if key.is_empty() || key.chars().count() > KEY_CHARACTERS_MAX || !is_plain(key) {
        return Err(IamError::invalid(format!("the tag key {key:?} is not valid")));
    }
    if key.to_ascii_lowercase().starts_with("aws:") {
        return Err(IamError::invalid("tag keys may not begin with aws:"));
    }
    if value.chars().count() > VALUE_CHARACTERS_MAX || !is_plain(value) {
        return Err(IamError::invalid(format!("the value of the tag {key} is not valid")));
    }
    Ok(())
}

fn limit(tags: Tags) -> Result<Tags, IamError> {
    match tags.len() {
        0..=TAGS_MAX => Ok(tags),
        _ => Err(IamError::Quota { quota: "TagsPerResource", most: TAGS_MAX }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn keys_are_told_apart_by_more_than_case() {
        assert!(checked(&list(&[("Team", "a"), ("team", "b")])).is_err());
        let old = checked(&list(&[("Team", "a"), ("Site", "x")])).expect("tags");
        let new = checked(&list(&[("team", "b")])).expect("tags");
        let tags = merged(&old, new).expect("tags");
        assert_eq!(tags, Tags::from_iter(list(&[("Site", "x"), ("team", "b")])));
        assert_eq!(without(&tags, &["SITE".to_owned()]).len(), 1);
    }

    #[test]
    fn limits_are_those_of_aws() {
        let pairs: Vec<_> = (0..51).map(|n| (format!("k{n}"), String::new())).collect();
        assert!(checked(&pairs[..50]).is_ok() && checked(&pairs).is_err());
        for (key, value) in [("", ""), ("aws:x", ""), ("a?", ""), ("a", "?")] {
            assert!(checked(&list(&[(key, value)])).is_err(), "{key}");
        }
    }
}
