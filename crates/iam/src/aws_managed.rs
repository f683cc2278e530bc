//! AWS's own policies: those that people attach to what is served here. What they grant of services
//! that are not served here is kept, since tools compare it. `ReadOnlyAccess` is for every service, so it lets
//! read our own, too: who may look at everything may look at how the house is.

use std::borrow::Cow;
use std::sync::OnceLock;

use aws_lc_rs::digest::{SHA256, digest};
use model::{IamPath, PolicyName};
use serde::Deserialize;
use serde_json::value::RawValue;
use stdx::clock::UnixMillis;

use crate::entity_store::ID_CHARACTERS;
use crate::managed_policy::{ManagedPolicy, PolicyScope, PolicyVersion};
use crate::random;
use crate::tag::Tags;

/// When AWS began to have such policies.
const CREATED_AT: UnixMillis = 1_423_161_600_000;

#[derive(Deserialize)]
struct Written {
    name: PolicyName,
    path: IamPath,
    #[serde(borrow)]
    document: &'static RawValue,
}

/// In the order of their names.
pub(crate) fn all() -> &'static [ManagedPolicy] {
    static ALL: OnceLock<Vec<ManagedPolicy>> = OnceLock::new();
    ALL.get_or_init(|| {
        let written: Vec<Written> = serde_json::from_str(include_str!("aws_managed.json"))
            .expect("the file is a part of the program, and a test reads it");
        written.into_iter().map(policy).collect()
    })
}

pub(crate) fn find(name: &str) -> Option<&'static ManagedPolicy> {
    let place = all().binary_search_by(|policy| policy.name.as_str().cmp(name)).ok()?;
    Some(&all()[place])
}

fn policy(written: Written) -> ManagedPolicy {
    let Written { name, path, document } = written;
    let document = Cow::Borrowed(document.get());
    let digest = digest(&SHA256, name.as_str().as_bytes());
    ManagedPolicy {
        scope: PolicyScope::Aws,
        id: random::spelled("ANPA", &digest.as_ref()[..ID_CHARACTERS - "ANPA".len()]),
        name,
        path,
        description: None,
        created_at: CREATED_AT,
        updated_at: CREATED_AT,
        tags: Tags::new(),
        default_version: 1,
        versions: vec![PolicyVersion { number: 1, document, created_at: CREATED_AT }],
        next_version: 2,
    }
}

#[cfg(test)]
mod tests {
    use policy::Document;

    use super::*;

    #[test]
    fn each_is_a_policy_that_is_found_under_its_name() {
        for policy in all() {
            let found = find(policy.name.as_str()).expect("found");
            assert_eq!(found.id, policy.id);
            Document::parse_within(&policy.default().document, 6144)
                .unwrap_or_else(|error| panic!("{}: {error}", policy.name));
        }
        assert!(find("AWSIoTFullAccess").is_some() && find("AmazonNothing").is_none());
    }
}
