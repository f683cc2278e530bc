//! Devices that are provisioned with a claim.

use fleet::Writer;
use model::{
    CertificateId, ClientId, Message, Principal, Qos, TemplateName, ThingGroupName, Topic,
};
use registry::CertificateStatus::PendingActivation;
use registry::{
    Attributes, CertificateStatus, Hook, NewTemplate, NewThing, NewThingGroup, TemplateKind,
    TemplateUpdate,
};
use serde_json::{Value, json};
use stdx::task::block_on;

use crate::house::{House, NOW, thing_name};

fn body(override_settings: &Value) -> Value {
    json!({
        "Parameters": {
            "Serial": { "Type": "String" },
            "Place": { "Type": "String", "Default": "Rome" },
            "AWS::IoT::Certificate::Id": { "Type": "String" },
        },
        "Mappings": { "Sites": { "Rome": { "Url": "rome.example" } } },
        "Resources": {
            "thing": {
                "Type": "AWS::IoT::Thing",
                "OverrideSettings": override_settings,
                "Properties": {
                    "ThingName": { "Fn::Join": ["", ["lamp-", { "Ref": "Serial" }]] },
                    "AttributePayload": { "place": { "Ref": "Place" } },
                    "ThingGroups": ["lamps"],
                },
            },
            "certificate": {
                "Type": "AWS::IoT::Certificate",
                "Properties": { "CertificateId": { "Ref": "AWS::IoT::Certificate::Id" } },
            },
            "policy": { "Type": "AWS::IoT::Policy", "Properties": { "PolicyName": "led" } },
        },
        "DeviceConfiguration": {
            "Url": { "Fn::FindInMap": ["Sites", { "Ref": "Place" }, "Url"] },
        },
    })
}

/// The certificate that all new devices share.
fn claim() -> CertificateId {
    CertificateId::new(&"c1".repeat(32)).expect("an id")
}

struct Plant {
    house: House,
}

impl Plant {
    fn new(override_settings: &Value) -> Plant {
        let house = House::new();
        let registry = house.fleet.registry();
        let all = r#"{"Statement":{"Effect":"Allow","Action":"iot:*","Resource":"*"}}"#;
        let led = crate::house::policy_name("led");
        block_on(registry.create_policy(&led, all, &Default::default(), NOW)).expect("created");
        for name in ["lamps", "others"] {
            let new = NewThingGroup {
                name: ThingGroupName::new(name).expect("a name"),
                parent: None,
                description: None,
                attributes: Attributes::new(),
                tags: Default::default(),
            };
            block_on(registry.create_thing_group(new, NOW)).expect("created");
        }
        let new = NewTemplate {
            name: TemplateName::new("plant").expect("a name"),
            kind: TemplateKind::FleetProvisioning,
            description: None,
            is_enabled: true,
            role_arn: "arn:aws:iam::000000000000:role/provisioner".to_owned(),
            hook: None,
            body: body(override_settings).to_string(),
            tags: Default::default(),
        };
        block_on(registry.create_template(new, NOW)).expect("created");
        Plant { house }
    }

    fn writer(&self) -> Writer {
        let client_id = Some(ClientId::new("new").expect("an id"));
        Writer { client_id, principal: Principal::Certificate(claim()) }
    }

    fn send(&self, topic: &str, payload: &Value) -> (String, Value) {
        let message = Message {
            topic: Topic::new(topic).expect("a topic"),
            payload: payload.to_string().into(),
            qos: Qos::AtLeastOnce,
            retain: false,
            properties: None,
        };
        assert!(self.house.fleet.takes(topic));
        let answers = block_on(self.house.fleet.take(&message, &self.writer()));
        let answers = answers.expect("the store works");
        let [answer] = answers.as_slice() else { panic!("one answer, not {answers:?}") };
        let end = answer.topic.as_str().strip_prefix(topic).expect("below what was asked");
        (end.to_owned(), serde_json::from_slice(&answer.payload).expect("JSON"))
    }

