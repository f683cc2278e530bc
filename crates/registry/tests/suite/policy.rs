//! Policies and what they are attached to.

use crate::common::{ALLOW_ALL, NOW, id, policy_name, register, registry, target};
use registry::{
    AttachPolicyError, CertificateStatus, CreatePolicyError, CreatePolicyVersionError,
    DeletePolicyError, POLICIES_PER_TARGET_MAX, PolicyVersionError, VERSIONS_MAX,
};
use stdx::task::block_on;

#[test]
fn a_document_that_is_not_understood_is_not_stored() {
    let registry = registry();
    let led = policy_name("led");
    let refused = block_on(registry.create_policy(&led, "{}", &Default::default(), NOW))
        .expect_err("refused");
    assert_eq!(refused.to_string(), "document: Statement is missing");
    assert_eq!(registry.policy(&led).expect("read"), None);
    block_on(registry.create_policy(&led, ALLOW_ALL, &Default::default(), NOW)).expect("created");
    let again = block_on(registry.create_policy(&led, ALLOW_ALL, &Default::default(), NOW));
    assert!(matches!(again, Err(CreatePolicyError::AlreadyExists { .. })));
    let version = block_on(registry.create_policy_version(&led, "[", false, NOW));
    assert!(matches!(version, Err(CreatePolicyVersionError::Malformed(_))));
}

#[test]
fn versions_are_few_and_their_numbers_are_used_once() {
    let registry = registry();
    let led = policy_name("led");
    block_on(registry.create_policy(&led, ALLOW_ALL, &Default::default(), NOW)).expect("created");
    let create = |default| block_on(registry.create_policy_version(&led, ALLOW_ALL, default, NOW));
    for number in 2..=u32::try_from(VERSIONS_MAX).expect("small") {
        assert_eq!(create(false).expect("created").number, number);
    }
    assert!(matches!(create(false), Err(CreatePolicyVersionError::TooManyVersions { .. })));
    let delete = |number| block_on(registry.delete_policy_version(&led, number));
    assert!(matches!(delete(1), Err(PolicyVersionError::IsDefault { .. })));
    assert!(matches!(delete(9), Err(PolicyVersionError::VersionNotFound { .. })));
    delete(5).expect("deleted");
    assert_eq!(create(true).expect("created").number, 6, "5 is not given out again");
    let policy = registry.policy(&led).expect("read").expect("there");
    assert_eq!((policy.default_version, policy.default().number), (6, 6));
    block_on(registry.set_default_policy_version(&led, 1)).expect("set");
    let has_versions = block_on(registry.delete_policy(&led));
    assert!(matches!(has_versions, Err(DeletePolicyError::HasVersions { .. })));
}

#[test]
fn only_a_change_of_the_default_changes_authority() {
    let registry = registry();
    let led = policy_name("led");
    block_on(registry.create_policy(&led, ALLOW_ALL, &Default::default(), NOW)).expect("created");
    let epoch = registry.epoch();
    block_on(registry.create_policy_version(&led, ALLOW_ALL, false, NOW)).expect("created");
    assert_eq!(registry.epoch(), epoch);
    block_on(registry.set_default_policy_version(&led, 2)).expect("set");
    assert!(registry.epoch() > epoch);
}

#[test]
fn attachments_are_seen_from_both_ends_and_hold_both() {
    let registry = registry();
    let led = policy_name("led");
    register(&registry, 1, CertificateStatus::Inactive);
    let missing = block_on(registry.attach_policy(&led, &target(1)));
    assert!(matches!(missing, Err(AttachPolicyError::PolicyNotFound { .. })));
    block_on(registry.create_policy(&led, ALLOW_ALL, &Default::default(), NOW)).expect("created");
    let missing = block_on(registry.attach_policy(&led, &target(2)));
    assert!(matches!(missing, Err(AttachPolicyError::CertificateNotFound { .. })));
    for _ in 0..2 {
        block_on(registry.attach_policy(&led, &target(1))).expect("attached");
    }
    assert_eq!(
        registry.policies_of(&target(1), None, 10).expect("read").items,
        std::slice::from_ref(&led)
    );
    assert_eq!(registry.targets_of(&led, None, 10).expect("read").items, [target(1)]);
    let attached = block_on(registry.delete_policy(&led));
    assert!(matches!(attached, Err(DeletePolicyError::IsAttached { .. })));
    for _ in 0..2 {
        block_on(registry.detach_policy(&led, &target(1))).expect("detached");
    }
    block_on(registry.delete_policy(&led)).expect("deleted");
    block_on(registry.delete_certificate(&id(1), false)).expect("deleted");
}

#[test]
fn a_certificate_has_at_most_ten_policies() {
    let registry = registry();
    register(&registry, 1, CertificateStatus::Active);
    let attach = |number: usize| {
        let name = policy_name(&format!("p{number}"));
        block_on(registry.create_policy(&name, ALLOW_ALL, &Default::default(), NOW))
            .expect("created");
        block_on(registry.attach_policy(&name, &target(1)))
    };
    for number in 0..POLICIES_PER_TARGET_MAX {
        attach(number).expect("attached");
    }
    assert!(matches!(attach(10), Err(AttachPolicyError::TooMany { .. })));
    let grants = registry.grants(&id(1), "x").expect("read").expect("registered");
    assert_eq!(grants.policies.len(), POLICIES_PER_TARGET_MAX);
}
