//! What a connection may do, from its admission to its end.

use fleet::{Verdict, Visitor};
use model::{ClientId, Principal, ThingGroupName};
use registry::{CertificateStatus, NewThingGroup, ThingUpdate};
use stdx::task::block_on;

use crate::house::{House, NOW, allow, policy_name, thing_name};

const EVERYTHING: &str = r#"{"Effect":"Allow","Action":"iot:*","Resource":"*"}"#;

fn group_name(text: &str) -> ThingGroupName {
    ThingGroupName::new(text).expect("a name")
}

#[test]
fn a_certificate_does_what_its_policies_allow() {
    let house = House::new();
    let (der, registered) = house.certificate();
    let id = registered.certificate.id;
    let statements = [
        allow("iot:Connect", "client/${iot:ClientId}"),
        allow("iot:Publish", "topic/up/${iot:ClientId}"),
        allow("iot:Subscribe", "topicfilter/down/*"),
        allow("iot:Receive", "topic/down/*"),
        r#"{"Effect":"Deny","Action":"iot:*","Resource":"arn:aws:iot:*:*:topic*/down/secret"}"#
            .to_owned(),
    ];
    house.allow("led", &statements.join(","), &id);
    let lamp = house.admit(Some(&der), "lamp").expect("admitted");
    assert_eq!(*lamp.principal(), Principal::Certificate(id));
    assert!(lamp.is_valid());
    assert!(lamp.may_publish("up/lamp").is_allowed());
    assert!(!lamp.may_publish("up/other").is_allowed());
    assert!(!lamp.may_retain("up/lamp").is_allowed());
    assert!(lamp.may_subscribe("down/#").is_allowed());
    assert!(!lamp.may_subscribe("#").is_allowed());
    assert!(lamp.may_receive("down/x").is_allowed());
    assert!(!lamp.may_receive("down/secret").is_allowed());
}

#[test]
fn who_has_no_certificate_gets_the_anonymous_policy() {
    let open = House::new();
    let tool = open.admit(None, "tool").expect("admitted");
    assert_eq!(*tool.principal(), Principal::Anonymous);
    assert!(tool.may_publish("anything").is_allowed() && tool.may_subscribe("#").is_allowed());
    let closed = format!(
        r#"{{"Version":"2012-10-17","Statement":[{}]}}"#,
        allow("iot:Connect", "client/tool-*")
    );
    let closed = House::with_anonymous(&closed);
    assert!(closed.admit(None, "other").is_err());
    let tool = closed.admit(None, "tool-1").expect("admitted");
    assert!(!tool.may_publish("anything").is_allowed());
}

#[test]
fn each_state_of_a_certificate_but_active_is_turned_away_with_its_reason() {
    let house = House::new();
    let issued = house.issue();
    let turned_away = |der: &[u8]| {
        let refused = house.admit(Some(der), "lamp").expect_err("turned away");
        assert!(!refused.is_unavailable);
        house.reason(refused.refusal)
    };
    let (der, id) = (issued.certificate.to_vec(), issued.id.clone());
    assert_eq!(turned_away(&der), format!("the certificate {id} is not registered"));
    assert_eq!(turned_away(b"x"), "the certificate is malformed");
    block_on(house.fleet.register_issued(issued, false)).expect("registered");
    assert_eq!(turned_away(&der), format!("the certificate {id} is INACTIVE"));
    let registry = house.fleet.registry();
    block_on(registry.update_certificate(&id, CertificateStatus::Active, NOW)).expect("set");
    assert_eq!(turned_away(&der), format!("the certificate {id} has no policy attached"));
    house.allow("led", EVERYTHING, &id);
    house.admit(Some(&der), "lamp").expect("admitted at last");
    house.hands.set(0);
    assert_eq!(turned_away(&der), format!("the certificate {id} is not valid yet"));
    house.hands.set(u64::MAX / 2);
    assert_eq!(turned_away(&der), format!("the certificate {id} has expired"));
}

#[test]
fn a_revoked_certificate_ends_what_it_began() {
    let house = House::new();
    let (der, registered) = house.certificate();
    let id = registered.certificate.id;
    house.allow("led", EVERYTHING, &id);
    let lamp = house.admit(Some(&der), "lamp").expect("admitted");
    assert!(lamp.may_publish("x").is_allowed());
    let registry = house.fleet.registry();
    let before = house.fleet.epoch();
    block_on(registry.update_certificate(&id, CertificateStatus::Revoked, NOW)).expect("set");
    assert!(house.fleet.epoch() > before);
    assert!(!lamp.is_valid() && !lamp.may_publish("x").is_allowed());
    assert!(!lamp.may_receive("x").is_allowed(), "CVE-2021-34434: checked at delivery too");
    block_on(registry.update_certificate(&id, CertificateStatus::Active, NOW)).expect("set");
    assert!(lamp.is_valid() && lamp.may_publish("x").is_allowed());
}

