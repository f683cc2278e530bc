//! What identities may do, and how refusals read.

use iam::{Asked, Identity, NewManagedPolicy};
use model::IamPath;
use policy::ResourceDocument;
use stdx::task::block_on;

use crate::common::{
    NOW, allow, create, group_name, iam, policy_name, put, statement, user, user_name,
    user_with_key,
};

const LAMP: &str = "arn:aws:iot:us-east-1:000000000000:thing/lamp";

fn asked<'a>(action: &'a str, resource: &'a str) -> Asked<'a> {
    let (source_ip, keys, resource_policy) = (Some([10, 0, 0, 1].into()), &[][..], None);
    Asked { action, resource, source_ip, now: NOW, keys, resource_policy }
}

fn refusal(identity: &Identity, action: &str, resource: &str) -> String {
    match identity.authorize(&asked(action, resource)) {
        Ok(()) => "allowed".to_owned(),
        Err(denial) => denial.to_string(),
    }
}

#[test]
fn a_user_may_do_what_it_and_its_groups_are_allowed() {
    let iam = iam();
    let (key, _) = user_with_key(&iam, "bob");
    let refused = |action: &str, resource: &str| {
        refusal(&iam.login(&key, None, NOW).expect("logged in").identity, action, resource)
    };
    let nothing = "User: arn:aws:iam::000000000000:user/bob is not authorized to perform: \
                   iot:DescribeThing on resource: arn:aws:iot:us-east-1:000000000000:thing/lamp \
                   because no identity-based policy allows the iot:DescribeThing action";
    assert_eq!(refused("iot:DescribeThing", LAMP), nothing);
    allow(&iam, &user("bob"), "iot:Describe*", "arn:aws:iot:eu-west-1:1:thing/${aws:username}*");
    assert_ne!(refused("iot:DescribeThing", LAMP), "allowed");
    let own = "arn:aws:iot:us-east-1:000000000000:thing/bob-1";
    assert_eq!(refused("iot:DescribeThing", own), "allowed");
    create(&iam, group_name("night").into());
    allow(&iam, &group_name("night").into(), "iot:DescribeThing", "*");
    block_on(iam.add_user_to_group(&user_name("bob"), &group_name("night"))).expect("added");
    assert_eq!(refused("iot:DescribeThing", LAMP), "allowed");
    put(&iam, &user("bob"), "q", &statement("Deny", "iot:*", "arn:aws:iot:*:*:thing/lamp"));
    assert!(
        refused("iot:DescribeThing", LAMP)
            .ends_with("with an explicit deny in an identity-based policy")
    );
    assert!(refused("iot:ListThings", "*").contains("on resource: * because"));
    block_on(iam.remove_user_from_group(&user_name("bob"), &group_name("night"))).expect("gone");
    assert_eq!(refused("iot:DescribeThing", own), "allowed");
}

#[test]
fn an_action_without_a_resource_needs_a_policy_for_everything() {
    let iam = iam();
    let (key, _) = user_with_key(&iam, "bob");
    let refused = || {
        let bob = iam.login(&key, None, NOW).expect("logged in");
        refusal(&bob.identity, "iot:ListThings", "*")
    };
    allow(&iam, &user("bob"), "iot:*", "arn:aws:iot:us-east-1:000000000000:*");
    assert_ne!(refused(), "allowed");
    allow(&iam, &user("bob"), "iot:*", "*");
    assert_eq!(refused(), "allowed");
}

#[test]
fn a_boundary_is_where_every_policy_ends() {
    let iam = iam();
    let (key, _) = user_with_key(&iam, "bob");
    allow(&iam, &user("bob"), "*", "*");
    let new = NewManagedPolicy {
        name: policy_name("limits"),
        path: IamPath::default(),
        description: None,
        document: statement("Allow", "iot:*", "*"),
        tags: Vec::new(),
    };
    let arn = block_on(iam.create_policy(new, NOW)).expect("created").arn(iam.home()).to_string();
    block_on(iam.set_boundary(&user("bob"), Some(&arn))).expect("bound");
    let refused = |action: &str| {
        refusal(&iam.login(&key, None, NOW).expect("logged in").identity, action, "*")
    };
    assert_eq!(refused("iot:ListThings"), "allowed");
    assert!(
        refused("sqs:ListQueues")
            .ends_with("because no permissions boundary allows the sqs:ListQueues action")
    );
    let deny = statement("Deny", "iot:*", "*");
    block_on(iam.create_policy_version(&arn, &deny, true, NOW)).expect("created");
    assert!(refused("iot:ListThings").ends_with("with an explicit deny in a permissions boundary"));
}

