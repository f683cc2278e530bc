//! Clients that custom authorizers judge.

use std::net::{IpAddr, Ipv4Addr};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use fleet::{Judged, Refused, Shown, ShownMqtt};
use model::{AuthorizerName, ClientId, Principal};
use registry::{AuthorizerUpdate, NewAuthorizer};
use serde_json::{Value, json};
use stdx::task::block_on;

use crate::house::{House, NOW};

const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:judge";
const IP: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn name(text: &str) -> AuthorizerName {
    AuthorizerName::new(text).expect("a name")
}

/// An authorizer that wants no signatures.
fn add(house: &House, text: &str) {
    let new = NewAuthorizer {
        name: name(text),
        function_arn: FUNCTION.to_owned(),
        token_key_name: Some("token".to_owned()),
        token_keys: Default::default(),
        is_active: true,
        is_signing_disabled: true,
        tags: Default::default(),
    };
    block_on(house.fleet.registry().create_authorizer(&new, NOW)).expect("created");
}

/// Knows a lamp, which may connect as itself and say something below its name.
fn knows() -> Value {
    let allow = |action: &str, resource: &str| {
        let resource = format!("arn:aws:iot:us-east-1:000000000000:{resource}");
        json!({ "Effect": "Allow", "Action": action, "Resource": resource })
    };
    json!({
        "isAuthenticated": true,
        "principalId": "lamp7",
        "policyDocuments": [{ "Version": "2012-10-17", "Statement": [
            allow("iot:Connect", "client/lamp"), allow("iot:Publish", "topic/lamp/*"),
        ]}],
        "disconnectAfterInSeconds": 600,
        "refreshAfterInSeconds": 300,
    })
}

fn judge(house: &House, user_name: &str) -> Result<Judged, Refused> {
    let lamp = ClientId::new("lamp").expect("an id");
    let mqtt = ShownMqtt {
        user_name: Some(user_name),
        password: Some(b"secret"),
        client_id: Some("lamp"),
    };
    let shown = Shown { mqtt: Some(mqtt), ..Shown::default() };
    block_on(house.fleet.judge_visitor(&shown, &lamp, IP))
}

fn why(house: &House, refused: Refused) -> String {
    house.fleet.refusals().get(refused.refusal).expect("kept").reason.to_string()
}

#[test]
fn whom_an_authorizer_knows_may_do_what_it_says() {
    let house = House::new();
    add(&house, "judge");
    house.functions.answer(FUNCTION, knows());
    let user = "lamp?x-amz-customauthorizer-name=judge&token=t";
    let judged = judge(&house, user).expect("known");
    let authority = judged.authority;
    assert_eq!(*authority.principal(), Principal::Custom("lamp7".into()));
    assert!(authority.may_publish("lamp/hello").is_allowed());
    assert!(!authority.may_publish("other/hello").is_allowed());
    assert!(!authority.may_subscribe("lamp/hello").is_allowed());
    let [(source, event)] = &house.functions.asked()[..] else { panic!("asked once") };
    assert_eq!(source, "arn:aws:iot:us-east-1:000000000000:authorizer/judge");
    assert_eq!((&event["token"], &event["signatureVerified"]), (&json!("t"), &json!(false)));
    let mqtt = json!({ "username": user, "password": "c2VjcmV0", "clientId": "lamp" });
    assert_eq!(event["protocolData"], json!({ "mqtt": mqtt }));
    // Its time is over in the end.
    house.hands.advance(Duration::from_secs(600));
    assert!(authority.is_valid());
    house.hands.advance(Duration::from_millis(1));
    assert!(!authority.is_valid());
    assert!(!authority.may_publish("lamp/hello").is_allowed());
}

#[test]
fn what_is_said_anew_counts_at_once() {
    let house = House::new();
    add(&house, "judge");
    house.functions.answer(FUNCTION, knows());
    let judged = judge(&house, "lamp?x-amz-customauthorizer-name=judge").expect("known");
    let mqtt = ShownMqtt { user_name: None, password: None, client_id: Some("lamp") };
    let shown = Shown { mqtt: Some(mqtt), ..Shown::default() };
    block_on(house.fleet.registry().set_default_authorizer(&name("judge"))).expect("set");
    let mut less = knows();
    less["policyDocuments"][0]["Statement"].as_array_mut().expect("a list").pop();
    house.functions.answer(FUNCTION, less);
    assert!(block_on(house.fleet.judge_again(&judged, &shown)).is_some());
    assert!(judged.authority.is_valid());
    assert!(!judged.authority.may_publish("lamp/hello").is_allowed());
    house.functions.answer(FUNCTION, json!({ "isAuthenticated": false }));
    assert_eq!(block_on(house.fleet.judge_again(&judged, &shown)), None);
    assert!(!judged.authority.is_valid());
}

