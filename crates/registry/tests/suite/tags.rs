//! Tags.

use crate::common::{NOW, attributes, group_name, new_group, registry};
use model::Arn;
use registry::{NewThingGroup, TagError, TagResourceError, Taggable, Tags};
use stdx::task::block_on;

#[test]
fn tags_hang_on_what_is_there_and_go_with_it() {
    let registry = registry();
    let site = Taggable::ThingGroup(group_name("site"));
    let new = NewThingGroup { tags: attributes(&[("a", "1")]), ..new_group("site", None) };
    assert!(matches!(registry.tags_of(&site), Err(TagResourceError::NotFound { .. })));
    block_on(registry.create_thing_group(new.clone(), NOW)).expect("created");
    block_on(registry.tag_resource(&site, &attributes(&[("b", "2"), ("a", "3")]))).expect("tagged");
    assert_eq!(registry.tags_of(&site).expect("read"), attributes(&[("a", "3"), ("b", "2")]));
    let keys = ["a".to_owned(), "x".to_owned()];
    block_on(registry.untag_resource(&site, &keys)).expect("untagged");
    assert_eq!(registry.tags_of(&site).expect("read"), attributes(&[("b", "2")]));
    block_on(registry.delete_thing_group(&group_name("site"), None)).expect("deleted");
    let gone = block_on(registry.tag_resource(&site, &Tags::new()));
    assert!(matches!(gone, Err(TagResourceError::NotFound { .. })));
    block_on(registry.create_thing_group(new_group("site", None), NOW)).expect("created");
    assert!(registry.tags_of(&site).expect("read").is_empty());
}

#[test]
fn tags_have_limits() {
    let registry = registry();
    let site = Taggable::ThingGroup(group_name("site"));
    block_on(registry.create_thing_group(new_group("site", None), NOW)).expect("created");
    let tag = |key: &str, value: &str| match block_on(
        registry.tag_resource(&site, &attributes(&[(key, value)])),
    ) {
        Err(TagResourceError::Tags(error)) => Some(error),
        other => other.map(|()| None).expect("the resource is there"),
    };
    let key = |key: &str| Some(TagError::Key { key: key.to_owned() });
    assert_eq!(tag("Größe 1:/@", ""), None);
    assert_eq!(tag("", "x"), key(""));
    assert_eq!(tag("a#b", "x"), key("a#b"));
    assert_eq!(tag("aws:x", "x"), Some(TagError::Reserved { key: "aws:x".to_owned() }));
    assert_eq!(tag("a", &"x".repeat(257)), Some(TagError::Value { key: "a".to_owned() }));
    for number in 1..50 {
        assert_eq!(tag(&format!("k{number}"), "x"), None);
    }
    assert_eq!(tag("k50", "x"), Some(TagError::TooMany { count: 51 }));
}

#[test]
fn arns_name_what_can_be_tagged() {
    let registry = registry();
    let arn = registry.thing_group_arn(&group_name("site"));
    assert_eq!(Taggable::from_arn(&arn), Some(Taggable::ThingGroup(group_name("site"))));
    assert_eq!(Taggable::from_arn(&Arn::from_text("arn:aws:iot:x:y:thing/lamp")), None);
}
