//! Devices, from being added to being removed.

use fleet::{AddDeviceError, DEVICE_POLICY, DeviceError, NewDevice};
use registry::CertificateStatus;
use stdx::task::block_on;

use crate::house::{House, policy_name, thing_name};

fn new_device(house: &House, name: &str, document: Option<&str>) -> NewDevice {
    let document = document.map(str::to_owned);
    NewDevice { name: thing_name(name), document, issued: house.issue() }
}

#[test]
fn an_added_device_speaks_below_its_own_name() {
    let house = House::new();
    let new = new_device(&house, "lamp", None);
    let der = new.issued.certificate.to_vec();
    let added = block_on(house.fleet.add_device(new)).expect("added");
    assert_eq!(added.policy.as_str(), DEVICE_POLICY);
    assert!(added.keys.is_some());
    assert_eq!(added.root_certificate_pem, house.fleet.root_certificate_pem());
    assert!(house.admit(Some(&der), "other").is_err(), "only as itself");
    let lamp = house.admit(Some(&der), "lamp").expect("admitted");
    assert!(lamp.may_publish("lamp/hello").is_allowed());
    assert!(lamp.may_retain("lamp/hello").is_allowed());
    assert!(lamp.may_subscribe("lamp/#").is_allowed());
    assert!(lamp.may_receive("lamp/hello").is_allowed());
    assert!(lamp.may_publish("$aws/things/lamp/shadow/update").is_allowed());
    assert!(!lamp.may_publish("other/hello").is_allowed());
    assert!(!lamp.may_subscribe("#").is_allowed() && !lamp.may_subscribe("+/x").is_allowed());
}

#[test]
fn a_device_is_added_once_and_an_unfinished_one_again() {
    let house = House::new();
    let first = new_device(&house, "lamp", None);
    block_on(house.fleet.add_device(first)).expect("added");
    let second = block_on(house.fleet.add_device(new_device(&house, "lamp", None)));
    assert!(matches!(second, Err(AddDeviceError::AlreadyExists { .. })));
    let bad = block_on(house.fleet.add_device(new_device(&house, "bulb", Some("{}"))));
    assert!(matches!(bad, Err(AddDeviceError::Policy(_))));
    assert_eq!(house.fleet.find_device(&thing_name("bulb")).expect("read"), None);
    let registry = house.fleet.registry();
    let thing = registry::NewThing {
        name: thing_name("bulb"),
        type_name: None,
        billing_group: None,
        attributes: Default::default(),
    };
    block_on(registry.create_thing(thing)).expect("created");
    block_on(house.fleet.add_device(new_device(&house, "bulb", None))).expect("finished");
    let devices = house.fleet.devices(None, 10).expect("read").items;
    let names: Vec<&str> = devices.iter().map(|device| device.thing.name.as_str()).collect();
    assert_eq!(names, ["bulb", "lamp"]);
}

#[test]
fn a_deactivated_device_is_out_and_a_removed_one_leaves_nothing() {
    let house = House::new();
    let everything = r#"{"Statement":{"Effect":"Allow","Action":"iot:*","Resource":"*"}}"#;
    let new = new_device(&house, "lamp:1", Some(everything));
    let der = new.issued.certificate.to_vec();
    let added = block_on(house.fleet.add_device(new)).expect("added");
    assert_eq!(added.policy, policy_name("device.lamp.1"));
    let lamp = house.admit(Some(&der), "lamp:1").expect("admitted");
    let name = thing_name("lamp:1");
    let device = block_on(house.fleet.deactivate_device(&name)).expect("deactivated");
    assert_eq!(device.certificates[0].status, CertificateStatus::Inactive);
    assert_eq!(house.fleet.find_device(&name).expect("read"), Some(device));
    assert!(!lamp.is_valid());
    block_on(house.fleet.remove_device(&name)).expect("removed");
    let registry = house.fleet.registry();
    assert_eq!(registry.things(None, 10).expect("read").items, []);
    assert_eq!(registry.certificates(None, 10).expect("read").items, []);
    assert_eq!(registry.policies(None, 10).expect("read").items, []);
    let gone = block_on(house.fleet.remove_device(&name));
    assert!(matches!(gone, Err(DeviceError::NotFound { .. })));
}

#[test]
fn what_others_use_outlives_a_device() {
    let house = House::new();
    let added = block_on(house.fleet.add_device(new_device(&house, "a", None))).expect("added");
    house.thing("b", &added.certificate_id);
    block_on(house.fleet.remove_device(&thing_name("a"))).expect("removed");
    let registry = house.fleet.registry();
    let certificate = registry.certificate(&added.certificate_id).expect("read");
    assert_eq!(certificate.expect("still there").status, CertificateStatus::Active);
    assert!(registry.policy(&policy_name(DEVICE_POLICY)).expect("read").is_some());
}
