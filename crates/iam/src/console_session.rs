//! Sessions of the console: who signed in, since when, and when it was seen last.
//!
//! A session is known by a token of 256 random bits; stored is its SHA-256, so who reads the store cannot
//! take a session over. All sessions of somebody are one record, so that one write ends them all, and none
//! begins while they end. The credentials that a session gives out die with it.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kv::{Batch, Durability, Expect, Snapshot, Space};
use records::{Found, Record, StoreError, encode, find};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::entity::{Entity, EntityKind};
use crate::entity_record::{IDS, entity_of_id};
use crate::error::IamError;
use crate::iam::{Change, Decision, Iam};
use crate::identity::{Identity, IdentityKind};
use crate::random;
use crate::session::{Holder, Session, SessionCredentials};

/// By who holds them: a user's id, or [`ROOT`].
const SESSIONS: Space = Space::new("iam-console-sessions");
const ROOT: &str = "root";

const LIFE_MS: u64 = 12 * 60 * 60 * 1000;
/// Who is not seen for so long has gone.
const IDLE_MS: u64 = 60 * 60 * 1000;
/// How old it may be what is stored of when a session was seen, so that not each request is a write.
const PRECISION_MS: u64 = 60 * 1000;
/// One person's browsers. Beyond it the session that was seen longest ago ends.
const SESSIONS_MAX: usize = 16;
/// Until then it is told that a session is over, and later that there is none.
const SWEPT_AFTER_MS: u64 = 24 * 60 * 60 * 1000;
const CREDENTIALS_SECS: u64 = 15 * 60;

/// Who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ConsoleHolder {
    Root,
    User { id: String },
}

/// Somebody who signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleSession {
    /// `root`, or the name of a user.
    pub name: String,
    pub arn: String,
    /// When it ends if it is not used meanwhile.
    pub expires_at: UnixMillis,
    holder: ConsoleHolder,
    /// When it ends however it is used.
    ends_at: UnixMillis,
    hash: String,
}

/// A session that just began, and, this once, its token.
pub struct NewConsoleSession {
    pub session: ConsoleSession,
    pub token: String,
}

impl std::fmt::Debug for NewConsoleSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never the token.
        f.debug_tuple("NewConsoleSession").field(&self.session).finish()
    }
}

/// Why a token is nobody's.
#[derive(Debug, thiserror::Error)]
pub enum NoConsoleSession {
    #[error("there is no such session")]
    Unknown,
    #[error("the session is over")]
    Expired,
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Default, Serialize, Deserialize)]
struct StoredSessions {
    sessions: Vec<StoredSession>,
}

#[derive(Clone, Serialize, Deserialize)]
struct StoredSession {
    hash: String,
    issued_at: UnixMillis,
    used_at: UnixMillis,
}

impl Record for StoredSessions {
    const VERSION: u8 = 1;
}

impl StoredSession {
    fn ends_at(&self) -> UnixMillis {
        self.issued_at.saturating_add(LIFE_MS)
    }

    fn expires_at(&self) -> UnixMillis {
        self.ends_at().min(self.used_at.saturating_add(IDLE_MS))
    }

    fn is_over(&self, now: UnixMillis) -> bool {
        self.expires_at() <= now
    }
}

impl ConsoleHolder {
    pub(crate) fn of(identity: &Identity) -> Option<ConsoleHolder> {
        match &identity.kind {
            IdentityKind::Root => Some(ConsoleHolder::Root),
            IdentityKind::User { .. } => Some(ConsoleHolder::User { id: identity.user_id.clone() }),
            IdentityKind::Role { .. } => None,
        }
    }

    pub(crate) fn of_user(user: &Entity) -> ConsoleHolder {
        ConsoleHolder::User { id: user.id.clone() }
    }

    fn key(&self) -> &str {
        match self {
            ConsoleHolder::Root => ROOT,
            ConsoleHolder::User { id } => id,
        }
    }

    fn of_key(key: &str) -> ConsoleHolder {
        match key {
            ROOT => ConsoleHolder::Root,
            id => ConsoleHolder::User { id: id.to_owned() },
        }
    }

    fn holder(&self) -> Holder {
        match self {
            ConsoleHolder::Root => Holder::Root,
            ConsoleHolder::User { id } => Holder::User { id: id.clone() },
        }
    }
}

