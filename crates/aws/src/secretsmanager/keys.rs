//! The condition keys that Secrets Manager's operations bring.

use super::words::Tag;
use crate::caller::ConditionKeys;
use crate::state::State;

/// A key of this service, if it has a value.
pub(super) fn key(name: &str, value: Option<&str>) -> ConditionKeys {
    let named = |value: &str| (format!("secretsmanager:{name}"), vec![value.to_owned()]);
    value.map(named).into_iter().collect()
}

/// What is known of the secret that is meant, and how the request names it.
pub(super) fn of_secret(state: &State, text: &str) -> ConditionKeys {
    let mut keys = key("secretid", Some(&super::words::resource(state, text)));
    let secret = state.secrets.id(text).and_then(|id| state.secrets.describe(&id));
    // Where there is no secret it has no tags, and the operation says that it is missing.
    for (tag, value) in secret.map(|secret| secret.tags).unwrap_or_default() {
        let tag = tag.to_ascii_lowercase();
        keys.push((format!("aws:resourcetag/{tag}"), vec![value.clone()]));
        keys.push((format!("secretsmanager:resourcetag/{tag}"), vec![value]));
    }
    keys
}

/// The tags that a request gives, and their keys.
pub(super) fn request_tags(tags: &[Tag]) -> ConditionKeys {
    let given = tags.iter().map(|tag| {
        (format!("aws:requesttag/{}", tag.key.to_ascii_lowercase()), vec![tag.value.clone()])
    });
    let keys: Vec<String> = tags.iter().map(|tag| tag.key.clone()).collect();
    given.chain(tag_keys(&keys)).collect()
}

pub(super) fn tag_keys(keys: &[String]) -> ConditionKeys {
    match keys {
        [] => ConditionKeys::new(),
        keys => vec![("aws:tagkeys".to_owned(), keys.to_vec())],
    }
}
