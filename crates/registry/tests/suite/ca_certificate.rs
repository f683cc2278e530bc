//! Certificates of authorities.

use crate::common::{NOW, id, new_certificate, registry};
use registry::{
    CaCertificateError, CaCertificateUpdate, CertificateMode, CertificateStatus, NewCaCertificate,
    NewCertificate, RegisterCaCertificateError, Registry, Taggable, Tags,
};
use stdx::task::block_on;

fn new(number: u8) -> NewCaCertificate {
    NewCaCertificate {
        id: id(number),
        pem: format!("CA {number}"),
        subject_digest: "aa".to_owned(),
        mode: CertificateMode::Default,
        is_active: true,
        registers_automatically: false,
        registration: Default::default(),
        tags: Tags::from([("a".to_owned(), "1".to_owned())]),
    }
}

fn register(registry: &Registry, number: u8) -> Result<(), RegisterCaCertificateError> {
    block_on(registry.register_ca_certificate(new(number), NOW)).map(drop)
}

#[test]
fn ten_authorities_have_one_subject_at_most() {
    let registry = registry();
    for number in 0..10 {
        register(&registry, number).expect("registered");
    }
    let again = register(&registry, 0);
    assert!(matches!(again, Err(RegisterCaCertificateError::AlreadyExists { .. })));
    let eleventh = register(&registry, 10);
    assert!(matches!(eleventh, Err(RegisterCaCertificateError::TooMany { .. })));
    assert_eq!(registry.ca_certificates_of_subject("aa").expect("read").len(), 10);
    assert!(registry.ca_certificates_of_subject("bb").expect("read").is_empty());
    let page = registry.ca_certificates(None, None, 4).expect("read");
    assert_eq!((page.items.len(), page.next), (4, Some(id(3).to_string())));
}

#[test]
fn an_active_authority_stays_and_its_certificates_outlive_it() {
    let registry = registry();
    register(&registry, 1).expect("registered");
    let signed = NewCertificate {
        ca_certificate_id: Some(id(1)),
        ..new_certificate(7, CertificateStatus::Inactive)
    };
    block_on(registry.register_certificate(signed, NOW)).expect("registered");
    let signed = || registry.certificates_by_ca(&id(1), None, 10).expect("read").items;
    assert_eq!(signed().len(), 1);
    let delete = || block_on(registry.delete_ca_certificate(&id(1)));
    assert!(matches!(delete(), Err(CaCertificateError::Active { .. })));
    let update = CaCertificateUpdate { is_active: Some(false), ..Default::default() };
    let updated = block_on(registry.update_ca_certificate(&id(1), &update, NOW + 1));
    let updated = updated.expect("updated");
    assert!(!updated.is_active && !updated.registers_automatically);
    assert_eq!(updated.modified_at, NOW + 1);
    delete().expect("deleted");
    assert!(matches!(delete(), Err(CaCertificateError::NotFound { .. })));
    assert!(registry.tags_of(&Taggable::CaCertificate(id(1))).is_err());
    assert!(registry.ca_certificates_of_subject("aa").expect("read").is_empty());
    assert_eq!(signed().len(), 1);
    block_on(registry.delete_certificate(&id(7), false)).expect("deleted");
    assert!(signed().is_empty());
}

#[test]
fn the_registration_code_is_made_once() {
    let registry = registry();
    let code = |fresh: &str| block_on(registry.registration_code(fresh)).expect("read");
    assert_eq!((code("aa"), code("bb")), ("aa".to_owned(), "aa".to_owned()));
    assert!(block_on(registry.delete_registration_code()).expect("deleted"));
    assert!(!block_on(registry.delete_registration_code()).expect("there was none"));
    assert_eq!(code("cc"), "cc");
}
