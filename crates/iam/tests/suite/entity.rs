//! Users, groups and roles.

use iam::{EntityKind, EntityUpdate, IamError, NewInstanceProfile, RoleUpdate};
use model::{IamPath, InstanceProfileName, RoleName};
use stdx::task::block_on;

use crate::common::{
    NOW, TRUST_IOT, allow, create, create_role, group_name, iam, new, policy_name, role, user,
    user_name,
};

#[test]
fn names_are_not_told_apart_by_case_and_ids_are_unique() {
    let iam = iam();
    let bob = create(&iam, user("Bob"));
    assert_eq!(bob.arn(iam.home()).as_str(), "arn:aws:iam::000000000000:user/Bob");
    assert!(bob.id.starts_with("AIDA") && bob.id.len() == 21);
    let again = block_on(iam.create_entity(new(user("bob")), NOW));
    assert_eq!(again.expect_err("refused").to_string(), "User with name bob already exists.");
    assert_eq!(iam.entity(&user("BOB")).expect("found"), bob);
    let missing = iam.entity(&role("bob")).expect_err("a role is no user");
    assert_eq!(missing.to_string(), "The role with name bob cannot be found.");
}

#[test]
fn paths_are_part_of_arns_and_filter_lists() {
    let iam = iam();
    for (name, path) in [("a", "/"), ("b", "/night/"), ("c", "/night/shift/"), ("d", "/day/")] {
        let mut new = new(user(name));
        new.path = IamPath::new(path).expect("a path");
        block_on(iam.create_entity(new, NOW)).expect("created");
    }
    let names = |prefix: &str, after: Option<&str>, limit| {
        let page = iam.entities(EntityKind::User, prefix, after, limit).expect("listed");
        (page.items.iter().map(|user| user.name.to_string()).collect::<String>(), page.next)
    };
    assert_eq!(names("/", None, 10), ("abcd".to_owned(), None));
    assert_eq!(names("/night/", None, 10), ("bc".to_owned(), None));
    assert_eq!(names("/night/", None, 1), ("b".to_owned(), Some("b".to_owned())));
    assert_eq!(names("/night/", Some("b"), 10), ("c".to_owned(), None));
    let arn = iam.entity(&user("c")).expect("found").arn(iam.home());
    assert_eq!(arn.as_str(), "arn:aws:iam::000000000000:user/night/shift/c");
}

#[test]
fn what_holds_something_is_not_deleted() {
    let iam = iam();
    let bob = user("bob");
    create(&iam, bob.clone());
    create(&iam, group_name("night").into());
    let refusal = || block_on(iam.delete_entity(&bob)).expect_err("refused").to_string();
    let key = block_on(iam.create_access_key(&user_name("bob"), NOW)).expect("created").key.id;
    assert_eq!(refusal(), "Cannot delete entity, must delete access keys first.");
    block_on(iam.delete_access_key(&user_name("bob"), &key)).expect("deleted");
    let arn = "arn:aws:iam::aws:policy/AWSIoTFullAccess";
    block_on(iam.attach_policy(&bob, arn)).expect("attached");
    assert_eq!(refusal(), "Cannot delete entity, must detach all policies first.");
    block_on(iam.detach_policy(&bob, arn)).expect("detached");
    allow(&iam, &bob, "iot:*", "*");
    assert_eq!(refusal(), "Cannot delete entity, must delete policies first.");
    block_on(iam.delete_inline_policy(&bob, &policy_name("p"))).expect("deleted");
    block_on(iam.add_user_to_group(&user_name("bob"), &group_name("night"))).expect("added");
    assert_eq!(refusal(), "Cannot delete entity, must remove user from all groups first.");
    let group = block_on(iam.delete_entity(&group_name("night").into())).expect_err("refused");
    assert_eq!(group.to_string(), "Cannot delete entity, must remove users from group first.");
    block_on(iam.remove_user_from_group(&user_name("bob"), &group_name("night"))).expect("gone");
    block_on(iam.delete_entity(&bob)).expect("deleted");
    assert!(matches!(iam.entity(&bob), Err(IamError::NotFound { .. })));
    block_on(iam.delete_entity(&group_name("night").into())).expect("deleted");
}

