//! Keys, sessions and what is remembered of them.

use iam::{AccessKeyStatus, IdentityKind, LoginError};
use kv::Store;
use stdx::task::block_on;

use crate::common::{NOW, create, iam, open, root, user, user_name, user_with_key};

#[test]
fn the_owner_and_users_log_in_with_their_keys() {
    let iam = iam();
    let owner = iam.login(&root().access_key_id, None, NOW).expect("logged in");
    assert_eq!(owner.secret, "root secret");
    assert!(owner.identity.is_root());
    assert_eq!(owner.identity.arn, "arn:aws:iam::000000000000:root");
    let (key, secret) = user_with_key(&iam, "bob");
    let login = iam.login(&key, None, NOW).expect("logged in");
    assert_eq!(login.secret, secret);
    assert_eq!(login.identity.kind, IdentityKind::User { name: "bob".to_owned() });
    assert!(matches!(iam.login("AKIANOBODY", None, NOW), Err(LoginError::Unknown)));
    assert!(matches!(iam.login(&key, Some("token"), NOW), Err(LoginError::Unknown)));
}

#[test]
fn a_key_ends_at_once_when_it_is_inactive_or_gone() {
    let iam = iam();
    let (key, _) = user_with_key(&iam, "bob");
    let bob = user_name("bob");
    assert!(iam.login(&key, None, NOW).is_ok());
    let set = |status| block_on(iam.update_access_key(&bob, &key, status)).expect("updated");
    set(AccessKeyStatus::Inactive);
    assert!(matches!(iam.login(&key, None, NOW), Err(LoginError::Unknown)));
    set(AccessKeyStatus::Active);
    assert!(iam.login(&key, None, NOW).is_ok());
    create(&iam, user("ann"));
    assert!(block_on(iam.delete_access_key(&user_name("ann"), &key)).is_err(), "not ann's");
    block_on(iam.delete_access_key(&bob, &key)).expect("deleted");
    assert!(matches!(iam.login(&key, None, NOW), Err(LoginError::Unknown)));
}

#[test]
fn session_tokens_outlive_a_restart_but_not_their_time() {
    let store = Store::in_memory();
    let iam = open(store.clone());
    let (key, _) = user_with_key(&iam, "bob");
    let bob = iam.login(&key, None, NOW).expect("logged in");
    let session = iam.session_token(&bob.identity, Some(900), NOW).expect("a session");
    assert!(session.access_key_id.starts_with("ASIA") && session.access_key_id.len() == 20);
    let iam = open(store);
    let login = |key: &str, token: Option<&str>, now| iam.login(key, token, now);
    let token = Some(session.session_token.as_str());
    let held = login(&session.access_key_id, token, NOW).expect("logged in");
    assert_eq!(held.secret, session.secret);
    assert_eq!(held.identity.arn, bob.identity.arn);
    assert!(login(&session.access_key_id, token, NOW + 899_999).is_ok());
    let late = login(&session.access_key_id, token, NOW + 900_000);
    assert!(matches!(late, Err(LoginError::Expired)));
    for (key, token) in [
        (&*session.access_key_id, None),
        (&*session.access_key_id, Some("x")),
        ("ASIAOTHER", token),
        (&*key, token),
    ] {
        assert!(matches!(login(key, token, NOW), Err(LoginError::Unknown)), "{key}");
    }
    let again = iam.session_token(&login(&key, None, NOW).expect("in").identity, Some(899), NOW);
    assert!(again.is_err(), "too short");
}

#[test]
fn last_use_is_written_now_and_then() {
    let iam = iam();
    let (key, _) = user_with_key(&iam, "bob");
    assert_eq!(iam.last_use(&key).expect("read"), None);
    iam.used(&key, "iot", "eu-west-1", NOW);
    // Whatever is committed later is behind it.
    create(&iam, user("ann"));
    let used = iam.last_use(&key).expect("read").expect("written");
    assert_eq!((used.at, used.service.as_str(), used.region.as_str()), (NOW, "iot", "eu-west-1"));
    iam.used(&key, "s3", "eu-west-1", NOW + 60_000);
    iam.used(&key, "s3", "eu-west-1", NOW + 16 * 60_000);
    create(&iam, user("eve"));
    assert_eq!(iam.last_use(&key).expect("read").expect("written").at, NOW + 16 * 60_000);
}
