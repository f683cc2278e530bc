//! Authorities that others keep, and devices that come with certificates that they signed.

use fleet::{NewAuthority, RegisterAuthorityError, RegisterCertificateError};
use model::{CertificateId, ThingName};
use pki::{CertificateAuthority, Issued, KeyKind};
use registry::{CaCertificateUpdate, CertificateMode, CertificateStatus, RegistrationConfig};
use stdx::task::block_on;

use crate::house::{House, NOW, thing_name};

const ROLE: &str = "arn:aws:iam::000000000000:role/provisioner";

const BODY: &str = r#"{
    "Parameters": {
        "AWS::IoT::Certificate::CommonName": { "Type": "String" },
        "AWS::IoT::Certificate::Id": { "Type": "String" }
    },
    "Resources": {
        "thing": {
            "Type": "AWS::IoT::Thing",
            "Properties": { "ThingName": { "Ref": "AWS::IoT::Certificate::CommonName" } }
        },
        "certificate": {
            "Type": "AWS::IoT::Certificate",
            "Properties": {
                "CertificateId": { "Ref": "AWS::IoT::Certificate::Id" },
                "Status": "ACTIVE"
            }
        },
        "policy": {
            "Type": "AWS::IoT::Policy",
            "Properties": {
                "PolicyDocument": "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"iot:*\",\"Resource\":\"*\"}}"
            }
        }
    }
}"#;

struct Factory(CertificateAuthority);

impl Factory {
    fn new() -> Factory {
        Factory(CertificateAuthority::generate("factory", NOW).expect("an authority"))
    }

    fn device(&self, common_name: &str) -> Issued {
        self.0.issue_device(common_name, KeyKind::EcdsaP256, NOW).expect("issued")
    }

    fn authority(&self, house: &House, registration: RegistrationConfig) -> NewAuthority {
        let code = block_on(house.fleet.registration_code()).expect("a code");
        NewAuthority {
            pem: self.0.certificate_pem(),
            verification_pem: Some(self.device(&code).certificate_pem),
            mode: CertificateMode::Default,
            is_active: true,
            registers_automatically: true,
            registration,
            tags: Default::default(),
        }
    }

    fn register(&self, house: &House, registration: RegistrationConfig) -> CertificateId {
        let new = self.authority(house, registration);
        block_on(house.fleet.register_authority(new)).expect("registered").id
    }
}

fn status(house: &House, id: &CertificateId) -> Option<CertificateStatus> {
    let found = house.fleet.registry().certificate(id).expect("read");
    found.map(|certificate| certificate.status)
}

#[test]
fn an_authority_is_registered_with_a_proof_of_its_key() {
    let (house, factory) = (House::new(), Factory::new());
    let new = factory.authority(&house, RegistrationConfig::default());
    let refusal = |new: NewAuthority| {
        block_on(house.fleet.register_authority(new)).expect_err("refused").to_string()
    };
    let missing = NewAuthority { verification_pem: None, ..new.clone() };
    assert_eq!(refusal(missing), RegisterAuthorityError::VerificationMissing.to_string());
    let given = NewAuthority { mode: CertificateMode::SniOnly, ..new.clone() };
    assert_eq!(refusal(given), RegisterAuthorityError::VerificationGiven.to_string());
    let wrong = Some(factory.device("1234").certificate_pem);
    let wrong = NewAuthority { verification_pem: wrong, ..new.clone() };
    assert_eq!(refusal(wrong), RegisterAuthorityError::RegistrationCode.to_string());
    let code = block_on(house.fleet.registration_code()).expect("a code");
    let others = Some(Factory::new().device(&code).certificate_pem);
    let others = NewAuthority { verification_pem: others, ..new.clone() };
    assert_eq!(refusal(others), RegisterAuthorityError::VerificationNotSigned.to_string());
    let device = NewAuthority { pem: factory.device("x").certificate_pem, ..new.clone() };
    assert_eq!(refusal(device), RegisterAuthorityError::NotAnAuthority.to_string());
    let registered = block_on(house.fleet.register_authority(new)).expect("registered");
    assert!(registered.is_active && registered.registers_automatically);
}

#[test]
fn a_template_for_newcomers_is_understood_before_they_come() {
    let (house, factory) = (House::new(), Factory::new());
    let with = |template_body: &str| RegistrationConfig {
        template_body: Some(template_body.to_owned()),
        role_arn: Some(ROLE.to_owned()),
        ..RegistrationConfig::default()
    };
    let check = |registration: RegistrationConfig| {
        house.fleet.check_registration(&registration).map_err(|error| error.to_string())
    };
    assert_eq!(check(with(BODY)), Ok(()));
    assert!(check(with("{}")).is_err());
    let roleless = RegistrationConfig { role_arn: None, ..with(BODY) };
    assert_eq!(check(roleless).expect_err("refused"), "templateBody needs a roleArn");
    factory.register(&house, with(BODY));
}

