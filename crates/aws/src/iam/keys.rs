//! The condition keys that IAM's operations bring.

use crate::caller::ConditionKeys;
use crate::iam::shape::Tag;

pub(crate) fn policy_arn_key(arn: &str) -> ConditionKeys {
    vec![("iam:policyarn".to_owned(), vec![arn.to_owned()])]
}

pub(crate) fn boundary_key(arn: Option<&String>) -> ConditionKeys {
    arn.map(|arn| ("iam:permissionsboundary".to_owned(), vec![arn.clone()])).into_iter().collect()
}

/// The tags that a request gives, and their keys.
pub(crate) fn request_tags(tags: &[Tag]) -> ConditionKeys {
    let given = tags.iter().map(|tag| {
        (format!("aws:requesttag/{}", tag.key.to_ascii_lowercase()), vec![tag.value.clone()])
    });
    let keys: Vec<String> = tags.iter().map(|tag| tag.key.clone()).collect();
    given.chain(tag_keys(&keys)).collect()
}

pub(crate) fn tag_keys(keys: &[String]) -> ConditionKeys {
    match keys {
        [] => ConditionKeys::new(),
        keys => vec![("aws:tagkeys".to_owned(), keys.to_vec())],
    }
}
