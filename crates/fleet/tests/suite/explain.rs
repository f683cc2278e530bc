//! Why something was refused.

use expect_test::expect;
use fleet::{RefusalKind, Verdict};
use model::PolicyName;
use policy::Expansion;

use crate::house::{House, NOW, allow};

#[test]
fn a_refused_publish_is_explained_whole() {
    let house = House::new();
    let (der, registered) = house.certificate();
    let id = registered.certificate.id;
    let statements = [
        allow("iot:Connect", "client/${iot:ClientId}"),
        allow("iot:Publish", "topic/cicd/frontend"),
    ];
    house.allow("led", &statements.join(","), &id);
    let lamp = house.admit(Some(&der), "lamp").expect("admitted");
    let Verdict::Refused(refusal) = lamp.may_publish("/cicd/frontend") else {
        panic!("there is a slash too many")
    };
    house.hands.set(NOW + 1000);
    assert_eq!(lamp.may_publish("/cicd/frontend"), Verdict::Refused(refusal));
    let refusal = house.fleet.refusals().get(refusal).expect("kept");
    expect![[r#"the policy "led" allows topic/cicd/frontend; the device published /cicd/frontend: remove the leading slash"#]]
        .assert_eq(&refusal.reason.to_string());
    assert_eq!(refusal.reason.advice().as_deref(), Some("remove the leading slash"));
    assert_eq!((refusal.count, refusal.first_at, refusal.last_at), (2, NOW, NOW + 1000));
    assert_eq!(refusal.kind, RefusalKind::Publish);
    assert_eq!(refusal.principal, Some(format!("certificate {id}")));
    assert_eq!(refusal.client_id.as_deref(), Some("lamp"));
    assert_eq!(refusal.source_ip, Some([192, 0, 2, 7].into()));
    assert_eq!(refusal.action.as_deref(), Some("iot:Publish"));
    let arn = "arn:aws:iot:us-east-1:000000000000:topic//cicd/frontend";
    assert_eq!(refusal.resource.as_deref(), Some(arn));
    let (variable, value) = ("iot:ClientId".to_owned(), Some("lamp".to_owned()));
    assert_eq!(refusal.expansions, [Expansion { variable, value }]);
}

#[test]
fn denials_and_silences_are_told_apart() {
    let house = House::new();
    let (der, registered) = house.certificate();
    let statements = [
        allow("iot:Connect", "client/*"),
        r#"{"Sid":"NoAdmin","Effect":"Deny","Action":"*",
            "Resource":"arn:aws:iot:*:*:topic/admin"}"#
            .to_owned(),
    ];
    house.allow("led", &statements.join(","), &registered.certificate.id);
    let lamp = house.admit(Some(&der), "lamp").expect("admitted");
    let reason = |verdict: Verdict| match verdict {
        Verdict::Refused(refusal) => house.reason(refusal),
        Verdict::Allowed => panic!("allowed"),
    };
    expect![[r#"denied by statement 2 (NoAdmin) of the policy "led""#]]
        .assert_eq(&reason(lamp.may_publish("admin")));
    expect![[r#"no statement of the policy "led" comes near to allowing it"#]]
        .assert_eq(&reason(lamp.may_subscribe("x")));
}

#[test]
fn a_handshake_that_fails_is_kept_too() {
    let house = House::new();
    let ip = [192, 0, 2, 9].into();
    let first = house.fleet.refused_handshake(ip, "the client did not trust our certificate");
    let again = house.fleet.refused_handshake(ip, "the client did not trust our certificate");
    let other = house.fleet.refused_handshake(ip, "no certificate came");
    assert_eq!(first, again);
    assert_ne!(first, other);
    let refusal = house.fleet.refusals().get(first).expect("kept");
    assert_eq!((refusal.kind, refusal.count), (RefusalKind::Handshake, 2));
    assert_eq!(refusal.principal, None);
    assert_eq!(house.fleet.refusals().latest(10).len(), 2);
}

#[test]
fn a_mended_policy_is_tried_before_it_is_stored() {
    let house = House::new();
    let (der, registered) = house.certificate();
    let connect = allow("iot:Connect", "client/${iot:ClientId}");
    let document = |topic: &str| {
        let statements = [connect.clone(), allow("iot:Publish", topic)].join(",");
        format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)
    };
    let wrong = [connect.clone(), allow("iot:Publish", "topic//cicd/led")].join(",");
    house.allow("led", &wrong, &registered.certificate.id);
    let lamp = house.admit(Some(&der), "lamp").expect("admitted");
    let Verdict::Refused(id) = lamp.may_publish("cicd/led") else { panic!("a slash too many") };
    let refusal = house.fleet.refusals().get(id).expect("kept");
    let tried = |name: &str, topic: &str| {
        let name = PolicyName::new(name).expect("a name");
        house.fleet.try_policy(&refusal, &name, &document(topic)).expect("tried")
    };
    let mended = tried("led", "topic/cicd/led");
    assert_eq!(mended.before, Some(refusal.reason.clone()));
    assert_eq!(mended.after, None);
    assert_eq!(tried("led", "topic//cicd/led").after, Some(refusal.reason.clone()));
    // One that does not count for it yet is tried beside those that do.
    assert_eq!(tried("another", "topic/cicd/*").after, None);
    // Nothing was changed.
    assert!(matches!(lamp.may_publish("cicd/led"), Verdict::Refused(_)));
    let name = PolicyName::new("led").expect("a name");
    let error = house.fleet.try_policy(&refusal, &name, "{").expect_err("no document");
    assert!(error.to_string().starts_with("the document cannot be read: "), "{error}");
}

#[test]
fn what_no_policy_decided_cannot_be_tried_on_one() {
    let house = House::new();
    house.fleet.refused_handshake([192, 0, 2, 7].into(), "the client sent no certificate");
    let refusal = house.fleet.refusals().latest(1).remove(0);
    let name = PolicyName::new("led").expect("a name");
    let error = house.fleet.try_policy(&refusal, &name, "{}").expect_err("refused");
    let told = format!("the refusal {} is not one of a certificate's policies", refusal.id);
    assert_eq!(error.to_string(), told);
}
