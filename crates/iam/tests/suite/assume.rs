//! Taking roles.

use iam::{Asked, AssumeError, AssumeRole, Iam, Identity, LoginError, RoleUpdate, ServiceCall};
use model::RoleSessionName;
use stdx::task::block_on;

use crate::common::{
    NOW, TRUST_ACCOUNT, TRUST_IOT, allow, create_role, iam, policy_name, role, root, statement,
    user, user_with_key,
};

const ARN: &str = "arn:aws:iam::000000000000:role/R";

fn ask() -> AssumeRole {
    AssumeRole {
        role_arn: ARN.to_owned(),
        session_name: RoleSessionName::new("night").expect("a name"),
        duration_secs: None,
        policy: None,
        policy_arns: Vec::new(),
        tags: Vec::new(),
        transitive_tag_keys: Vec::new(),
        external_id: None,
        source_ip: None,
    }
}

fn may(identity: &Identity, action: &str) -> bool {
    let (source_ip, keys, resource_policy) = (None, &[][..], None);
    let asked = Asked { action, resource: "*", source_ip, now: NOW, keys, resource_policy };
    identity.authorize(&asked).is_ok()
}

fn bob(iam: &Iam, key: &str) -> std::sync::Arc<iam::Login> {
    iam.login(key, None, NOW).expect("logged in")
}

#[test]
fn an_account_that_is_trusted_must_allow_it_and_a_user_that_is_named_need_not() {
    let iam = iam();
    let (key, _) = user_with_key(&iam, "bob");
    create_role(&iam, "R", TRUST_ACCOUNT);
    let try_it = || iam.assume_role(&bob(&iam, &key).identity, &ask(), NOW);
    let denied = try_it().expect_err("denied").to_string();
    assert_eq!(
        denied,
        "User: arn:aws:iam::000000000000:user/bob is not authorized to perform: sts:AssumeRole \
         on resource: arn:aws:iam::000000000000:role/R"
    );
    allow(&iam, &user("bob"), "sts:AssumeRole", ARN);
    let (credentials, identity) = try_it().expect("assumed");
    assert_eq!(identity.arn, "arn:aws:sts::000000000000:assumed-role/R/night");
    assert_eq!(credentials.expires_at, NOW + 3_600_000);
    let trust = TRUST_ACCOUNT.replace(":root", ":user/bob");
    let named = RoleUpdate { trust: Some(trust), ..RoleUpdate::default() };
    block_on(iam.update_role(&role("R"), &named)).expect("updated");
    block_on(iam.delete_inline_policy(&user("bob"), &policy_name("p"))).expect("deleted");
    try_it().expect("named");
    let deny = statement("Deny", "sts:*", "*");
    crate::common::put(&iam, &user("bob"), "p", &deny);
    assert!(matches!(try_it(), Err(AssumeError::Denied(_))), "its own deny holds");
    let missing = AssumeRole { role_arn: format!("{ARN}x"), ..ask() };
    let owner = iam.login(&root().access_key_id, None, NOW).expect("logged in");
    let refused = iam.assume_role(&owner.identity, &missing, NOW);
    assert!(matches!(refused, Err(AssumeError::Denied(_))));
}

#[test]
fn a_session_has_the_roles_rights_within_its_own_policies() {
    let iam = iam();
    let owner = iam.login(&root().access_key_id, None, NOW).expect("logged in");
    create_role(&iam, "R", TRUST_ACCOUNT);
    allow(&iam, &role("R"), "iot:*", "*");
    let log_in = |ask: &AssumeRole| {
        let (credentials, _) = iam.assume_role(&owner.identity, ask, NOW).expect("assumed");
        iam.login(&credentials.access_key_id, Some(&credentials.session_token), NOW)
            .expect("logged in")
    };
    let whole = log_in(&ask());
    assert!(may(&whole.identity, "iot:ListThings") && !may(&whole.identity, "sqs:ListQueues"));
    let policy = Some(
        statement("Allow", "*", "*")
            .replace("\"*\",\"Resource", "[\"iot:ListThings\",\"sqs:*\"],\"Resource"),
    );
    let limited = log_in(&AssumeRole { policy, ..ask() });
    assert!(may(&limited.identity, "iot:ListThings"));
    assert!(
        !may(&limited.identity, "iot:ListThingTypes") && !may(&limited.identity, "sqs:ListQueues")
    );
    let policy_arns = vec!["arn:aws:iam::aws:policy/AWSIoTDataAccess".to_owned()];
    let managed = log_in(&AssumeRole { policy_arns, ..ask() });
    assert!(may(&managed.identity, "iot:Publish") && !may(&managed.identity, "iot:ListThings"));
    let policy = Some("{}".to_owned());
    let malformed = iam.assume_role(&owner.identity, &AssumeRole { policy, ..ask() }, NOW);
    assert!(matches!(malformed, Err(AssumeError::MalformedPolicy(_))));
}

#[test]
fn sessions_follow_their_role() {
    let iam = iam();
    let owner = iam.login(&root().access_key_id, None, NOW).expect("logged in");
    create_role(&iam, "R", TRUST_ACCOUNT);
    let (credentials, _) = iam.assume_role(&owner.identity, &ask(), NOW).expect("assumed");
    let log_in = || iam.login(&credentials.access_key_id, Some(&credentials.session_token), NOW);
    assert!(!may(&log_in().expect("in").identity, "iot:ListThings"));
    allow(&iam, &role("R"), "iot:*", "*");
    assert!(may(&log_in().expect("in").identity, "iot:ListThings"), "at once");
    block_on(iam.delete_inline_policy(&role("R"), &policy_name("p"))).expect("deleted");
    block_on(iam.delete_entity(&role("R"))).expect("deleted");
    assert!(matches!(log_in(), Err(LoginError::Unknown)));
    create_role(&iam, "R", TRUST_ACCOUNT);
    assert!(matches!(log_in(), Err(LoginError::Unknown)), "another role of this name");
}

