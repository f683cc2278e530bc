//! Passwords, links, and sessions of the console.

use std::net::{IpAddr, Ipv4Addr};

use iam::{
    Asked, ConsoleSession, EntityName, Iam, IamError, Login, LoginError, NewConsoleSession,
    NoConsoleSession, PasswordSignIn, SignInError,
};
use kv::{Batch, Space, Store};

use crate::common::{NOW, iam, new, open, put, root, statement, user, user_name};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const PASSWORD: &str = "Night-Shift-7";
const OTHER: &str = "Early-Shift-8";

async fn ann(iam: &Iam) -> EntityName {
    iam.create_entity(new(user("ann")), NOW).await.expect("created");
    user("ann")
}

async fn with_password(iam: &Iam, reset_required: bool) {
    ann(iam).await;
    iam.create_login_profile(&user_name("ann"), PASSWORD.to_owned(), reset_required, NOW)
        .await
        .expect("created");
}

fn from(host: u8) -> IpAddr {
    Ipv4Addr::new(10, 0, 0, host).into()
}

async fn sign_in(iam: &Iam, user: &str, password: &str) -> Result<NewConsoleSession, SignInError> {
    change(iam, user, password, None).await
}

async fn change(
    iam: &Iam,
    user: &str,
    password: &str,
    new: Option<&str>,
) -> Result<NewConsoleSession, SignInError> {
    let asked = PasswordSignIn {
        user: user.to_owned(),
        password: password.to_owned(),
        new_password: new.map(str::to_owned),
        address: from(7),
    };
    iam.sign_in(asked, NOW).await
}

async fn link(iam: &Iam) -> NewConsoleSession {
    let token = iam.root_console_link(600, NOW);
    iam.follow_console_link(&token, NOW).await.expect("in")
}

fn login(
    iam: &Iam,
    session: &ConsoleSession,
    now: u64,
) -> Result<std::sync::Arc<Login>, LoginError> {
    let made = iam.console_credentials(session, now);
    iam.login(&made.access_key_id, Some(&made.session_token), now)
}

#[tokio::test]
async fn a_login_profile_lives_and_holds_its_user() {
    let (iam, name) = (iam(), user_name("ann"));
    let missing = iam.create_login_profile(&name, PASSWORD.to_owned(), false, NOW).await;
    assert!(matches!(missing, Err(IamError::NotFound { .. })));
    with_password(&iam, true).await;
    let profile = iam.login_profile(&name).expect("there");
    assert_eq!((profile.created_at, profile.reset_required), (NOW, true));
    let twice = iam.create_login_profile(&name, PASSWORD.to_owned(), false, NOW).await;
    assert!(matches!(twice, Err(IamError::LoginProfileExists { .. })));
    let held = iam.delete_entity(&user("ann")).await.expect_err("held");
    assert_eq!(held.to_string(), "Cannot delete entity, must delete login profile first.");
    let weak = iam.update_login_profile(&name, Some("short".to_owned()), None).await;
    assert!(matches!(weak, Err(IamError::PasswordPolicy { .. })));
    iam.update_login_profile(&name, None, Some(false)).await.expect("updated");
    assert!(!iam.login_profile(&name).expect("there").reset_required);
    assert!(sign_in(&iam, "ANN", PASSWORD).await.is_ok(), "names are not told apart by case");
    iam.delete_login_profile(&name).await.expect("deleted");
    assert!(matches!(iam.login_profile(&name), Err(IamError::NoLoginProfile { .. })));
    assert!(matches!(sign_in(&iam, "ann", PASSWORD).await, Err(SignInError::WrongPassword)));
    iam.delete_entity(&user("ann")).await.expect("deleted");
}

#[tokio::test]
async fn wrong_passwords_wait_longer_and_longer_whoever_they_are_for() {
    let iam = iam();
    with_password(&iam, false).await;
    for name in ["ann", "nobody", "no/name"] {
        let mut waits = Vec::new();
        for attempt in 0..7 {
            let asked = PasswordSignIn {
                user: name.to_owned(),
                password: "Wrong-1-Password".to_owned(),
                new_password: None,
                address: from(attempt),
            };
            waits.push(match iam.sign_in(asked, NOW).await.expect_err("refused") {
                SignInError::WrongPassword => 0,
                SignInError::Iam(IamError::Throttled { retry_after_secs }) => retry_after_secs,
                other => panic!("{other}"),
            });
        }
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 1], "{name}");
    }
    let right = sign_in(&iam, "ann", PASSWORD).await;
    assert!(matches!(right, Err(SignInError::Iam(IamError::Throttled { .. }))));
}