/// Whether a session that credentials came from is still there.
pub(crate) fn is_there(
    snapshot: &Snapshot,
    holder: &Holder,
    hash: &str,
) -> Result<bool, StoreError> {
    let key = match holder {
        Holder::Root => ROOT,
        Holder::User { id } => id,
        Holder::Role(_) => return Ok(false),
    };
    let found = find::<StoredSessions>(snapshot, SESSIONS, key)?;
    Ok(found.is_some_and(|found| found.record.sessions.iter().any(|one| one.hash == hash)))
}

/// Ends all sessions of a user, whom the caller tells to have changed.
pub(crate) fn end_all(batch: &mut Batch, user_id: &str) {
    batch.delete(SESSIONS, user_id);
}

impl Iam {
    /// Begins a session of somebody. `more` adds what else belongs to that to the batch, or finds that it
    /// must not begin.
    pub(crate) async fn begin_console_session<E: From<IamError> + From<StoreError>>(
        &self,
        holder: &ConsoleHolder,
        now: UnixMillis,
        more: impl Fn(&Snapshot, &mut Batch) -> Result<Also, E>,
    ) -> Result<NewConsoleSession, E> {
        let mut secret = [0; 32];
        random::fill(&mut secret);
        let secret = URL_SAFE_NO_PAD.encode(secret);
        let token = format!("{}.{secret}", holder.key());
        let new = StoredSession { hash: hash(&secret), issued_at: now, used_at: now };
        let session = self
            .records
            .mutate::<_, E>(|snapshot| {
                let session = self.shown(snapshot, holder, &new)?;
                let session = session.ok_or_else(|| gone(holder))?;
                let mut batch = Batch::new();
                if let ConsoleHolder::User { id } = holder {
                    batch.require(IDS, id, Expect::Present);
                }
                let also = more(snapshot, &mut batch)?;
                let (mut all, expect) = self.console_sessions(snapshot, holder)?;
                let before = all.sessions.len();
                if also == Also::EndOthers {
                    all.sessions.clear();
                }
                all.sessions.retain(|one| !one.is_over(now));
                all.sessions.sort_by_key(|one| std::cmp::Reverse(one.used_at));
                all.sessions.truncate(SESSIONS_MAX - 1);
                // Those that end take their credentials along; that one begins is nothing to others.
                let has_ended = all.sessions.len() < before;
                let changes = if has_ended { changed(holder) } else { Vec::new() };
                all.sessions.push(new.clone());
                batch.require(SESSIONS, holder.key(), expect);
                batch.put(SESSIONS, holder.key(), encode(&all));
                Ok(Decision { batch, changes, outcome: session })
            })
            .await?;
        Ok(NewConsoleSession { session, token })
    }

    /// Whose token this is. The session is used by that.
    pub fn console_session(
        &self,
        token: &str,
        now: UnixMillis,
    ) -> Result<ConsoleSession, NoConsoleSession> {
        let (holder, hash) = parsed(token).ok_or(NoConsoleSession::Unknown)?;
        let snapshot = self.snapshot();
        let found = find::<StoredSessions>(&snapshot, SESSIONS, holder.key())?;
        let Found { mut record, bytes } = found.ok_or(NoConsoleSession::Unknown)?;
        let stored = record.sessions.iter_mut().find(|one| one.hash == hash);
        let stored = stored.ok_or(NoConsoleSession::Unknown)?;
        if stored.is_over(now) {
            return Err(NoConsoleSession::Expired);
        }
        let is_due = now >= stored.used_at.saturating_add(PRECISION_MS);
        if is_due {
            stored.used_at = now;
        }
        let stored = stored.clone();
        let session = self.shown(&snapshot, &holder, &stored)?;
        let session = session.ok_or(NoConsoleSession::Unknown)?;
        if is_due {
            let mut batch = Batch::new();
            batch.require(SESSIONS, holder.key(), Expect::Value(bytes));
            batch.put(SESSIONS, holder.key(), encode(&record));
            batch.durability(Durability::Buffered);
            // It goes on by itself; if another came first, the next use is written.
            drop(self.records.store().commit(batch));
        }
        Ok(session)
    }

    /// Ends a session, and with it the credentials that it gave out.
    pub async fn end_console_session(&self, token: &str) -> Result<(), IamError> {
        let Some((holder, hash)) = parsed(token) else { return Ok(()) };
        self.mutate(|snapshot| {
            let (mut all, expect) = self.console_sessions(snapshot, &holder)?;
            let before = all.sessions.len();
            all.sessions.retain(|one| one.hash != hash);
            if all.sessions.len() == before {
                return Ok(Decision::nothing(()));
            }
            let mut batch = Batch::new();
            batch.require(SESSIONS, holder.key(), expect);
            put_or_delete(&mut batch, &holder, &all);
            Ok(Decision { batch, changes: changed(&holder), outcome: () })
        })
        .await
    }

