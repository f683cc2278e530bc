//! Static thing groups and what is in them.

use crate::common::{
    ALLOW_ALL, NOW, attributes, group_name, id, new_group, new_thing, policy_name, register,
    registry, target, thing_name,
};
use model::ThingGroupName;
use registry::{
    AttachPolicyError, CertificateStatus, Change, CreateThingGroupError, DeleteThingGroupError,
    GroupFilter, MembershipError, NewThingGroup, Registry, Target, ThingGroupNotFound,
    ThingGroupUpdate, UpdateThingGroupError,
};
use stdx::task::block_on;

/// `site` with `hall` with `row`, and `park` beside it.
fn grounds() -> Registry {
    let registry = registry();
    for (name, parent) in
        [("site", None), ("hall", Some("site")), ("row", Some("hall")), ("park", None)]
    {
        block_on(registry.create_thing_group(new_group(name, parent), NOW)).expect("created");
    }
    registry
}

fn things(registry: &Registry, names: &[&str]) {
    for name in names {
        block_on(registry.create_thing(new_thing(name))).expect("created");
    }
}

fn join(registry: &Registry, thing: &str, group: &str) -> Result<(), MembershipError> {
    block_on(registry.add_thing_to_group(&thing_name(thing), &group_name(group)))
}

fn names(groups: &[ThingGroupName]) -> Vec<&str> {
    groups.iter().map(ThingGroupName::as_str).collect()
}

fn list(registry: &Registry, group: &str, recursive: bool) -> Vec<String> {
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = registry.things_of_group(&group_name(group), recursive, after.as_deref(), 2);
        let page = page.expect("read");
        assert!(page.items.len() <= 2);
        seen.extend(page.items.into_iter().map(String::from));
        match page.next {
            Some(next) => after = Some(next),
            None => return seen,
        }
    }
}

#[test]
fn a_group_knows_those_above_it() {
    let registry = grounds();
    let row = registry.thing_group(&group_name("row")).expect("read").expect("there");
    assert_eq!(names(&row.ancestors), ["site", "hall"]);
    assert_eq!((row.parent(), row.version), (Some(&group_name("hall")), 1));
    let again = block_on(registry.create_thing_group(new_group("row", Some("hall")), NOW + 9));
    assert_eq!(again.expect("the same"), row);
    let moved = block_on(registry.create_thing_group(new_group("row", Some("park")), NOW));
    assert!(matches!(moved, Err(CreateThingGroupError::AlreadyExists { .. })));
    let orphan = block_on(registry.create_thing_group(new_group("x", Some("y")), NOW));
    assert!(matches!(orphan, Err(CreateThingGroupError::ParentNotFound { .. })));
}

#[test]
fn a_hierarchy_has_seven_levels_and_a_group_a_hundred_children() {
    let registry = registry();
    let mut parent: Option<String> = None;
    for level in 1..=7 {
        let name = format!("l{level}");
        let new = new_group(&name, parent.as_deref());
        block_on(registry.create_thing_group(new, NOW)).expect("created");
        parent = Some(name);
    }
    let eighth = block_on(registry.create_thing_group(new_group("l8", parent.as_deref()), NOW));
    assert!(matches!(eighth, Err(CreateThingGroupError::TooDeep { .. })));
    for number in 1..100 {
        let new = new_group(&format!("c{number}"), Some("l1"));
        block_on(registry.create_thing_group(new, NOW)).expect("created");
    }
    let one_more = block_on(registry.create_thing_group(new_group("c100", Some("l1")), NOW));
    assert!(matches!(one_more, Err(CreateThingGroupError::TooManyChildren { .. })));
}

#[test]
fn groups_are_listed_by_prefix_and_parent() {
    let registry = grounds();
    let list = |filter: GroupFilter| {
        let groups = registry.thing_groups(&filter, None, 10).expect("read").items;
        groups.into_iter().map(|group| String::from(group.name)).collect::<Vec<_>>()
    };
    let all = GroupFilter::default();
    assert_eq!(list(all.clone()), ["hall", "park", "row", "site"]);
    assert_eq!(list(GroupFilter { only_direct: true, ..all.clone() }), ["park", "site"]);
    let below = GroupFilter { parent: Some(group_name("site")), ..all.clone() };
    assert_eq!(list(below.clone()), ["hall", "row"]);
    assert_eq!(list(GroupFilter { only_direct: true, ..below }), ["hall"]);
    let prefix = GroupFilter { name_prefix: Some(group_name("p")), ..all.clone() };
    assert_eq!(list(prefix), ["park"]);
    let unknown = GroupFilter { parent: Some(group_name("x")), ..all };
    let unknown = registry.thing_groups(&unknown, None, 10);
    assert!(matches!(unknown, Err(ThingGroupNotFound::NotFound { .. })));
}

