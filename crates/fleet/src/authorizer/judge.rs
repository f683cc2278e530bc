//! Has an authorizer judge who is there.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::{AuthorizerName, ClientId, Principal};
use pki::TokenKey;
use registry::{Authorizer, StoreError};
use tokio::sync::SemaphorePermit;

use crate::admission::Refused;
use crate::authority::{Authority, Verdict, Who};
use crate::authorizer::answer::{Answer, AnswerError};
use crate::authorizer::event::event;
use crate::authorizer::shown::Shown;
use crate::explain::{RefusalKind, Subject};
use crate::fleet::Fleet;
use crate::ids::uuid;
use crate::invoke::NotInvoked;
use crate::reason::Reason;
use crate::vouched::Vouched;

const NAME: &str = "x-amz-customauthorizer-name";
const SIGNATURE: &str = "x-amz-customauthorizer-signature";

/// Whom an authorizer vouches for.
#[derive(Clone, Debug)]
pub struct Judged {
    pub authority: Arc<Authority>,
    /// Who said so.
    pub authorizer: AuthorizerName,
    /// When to ask again.
    pub refresh_after: Duration,
}

/// A token to try, and its signature.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tested<'a> {
    pub token: Option<&'a str>,
    /// In base64.
    pub signature: Option<&'a str>,
}