    /// A certificate that waits, and its token.
    fn certificate(&self) -> (CertificateId, String) {
        let (end, answer) = self.send("$aws/certificates/create/json", &json!({}));
        assert_eq!(end, "/accepted");
        let text = |field: &str| answer[field].as_str().expect(field).to_owned();
        assert!(text("privateKey").contains("PRIVATE KEY"));
        assert!(text("certificatePem").contains("BEGIN CERTIFICATE"));
        let id = CertificateId::new(&text("certificateId")).expect("an id");
        assert_eq!(self.status(&id), PendingActivation);
        (id, text("certificateOwnershipToken"))
    }

    fn provision(&self, token: &str, parameters: &Value) -> (String, Value) {
        let asked = json!({ "certificateOwnershipToken": token, "parameters": parameters });
        self.send("$aws/provisioning-templates/plant/provision/json", &asked)
    }

    fn status(&self, id: &CertificateId) -> CertificateStatus {
        let found = self.house.fleet.registry().certificate(id).expect("read");
        found.expect("registered").status
    }
}

#[test]
fn a_hook_decides_about_each_device() {
    let plant = Plant::new(&json!({}));
    let function_arn = "arn:aws:lambda:us-east-1:000000000000:function:hook".to_owned();
    let hook = Hook { function_arn: function_arn.clone(), payload_version: "2020-04-01".into() };
    let update = TemplateUpdate { hook: Some(Some(hook)), ..TemplateUpdate::default() };
    let registry = plant.house.fleet.registry();
    let name = TemplateName::new("plant").expect("a name");
    block_on(registry.update_template(&name, &update, NOW)).expect("updated");
    let (id, token) = plant.certificate();
    let functions = &plant.house.functions;
    let refused = |answer: Option<Value>| {
        if let Some(answer) = answer {
            functions.answer(&function_arn, answer);
        }
        let (end, told) = plant.provision(&token, &json!({ "Serial": "7" }));
        assert_eq!((end.as_str(), plant.status(&id)), ("/rejected", PendingActivation), "{told}");
        told["errorCode"].as_str().expect("a code").to_owned()
    };
    assert_eq!(refused(None), "InternalServerError");
    assert_eq!(refused(Some(json!({ "allow": true }))), "InternalServerError");
    assert_eq!(refused(Some(json!({ "allowProvisioning": false }))), "AccessDenied");
    functions.asked();
    let overrides = json!({ "Place": "Rome", "AWS::IoT::Certificate::Id": "another" });
    let answer = json!({ "allowProvisioning": true, "parameterOverrides": overrides });
    functions.answer(&function_arn, answer);
    let (end, told) = plant.provision(&token, &json!({ "Serial": "7", "Place": "Nowhere" }));
    assert_eq!(end, "/accepted", "{told}");
    assert_eq!(told["deviceConfiguration"], json!({ "Url": "rome.example" }));
    let [(source, event)] = &functions.asked()[..] else { panic!("asked once") };
    assert_eq!(source, "arn:aws:iot:us-east-1:000000000000:provisioningtemplate/plant");
    assert_eq!(event["claimCertificateId"], json!(claim()));
    assert_eq!((&event["clientId"], &event["certificateId"]), (&json!("new"), &json!(id)));
    assert_eq!(event["parameters"]["Serial"], json!("7"));
}

#[test]
fn a_claim_becomes_a_device() {
    let plant = Plant::new(&json!({}));
    let (id, token) = plant.certificate();
    let (end, answer) = plant.provision(&token, &json!({ "Serial": "7" }));
    assert_eq!(end, "/accepted", "{answer}");
    let expected =
        json!({ "thingName": "lamp-7", "deviceConfiguration": { "Url": "rome.example" } });
    assert_eq!(answer, expected);
    assert_eq!(plant.status(&id), CertificateStatus::Active);
    let registry = plant.house.fleet.registry();
    let thing = registry.thing(&thing_name("lamp-7")).expect("read").expect("there");
    assert_eq!(thing.attributes.get("place").map(String::as_str), Some("Rome"));
    let groups = registry.groups_of_thing(&thing.name, None, 10).expect("read").items;
    assert_eq!(groups.len(), 1);
    let principals = registry.principals_of(&thing.name, None, 10).expect("read").items;
    assert_eq!(principals, std::slice::from_ref(&id));
    let (end, again) = plant.provision(&token, &json!({ "Serial": "8" }));
    assert_eq!(
        (end.as_str(), &again["errorCode"]),
        ("/rejected", &json!("InvalidCertificateOwnershipToken"))
    );
}