#[test]
fn updates_merge_and_count_versions() {
    let registry = registry();
    let new = NewThingGroup { attributes: attributes(&[("a", "1")]), ..new_group("site", None) };
    block_on(registry.create_thing_group(new, NOW)).expect("created");
    let update = |update: ThingGroupUpdate| {
        block_on(registry.update_thing_group(&group_name("site"), &update))
    };
    let merged = ThingGroupUpdate {
        description: Some("grounds".to_owned()),
        attributes: Some(attributes(&[("b", "2")])),
        merge: true,
        expected_version: Some(1),
    };
    let merged = update(merged).expect("updated");
    assert_eq!(merged.attributes, attributes(&[("a", "1"), ("b", "2")]));
    assert_eq!((merged.version, merged.description.as_deref()), (2, Some("grounds")));
    let stale = ThingGroupUpdate { expected_version: Some(1), ..ThingGroupUpdate::default() };
    let stale = update(stale);
    assert!(matches!(stale, Err(UpdateThingGroupError::VersionConflict { found: 2, .. })));
    let nothing = ThingGroupUpdate::default();
    let missing = block_on(registry.update_thing_group(&group_name("x"), &nothing));
    assert!(matches!(missing, Err(UpdateThingGroupError::NotFound { .. })));
}

#[test]
fn things_are_listed_with_those_below() {
    let registry = grounds();
    things(&registry, &["a", "b", "c", "d", "e"]);
    for (thing, group) in [("e", "site"), ("c", "hall"), ("a", "row"), ("b", "row"), ("d", "park")]
    {
        join(&registry, thing, group).expect("joined");
        join(&registry, thing, group).expect("once more is no error");
    }
    assert_eq!(list(&registry, "site", false), ["e"]);
    let mut below = list(&registry, "site", true);
    below.sort();
    assert_eq!(below, ["a", "b", "c", "e"]);
    assert_eq!(list(&registry, "row", true), ["a", "b"]);
    let is_in = |group: &str, recursive| {
        registry.is_in_group(&thing_name("a"), &group_name(group), recursive).expect("read")
    };
    assert!(is_in("row", false) && is_in("site", true));
    assert!(!is_in("site", false) && !is_in("park", true));
    let groups = registry.groups_of_thing(&thing_name("a"), None, 10).expect("read").items;
    assert_eq!(names(&groups), ["row"]);
    block_on(registry.delete_thing(&thing_name("a"), None)).expect("deleted");
    assert_eq!(list(&registry, "row", true), ["b"]);
}

#[test]
fn a_thing_is_once_in_a_hierarchy_and_in_ten_groups() {
    let registry = grounds();
    things(&registry, &["a"]);
    join(&registry, "a", "row").expect("joined");
    for there in ["site", "hall"] {
        let refused = join(&registry, "a", there);
        assert!(matches!(refused, Err(MembershipError::SameHierarchy { .. })), "{there}");
    }
    for number in 1..10 {
        let name = format!("g{number}");
        block_on(registry.create_thing_group(new_group(&name, None), NOW)).expect("created");
        join(&registry, "a", &name).expect("joined");
    }
    assert!(matches!(join(&registry, "a", "park"), Err(MembershipError::TooMany { .. })));
    let (leave, go) = ([group_name("row"), group_name("g1")], [group_name("hall")]);
    block_on(registry.change_thing_groups(&thing_name("a"), &leave, &go)).expect("moved");
    join(&registry, "a", "park").expect("there is room now");
    assert!(matches!(join(&registry, "b", "park"), Err(MembershipError::ThingNotFound { .. })));
    assert!(matches!(join(&registry, "a", "x"), Err(MembershipError::GroupNotFound { .. })));
}

