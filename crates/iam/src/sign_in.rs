//! How somebody signs in to the console: by a link, or by a password.

use std::net::IpAddr;

use kv::{Batch, Expect, Snapshot};
use model::UserName;
use records::{Found, StoreError, encode, find};
use stdx::clock::UnixMillis;

use crate::attempts::Suspect;
use crate::console_session::{Also, ConsoleHolder, NewConsoleSession};
use crate::entity::{Entity, EntityName};
use crate::entity_record::entity;
use crate::error::IamError;
use crate::iam::Iam;
use crate::login_profile::{LOGIN_PROFILES, StoredLoginProfile, profile};
use crate::password::PasswordHash;

/// What somebody says who signs in by a password.
#[derive(Clone)]
pub struct PasswordSignIn {
    pub user: String,
    pub password: String,
    /// What to have as password from now on, of a user who must change it.
    pub new_password: Option<String>,
    pub address: IpAddr,
}

impl std::fmt::Debug for PasswordSignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never a password.
        f.debug_tuple("PasswordSignIn").field(&self.user).field(&self.address).finish()
    }
}

#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    #[error("the link was used, or is too old; thingstead console prints another")]
    WrongLink,
    /// Of a user that is there or not.
    #[error("there is no such user, or it has another password")]
    WrongPassword,
    #[error("the password must be changed: choose a new one")]
    PasswordChangeRequired,
    #[error("a new password is taken here only of users who must change theirs")]
    PasswordChangeNotRequired,
    #[error(transparent)]
    Iam(#[from] IamError),
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> SignInError {
        SignInError::Iam(error.into())
    }
}

/// A user with a password, as it was found.
struct Known {
    user: Entity,
    profile: Found<StoredLoginProfile>,
}

impl Iam {
    /// Signs in whoever a link is of. The link is used by that.
    pub async fn follow_console_link(
        &self,
        token: &str,
        now: UnixMillis,
    ) -> Result<NewConsoleSession, SignInError> {
        let holder = self.shared.links.take(token, now).ok_or(SignInError::WrongLink)?;
        self.begin_console_session(&holder, now, |_, _| Ok(Also::KeepOthers)).await
    }

    /// Signs in a user who knows its password.
    pub async fn sign_in(
        &self,
        asked: PasswordSignIn,
        now: UnixMillis,
    ) -> Result<NewConsoleSession, SignInError> {
        let PasswordSignIn { user, password, new_password, address } = asked;
        let suspects = [Suspect::user(&user), Suspect::address(address)];
        self.shared.attempts.begin(&suspects, now)?;
        let known = self.user_with_password(&user)?;
        let kept = known.as_ref().map(|known| known.profile.record.password.clone());
        let kept = kept.unwrap_or_else(PasswordHash::nobodys);
        let is_same = new_password.as_ref() == Some(&password);
        let is_right = self.shared.hashing.run(move || kept.is_of(&password)).await?;
        let known = known.filter(|_| is_right).ok_or(SignInError::WrongPassword)?;
        self.shared.attempts.succeeded(&suspects);
        let new = match (known.profile.record.reset_required, new_password) {
            (false, None) => None,
            (false, Some(_)) => return Err(SignInError::PasswordChangeNotRequired),
            (true, None) => return Err(SignInError::PasswordChangeRequired),
            (true, Some(_)) if is_same => {
                let what = "The new password is the old one".to_owned();
                return Err(IamError::PasswordPolicy { what }.into());
            }
            (true, Some(new)) => Some(self.hashed(known.user.name.as_str(), new).await?),
        };
        let holder = ConsoleHolder::of_user(&known.user);
        let more = |snapshot: &Snapshot, batch: &mut Batch| known.enter(snapshot, batch, &new);
        self.begin_console_session(&holder, now, more).await
    }

    fn user_with_password(&self, name: &str) -> Result<Option<Known>, StoreError> {
        let Ok(name) = UserName::new(name) else { return Ok(None) };
        let snapshot = self.snapshot();
        let Some(found) = entity(&snapshot, &EntityName::from(name))? else { return Ok(None) };
        let user = found.record;
        let profile = profile(&snapshot, &user)?;
        Ok(profile.map(|profile| Known { user, profile }))
    }
}

impl Known {
    /// Requires that the password is still the one that was shown, and puts the new one in its place.
    fn enter(
        &self,
        snapshot: &Snapshot,
        batch: &mut Batch,
        new: &Option<PasswordHash>,
    ) -> Result<Also, SignInError> {
        let id = self.user.id.as_str();
        let found = find::<StoredLoginProfile>(snapshot, LOGIN_PROFILES, id)?;
        let found = found.filter(|found| found.bytes == self.profile.bytes);
        let Found { mut record, bytes } = found.ok_or(SignInError::WrongPassword)?;
        batch.require(LOGIN_PROFILES, id, Expect::Value(bytes));
        let Some(new) = new else { return Ok(Also::KeepOthers) };
        (record.password, record.reset_required) = (new.clone(), false);
        batch.put(LOGIN_PROFILES, id, encode(&record));
        Ok(Also::EndOthers)
    }
}
