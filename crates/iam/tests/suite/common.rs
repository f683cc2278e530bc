//! What the tests of every noun need.

use iam::{Entity, EntityKind, EntityName, Iam, NewEntity, RoleSettings, RootKey};
use kv::Store;
use model::{GroupName, Home, IamPath, PolicyName, RoleName, UserName};
use stdx::task::block_on;

pub(crate) const NOW: u64 = 1_790_000_000_000;
pub(crate) const TRUST_ACCOUNT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
    "Action":["sts:AssumeRole","sts:TagSession"],
    "Principal":{"AWS":"arn:aws:iam::123456789012:root"}}]}"#;
pub(crate) const TRUST_IOT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
    "Action":"sts:AssumeRole","Principal":{"Service":"iot.amazonaws.com"}}]}"#;

pub(crate) fn root() -> RootKey {
    RootKey { access_key_id: "AKIAROOT".to_owned(), secret: "root secret".to_owned() }
}

pub(crate) fn open(store: Store) -> Iam {
    Iam::open(store, Home::default(), root()).expect("opened")
}

pub(crate) fn iam() -> Iam {
    open(Store::in_memory())
}

pub(crate) fn user_name(text: &str) -> UserName {
    UserName::new(text).expect("a name")
}

pub(crate) fn user(text: &str) -> EntityName {
    user_name(text).into()
}

pub(crate) fn role(text: &str) -> EntityName {
    RoleName::new(text).expect("a name").into()
}

pub(crate) fn group_name(text: &str) -> GroupName {
    GroupName::new(text).expect("a name")
}

pub(crate) fn policy_name(text: &str) -> PolicyName {
    PolicyName::new(text).expect("a name")
}

pub(crate) fn new(name: EntityName) -> NewEntity {
    let role = (name.kind() == EntityKind::Role).then(|| RoleSettings {
        trust: TRUST_ACCOUNT.to_owned(),
        description: None,
        max_session_secs: 3_600,
    });
    NewEntity { name, path: IamPath::default(), tags: Vec::new(), boundary: None, role }
}

pub(crate) fn create(iam: &Iam, name: EntityName) -> Entity {
    block_on(iam.create_entity(new(name), NOW)).expect("created")
}

pub(crate) fn create_role(iam: &Iam, name: &str, trust: &str) -> Entity {
    let mut new = new(role(name));
    if let Some(settings) = &mut new.role {
        settings.trust = trust.to_owned();
    }
    block_on(iam.create_entity(new, NOW)).expect("created")
}

/// Gives an entity an inline policy with one statement.
pub(crate) fn allow(iam: &Iam, name: &EntityName, action: &str, resource: &str) {
    put(iam, name, "p", &statement("Allow", action, resource));
}

pub(crate) fn put(iam: &Iam, name: &EntityName, policy: &str, document: &str) {
    block_on(iam.put_inline_policy(name, &policy_name(policy), document)).expect("put");
}

pub(crate) fn statement(effect: &str, action: &str, resource: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Action":"{action}","Resource":"{resource}"}}]}}"#
    )
}

/// The key and secret of a new access key of a new user.
pub(crate) fn user_with_key(iam: &Iam, name: &str) -> (String, String) {
    create(iam, user(name));
    let new = block_on(iam.create_access_key(&user_name(name), NOW)).expect("created");
    (new.key.id, new.secret)
}