#[test]
fn a_renamed_user_keeps_its_id_and_all_that_hangs_on_it() {
    let iam = iam();
    let before = create(&iam, user("bob"));
    create(&iam, group_name("night").into());
    block_on(iam.add_user_to_group(&user_name("bob"), &group_name("night"))).expect("added");
    let arn = "arn:aws:iam::aws:policy/AWSIoTFullAccess";
    block_on(iam.attach_policy(&user("bob"), arn)).expect("attached");
    create(&iam, user("ann"));
    let rename = |to: &str| EntityUpdate { name: Some(user(to)), path: None };
    let taken = block_on(iam.update_entity(&user("bob"), &rename("Ann")));
    assert!(matches!(taken, Err(IamError::AlreadyExists { .. })));
    block_on(iam.update_entity(&user("bob"), &rename("Robert"))).expect("renamed");
    assert!(iam.entity(&user("bob")).is_err());
    let after = iam.entity(&user("robert")).expect("found");
    assert_eq!((after.id, after.name.to_string()), (before.id, "Robert".to_owned()));
    let members = iam.users_of_group(&group_name("night"), None, 10).expect("listed");
    assert_eq!(members.items[0].name.to_string(), "Robert");
    assert_eq!(iam.attached_policies(&user("robert"), "/").expect("listed").len(), 1);
    block_on(iam.update_entity(&user("Robert"), &rename("ROBERT"))).expect("another case");
    assert_eq!(iam.entity(&user("robert")).expect("found").name.to_string(), "ROBERT");
}

#[test]
fn trust_and_duration_of_a_role_are_checked() {
    let iam = iam();
    let created = create_role(&iam, "R", TRUST_IOT);
    assert_eq!(created.role().expect("a role").max_session_secs, 3_600);
    let update = |update: RoleUpdate| block_on(iam.update_role(&role("R"), &update));
    let trust = |text: &str| RoleUpdate { trust: Some(text.to_owned()), ..RoleUpdate::default() };
    let refused = update(trust("{}")).expect_err("refused");
    assert!(matches!(refused, IamError::Malformed(_)));
    let long = TRUST_IOT.replace("AssumeRole", &"A".repeat(2048));
    assert!(matches!(update(trust(&long)), Err(IamError::Quota { most: 2048, .. })));
    let short = RoleUpdate { max_session_secs: Some(3_599), ..RoleUpdate::default() };
    assert!(matches!(update(short), Err(IamError::Invalid { .. })));
    let described = RoleUpdate { description: Some("x".to_owned()), ..RoleUpdate::default() };
    update(described).expect("updated");
    let after = iam.entity(&role("R")).expect("found");
    assert_eq!(after.role().expect("a role").description.as_deref(), Some("x"));
    assert_eq!(after.role().expect("a role").trust, TRUST_IOT);
    assert!(matches!(
        block_on(iam.update_role(&user("R"), &RoleUpdate::default())),
        Err(IamError::NotFound { .. })
    ));
}

#[test]
fn an_instance_profile_holds_one_role() {
    let iam = iam();
    let name = InstanceProfileName::new("box").expect("a name");
    let new = NewInstanceProfile { name: name.clone(), path: IamPath::default(), tags: vec![] };
    block_on(iam.create_instance_profile(new, NOW)).expect("created");
    let r = RoleName::new("R").expect("a name");
    create_role(&iam, "R", TRUST_IOT);
    block_on(iam.add_role_to_instance_profile(&name, &r)).expect("added");
    let second = block_on(iam.add_role_to_instance_profile(&name, &r));
    assert!(matches!(second, Err(IamError::Quota { most: 1, .. })));
    let listed = iam.instance_profiles_of_role(&r, None, 10).expect("listed").items;
    assert_eq!(listed[0].role.as_ref().map(|role| role.name.to_string()), Some("R".to_owned()));
    let role_refused = block_on(iam.delete_entity(&role("R"))).expect_err("refused");
    assert!(role_refused.to_string().contains("instance profile first"));
    assert!(matches!(
        block_on(iam.delete_instance_profile(&name)),
        Err(IamError::DeleteConflict { .. })
    ));
    block_on(iam.remove_role_from_instance_profile(&name, &r)).expect("removed");
    block_on(iam.delete_instance_profile(&name)).expect("deleted");
    block_on(iam.delete_entity(&role("R"))).expect("deleted");
}

#[test]
fn only_one_of_many_gets_the_last_place() {
    let iam = iam();
    create(&iam, user("bob"));
    let created = std::thread::scope(|scope| {
        let create = || block_on(iam.create_access_key(&user_name("bob"), NOW)).is_ok();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(create)).collect();
        threads.into_iter().map(|thread| thread.join().expect("ran")).filter(|ok| *ok).count()
    });
    assert_eq!(created, 2);
    assert_eq!(iam.access_keys(&user_name("bob")).expect("listed").len(), 2);
}