#[tokio::test]
async fn a_link_signs_in_once() {
    let iam = iam();
    let token = iam.root_console_link(600, NOW);
    let made = iam.follow_console_link(&token, NOW).await.expect("in");
    assert_eq!(made.session.name, "root");
    assert_eq!(made.session.arn, "arn:aws:iam::000000000000:root");
    assert_eq!(made.session.expires_at, NOW + HOUR);
    assert!(matches!(iam.follow_console_link(&token, NOW).await, Err(SignInError::WrongLink)));
    let (key, token) = (root().access_key_id, "of nobody");
    assert!(iam.console_session(token, NOW).is_err());
    let owner = iam.login(&key, None, NOW).expect("in");
    assert!(iam.console_link(&owner.identity, 600, NOW).is_ok());
    let console = login(&iam, &made.session, NOW).expect("in");
    assert!(iam.console_link(&console.identity, 600, NOW).is_err(), "it would outlive itself");
}

#[tokio::test]
async fn a_link_for_a_user_who_is_gone_is_nobodys() {
    let iam = iam();
    ann(&iam).await;
    let key = iam.create_access_key(&user_name("ann"), NOW).await.expect("created").key.id;
    let identity = iam.login(&key, None, NOW).expect("in");
    let token = iam.console_link(&identity.identity, 600, NOW).expect("a link");
    iam.delete_access_key(&user_name("ann"), &key).await.expect("deleted");
    iam.delete_entity(&user("ann")).await.expect("deleted");
    let refused = iam.follow_console_link(&token, NOW).await.expect_err("refused");
    assert!(matches!(refused, SignInError::Iam(IamError::NotFound { .. })));
}

#[tokio::test]
async fn a_session_ends_without_use_and_after_half_a_day() {
    let store = Store::in_memory();
    let iam = open(store.clone());
    let made = link(&iam).await;
    let seen = |iam: &Iam, now| iam.console_session(&made.token, now);
    assert_eq!(seen(&iam, NOW + MINUTE - 1).expect("in").expires_at, NOW + HOUR);
    let mut now = NOW;
    while now < NOW + 11 * HOUR {
        now += HOUR - 1;
        let expires_at = seen(&iam, now).expect("in").expires_at;
        assert_eq!(expires_at, (now + HOUR).min(NOW + 12 * HOUR));
        // That it was seen is written behind the answer, and before whatever comes later.
        let mut batch = Batch::new();
        batch.put(Space::new("test"), "later", "");
        store.commit(batch).await.expect("committed");
    }
    // Another process finds it as it was.
    let iam = open(store.clone());
    assert!(seen(&iam, NOW + 12 * HOUR - 1).is_ok());
    assert!(matches!(seen(&iam, NOW + 12 * HOUR), Err(NoConsoleSession::Expired)));
    let other = link(&iam).await;
    let late = iam.console_session(&other.token, NOW + HOUR);
    assert!(matches!(late, Err(NoConsoleSession::Expired)));
    iam.sweep_console_sessions(NOW + 13 * HOUR).await.expect("swept");
    assert!(matches!(seen(&iam, NOW + 13 * HOUR), Err(NoConsoleSession::Expired)));
    iam.sweep_console_sessions(NOW + 40 * HOUR).await.expect("swept");
    assert!(matches!(seen(&iam, NOW + 40 * HOUR), Err(NoConsoleSession::Unknown)));
}

#[tokio::test]
async fn credentials_are_good_for_iam_and_end_with_their_session() {
    let iam = iam();
    let made = link(&iam).await;
    let credentials = iam.console_credentials(&made.session, NOW);
    assert_eq!(credentials.expires_at, NOW + 15 * MINUTE);
    let ask = |now| iam.login(&credentials.access_key_id, Some(&credentials.session_token), now);
    let held = ask(NOW).expect("in");
    let asked = Asked {
        action: "iam:CreateUser",
        resource: "arn:aws:iam::000000000000:user/x",
        source_ip: None,
        now: NOW,
        keys: &[],
        resource_policy: None,
    };
    assert!(held.identity.authorize(&asked).is_ok());
    let lent = iam.session_token(&held.identity, Some(900), NOW).expect("lent");
    let lent = iam.login(&lent.access_key_id, Some(&lent.session_token), NOW).expect("in");
    assert!(lent.identity.authorize(&asked).is_err());
    let last = iam.console_credentials(&made.session, NOW + 12 * HOUR - 1_000);
    assert_eq!(last.expires_at, NOW + 12 * HOUR);
    let other = link(&iam).await;
    iam.end_console_session(&made.token).await.expect("ended");
    iam.end_console_session(&made.token).await.expect("nothing to do");
    assert!(matches!(ask(NOW), Err(LoginError::Expired)));
    assert!(matches!(iam.console_session(&made.token, NOW), Err(NoConsoleSession::Unknown)));
    assert!(iam.console_session(&other.token, NOW).is_ok());
}