#[test]
fn a_device_cannot_say_which_certificate_is_its_own() {
    let plant = Plant::new(&json!({}));
    let (_, registered) = plant.house.certificate();
    let (id, token) = plant.certificate();
    let others = registered.certificate.id;
    let parameters = json!({ "Serial": "1", "AWS::IoT::Certificate::Id": others });
    assert_eq!(plant.provision(&token, &parameters).0, "/accepted");
    assert_eq!(plant.status(&id), CertificateStatus::Active, "it got its own");
    let things = plant.house.fleet.registry().things_of(&others, None, 10).expect("read").items;
    assert!(things.is_empty());
}

#[test]
fn what_cannot_be_provisioned_is_told_and_may_be_tried_again() {
    let plant = Plant::new(&json!({}));
    let (id, token) = plant.certificate();
    for (parameters, code) in [
        (json!({}), "InvalidParameters"),
        (json!({ "Serial": "a b" }), "InvalidRequest"),
        (json!({ "Serial": "1", "Place": "Oslo" }), "InvalidRequest"),
        (json!({ "Serial": 1 }), "InvalidPayload"),
    ] {
        let (end, answer) = plant.provision(&token, &parameters);
        assert_eq!((end.as_str(), &answer["errorCode"]), ("/rejected", &json!(code)));
        assert!(answer["statusCode"].is_u64() && answer["errorMessage"].is_string());
    }
    assert_eq!(plant.status(&id), PendingActivation);
    assert_eq!(plant.provision(&token, &json!({ "Serial": "1" })).0, "/accepted");
    let unknown = plant.send(
        "$aws/provisioning-templates/other/provision/json",
        &json!({ "certificateOwnershipToken": token }),
    );
    assert_eq!(unknown.1["errorCode"], json!("ResourceNotFoundException"));
    plant.house.hands.advance(std::time::Duration::from_secs(3601));
    let (end, _) = plant.provision(&token, &json!({ "Serial": "2" }));
    assert_eq!(end, "/rejected");
}

#[test]
fn a_request_is_signed_and_provisioned() {
    let plant = Plant::new(&json!({}));
    let (end, answer) = plant.send(
        "$aws/certificates/create-from-csr/json",
        &json!({ "certificateSigningRequest": "x" }),
    );
    assert_eq!((end.as_str(), &answer["errorCode"]), ("/rejected", &json!("InvalidRequest")));
    let (end, answer) = plant.send("$aws/certificates/create-from-csr/json", &json!({}));
    assert_eq!((end.as_str(), &answer["errorCode"]), ("/rejected", &json!("InvalidPayload")));
}

#[test]
fn override_settings_say_what_happens_to_a_thing_that_exists() {
    for (settings, ends, attributes, groups) in [
        (json!({}), "/accepted", "a=1", "others"),
        (
            json!({ "AttributePayload": "MERGE", "ThingGroups": "MERGE" }),
            "/accepted",
            "a=1 place=Rome",
            "lamps others",
        ),
        (
            json!({ "AttributePayload": "REPLACE", "ThingGroups": "REPLACE" }),
            "/accepted",
            "place=Rome",
            "lamps",
        ),
        (json!({ "AttributePayload": "FAIL" }), "/rejected", "a=1", "others"),
        (json!({ "ThingGroups": "FAIL" }), "/rejected", "a=1", "others"),
    ] {
        let plant = Plant::new(&settings);
        let registry = plant.house.fleet.registry();
        let name = thing_name("lamp-1");
        let new = NewThing {
            name: name.clone(),
            type_name: None,
            attributes: [("a".to_owned(), "1".to_owned())].into(),
            billing_group: None,
        };
        block_on(registry.create_thing(new)).expect("created");
        let others = ThingGroupName::new("others").expect("a name");
        block_on(registry.add_thing_to_group(&name, &others)).expect("joined");
        let (_, token) = plant.certificate();
        assert_eq!(plant.provision(&token, &json!({ "Serial": "1" })).0, ends, "{settings}");
        let thing = registry.thing(&name).expect("read").expect("there");
        let has: Vec<String> =
            thing.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(has.join(" "), attributes, "{settings}");
        let there = registry.groups_of_thing(&name, None, 10).expect("read").items;
        let there: Vec<&str> = there.iter().map(ThingGroupName::as_str).collect();
        assert_eq!(there.join(" "), groups, "{settings}");
    }
}

