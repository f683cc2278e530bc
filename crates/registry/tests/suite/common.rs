//! What the tests of every noun need.

use std::collections::BTreeMap;

use kv::Store;
use model::{CertificateId, Home, PolicyName, ThingGroupName, ThingName, ThingTypeName};
use registry::{
    Certificate, CertificateMode, CertificateStatus, NewCertificate, NewThing, NewThingGroup,
    NewThingType, Registry, Tags, Target,
};
use stdx::task::block_on;

pub(crate) const NOW: u64 = 1_790_000_000_000;

pub(crate) const ALLOW_ALL: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iot:*","Resource":"*"}}"#;

pub(crate) fn registry() -> Registry {
    Registry::new(Store::in_memory(), Home::default())
}

pub(crate) fn id(number: u8) -> CertificateId {
    CertificateId::new(&format!("{number:064x}")).expect("an id")
}

pub(crate) fn thing_name(text: &str) -> ThingName {
    ThingName::new(text).expect("a name")
}

pub(crate) fn policy_name(text: &str) -> PolicyName {
    PolicyName::new(text).expect("a name")
}

pub(crate) fn target(number: u8) -> Target {
    Target::Certificate(id(number))
}

pub(crate) fn new_thing(name: &str) -> NewThing {
    let (type_name, attributes, billing_group) = (None, BTreeMap::new(), None);
    NewThing { name: thing_name(name), type_name, attributes, billing_group }
}

pub(crate) fn new_certificate(number: u8, status: CertificateStatus) -> NewCertificate {
    let (ca_certificate_id, mode) = (None, CertificateMode::Default);
    NewCertificate { id: id(number), pem: format!("PEM {number}"), status, ca_certificate_id, mode }
}

pub(crate) fn register(registry: &Registry, number: u8, status: CertificateStatus) -> Certificate {
    let new = new_certificate(number, status);
    block_on(registry.register_certificate(new, NOW)).expect("registered")
}

pub(crate) fn attributes(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub(crate) fn new_type(name: &str) -> NewThingType {
    let name = ThingTypeName::new(name).expect("a name");
    let (searchable_attributes, tags) = (Vec::new(), Tags::new());
    NewThingType { name, description: None, searchable_attributes, tags }
}

pub(crate) fn group_name(text: &str) -> ThingGroupName {
    ThingGroupName::new(text).expect("a name")
}

pub(crate) fn new_group(name: &str, parent: Option<&str>) -> NewThingGroup {
    NewThingGroup {
        name: group_name(name),
        parent: parent.map(group_name),
        description: None,
        attributes: BTreeMap::new(),
        tags: Tags::new(),
    }
}