#[test]
fn a_resource_may_allow_by_name_and_deny_to_everybody() {
    let iam = iam();
    let (key, _) = user_with_key(&iam, "bob");
    let bob = iam.login(&key, None, NOW).expect("logged in");
    let bucket = |effect: &str, principal: &str| {
        let json = format!(
            r#"{{"Statement":{{"Effect":"{effect}","Action":"s3:GetObject","Principal":{principal},
                "Resource":"arn:aws:s3:::b/*"}}}}"#
        );
        ResourceDocument::parse(&json, 20_480).expect("a policy")
    };
    let decide = |document: &ResourceDocument, identity: &Identity| {
        let resource_policy = Some(("the policy of the bucket b", document));
        let asked = Asked { resource_policy, ..asked("s3:GetObject", "arn:aws:s3:::b/k") };
        identity.authorize(&asked).map_err(|denial| denial.to_string())
    };
    let named = bucket("Allow", r#"{"AWS":"arn:aws:iam::000000000000:user/bob"}"#);
    assert_eq!(decide(&named, &bob.identity), Ok(()));
    let account = bucket("Allow", r#"{"AWS":"000000000000"}"#);
    assert!(decide(&account, &bob.identity).is_err(), "the account's own policies decide");
    allow(&iam, &user("bob"), "s3:*", "*");
    let bob = iam.login(&key, None, NOW).expect("logged in");
    assert_eq!(decide(&account, &bob.identity), Ok(()));
    let denied = decide(&bucket("Deny", r#""*""#), &bob.identity).expect_err("denied");
    assert!(denied.ends_with("with an explicit deny in a resource-based policy"), "{denied}");
}

#[test]
fn conditions_see_tags_addresses_and_the_keys_of_the_request() {
    let iam = iam();
    let (key, _) = user_with_key(&iam, "bob");
    let tags = [("Team".to_owned(), "red".to_owned())];
    block_on(iam.tag_entity(&user("bob"), &tags)).expect("tagged");
    for (condition, expected) in [
        (r#""StringEquals":{"aws:PrincipalTag/team":"red"}"#, true),
        (r#""StringEquals":{"aws:PrincipalTag/Team":"blue"}"#, false),
        (r#""IpAddress":{"aws:SourceIp":"10.0.0.0/8"}"#, true),
        (r#""IpAddress":{"aws:SourceIp":"192.168.0.0/16"}"#, false),
        (r#""DateLessThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}"#, false),
        (r#""ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/b*"}"#, true),
        (r#""StringEquals":{"aws:RequestTag/site":"x"}"#, true),
        (r#""ForAllValues:StringEquals":{"aws:TagKeys":["site"]}"#, true),
        (r#""Bool":{"aws:MultiFactorAuthPresent":"true"}"#, false),
        (r#""BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}"#, true),
        (r#""StringEquals":{"aws:username":"bob"}"#, true),
    ] {
        let document = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{{condition}}}}}}}"#
        );
        put(&iam, &user("bob"), "p", &document);
        let bob = iam.login(&key, None, NOW).expect("logged in");
        let keys: &[(&str, &[&str])] =
            &[("aws:requesttag/site", &["x"]), ("aws:tagkeys", &["site"])];
        let asked = Asked { keys, ..asked("iot:ListThings", "*") };
        assert_eq!(bob.identity.authorize(&asked).is_ok(), expected, "{condition}");
    }
}

#[test]
fn credentials_of_a_session_token_are_not_for_iam() {
    let iam = iam();
    let (key, _) = user_with_key(&iam, "bob");
    allow(&iam, &user("bob"), "*", "*");
    let bob = iam.login(&key, None, NOW).expect("logged in");
    let session = iam.session_token(&bob.identity, None, NOW).expect("a session");
    let held = iam.login(&session.access_key_id, Some(&session.session_token), NOW).expect("in");
    assert_eq!(refusal(&held.identity, "iot:ListThings", "*"), "allowed");
    assert_ne!(refusal(&held.identity, "iam:ListUsers", "*"), "allowed");
    assert_eq!(refusal(&bob.identity, "iam:ListUsers", "*"), "allowed");
}