    /// Credentials with which a session asks for what it wants. Unlike those of GetSessionToken they are good
    /// for IAM, too, and end with the session.
    pub fn console_credentials(
        &self,
        session: &ConsoleSession,
        now: UnixMillis,
    ) -> SessionCredentials {
        let left = session.ends_at.saturating_sub(now) / 1000;
        let seconds = u32::try_from(left.min(CREDENTIALS_SECS)).unwrap_or_default();
        let (holder, console) = (session.holder.holder(), Some(session.hash.clone()));
        Session::begin_in(&self.shared.seal, holder, console, seconds, now)
    }

    /// Takes away what ended long ago.
    pub async fn sweep_console_sessions(&self, now: UnixMillis) -> Result<(), IamError> {
        let is_old = |one: &StoredSession| one.is_over(now.saturating_sub(SWEPT_AFTER_MS));
        let mut after: Option<String> = None;
        loop {
            let snapshot = self.snapshot();
            let most = records::PAGE_ITEMS_MAX;
            let read = |key: &str, bytes: &bytes::Bytes| {
                let all = records::decode::<StoredSessions>(bytes)?;
                Ok(all.sessions.iter().any(is_old).then(|| ConsoleHolder::of_key(key)))
            };
            let page = records::page_where(&snapshot, SESSIONS, "", after.as_deref(), most, read)?;
            for holder in &page.items {
                self.mutate::<()>(|snapshot| {
                    let (mut all, expect) = self.console_sessions(snapshot, holder)?;
                    all.sessions.retain(|one| !is_old(one));
                    let mut batch = Batch::new();
                    batch.require(SESSIONS, holder.key(), expect);
                    put_or_delete(&mut batch, holder, &all);
                    Ok(Decision { batch, changes: Vec::new(), outcome: () })
                })
                .await?;
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }

    fn console_sessions(
        &self,
        snapshot: &Snapshot,
        holder: &ConsoleHolder,
    ) -> Result<(StoredSessions, Expect), StoreError> {
        let found = find::<StoredSessions>(snapshot, SESSIONS, holder.key())?;
        Ok(match found {
            Some(Found { record, bytes }) => (record, Expect::Value(bytes)),
            None => (StoredSessions::default(), Expect::Absent),
        })
    }

    /// A session as others see it; nothing if whoever holds it is gone.
    fn shown(
        &self,
        snapshot: &Snapshot,
        holder: &ConsoleHolder,
        stored: &StoredSession,
    ) -> Result<Option<ConsoleSession>, StoreError> {
        let (name, arn) = match holder {
            ConsoleHolder::Root => {
                let arn = format!("arn:aws:iam::{}:root", self.home().account);
                (ROOT.to_owned(), arn)
            }
            ConsoleHolder::User { id } => {
                let user = entity_of_id(snapshot, id)?;
                let Some(user) = user.filter(|user| user.name.kind() == EntityKind::User) else {
                    return Ok(None);
                };
                (user.name.to_string(), user.arn(self.home()).to_string())
            }
        };
        let (expires_at, ends_at) = (stored.expires_at(), stored.ends_at());
        let (holder, hash) = (holder.clone(), stored.hash.clone());
        Ok(Some(ConsoleSession { name, arn, expires_at, holder, ends_at, hash }))
    }
}

/// What becomes of the other sessions of somebody when one begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Also {
    KeepOthers,
    EndOthers,
}

fn put_or_delete(batch: &mut Batch, holder: &ConsoleHolder, all: &StoredSessions) {
    match all.sessions.is_empty() {
        true => batch.delete(SESSIONS, holder.key()),
        false => batch.put(SESSIONS, holder.key(), encode(all)),
    }
}

fn changed(holder: &ConsoleHolder) -> Vec<Change> {
    vec![Change::Entity { id: holder.key().to_owned() }]
}

fn gone(holder: &ConsoleHolder) -> IamError {
    IamError::NotFound { what: "user", by: "id", name: holder.key().to_owned() }
}

/// Who a token says that it is, and the hash of its secret.
fn parsed(token: &str) -> Option<(ConsoleHolder, String)> {
    let (holder, secret) = token.split_once('.')?;
    let is_holder = holder == ROOT || holder.starts_with(EntityKind::User.id_prefix());
    is_holder.then(|| (ConsoleHolder::of_key(holder), hash(secret)))
}

fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, secret.as_bytes()))
}