#[test]
fn who_is_in_stays_in_while_many_are_judged() {
    let house = House::new();
    add(&house, "judge");
    house.functions.answer(FUNCTION, knows());
    let user = "lamp?x-amz-customauthorizer-name=judge";
    let judged = judge(&house, user).expect("known");
    house.functions.fall_silent();
    let lamp = ClientId::new("lamp").expect("an id");
    let mqtt = ShownMqtt { user_name: Some(user), password: None, client_id: Some("lamp") };
    let shown = Shown { mqtt: Some(mqtt), ..Shown::default() };
    let mut context = Context::from_waker(Waker::noop());
    let mut waiting = Vec::new();
    let refused = loop {
        let mut judging = Box::pin(house.fleet.judge_visitor(&shown, &lamp, IP));
        match judging.as_mut().poll(&mut context) {
            Poll::Pending => waiting.push(judging),
            Poll::Ready(outcome) => break outcome.expect_err("there is no place left"),
        }
    };
    assert!(refused.is_unavailable && waiting.len() == 64, "{}", waiting.len());
    let mut again = Box::pin(house.fleet.judge_again(&judged, &shown));
    assert!(again.as_mut().poll(&mut context).is_pending());
    assert!(judged.authority.is_valid());
}

#[test]
fn each_refusal_says_why() {
    let house = House::new();
    let refused = |user_name: &str| why(&house, judge(&house, user_name).expect_err("refused"));
    assert!(refused("lamp").contains("names no authorizer, and there is no default one"));
    let user = "lamp?x-amz-customauthorizer-name=judge";
    assert_eq!(refused(user), "there is no authorizer judge");
    add(&house, "judge");
    assert!(refused(user).contains("names no function of this house"));
    house.functions.answer(FUNCTION, json!({ "isAuthenticated": false }));
    assert_eq!(refused(user), "the authorizer judge does not know it");
    let mut unfit = knows();
    unfit["principalId"] = json!("lamp 7");
    house.functions.answer(FUNCTION, unfit);
    assert!(refused(user).contains("cannot be understood: principalId must be"));
    let mut other = knows();
    other["policyDocuments"][0]["Statement"][0]["Resource"] =
        json!("arn:aws:iot:us-east-1:000000000000:client/other");
    house.functions.answer(FUNCTION, other);
    assert!(refused(user).contains("judge, policyDocuments[0]"), "{}", refused(user));
    let update = AuthorizerUpdate { is_active: Some(false), ..AuthorizerUpdate::default() };
    let registry = house.fleet.registry();
    block_on(registry.update_authorizer(&name("judge"), &update, NOW)).expect("updated");
    assert_eq!(refused(user), "the authorizer judge is not active");
}

#[test]
fn the_function_is_not_asked_about_tokens_that_nobody_signed() {
    let house = House::new();
    let new = NewAuthorizer {
        name: name("judge"),
        function_arn: FUNCTION.to_owned(),
        token_key_name: Some("token".to_owned()),
        token_keys: [("one".to_owned(), house.issue().keys.expect("its keys").public_key_pem)]
            .into(),
        is_active: true,
        is_signing_disabled: false,
        tags: Default::default(),
    };
    block_on(house.fleet.registry().create_authorizer(&new, NOW)).expect("created");
    house.functions.answer(FUNCTION, knows());
    let refused = |user_name: &str| why(&house, judge(&house, user_name).expect_err("refused"));
    let user = "lamp?x-amz-customauthorizer-name=judge";
    assert!(refused(user).contains("it says no token"));
    let user = format!("{user}&token=t");
    assert!(refused(&user).contains("it says no x-amz-customauthorizer-signature"));
    let user = format!("{user}&x-amz-customauthorizer-signature=AAAA");
    assert!(refused(&user).contains("no key of the authorizer judge has signed the token"));
    assert_eq!(house.functions.asked(), []);
}