/// Why nobody vouches for a client.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    #[error("it names no authorizer, and there is no default one")]
    NoDefault,
    #[error("there is no authorizer {name}")]
    NotFound { name: String },
    #[error("the authorizer {name} is not active")]
    NotActive { name: AuthorizerName },
    #[error("it says no {what}, which the authorizer {name} needs")]
    Missing { name: AuthorizerName, what: String },
    #[error("no key of the authorizer {name} has signed the token")]
    Signature { name: AuthorizerName },
    #[error("the authorizer {name} cannot be asked: {error}")]
    NotInvoked { name: AuthorizerName, error: NotInvoked },
    #[error("the authorizer {name} cannot be understood: {error}")]
    Answer { name: AuthorizerName, error: AnswerError },
    #[error("the authorizer {name} does not know it")]
    Unknown { name: AuthorizerName },
    #[error("too many clients are being judged")]
    Busy,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fleet {
    /// Judges who wants to connect; a refusal is kept.
    pub async fn judge_visitor(
        &self,
        shown: &Shown<'_>,
        client_id: &ClientId,
        source_ip: IpAddr,
    ) -> Result<Judged, Refused> {
        let judged = self.judge(shown, Some(client_id), source_ip).await;
        let judged = judged.map_err(|error| self.keep_unjudged(&error, Some(client_id), source_ip));
        let judged = judged?;
        match judged.authority.may_connect() {
            Verdict::Allowed => Ok(judged),
            Verdict::Refused(refusal) => Err(Refused { refusal, is_unavailable: false }),
        }
    }

    /// Judges who calls over HTTP; a refusal is kept.
    pub async fn judge_caller(
        &self,
        shown: &Shown<'_>,
        source_ip: IpAddr,
    ) -> Result<Judged, JudgeError> {
        let judged = self.judge(shown, None, source_ip).await;
        judged.inspect_err(|error| {
            self.keep_unjudged(error, None, source_ip);
        })
    }

    /// Asks anew about somebody who is connected. Whoever is no longer known may do nothing more.
    pub async fn judge_again(&self, judged: &Judged, shown: &Shown<'_>) -> Option<Duration> {
        // It is in already, and others that came when it did are asked about with it.
        let place = self.0.judging.acquire().await.ok()?;
        let answer = match self.ask_authorizer(shown, place).await {
            Ok((_, answer)) => answer,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a client is let go");
                judged.authority.disown();
                return None;
            }
        };
        let refresh_after = answer.refresh_after;
        judged.authority.vouch(Vouched::of(&judged.authorizer, answer));
        Some(refresh_after)
    }

    /// Asks an authorizer as a client would make it ask, whether or not it is active.
    pub async fn test_authorizer(
        &self,
        name: &AuthorizerName,
        tested: Tested<'_>,
        shown: &Shown<'_>,
    ) -> Result<Answer, JudgeError> {
        let missing = || JudgeError::NotFound { name: name.to_string() };
        let authorizer = self.registry().authorizer(name)?.ok_or_else(missing)?;
        self.ask(&authorizer, tested, shown, self.place()?).await
    }

    async fn judge(
        &self,
        shown: &Shown<'_>,
        client_id: Option<&ClientId>,
        source_ip: IpAddr,
    ) -> Result<Judged, JudgeError> {
        let (authorizer, answer) = self.ask_authorizer(shown, self.place()?).await?;
        let lasts = u64::try_from(answer.disconnect_after.as_millis()).expect("a day at most");
        let who = Who {
            principal: Principal::Custom(answer.principal.as_str().into()),
            client_id: client_id.cloned(),
            source_ip: Some(source_ip),
            certificate: None,
            valid_until: Some(self.0.clock.now() + lasts),
        };
        let refresh_after = answer.refresh_after;
        let vouched = Vouched::of(&authorizer.name, answer);
        let authority = Authority::vouched_for(self.0.clone(), who, vouched);
        Ok(Judged { authority: Arc::new(authority), authorizer: authorizer.name, refresh_after })
    }

    /// A place among those that are judged now. Strangers do not wait for one.
    fn place(&self) -> Result<SemaphorePermit<'_>, JudgeError> {
        self.0.judging.try_acquire().map_err(|_| JudgeError::Busy)
    }

    /// Asks the authorizer that a client means.
    async fn ask_authorizer(
        &self,
        shown: &Shown<'_>,
        place: SemaphorePermit<'_>,
    ) -> Result<(Authorizer, Answer), JudgeError> {
        let authorizer = self.authorizer_meant(shown)?;
        if !authorizer.is_active {
            return Err(JudgeError::NotActive { name: authorizer.name });
        }
        let token = authorizer.token_key_name.as_deref().and_then(|name| shown.value(name));
        let signature = shown.value(SIGNATURE);
        let tested = Tested { token: token.as_deref(), signature: signature.as_deref() };
        let answer = self.ask(&authorizer, tested, shown, place).await?;
        Ok((authorizer, answer))
    }

    fn authorizer_meant(&self, shown: &Shown<'_>) -> Result<Authorizer, JudgeError> {
        let registry = self.registry();
        let name = match shown.value(NAME) {
            Some(name) => {
                let missing = |_| JudgeError::NotFound { name: name.to_string() };
                AuthorizerName::new(&name).map_err(missing)?
            }
            None => registry.default_authorizer()?.ok_or(JudgeError::NoDefault)?,
        };
        let missing = || JudgeError::NotFound { name: name.to_string() };
        registry.authorizer(&name)?.ok_or_else(missing)
    }

    /// The function is asked only about tokens that are signed, so a stranger cannot keep it busy.
    async fn ask(
        &self,
        authorizer: &Authorizer,
        tested: Tested<'_>,
        shown: &Shown<'_>,
        _place: SemaphorePermit<'_>,
    ) -> Result<Answer, JudgeError> {
        let name = || authorizer.name.clone();
        if !authorizer.is_signing_disabled {
            check_signature(authorizer, tested)?;
        }
        let connection = uuid(&pki::random_digits());
        let event = event(shown, tested.token, !authorizer.is_signing_disabled, &connection);
        let source = self.registry().authorizer_arn(&authorizer.name);
        let asked = self.0.invoke.invoke(&authorizer.function_arn, source.as_str(), event);
        let payload = asked.await;
        let payload = payload.map_err(|error| JudgeError::NotInvoked { name: name(), error })?;
        let answer = Answer::read(&payload);
        let answer = answer.map_err(|error| JudgeError::Answer { name: name(), error })?;
        answer.ok_or_else(|| JudgeError::Unknown { name: name() })
    }

    fn keep_unjudged(
        &self,
        error: &JudgeError,
        client_id: Option<&ClientId>,
        source_ip: IpAddr,
    ) -> Refused {
        let reason = Reason::NotVouched { what: error.to_string() };
        let subject = Subject {
            kind: if client_id.is_some() { RefusalKind::Connect } else { RefusalKind::Call },
            principal: None,
            client_id: client_id.map(ToString::to_string),
            source_ip: Some(source_ip),
            action: None,
            resource: None,
            what: Some(reason.to_string()),
        };
        let is_unavailable = matches!(error, JudgeError::Store(_) | JudgeError::Busy);
        let (now, epoch) = (self.0.clock.now(), self.0.registry.epoch());
        let refusals = &self.0.refusals;
        let refusal = refusals.keep(subject, false, now, epoch, || (reason, Vec::new()));
        Refused { refusal, is_unavailable }
    }
}

fn check_signature(authorizer: &Authorizer, tested: Tested<'_>) -> Result<(), JudgeError> {
    let name = || authorizer.name.clone();
    let missing = |what: &str| JudgeError::Missing { name: name(), what: what.to_owned() };
    let token_key_name = authorizer.token_key_name.as_deref().unwrap_or("token");
    let token = tested.token.ok_or_else(|| missing(token_key_name))?;
    let signature = tested.signature.ok_or_else(|| missing(SIGNATURE))?;
    let wrong = || JudgeError::Signature { name: name() };
    let signature = STANDARD.decode(signature).map_err(|_| wrong())?;
    let mut keys = authorizer.token_keys.values().filter_map(|pem| TokenKey::from_pem(pem).ok());
    match keys.any(|key| key.has_signed(token.as_bytes(), &signature)) {
        true => Ok(()),
        false => Err(wrong()),
    }
}
