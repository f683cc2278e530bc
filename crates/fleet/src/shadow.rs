//! Shadows: what is asked over MQTT and over HTTP, in one way.
//!
//! An update that is accepted is committed together with the messages that tell of it.

use ::shadow::{Ask, Limits, Rejection, Shadow, Update};
use kv::{Batch, CommitError};
use model::{Message, Topic};
use registry::{ShadowOf, StoreError, StoredShadow};
use serde_json::{Value, json};

use crate::fleet::Fleet;
use crate::letter::{NotAccepted, Undone};
use crate::post::message;

/// How often an update decides anew when others of the same shadow came first: those of other programs
/// that share the store. Those of this one take turns.
const ATTEMPTS_MAX: usize = 64;

const LIMITS: Limits = Limits { state_bytes_max: 8 * 1024, depth_max: 8 };

/// Why a shadow was not read or changed.
#[derive(Debug, thiserror::Error)]
pub enum ShadowError {
    #[error(transparent)]
    Rejected(#[from] Rejection),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is to be stored and told, and the answer.
struct Change {
    shadow: Shadow,
    answer: String,
    told: Vec<Message>,
}

impl Fleet {
    /// The whole document.
    pub fn shadow(&self, of: &ShadowOf) -> Result<Value, ShadowError> {
        let stored = self.0.registry.shadow(of)?;
        Ok(stored.shadow.to_json(shown_name(of), self.now_seconds())?)
    }

    /// Applies an update; the answer is what `…/update/accepted` says.
    pub async fn update_shadow(
        &self,
        of: &ShadowOf,
        payload: &[u8],
    ) -> Result<String, ShadowError> {
        let update = Update::parse(payload)?;
        self.change_shadow(of, |stored| {
            let updated = stored.shadow.update(&update, &LIMITS, self.now_seconds())?;
            let answer = updated.accepted();
            // The delta first: the first Python SDK takes a delta of a version that it has seen an
            // answer of for old, and throws it away.
            let told = [
                self.told(of, "update/delta", || updated.delta().map(|delta| delta.to_string())),
                self.told(of, "update/accepted", || Some(answer.clone())),
                self.told(of, "update/documents", || Some(updated.documents().to_string())),
            ];
            let told = told.into_iter().flatten().collect();
            Ok(Change { shadow: updated.current, answer, told })
        })
        .await
    }

    /// Deletes a shadow; the answer is what `…/delete/accepted` says.
    pub async fn delete_shadow(
        &self,
        of: &ShadowOf,
        payload: &[u8],
    ) -> Result<String, ShadowError> {
        let ask = Ask::parse(payload)?;
        self.change_shadow(of, |stored| {
            let now = self.now_seconds();
            let shadow = stored.shadow.delete(&ask, shown_name(of), now)?;
            let answer = json!({ "version": shadow.version, "timestamp": now });
            let answer = answer_to(&ask, answer).to_string();
            let told = self.told(of, "delete/accepted", || Some(answer.clone()));
            Ok(Change { shadow, told: told.into_iter().collect(), answer })
        })
        .await
    }

    async fn change_shadow(
        &self,
        of: &ShadowOf,
        decide: impl Fn(&StoredShadow) -> Result<Change, Rejection>,
    ) -> Result<String, ShadowError> {
        let _turn = self.0.turns.take((of.thing.as_str(), of.name.as_ref())).await;
        for _ in 0..ATTEMPTS_MAX {
            let stored = self.0.registry.shadow(of)?;
            let change = decide(&stored)?;
            let batch = stored.replace(&change.shadow);
            match self.0.post.commit(batch, change.told).await {
                Ok(()) => return Ok(change.answer),
                Err(CommitError::PreconditionFailed { .. }) => {}
                Err(error) => return Err(StoreError::Commit(error).into()),
            }
        }
        Err(StoreError::Contended.into())
    }

    /// A message, if there is anything to tell and anybody to hear it.
    fn told(
        &self,
        of: &ShadowOf,
        end: &str,
        payload: impl FnOnce() -> Option<String>,
    ) -> Option<Message> {
        let topic = topic(of, end);
        let payload = self.0.post.is_wanted(&topic).then(payload).flatten()?;
        Some(message(topic, payload))
    }

    /// A shadow is asked for over MQTT: the answer goes to all who subscribed to it.
    pub(crate) async fn take_shadow_letter(
        &self,
        of: &ShadowOf,
        verb: Verb,
        payload: &[u8],
    ) -> Result<(), Undone> {
        let told = match verb {
            Verb::Get => self.get_for_letter(of, payload).map(Some),
            Verb::Update => self.update_shadow(of, payload).await.map(|_| None),
            Verb::Delete => self.delete_shadow(of, payload).await.map(|_| None),
        };
        let (end, answer) = match told {
            Ok(None) => return Ok(()),
            Ok(Some(answer)) => ("accepted", answer),
            Err(error) => match NotAccepted::because(error, rejection) {
                NotAccepted::Undone(undone) => return Err(undone),
                NotAccepted::Rejected(rejection) => {
                    let token = Ask::token_of(payload);
                    ("rejected", rejection.to_json(token.as_deref(), self.now_seconds()))
                }
            },
        };
        let topic = topic(of, &format!("{}/{end}", verb.as_str()));
        let told = vec![message(topic, answer.to_string())];
        Ok(self.0.post.commit(Batch::new(), told).await?)
    }

    fn get_for_letter(&self, of: &ShadowOf, payload: &[u8]) -> Result<Value, ShadowError> {
        let ask = Ask::parse(payload)?;
        Ok(answer_to(&ask, self.shadow(of)?))
    }

    fn now_seconds(&self) -> u64 {
        self.0.clock.now() / 1_000
    }
}

/// What is asked of a shadow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Update,
    Delete,
}

impl Verb {
    const ALL: [Verb; 3] = [Verb::Get, Verb::Update, Verb::Delete];

    pub(crate) fn parse(text: &str) -> Option<Verb> {
        Verb::ALL.into_iter().find(|verb| verb.as_str() == text)
    }

    fn as_str(self) -> &'static str {
        match self {
            Verb::Get => "get",
            Verb::Update => "update",
            Verb::Delete => "delete",
        }
    }
}

fn rejection(error: ShadowError) -> Rejection {
    match error {
        ShadowError::Rejected(rejection) => rejection,
        ShadowError::Store(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a shadow cannot be stored");
            Rejection::Internal
        }
    }
}

/// The name that AWS's error shows: the shadow's, or for a classic one the thing's.
fn shown_name(of: &ShadowOf) -> &str {
    of.name.as_ref().map_or(of.thing.as_str(), |name| name.as_str())
}

fn answer_to(ask: &Ask, mut answer: Value) -> Value {
    if let Some(token) = &ask.client_token {
        answer["clientToken"] = token.as_str().into();
    }
    answer
}

fn topic(of: &ShadowOf, end: &str) -> Topic {
    let middle = of.name.as_ref().map(|name| format!("/name/{name}")).unwrap_or_default();
    let topic = format!("$aws/things/{}/shadow{middle}/{end}", of.thing);
    Topic::new(&topic).expect("names hold no wildcard and are short")
}
