//! Certificates.

use crate::common::{
    ALLOW_ALL, NOW, id, new_certificate, new_thing, policy_name, register, registry,
};
use crate::common::{target, thing_name};
use registry::{
    CertificateStatus, Change, DeleteCertificateError, RegisterCertificateError,
    UpdateCertificateError,
};
use stdx::task::block_on;

#[test]
fn a_certificate_is_registered_once() {
    let registry = registry();
    let certificate = register(&registry, 1, CertificateStatus::Inactive);
    assert_eq!(registry.certificate(&id(1)).expect("read"), Some(certificate));
    let again = new_certificate(1, CertificateStatus::Active);
    let again = block_on(registry.register_certificate(again, NOW));
    assert!(matches!(again, Err(RegisterCertificateError::AlreadyExists { .. })));
    assert_eq!(registry.certificate(&id(2)).expect("read"), None);
}

#[test]
fn only_three_states_can_be_set() {
    let registry = registry();
    register(&registry, 1, CertificateStatus::PendingActivation);
    for status in CertificateStatus::ALL {
        let updated = block_on(registry.update_certificate(&id(1), status, NOW + 1));
        let word = status.as_str();
        assert_eq!(word.parse(), Ok(status));
        match word {
            "ACTIVE" | "INACTIVE" | "REVOKED" => {
                let updated = updated.expect("set");
                assert_eq!((updated.status, updated.modified_at), (status, NOW + 1));
            }
            _ => assert!(matches!(updated, Err(UpdateCertificateError::Status { .. })), "{word}"),
        }
    }
    let missing = block_on(registry.update_certificate(&id(9), CertificateStatus::Active, NOW));
    assert!(matches!(missing, Err(UpdateCertificateError::NotFound { .. })));
    assert!("active".parse::<CertificateStatus>().is_err());
}

#[test]
fn what_is_active_or_attached_is_not_deleted() {
    let registry = registry();
    let (led, lamp) = (policy_name("led"), thing_name("lamp"));
    register(&registry, 1, CertificateStatus::Active);
    block_on(registry.create_policy(&led, ALLOW_ALL, &Default::default(), NOW)).expect("created");
    block_on(registry.create_thing(new_thing("lamp"))).expect("created");
    block_on(registry.attach_policy(&led, &target(1))).expect("attached");
    block_on(registry.attach_thing_principal(&lamp, &id(1), None)).expect("attached");
    let delete = |force| block_on(registry.delete_certificate(&id(1), force));
    assert!(matches!(delete(true), Err(DeleteCertificateError::Active { .. })));
    block_on(registry.update_certificate(&id(1), CertificateStatus::Revoked, NOW)).expect("set");
    assert!(matches!(delete(true), Err(DeleteCertificateError::HasThings { .. })));
    block_on(registry.detach_thing_principal(&lamp, &id(1))).expect("detached");
    assert!(matches!(delete(false), Err(DeleteCertificateError::HasPolicies { .. })));
    delete(true).expect("deleted");
    assert!(matches!(delete(true), Err(DeleteCertificateError::NotFound { .. })));
    assert!(registry.targets_of(&led, None, 10).expect("read").items.is_empty());
    block_on(registry.delete_policy(&led)).expect("nothing is attached any more");
}

#[test]
fn changes_of_authority_are_told_and_counted() {
    let registry = registry();
    let (tell, told) = std::sync::mpsc::sync_channel(16);
    registry.watch(move |change| tell.send(change.clone()).expect("room"));
    register(&registry, 1, CertificateStatus::Active);
    let before = registry.epoch();
    block_on(registry.update_certificate(&id(1), CertificateStatus::Active, NOW)).expect("set");
    assert_eq!(registry.epoch(), before, "nothing changed");
    block_on(registry.update_certificate(&id(1), CertificateStatus::Revoked, NOW)).expect("set");
    assert!(registry.epoch() > before);
    let told: Vec<Change> = told.try_iter().collect();
    assert_eq!(told, [Change::Certificate(id(1)), Change::Certificate(id(1))]);
}
