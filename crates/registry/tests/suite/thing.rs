//! Things.

use crate::common::{NOW, attributes, new_thing, new_type, register, registry, thing_name};
use model::ThingTypeName;
use registry::{
    AttributeError, CertificateStatus, CreateThingError, DeleteThingError, NewThing, ThingUpdate,
    UpdateThingError,
};
use stdx::task::block_on;

#[test]
fn creating_the_same_thing_again_is_no_error_and_another_is() {
    let registry = registry();
    let new = NewThing { attributes: attributes(&[("floor", "2")]), ..new_thing("lamp") };
    let thing = block_on(registry.create_thing(new.clone())).expect("created");
    assert_eq!(thing.version, 1);
    assert_eq!(block_on(registry.create_thing(new)).expect("the same"), thing);
    let other = block_on(registry.create_thing(new_thing("lamp")));
    assert!(matches!(other, Err(CreateThingError::AlreadyExists { .. })));
    assert_eq!(registry.thing(&thing.name).expect("read"), Some(thing));
    let arn = registry.thing_arn(&thing_name("lamp"));
    assert_eq!(arn.as_str(), "arn:aws:iot:us-east-1:000000000000:thing/lamp");
}

#[test]
fn updates_merge_or_replace_and_count_versions() {
    let registry = registry();
    let new = NewThing { attributes: attributes(&[("a", "1"), ("b", "2")]), ..new_thing("lamp") };
    block_on(registry.create_thing(new)).expect("created");
    let light = ThingTypeName::new("light").expect("a name");
    block_on(registry.create_thing_type(new_type("light"), NOW)).expect("created");
    let update =
        |update: ThingUpdate| block_on(registry.update_thing(&thing_name("lamp"), &update));
    let merged = update(ThingUpdate {
        attributes: Some(attributes(&[("b", ""), ("c", "3")])),
        merge: true,
        type_name: Some(light.clone()),
        expected_version: Some(1),
        ..ThingUpdate::default()
    });
    let merged = merged.expect("updated");
    assert_eq!(merged.attributes, attributes(&[("a", "1"), ("c", "3")]));
    assert_eq!((merged.version, merged.type_name), (2, Some(light)));
    let replaced = update(ThingUpdate {
        attributes: Some(attributes(&[("d", "4")])),
        remove_type: true,
        ..ThingUpdate::default()
    });
    let replaced = replaced.expect("updated");
    assert_eq!(replaced.attributes, attributes(&[("d", "4")]));
    assert_eq!((replaced.version, replaced.type_name), (3, None));
    let stale = update(ThingUpdate { expected_version: Some(1), ..ThingUpdate::default() });
    let conflict =
        UpdateThingError::VersionConflict { name: thing_name("lamp"), found: 3, expected: 1 };
    assert_eq!(stale.expect_err("stale").to_string(), conflict.to_string());
    let missing = block_on(registry.update_thing(&thing_name("x"), &ThingUpdate::default()));
    assert!(matches!(missing, Err(UpdateThingError::NotFound { .. })));
}

#[test]
fn attributes_have_limits() {
    let registry = registry();
    let create = |pairs: &[(&str, &str)]| {
        let new = NewThing { attributes: attributes(pairs), ..new_thing("lamp") };
        match block_on(registry.create_thing(new)) {
            Err(CreateThingError::Attributes(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(create(&[("", "x")]), AttributeError::Name { name: String::new() });
    assert_eq!(create(&[("a b", "x")]), AttributeError::Name { name: "a b".to_owned() });
    assert_eq!(create(&[("a", "é")]), AttributeError::Value { name: "a".to_owned() });
    let long = "x".repeat(801);
    assert_eq!(create(&[("a", &long)]), AttributeError::Value { name: "a".to_owned() });
    assert_eq!(create(&[("a=b", "x")]), AttributeError::Name { name: "a=b".to_owned() });
    let names: Vec<String> = (0..51).map(|number| format!("a{number}")).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "x")).collect();
    assert_eq!(create(&many[..4]), AttributeError::Untyped { count: 4 });
    block_on(registry.create_thing_type(new_type("light"), NOW)).expect("created");
    let typed = |count: usize| {
        let type_name = Some(ThingTypeName::new("light").expect("a name"));
        let new = NewThing { type_name, attributes: attributes(&many[..count]), ..new_thing("b") };
        block_on(registry.create_thing(new))
    };
    let refused = typed(51).expect_err("too many").to_string();
    assert_eq!(refused, "at most 50 attributes are allowed, not 51");
    typed(50).expect("created");
}

#[test]
fn a_thing_with_principals_stays() {
    let registry = registry();
    let lamp = thing_name("lamp");
    block_on(registry.create_thing(new_thing("lamp"))).expect("created");
    let certificate = register(&registry, 1, CertificateStatus::Active);
    block_on(registry.attach_thing_principal(&lamp, &certificate.id, None)).expect("attached");
    let refused = block_on(registry.delete_thing(&lamp, None));
    assert!(matches!(refused, Err(DeleteThingError::HasPrincipals { .. })));
    block_on(registry.detach_thing_principal(&lamp, &certificate.id)).expect("detached");
    let stale = block_on(registry.delete_thing(&lamp, Some(9)));
    assert!(matches!(stale, Err(DeleteThingError::VersionConflict { .. })));
    block_on(registry.delete_thing(&lamp, Some(1))).expect("deleted");
    block_on(registry.delete_thing(&lamp, None)).expect("gone is as good as deleted");
    assert_eq!(registry.thing(&lamp).expect("read"), None);
}

#[test]
fn pages_follow_each_other_to_the_end() {
    let registry = registry();
    let names: Vec<String> = (0..7).map(|number| format!("t{number}")).collect();
    for name in &names {
        block_on(registry.create_thing(new_thing(name))).expect("created");
    }
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = registry.things(after.as_deref(), 3).expect("read");
        assert!(page.items.len() <= 3);
        seen.extend(page.items.into_iter().map(|thing| thing.name.as_str().to_owned()));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, names);
    let whole = registry.things(None, 7).expect("read");
    assert_eq!((whole.items.len(), whole.next), (7, None));
    assert_eq!(registry.things(Some("t6"), 3).expect("read").items.len(), 0);
}