#[test]
fn a_deleted_group_is_left_by_its_things_and_its_policies() {
    let registry = grounds();
    let names: Vec<String> = (0..300).map(|number| format!("t{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    things(&registry, &names);
    for name in &names {
        join(&registry, name, "row").expect("joined");
    }
    let led = policy_name("led");
    block_on(registry.create_policy(&led, ALLOW_ALL, &Default::default(), NOW)).expect("created");
    let row = group_name("row");
    block_on(registry.attach_policy(&led, &Target::ThingGroup(row.clone()))).expect("attached");
    let delete =
        |name: &str, version| block_on(registry.delete_thing_group(&group_name(name), version));
    assert!(matches!(delete("hall", None), Err(DeleteThingGroupError::HasChildren { .. })));
    let stale = delete("row", Some(7));
    assert!(matches!(stale, Err(DeleteThingGroupError::VersionConflict { .. })));
    delete("row", Some(1)).expect("deleted");
    delete("row", None).expect("gone is as good as deleted");
    let groups = registry.groups_of_thing(&thing_name("t7"), None, 10).expect("read");
    assert!(groups.items.is_empty());
    block_on(registry.delete_policy(&led)).expect("nothing is attached any more");
    delete("hall", None).expect("it has no children any more");
    let new = new_group("row", None);
    block_on(registry.create_thing_group(new, NOW)).expect("the name is free");
    assert!(list(&registry, "row", true).is_empty());
}

#[test]
fn policies_of_groups_count_for_who_connects_as_their_thing() {
    let registry = grounds();
    things(&registry, &["lamp"]);
    register(&registry, 1, CertificateStatus::Active);
    let attach = |policy: &str, target: Target| {
        let name = policy_name(policy);
        block_on(registry.create_policy(&name, ALLOW_ALL, &Default::default(), NOW))
            .expect("created");
        block_on(registry.attach_policy(&name, &target))
    };
    attach("own", target(1)).expect("attached");
    attach("of-site", Target::ThingGroup(group_name("site"))).expect("attached");
    attach("of-row", Target::ThingGroup(group_name("row"))).expect("attached");
    attach("of-park", Target::ThingGroup(group_name("park"))).expect("attached");
    let missing = attach("nobodys", Target::ThingGroup(group_name("x")));
    assert!(matches!(missing, Err(AttachPolicyError::ThingGroupNotFound { .. })));
    join(&registry, "lamp", "row").expect("joined");
    let granted = |client: &str| {
        let grants = registry.grants(&id(1), client).expect("read").expect("there");
        grants.policies.into_iter().map(|(name, _)| String::from(name)).collect::<Vec<_>>()
    };
    assert_eq!(granted("lamp"), ["own"], "it is not attached to the thing");
    let lamp = thing_name("lamp");
    block_on(registry.attach_thing_principal(&lamp, &id(1), None)).expect("attached");
    assert_eq!(granted("lamp"), ["of-row", "of-site", "own"]);
    assert_eq!(granted("other"), ["own"], "as with AWS, the client id must be the thing's name");
    let inherited = registry.inherited_policies(&Target::ThingGroup(group_name("row")), None, 1);
    let inherited = inherited.expect("read");
    assert_eq!(inherited.items, [policy_name("of-row")]);
    let row = Target::ThingGroup(group_name("row"));
    let rest = registry.inherited_policies(&row, inherited.next.as_deref(), 1).expect("read");
    assert_eq!((rest.items, rest.next), (vec![policy_name("of-site")], None));
    let effective = registry.effective_policies(None, Some(&thing_name("lamp"))).expect("read");
    assert_eq!(effective.len(), 2);
}

#[test]
fn memberships_are_told() {
    let registry = grounds();
    things(&registry, &["a"]);
    let (tell, told) = std::sync::mpsc::sync_channel(16);
    registry.watch(move |change| tell.send(change.clone()).expect("room"));
    join(&registry, "a", "row").expect("joined");
    join(&registry, "a", "row").expect("nothing changes");
    block_on(registry.delete_thing(&thing_name("a"), None)).expect("deleted");
    let change = |is_member| Change::Membership {
        thing: thing_name("a"),
        group: group_name("row"),
        is_member,
    };
    assert_eq!(told.try_iter().collect::<Vec<_>>(), [change(true), change(false)]);
}