#[test]
fn durations_are_bounded_by_the_role_and_by_chains() {
    let iam = iam();
    let owner = iam.login(&root().access_key_id, None, NOW).expect("logged in");
    create_role(&iam, "R", TRUST_ACCOUNT);
    allow(&iam, &role("R"), "sts:*", "*");
    let longer = RoleUpdate { max_session_secs: Some(7_200), ..RoleUpdate::default() };
    block_on(iam.update_role(&role("R"), &longer)).expect("updated");
    let (_, chained) = iam.assume_role(&owner.identity, &ask(), NOW).expect("assumed");
    for (caller, seconds, expected) in [
        (&owner.identity, 899, false),
        (&owner.identity, 900, true),
        (&owner.identity, 7_200, true),
        (&owner.identity, 7_201, false),
        (&chained, 3_600, true),
        (&chained, 3_601, false),
    ] {
        let ask = AssumeRole { duration_secs: Some(seconds), ..ask() };
        let taken = iam.assume_role(caller, &ask, NOW);
        assert_eq!(taken.is_ok(), expected, "{} {seconds}", caller.arn);
    }
}

#[test]
fn external_ids_and_tags_are_asked_by_the_trust() {
    let iam = iam();
    let owner = iam.login(&root().access_key_id, None, NOW).expect("logged in");
    let trust = TRUST_ACCOUNT.replace(
        r#""Principal""#,
        r#""Condition":{"StringEquals":{"sts:ExternalId":"42"}},"Principal""#,
    );
    create_role(&iam, "R", &trust);
    let with = |id: Option<&str>| AssumeRole { external_id: id.map(str::to_owned), ..ask() };
    assert!(iam.assume_role(&owner.identity, &with(Some("42")), NOW).is_ok());
    assert!(iam.assume_role(&owner.identity, &with(Some("43")), NOW).is_err());
    assert!(iam.assume_role(&owner.identity, &with(None), NOW).is_err());
    let tags = vec![("Site".to_owned(), "x".to_owned())];
    let tagged =
        AssumeRole { tags, transitive_tag_keys: vec!["Site".to_owned()], ..with(Some("42")) };
    allow(&iam, &role("R"), "sts:*", "*");
    let policy = statement("Allow", "iot:*", "*").replace(
        r#""Resource""#,
        r#""Condition":{"StringEquals":{"aws:PrincipalTag/Site":"x"}},"Resource""#,
    );
    crate::common::put(&iam, &role("R"), "q", &policy);
    let (_, first) = iam.assume_role(&owner.identity, &tagged, NOW).expect("assumed");
    let (_, second) = iam.assume_role(&first, &with(Some("42")), NOW).expect("chained");
    assert!(may(&second, "iot:ListThings"), "a transitive tag goes on");
    let silent = TRUST_IOT.replace(r#"{"Service":"iot.amazonaws.com"}"#, r#"{"AWS":"*"}"#);
    create_role(&iam, "S", &silent);
    let tagged = AssumeRole { role_arn: ARN.replace('R', "S"), ..tagged };
    let refused = iam.assume_role(&owner.identity, &tagged, NOW);
    assert!(
        matches!(refused, Err(AssumeError::Denied(denial)) if denial.action == "sts:TagSession")
    );
}

#[test]
fn services_take_roles_that_trust_them() {
    let iam = iam();
    let r = create_role(&iam, "R", TRUST_IOT);
    allow(&iam, &role("R"), "dynamodb:PutItem", "*");
    let call = ServiceCall {
        service: "iot.amazonaws.com".to_owned(),
        role_arn: r.arn(iam.home()).to_string(),
        session_name: "rule".to_owned(),
        source_arn: None,
        keys: Default::default(),
    };
    let identity = iam.service_identity(&call, NOW).expect("trusted");
    assert!(may(&identity, "dynamodb:PutItem") && !may(&identity, "dynamodb:GetItem"));
    allow(&iam, &role("R"), "dynamodb:GetItem", "*");
    assert!(may(&iam.service_identity(&call, NOW).expect("trusted"), "dynamodb:GetItem"));
    let other = ServiceCall { service: "lambda.amazonaws.com".to_owned(), ..call.clone() };
    let refused = iam.service_identity(&other, NOW).expect_err("refused").to_string();
    assert_eq!(
        refused,
        "Service: lambda.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: \
         arn:aws:iam::000000000000:role/R"
    );
    let credentials = iam.service_credentials(&call, 900, NOW).expect("credentials");
    let held = iam.login(&credentials.access_key_id, Some(&credentials.session_token), NOW);
    assert!(may(&held.expect("logged in").identity, "dynamodb:GetItem"));
    assert!(iam.service_credentials(&call, 3_601, NOW).is_err(), "longer than the role's");
    let owner = iam.login(&root().access_key_id, None, NOW).expect("logged in");
    assert!(iam.assume_role(&owner.identity, &ask(), NOW).is_err(), "the owner is no service");
}