#[test]
fn a_certificate_is_registered_under_the_authority_that_signed_it() {
    let (house, factory) = (House::new(), Factory::new());
    let device = factory.device("lamp");
    let register = |authority: Option<&str>, status| {
        let pem = &device.certificate_pem;
        block_on(house.fleet.register_signed_certificate(pem, authority, status))
    };
    let active = CertificateStatus::Active;
    let nobody = register(None, active);
    assert!(matches!(nobody, Err(RegisterCertificateError::AuthorityNotFound)));
    let id = factory.register(&house, RegistrationConfig::default());
    let wrong = register(None, CertificateStatus::PendingActivation);
    assert!(matches!(wrong, Err(RegisterCertificateError::Status { .. })));
    let other = Factory::new().0.certificate_pem();
    let other = register(Some(&other), active);
    assert!(matches!(other, Err(RegisterCertificateError::AuthorityNotFound)));
    let update = |is_active| {
        let update = CaCertificateUpdate { is_active: Some(is_active), ..Default::default() };
        block_on(house.fleet.registry().update_ca_certificate(&id, &update, NOW)).expect("updated");
    };
    update(false);
    let inactive = register(None, active);
    assert!(matches!(inactive, Err(RegisterCertificateError::AuthorityInactive { .. })));
    update(true);
    let pem = factory.0.certificate_pem();
    let registered = register(Some(&pem), active).expect("registered").certificate;
    assert_eq!(
        (registered.ca_certificate_id, registered.mode),
        (Some(id), CertificateMode::Default)
    );
    let foreign = Factory::new().device("door");
    let foreign = house.fleet.register_certificate(&foreign.certificate_pem, active);
    let foreign = block_on(foreign).expect("registered").certificate;
    assert_eq!((foreign.ca_certificate_id, foreign.mode), (None, CertificateMode::SniOnly));
}

#[test]
fn a_newcomer_is_registered_and_waits_to_be_activated() {
    let (house, factory) = (House::new(), Factory::new());
    let device = factory.device("lamp");
    assert!(house.fleet.newcomer(&device.certificate).is_none(), "nobody knows its authority");
    let authority = factory.register(&house, RegistrationConfig::default());
    assert!(house.admit(Some(&device.certificate), "lamp").is_err());
    let newcomer = house.fleet.newcomer(&device.certificate).expect("a newcomer");
    block_on(house.fleet.welcome(newcomer)).expect("registered");
    assert_eq!(status(&house, &device.id), Some(CertificateStatus::PendingActivation));
    let told = house.post.take();
    let (topic, payload) = told.first().expect("it is told");
    assert_eq!(*topic, format!("$aws/events/certificates/registered/{authority}"));
    assert!(payload.contains(device.id.as_str()) && payload.contains("PENDING_ACTIVATION"));
    assert!(house.fleet.newcomer(&device.certificate).is_none(), "it is no newcomer any more");
    let forged = Factory::new().device("lamp");
    assert!(house.fleet.newcomer(&forged.certificate).is_none(), "the name alone proves nothing");
}

#[test]
fn a_newcomer_is_provisioned_by_its_authoritys_template() {
    let (house, factory) = (House::new(), Factory::new());
    let registration = RegistrationConfig {
        template_body: Some(BODY.to_owned()),
        role_arn: Some(ROLE.to_owned()),
        ..RegistrationConfig::default()
    };
    factory.register(&house, registration);
    for (name, is_good) in [("lamp", true), ("la mp", false)] {
        let device = factory.device(name);
        let newcomer = house.fleet.newcomer(&device.certificate).expect("a newcomer");
        let welcomed = block_on(house.fleet.welcome(newcomer));
        assert_eq!(welcomed.is_ok(), is_good, "{name}");
        let expected = match is_good {
            true => CertificateStatus::Active,
            false => CertificateStatus::PendingActivation,
        };
        assert_eq!(status(&house, &device.id), Some(expected));
        let admitted = house.admit(Some(&device.certificate), "lamp");
        assert_eq!(admitted.is_ok(), is_good);
        let again = house.fleet.newcomer(&device.certificate);
        assert_eq!(again.is_none(), is_good, "who was not provisioned may be next time");
    }
    let things = house.fleet.registry().things(None, 10).expect("read").items;
    let names: Vec<ThingName> = things.into_iter().map(|thing| thing.name).collect();
    assert_eq!(names, [thing_name("lamp")]);
}
