//! Managed and inline policies.

use iam::{EntityKind, IamError, NewManagedPolicy, PolicyUsage};
use model::IamPath;
use stdx::task::block_on;

use crate::common::{NOW, create, create_role, iam, policy_name, role, statement, user};

fn new(name: &str, path: &str) -> NewManagedPolicy {
    NewManagedPolicy {
        name: policy_name(name),
        path: IamPath::new(path).expect("a path"),
        description: None,
        document: statement("Allow", "iot:*", "*"),
        tags: Vec::new(),
    }
}

#[test]
fn versions_are_few_and_the_default_counts() {
    let iam = iam();
    let created = block_on(iam.create_policy(new("readers", "/night/"), NOW)).expect("created");
    let arn = created.arn(iam.home()).to_string();
    assert_eq!(arn, "arn:aws:iam::000000000000:policy/night/readers");
    let document = statement("Allow", "iot:Get*", "*");
    let create = |default| block_on(iam.create_policy_version(&arn, &document, default, NOW + 1));
    for number in 2..=5 {
        assert_eq!(create(number == 3).expect("created").number, number);
    }
    assert!(matches!(create(false), Err(IamError::TooManyVersions)));
    let policy = iam.policy(&arn).expect("found");
    assert_eq!((policy.default_version, policy.default().document.as_ref()), (3, &*document));
    assert!(matches!(
        block_on(iam.delete_policy_version(&arn, 3)),
        Err(IamError::DeleteConflict { .. })
    ));
    assert!(matches!(
        block_on(iam.set_default_policy_version(&arn, 9, NOW)),
        Err(IamError::VersionNotFound { .. })
    ));
    assert!(matches!(block_on(iam.delete_policy(&arn)), Err(IamError::DeleteConflict { .. })));
    for number in [1, 2, 4, 5] {
        block_on(iam.delete_policy_version(&arn, number)).expect("deleted");
    }
    block_on(iam.delete_policy(&arn)).expect("deleted");
    let gone = iam.policy(&arn).expect_err("gone").to_string();
    assert_eq!(gone, format!("Policy {arn} does not exist or is not attachable."));
}

#[test]
fn a_policy_is_known_by_its_whole_arn_in_any_account() {
    let iam = iam();
    block_on(iam.create_policy(new("readers", "/night/"), NOW)).expect("created");
    let found = |arn: &str| iam.policy(arn).is_ok();
    assert!(found("arn:aws:iam::123456789012:policy/night/readers"));
    assert!(!found("arn:aws:iam::000000000000:policy/readers"));
    assert!(!found("arn:aws:iam::aws:policy/readers"));
    assert!(found("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"));
    assert!(!found("arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole"));
    assert!(matches!(iam.policy("readers"), Err(IamError::Invalid { .. })));
    let again = block_on(iam.create_policy(new("Readers", "/"), NOW));
    assert!(matches!(again, Err(IamError::AlreadyExists { .. })));
}

#[test]
fn attachments_are_seen_from_both_ends_and_hold_the_policy() {
    let iam = iam();
    let arn = block_on(iam.create_policy(new("readers", "/"), NOW)).expect("created");
    let arn = arn.arn(iam.home()).to_string();
    create(&iam, user("bob"));
    create_role(&iam, "R", crate::common::TRUST_IOT);
    for name in [user("bob"), role("R")] {
        block_on(iam.attach_policy(&name, &arn)).expect("attached");
        block_on(iam.attach_policy(&name, &arn)).expect("again");
        assert_eq!(iam.attached_policies(&name, "/").expect("listed")[0].arn.as_str(), arn);
    }
    let policy = iam.policy(&arn).expect("found");
    assert_eq!(iam.policy_uses(&policy).expect("counted"), (2, 0));
    let users = |kind| {
        let usage = PolicyUsage::Permissions;
        iam.entities_of_policy(&arn, kind, "/", usage, None, 10).expect("listed").items.len()
    };
    assert_eq!(
        (users(None), users(Some(EntityKind::Role)), users(Some(EntityKind::Group))),
        (2, 1, 0)
    );
    let held = block_on(iam.delete_policy(&arn)).expect_err("held").to_string();
    assert_eq!(held, "Cannot delete a policy attached to entities.");
    for name in [user("bob"), role("R")] {
        block_on(iam.detach_policy(&name, &arn)).expect("detached");
    }
    let missing = block_on(iam.detach_policy(&user("bob"), &arn));
    assert!(matches!(missing, Err(IamError::NotAttached { .. })));
    block_on(iam.set_boundary(&user("bob"), Some(&arn))).expect("bound");
    assert!(block_on(iam.delete_policy(&arn)).is_err());
    block_on(iam.set_boundary(&user("bob"), None)).expect("freed");
    assert!(matches!(
        block_on(iam.set_boundary(&user("bob"), None)),
        Err(IamError::NotFound { .. })
    ));
    block_on(iam.delete_policy(&arn)).expect("deleted");
}

#[test]
fn a_tenth_policy_is_the_last() {
    let iam = iam();
    create(&iam, user("bob"));
    for policy in &iam.aws_policies()[..10] {
        let arn = policy.arn(iam.home());
        block_on(iam.attach_policy(&user("bob"), arn.as_str())).expect("attached");
    }
    let arn = iam.aws_policies()[10].arn(iam.home());
    let refused = block_on(iam.attach_policy(&user("bob"), arn.as_str())).expect_err("refused");
    assert_eq!(refused.to_string(), "Cannot exceed quota for PoliciesPerUser: 10");
}

#[test]
fn inline_policies_have_one_limit_together() {
    let iam = iam();
    create(&iam, user("bob"));
    let document = statement("Allow", &format!("iot:{}", "A".repeat(900)), "*");
    let put = |name: &str, document: &str| {
        block_on(iam.put_inline_policy(&user("bob"), &policy_name(name), document))
    };
    put("a", &document).expect("put");
    put("a", &document).expect("replaced");
    put("b", &document).expect("put");
    let refused = put("c", &document).expect_err("refused").to_string();
    assert_eq!(refused, "Maximum policy size of 2048 bytes exceeded for user bob");
    assert!(matches!(put("d", "{}"), Err(IamError::Malformed(_))));
    let missing = iam.inline_policy(&user("bob"), &policy_name("c")).expect_err("missing");
    assert_eq!(missing.to_string(), "The user policy with name c cannot be found.");
}

#[test]
fn awss_own_policies_are_not_changed() {
    let iam = iam();
    let arn = "arn:aws:iam::aws:policy/AWSIoTFullAccess";
    assert!(matches!(block_on(iam.delete_policy(arn)), Err(IamError::AwsManaged { .. })));
}
