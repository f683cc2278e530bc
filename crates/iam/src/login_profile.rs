//! Login profiles: the password with which a user signs in to the console.

use kv::{Batch, Expect, Snapshot, Space};
use model::UserName;
use records::{Found, Record, StoreError, encode, find};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::attachment::ENTITY;
use crate::attempts::Suspect;
use crate::entity::{Entity, EntityName};
use crate::entity_record::{IDS, known};
use crate::entity_store::changed;
use crate::error::IamError;
use crate::iam::{Decision, Iam};
use crate::password::{self, PasswordHash};

/// By the user's id.
pub(crate) const LOGIN_PROFILES: Space = Space::new("iam-login-profiles");

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginProfile {
    pub user: EntityName,
    pub created_at: UnixMillis,
    /// Whether the user must choose another password when it signs in next.
    pub reset_required: bool,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StoredLoginProfile {
    pub(crate) password: PasswordHash,
    pub(crate) reset_required: bool,
    created_at: UnixMillis,
}

impl Record for StoredLoginProfile {
    const VERSION: u8 = 1;
}

impl StoredLoginProfile {
    fn shown(&self, user: &Entity) -> LoginProfile {
        let StoredLoginProfile { reset_required, created_at, .. } = *self;
        LoginProfile { user: user.name.clone(), created_at, reset_required }
    }
}

impl Iam {
    pub async fn create_login_profile(
        &self,
        user: &UserName,
        password: String,
        reset_required: bool,
        now: UnixMillis,
    ) -> Result<LoginProfile, IamError> {
        let name = EntityName::from(user.clone());
        known(&self.snapshot(), &name)?;
        let password = self.hashed(user.as_str(), password).await?;
        let stored = StoredLoginProfile { password, reset_required, created_at: now };
        self.mutate(|snapshot| {
            let user = known(snapshot, &name)?.record;
            if profile(snapshot, &user)?.is_some() {
                let user = user.name.as_str().to_owned();
                return Err(IamError::LoginProfileExists { user });
            }
            let mut batch = Batch::new();
            batch.require(IDS, &user.id, Expect::Present);
            // Whoever deletes the user looks for a profile, and must then see this one.
            records::mark(&mut batch, ENTITY, &user.id);
            batch.require(LOGIN_PROFILES, &user.id, Expect::Absent);
            batch.put(LOGIN_PROFILES, &user.id, encode(&stored));
            Ok(Decision { batch, changes: changed(&user), outcome: stored.shown(&user) })
        })
        .await
    }

    pub fn login_profile(&self, user: &UserName) -> Result<LoginProfile, IamError> {
        let snapshot = self.snapshot();
        let user = known(&snapshot, &EntityName::from(user.clone()))?.record;
        Ok(known_profile(&snapshot, &user)?.record.shown(&user))
    }

    /// Gives a user another password, or says whether it must choose one. What is left out stays. Another
    /// password ends the sessions that began with the old one.
    pub async fn update_login_profile(
        &self,
        user: &UserName,
        password: Option<String>,
        reset_required: Option<bool>,
    ) -> Result<(), IamError> {
        let name = EntityName::from(user.clone());
        let found = known(&self.snapshot(), &name)?.record;
        known_profile(&self.snapshot(), &found)?;
        let password = match password {
            Some(password) => Some(self.hashed(user.as_str(), password).await?),
            None => None,
        };
        self.mutate(|snapshot| {
            let user = known(snapshot, &name)?.record;
            let Found { mut record, bytes } = known_profile(snapshot, &user)?;
            record.reset_required = reset_required.unwrap_or(record.reset_required);
            let mut batch = Batch::new();
            if let Some(password) = &password {
                record.password = password.clone();
                crate::console_session::end_all(&mut batch, &user.id);
            }
            batch.require(LOGIN_PROFILES, &user.id, Expect::Value(bytes));
            batch.put(LOGIN_PROFILES, &user.id, encode(&record));
            Ok(Decision { batch, changes: changed(&user), outcome: () })
        })
        .await
    }

    pub async fn delete_login_profile(&self, user: &UserName) -> Result<(), IamError> {
        let name = EntityName::from(user.clone());
        self.mutate(|snapshot| {
            let user = known(snapshot, &name)?.record;
            let Found { bytes, .. } = known_profile(snapshot, &user)?;
            let mut batch = Batch::new();
            batch.require(LOGIN_PROFILES, &user.id, Expect::Value(bytes));
            batch.delete(LOGIN_PROFILES, &user.id);
            crate::console_session::end_all(&mut batch, &user.id);
            Ok(Decision { batch, changes: changed(&user), outcome: () })
        })
        .await
    }

    /// A user's own change, who shows the old password. It ends all sessions of the user.
    pub async fn change_password(
        &self,
        user: &UserName,
        old: String,
        new: String,
        now: UnixMillis,
    ) -> Result<(), IamError> {
        let name = EntityName::from(user.clone());
        let snapshot = self.snapshot();
        let found = known(&snapshot, &name)?.record;
        let Found { record, bytes } = known_profile(&snapshot, &found)?;
        drop(snapshot);
        let suspects = [Suspect::user(user.as_str())];
        self.shared.attempts.begin(&suspects, now)?;
        let kept = record.password;
        if !self.shared.hashing.run(move || kept.is_of(&old)).await? {
            return Err(IamError::WrongOldPassword);
        }
        self.shared.attempts.succeeded(&suspects);
        let password = self.hashed(user.as_str(), new).await?;
        self.mutate(|snapshot| {
            let user = known(snapshot, &name)?.record;
            let Found { mut record, bytes: stored } = known_profile(snapshot, &user)?;
            if stored != bytes {
                // Somebody gave the user another one meanwhile.
                return Err(IamError::WrongOldPassword);
            }
            (record.password, record.reset_required) = (password.clone(), false);
            let mut batch = Batch::new();
            batch.require(LOGIN_PROFILES, &user.id, Expect::Value(stored));
            batch.put(LOGIN_PROFILES, &user.id, encode(&record));
            crate::console_session::end_all(&mut batch, &user.id);
            Ok(Decision { batch, changes: changed(&user), outcome: () })
        })
        .await
    }

    /// What is kept of a password that the policy takes.
    pub(crate) async fn hashed(
        &self,
        user: &str,
        password: String,
    ) -> Result<PasswordHash, IamError> {
        password::check(&password, user)?;
        self.shared.hashing.run(move || PasswordHash::of(&password)).await
    }
}

pub(crate) fn profile(
    snapshot: &Snapshot,
    user: &Entity,
) -> Result<Option<Found<StoredLoginProfile>>, StoreError> {
    find(snapshot, LOGIN_PROFILES, &user.id)
}

fn known_profile(
    snapshot: &Snapshot,
    user: &Entity,
) -> Result<Found<StoredLoginProfile>, IamError> {
    let missing = || IamError::NoLoginProfile { user: user.name.as_str().to_owned() };
    profile(snapshot, user)?.ok_or_else(missing)
}