#[test]
fn changes_of_policies_and_things_are_felt_at_once() {
    let house = House::new();
    let (der, registered) = house.certificate();
    let id = registered.certificate.id;
    let statements = [
        allow("iot:Connect", "client/*"),
        allow("iot:Publish", "topic/floor/${iot:Connection.Thing.Attributes[floor]}"),
    ];
    house.allow("led", &statements.join(","), &id);
    house.thing("lamp", &id);
    let lamp = house.admit(Some(&der), "lamp").expect("admitted");
    assert!(!lamp.may_publish("floor/2").is_allowed());
    let registry = house.fleet.registry();
    let floor = [("floor".to_owned(), "2".to_owned())].into();
    let update = ThingUpdate { attributes: Some(floor), ..ThingUpdate::default() };
    block_on(registry.update_thing(&thing_name("lamp"), &update)).expect("updated");
    assert!(lamp.may_publish("floor/2").is_allowed());
    let arn = registered.arn.as_str();
    block_on(house.fleet.detach_thing_principal(&thing_name("lamp"), arn)).expect("detached");
    assert!(!lamp.may_publish("floor/2").is_allowed() && lamp.is_valid());
    let document = format!(r#"{{"Version":"2012-10-17","Statement":[{EVERYTHING}]}}"#);
    let led = policy_name("led");
    block_on(registry.create_policy_version(&led, &document, true, NOW)).expect("created");
    assert!(lamp.may_publish("floor/2").is_allowed());
    block_on(house.fleet.detach_policy(&led, arn)).expect("detached");
    assert!(!lamp.may_publish("floor/2").is_allowed() && !lamp.is_valid());
}

#[test]
fn a_certificate_that_expires_while_connected_is_held_to_it() {
    let house = House::new();
    let (der, registered) = house.certificate();
    house.allow("led", EVERYTHING, &registered.certificate.id);
    let lamp = house.admit(Some(&der), "lamp").expect("admitted");
    house.hands.set(u64::MAX / 2);
    assert!(!lamp.is_valid());
    let Verdict::Refused(refusal) = lamp.may_publish("x") else { panic!("it has expired") };
    assert!(house.reason(refusal).ends_with("has expired"));
}

#[test]
fn sharing_a_subscription_gets_round_nothing() {
    let house = House::new();
    let (der, registered) = house.certificate();
    let statements = [
        EVERYTHING.to_owned(),
        r#"{"Effect":"Deny","Action":["iot:Subscribe","iot:Receive"],
            "Resource":["arn:aws:iot:*:*:topicfilter/secret/*","arn:aws:iot:*:*:topic/secret/*"]}"#
            .to_owned(),
    ];
    house.allow("led", &statements.join(","), &registered.certificate.id);
    let lamp = house.admit(Some(&der), "lamp").expect("admitted");
    assert!(lamp.may_subscribe("$share/g/open/x").is_allowed());
    assert!(!lamp.may_subscribe("$share/g/secret/x").is_allowed());
    assert!(lamp.may_receive_shared("g", "open/x").is_allowed());
    assert!(!lamp.may_receive_shared("g", "secret/x").is_allowed());
}

#[test]
fn receiving_through_a_share_is_allowed_in_either_form() {
    let house = House::new();
    let (der, registered) = house.certificate();
    let statements = [
        allow("iot:Connect", "client/*"),
        allow("iot:Receive", "topic/$share/g/a"),
        allow("iot:Receive", "topic/b"),
    ];
    house.allow("led", &statements.join(","), &registered.certificate.id);
    let lamp = house.admit(Some(&der), "lamp").expect("admitted");
    for (share, topic, expected) in
        [("g", "a", true), ("g", "b", true), ("h", "a", false), ("g", "c", false)]
    {
        assert_eq!(lamp.may_receive_shared(share, topic).is_allowed(), expected, "{share} {topic}");
    }
    assert!(!lamp.may_receive("a").is_allowed());
}

#[test]
fn what_is_stored_and_not_understood_allows_nothing() {
    // CVE-2018-12550 and -12551: a broken list of rules let everybody in.
    let house = House::new();
    let client_id = ClientId::new("lamp").expect("a client id");
    let visitor = Visitor { client_id: &client_id, source_ip: None, certificate: Some(b"") };
    house.fleet.admit(&visitor).expect_err("an empty certificate is no certificate");
}

#[test]
fn a_thing_that_joins_a_group_may_do_what_the_group_may() {
    let house = House::new();
    let (der, registered) = house.certificate();
    let id = registered.certificate.id;
    house.allow("led", &allow("iot:Connect", "client/*"), &id);
    house.thing("lamp", &id);
    let registry = house.fleet.registry();
    for (name, parent) in [("site", None), ("hall", Some("site"))] {
        let new = NewThingGroup {
            name: group_name(name),
            parent: parent.map(group_name),
            description: None,
            attributes: Default::default(),
            tags: Default::default(),
        };
        block_on(registry.create_thing_group(new, NOW)).expect("created");
    }
    let document = format!(r#"{{"Version":"2012-10-17","Statement":[{EVERYTHING}]}}"#);
    let all = policy_name("all");
    block_on(registry.create_policy(&all, &document, &Default::default(), NOW)).expect("created");
    let lamp = house.admit(Some(&der), "lamp").expect("admitted");
    let other = house.admit(Some(&der), "other").expect("admitted");
    block_on(registry.add_thing_to_group(&thing_name("lamp"), &group_name("hall")))
        .expect("joined");
    assert!(!lamp.may_publish("x").is_allowed());
    let site = registry.thing_group_arn(&group_name("site"));
    block_on(house.fleet.attach_policy(&all, site.as_str())).expect("attached");
    assert!(lamp.may_publish("x").is_allowed());
    assert!(!other.may_publish("x").is_allowed(), "it does not connect as the thing");
    block_on(registry.remove_thing_from_group(&thing_name("lamp"), &group_name("hall")))
        .expect("left");
    assert!(!lamp.may_publish("x").is_allowed());
    block_on(registry.add_thing_to_group(&thing_name("lamp"), &group_name("hall")))
        .expect("joined");
    assert!(lamp.may_publish("x").is_allowed());
    block_on(registry.delete_thing_group(&group_name("hall"), None)).expect("deleted");
    assert!(!lamp.may_publish("x").is_allowed());
}
