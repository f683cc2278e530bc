//! Provisioning templates, ownership tokens and role aliases.

use crate::common::{NOW, id, registry};
use model::{RoleAliasName, TemplateName};
use registry::{
    CreateRoleAliasError, CreateTemplateError, EventType, LogLevel, NewTemplate, OwnershipError,
    Registry, RoleAliasError, Tags, TemplateError, TemplateKind, TemplateUpdate,
};
use stdx::task::block_on;

const ROLE: &str = "arn:aws:iam::000000000000:role/provisioner";

fn name() -> TemplateName {
    TemplateName::new("fleet").expect("a name")
}

fn create(registry: &Registry) -> Result<(), CreateTemplateError> {
    let new = NewTemplate {
        name: name(),
        kind: TemplateKind::FleetProvisioning,
        description: None,
        is_enabled: false,
        role_arn: ROLE.to_owned(),
        hook: None,
        body: "1".to_owned(),
        tags: Tags::new(),
    };
    block_on(registry.create_template(new, NOW)).map(drop)
}

#[test]
fn a_template_has_five_versions_one_of_which_counts() {
    let registry = registry();
    create(&registry).expect("created");
    assert!(matches!(create(&registry), Err(CreateTemplateError::AlreadyExists { .. })));
    let add = |body: &str, default| {
        block_on(registry.create_template_version(&name(), body, default, NOW))
    };
    for (body, number) in [("2", 2), ("3", 3), ("4", 4)] {
        let template = add(body, false).expect("added");
        assert_eq!(template.versions.last().expect("one").number, number);
    }
    let template = add("5", true).expect("added");
    assert_eq!((template.default_version, template.default().body.as_str()), (5, "5"));
    assert!(matches!(add("6", false), Err(TemplateError::TooManyVersions { .. })));
    let delete = |number| block_on(registry.delete_template_version(&name(), number, NOW));
    assert!(matches!(delete(5), Err(TemplateError::IsDefault { .. })));
    assert!(matches!(delete(9), Err(TemplateError::VersionNotFound { .. })));
    delete(4).expect("deleted");
    let update = |number| {
        let update = TemplateUpdate {
            default_version: Some(number),
            is_enabled: Some(true),
            ..TemplateUpdate::default()
        };
        block_on(registry.update_template(&name(), &update, NOW + 1))
    };
    assert!(matches!(update(4), Err(TemplateError::VersionNotFound { .. })));
    let updated = update(1).expect("updated");
    assert!(updated.is_enabled && updated.default().body == "1" && updated.role_arn == ROLE);
    assert_eq!(registry.templates(None, 10).expect("read").items, [updated]);
    block_on(registry.delete_template(&name())).expect("deleted");
    let gone = block_on(registry.delete_template(&name()));
    assert!(matches!(gone, Err(TemplateError::NotFound { .. })));
}

#[test]
fn a_token_is_good_for_an_hour_and_for_one_use() {
    let registry = registry();
    let create = |secret: &str, now| {
        block_on(registry.create_ownership_token(&id(1), secret, now)).expect("created")
    };
    let (token, _) = create("aa", NOW);
    assert_eq!(registry.owned_certificate(&token, NOW + 3_600_000).expect("good"), id(1));
    let late = registry.owned_certificate(&token, NOW + 3_600_001);
    assert!(matches!(late, Err(OwnershipError::Unknown)));
    block_on(registry.use_ownership_token(&token, NOW)).expect("used");
    let again = block_on(registry.use_ownership_token(&token, NOW));
    assert!(matches!(again, Err(OwnershipError::Unknown)));
    for odd in ["", "x", "ffffffffffff", "ä"] {
        assert!(registry.owned_certificate(odd, NOW).is_err(), "{odd}");
    }
    let (swept, abandoned) = create("bb", NOW);
    assert!(abandoned.is_empty());
    assert_eq!(create("cc", NOW + 3_600_001).1, [id(1)]);
    assert!(registry.owned_certificate(&swept, NOW).is_err(), "it is not even kept");
}

#[test]
fn credentials_of_a_role_alias_last_as_long_as_aws_lets_them() {
    let registry = registry();
    let name = RoleAliasName::new("door").expect("a name");
    let create = |secs| block_on(registry.create_role_alias(&name, ROLE, secs, &Tags::new(), NOW));
    for secs in [899, 43_201] {
        let refused = create(Some(secs));
        assert!(matches!(refused, Err(CreateRoleAliasError::Duration(_))), "{secs}");
    }
    assert_eq!(create(None).expect("created").duration_secs, 3600);
    assert!(matches!(create(None), Err(CreateRoleAliasError::AlreadyExists { .. })));
    let update = |secs| block_on(registry.update_role_alias(&name, None, Some(secs), NOW + 1));
    assert!(matches!(update(1), Err(RoleAliasError::Duration(_))));
    let updated = update(900).expect("updated");
    assert_eq!((updated.duration_secs, updated.role_arn.as_str()), (900, ROLE));
    assert_eq!(registry.role_aliases(None, 10).expect("read").items, std::slice::from_ref(&name));
    block_on(registry.delete_role_alias(&name)).expect("deleted");
    let gone = block_on(registry.delete_role_alias(&name));
    assert!(matches!(gone, Err(RoleAliasError::NotFound { .. })));
}

#[test]
fn events_are_sent_once_they_were_asked_for() {
    let registry = registry();
    assert_eq!(registry.event_settings().expect("read"), None);
    assert!(!registry.sends_event(EventType::Thing).expect("read"));
    let set = |pairs: &[(EventType, bool)], now| {
        block_on(registry.set_events(&pairs.iter().copied().collect(), now)).expect("set");
    };
    set(&[(EventType::Thing, true), (EventType::Job, false)], NOW);
    set(&[(EventType::Job, true)], NOW + 1);
    assert!(registry.sends_event(EventType::Thing).expect("read"));
    assert!(registry.sends_event(EventType::Job).expect("read"));
    let settings = registry.event_settings().expect("read").expect("set");
    assert_eq!((settings.created_at, settings.modified_at), (NOW, NOW + 1));
    assert_eq!(EventType::ThingGroupMembership.to_string(), "THING_GROUP_MEMBERSHIP");
}

#[test]
fn logging_keeps_what_is_not_given() {
    let registry = registry();
    assert_eq!(registry.logging_settings().expect("read"), None);
    block_on(registry.set_logging(Some(ROLE), Some(LogLevel::Info), None)).expect("set");
    block_on(registry.set_logging(None, None, Some(true))).expect("set");
    let settings = registry.logging_settings().expect("read").expect("set");
    assert_eq!(settings.role_arn.as_deref(), Some(ROLE));
    assert_eq!((settings.default_level, settings.is_disabled), (Some(LogLevel::Info), true));
}