#[test]
fn a_template_that_is_not_understood_is_not_made() {
    let refused =
        |body: &Value| fleet::Template::parse(&body.to_string()).expect_err("refused").to_string();
    let good = body(&json!({}));
    fleet::Template::parse(&good.to_string()).expect("it is understood");
    let with = |pointer: &str, value: Value| {
        let mut body = good.clone();
        *body.pointer_mut(pointer).expect("a place") = value;
        refused(&body)
    };
    for (pointer, value, expected) in [
        ("/Resources/policy/Type", json!("AWS::S3::Bucket"), "the type AWS::S3::Bucket"),
        ("/Resources/policy/Properties", json!({}), "PolicyName or a PolicyDocument"),
        ("/Resources/certificate/Properties", json!({}), "one of CertificateId"),
        ("/Resources/thing/Properties/ThingName", json!({ "Ref": "X" }), "parameter X is missing"),
        ("/Resources/thing/OverrideSettings", json!({ "ThingName": "FAIL" }), "unknown field"),
        ("/Parameters/Serial/Type", json!("Number"), "must have the type String"),
        ("/DeviceConfiguration/Url", json!({ "Fn::Upper": "x" }), "Fn::Upper is not known"),
    ] {
        let message = with(pointer, value);
        assert!(message.contains(expected), "{pointer}: {message}");
    }
    assert!(refused(&json!({ "Resources": {} })).contains("one certificate"));
    assert!(refused(&json!({ "Resources": {}, "Outputs": {} })).contains("unknown field"));
}

#[test]
fn a_claim_is_good_for_minutes_and_for_one_template() {
    let plant = Plant::new(&json!({}));
    let fleet = &plant.house.fleet;
    let name = TemplateName::new("plant").expect("a name");
    let claim = || {
        let issued = fleet.issue_claim().expect("issued");
        let der = issued.certificate.to_vec();
        (der, block_on(fleet.register_claim(&name, issued)).expect("registered").certificate.id)
    };
    let (der, first) = claim();
    let device = plant.house.admit(Some(&der), "new-device").expect("admitted");
    assert!(device.may_publish("$aws/provisioning-templates/plant/provision/json").is_allowed());
    assert!(device.may_subscribe("$aws/certificates/create/json/accepted").is_allowed());
    assert!(!device.may_publish("$aws/provisioning-templates/x/provision/json").is_allowed());
    assert!(!device.may_publish("anything").is_allowed());
    plant.house.hands.advance(std::time::Duration::from_secs(301));
    assert!(!device.is_valid());
    claim();
    let registry = fleet.registry();
    assert_eq!(registry.certificate(&first).expect("read"), None, "it was swept out");
}

#[test]
fn what_was_handed_out_and_never_provisioned_is_taken_back() {
    let plant = Plant::new(&json!({}));
    let (abandoned, _) = plant.certificate();
    let (used, token) = plant.certificate();
    assert_eq!(plant.provision(&token, &json!({ "Serial": "1" })).0, "/accepted");
    plant.house.hands.advance(std::time::Duration::from_secs(3601));
    plant.certificate();
    let registry = plant.house.fleet.registry();
    assert_eq!(registry.certificate(&abandoned).expect("read"), None);
    assert_eq!(plant.status(&used), CertificateStatus::Active);
}
