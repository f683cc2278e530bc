//! Thing types.

use crate::common::{NOW, new_thing, new_type, registry, thing_name};
use model::ThingTypeName;
use registry::{
    CreateThingError, CreateThingTypeError, DEPRECATED_MILLIS_MIN, DeleteThingTypeError, NewThing,
    NewThingType, ThingFilter, ThingUpdate, TypeError,
};
use stdx::task::block_on;

fn name(text: &str) -> ThingTypeName {
    ThingTypeName::new(text).expect("a name")
}

#[test]
fn a_thing_has_a_type_that_is_there_and_not_deprecated() {
    let registry = registry();
    let typed = |thing| NewThing { type_name: Some(name("light")), ..new_thing(thing) };
    let unknown = block_on(registry.create_thing(typed("a")));
    assert!(matches!(unknown, Err(CreateThingError::Type(TypeError::NotFound { .. }))));
    block_on(registry.create_thing_type(new_type("light"), NOW)).expect("created");
    block_on(registry.create_thing(typed("a"))).expect("created");
    block_on(registry.deprecate_thing_type(&name("light"), false, NOW)).expect("deprecated");
    let deprecated = block_on(registry.create_thing(typed("b")));
    assert!(matches!(deprecated, Err(CreateThingError::Type(TypeError::Deprecated { .. }))));
    block_on(registry.deprecate_thing_type(&name("light"), true, NOW)).expect("taken back");
    block_on(registry.create_thing(typed("b"))).expect("created");
}

#[test]
fn a_type_is_created_once_with_few_searchable_attributes() {
    let registry = registry();
    let with = |names: &[&str]| {
        let searchable_attributes = names.iter().map(|name| (*name).to_owned()).collect();
        let new = NewThingType { searchable_attributes, ..new_type("light") };
        block_on(registry.create_thing_type(new, NOW))
    };
    for wrong in [&["a", "b", "c", "d"][..], &["a b"][..]] {
        let refused = with(wrong);
        assert!(matches!(refused, Err(CreateThingTypeError::Properties(_))), "{wrong:?}");
    }
    with(&["a"]).expect("created");
    with(&["a"]).expect("the same");
    assert!(matches!(with(&["b"]), Err(CreateThingTypeError::AlreadyExists { .. })));
}

#[test]
fn a_type_is_deleted_five_minutes_after_its_deprecation_and_without_things() {
    let registry = registry();
    let light = name("light");
    let delete = |now| block_on(registry.delete_thing_type(&light, now));
    assert!(matches!(delete(NOW), Err(DeleteThingTypeError::NotFound { .. })));
    block_on(registry.create_thing_type(new_type("light"), NOW)).expect("created");
    assert!(matches!(delete(NOW), Err(DeleteThingTypeError::NotDeprecated { .. })));
    let thing = NewThing { type_name: Some(light.clone()), ..new_thing("lamp") };
    block_on(registry.create_thing(thing)).expect("created");
    block_on(registry.deprecate_thing_type(&light, false, NOW)).expect("deprecated");
    let early = delete(NOW + DEPRECATED_MILLIS_MIN - 1).expect_err("too early").to_string();
    assert!(early.ends_with("less than 5 minutes ago; wait 1 seconds more"), "{early}");
    let later = NOW + DEPRECATED_MILLIS_MIN;
    assert!(matches!(delete(later), Err(DeleteThingTypeError::HasThings { .. })));
    let update = ThingUpdate { remove_type: true, ..ThingUpdate::default() };
    block_on(registry.update_thing(&thing_name("lamp"), &update)).expect("updated");
    delete(later).expect("deleted");
    assert_eq!(registry.thing_type(&light).expect("read"), None);
}

#[test]
fn things_are_listed_by_type_and_attribute() {
    let registry = registry();
    for kind in ["light", "door"] {
        block_on(registry.create_thing_type(new_type(kind), NOW)).expect("created");
    }
    for (thing, kind, floor) in [("a", "light", "1"), ("b", "door", "12"), ("c", "light", "2")] {
        let attributes = [("floor".to_owned(), floor.to_owned())].into();
        let new = NewThing { type_name: Some(name(kind)), attributes, ..new_thing(thing) };
        block_on(registry.create_thing(new)).expect("created");
    }
    let list = |kind: Option<&str>, value: Option<&str>, is_prefix| {
        let filter = ThingFilter {
            type_name: kind.map(name),
            attribute: value.map(|_| "floor".to_owned()),
            value: value.map(str::to_owned),
            is_prefix,
        };
        let things = registry.things_where(&filter, None, 10).expect("read").items;
        things.into_iter().map(|thing| String::from(thing.name)).collect::<Vec<_>>()
    };
    assert_eq!(list(Some("light"), None, false), ["a", "c"]);
    assert_eq!(list(None, Some("1"), false), ["a"]);
    assert_eq!(list(None, Some("1"), true), ["a", "b"]);
    assert_eq!(list(Some("door"), Some("1"), true), ["b"]);
    assert_eq!(list(Some("window"), None, false), Vec::<String>::new());
}