#[tokio::test]
async fn a_change_of_the_password_ends_the_sessions_of_its_user_alone() {
    let iam = iam();
    with_password(&iam, false).await;
    let (name, owner) = (user_name("ann"), link(&iam).await);
    put(&iam, &user("ann"), "p", &statement("Allow", "iot:*", "*"));
    let is_in = |made: &NewConsoleSession| iam.console_session(&made.token, NOW).is_ok();
    let first = sign_in(&iam, "ann", PASSWORD).await.expect("in");
    let credentials = iam.console_credentials(&first.session, NOW);
    let ask = || iam.login(&credentials.access_key_id, Some(&credentials.session_token), NOW);
    assert!(is_in(&first) && ask().is_ok());
    let wrong = iam.change_password(&name, OTHER.to_owned(), OTHER.to_owned(), NOW).await;
    assert!(matches!(wrong, Err(IamError::WrongOldPassword)));
    assert!(is_in(&first));
    iam.change_password(&name, PASSWORD.to_owned(), OTHER.to_owned(), NOW).await.expect("changed");
    assert!(!is_in(&first) && ask().is_err() && is_in(&owner));
    assert!(sign_in(&iam, "ann", PASSWORD).await.is_err());
    let second = sign_in(&iam, "ann", OTHER).await.expect("in");
    iam.update_login_profile(&name, None, Some(true)).await.expect("updated");
    assert!(is_in(&second), "it has the same password");
    iam.update_login_profile(&name, Some(PASSWORD.to_owned()), Some(false)).await.expect("set");
    assert!(!is_in(&second));
    let third = sign_in(&iam, "ann", PASSWORD).await.expect("in");
    iam.delete_login_profile(&name).await.expect("deleted");
    assert!(!is_in(&third) && is_in(&owner));
}

#[tokio::test]
async fn who_must_change_the_password_does_so_when_signing_in() {
    let iam = iam();
    with_password(&iam, true).await;
    let plain = sign_in(&iam, "ann", PASSWORD).await;
    assert!(matches!(plain, Err(SignInError::PasswordChangeRequired)));
    for bad in [PASSWORD, "short"] {
        let refused = change(&iam, "ann", PASSWORD, Some(bad)).await.expect_err("refused");
        assert!(matches!(refused, SignInError::Iam(IamError::PasswordPolicy { .. })), "{bad}");
    }
    let made = change(&iam, "ann", PASSWORD, Some(OTHER)).await.expect("in");
    assert_eq!(made.session.name, "ann");
    assert!(!iam.login_profile(&user_name("ann")).expect("there").reset_required);
    let again = change(&iam, "ann", OTHER, Some(PASSWORD)).await;
    assert!(matches!(again, Err(SignInError::PasswordChangeNotRequired)));
    assert!(sign_in(&iam, "ann", OTHER).await.is_ok());
}

#[tokio::test]
async fn somebody_has_so_many_sessions_and_no_more() {
    let iam = iam();
    let mut made = Vec::new();
    for at in 0..17 {
        let token = iam.root_console_link(600, NOW + at);
        made.push(iam.follow_console_link(&token, NOW + at).await.expect("in").token);
    }
    let is_in = |token: &String| iam.console_session(token, NOW + 20).is_ok();
    assert!(!is_in(&made[0]));
    assert!(made[1..].iter().all(is_in));
}

#[tokio::test]
async fn a_token_of_one_user_is_none_of_another() {
    let iam = iam();
    with_password(&iam, false).await;
    let made = sign_in(&iam, "ann", PASSWORD).await.expect("in");
    let secret = made.token.split_once('.').expect("two parts").1;
    for forged in [format!("root.{secret}"), format!("AIDAOTHER.{secret}"), secret.to_owned()] {
        let refused = iam.console_session(&forged, NOW);
        assert!(matches!(refused, Err(NoConsoleSession::Unknown)), "{forged}");
    }
}
