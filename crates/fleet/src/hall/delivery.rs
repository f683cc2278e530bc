//! One attempt to get one entry of the outbox out of the house.

use std::sync::Arc;

use actions::{Missed, Outgoing};
use iam::ServiceCall;
use items::Update;
use kv::{Batch, CommitError};
use model::{Message, RuleName};
use outbox::{Delivery, Entry, HttpRequest, ItemUpdate, Letter, Signing, Waiting};
use registry::{StoreError, TopicRuleText};
use rules::{Event, Payload};
use sigv4::Credentials;
use stdx::clock::UnixMillis;
use tables::{ItemChange, ItemWrite, WriteRefused};

use crate::hall::Shared;
use crate::hall::errand::ErrandFate;
use crate::hall::failure::RuleFailure;
use crate::hall::rule::{Rule, SERVICE};
use crate::hall::story::Story;
use crate::hall::work::Work;
use crate::letter::Writer;

/// AWS sends a request at most three times.
const HTTP_ATTEMPTS_MAX: u32 = 3;
/// What stays in the house is worth another attempt only while the store fails.
const OWN_ATTEMPTS_MAX: u32 = 5;

/// The shortest that a session can last.
const CREDENTIALS_SECS: u32 = 900;

/// What an error action may publish: one message.
const ERROR_ROOM: usize = 1;

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Went {
    /// The entry is done with: it is there, or given up.
    Settled,
    /// It is to be tried again.
    Missed,
    /// Nothing was there.
    Nothing,
}

impl Shared {
    /// Tries to get the first entry of a target out. `attempts` were made before.
    pub(crate) async fn attempt(
        &self,
        target: &str,
        attempts: u32,
        now: UnixMillis,
    ) -> Result<Went, StoreError> {
        let Some(waiting) = self.parts.outbox.first(target)? else { return Ok(Went::Nothing) };
        let (entry, made) = (&waiting.entry, attempts + 1);
        let (outcome, most) = match &entry.delivery {
            Delivery::Run(run) => {
                let is_last = made >= OWN_ATTEMPTS_MAX;
                return self.attempt_run((&waiting, run), made, is_last, now).await;
            }
            Delivery::Http(request) => (self.post(entry, request, now).await, HTTP_ATTEMPTS_MAX),
            Delivery::Letter(letter) => (self.hand_over(letter).await, OWN_ATTEMPTS_MAX),
            Delivery::ItemUpdate(update) => (self.update_item(update).await, OWN_ATTEMPTS_MAX),
        };
        let missed = match outcome {
            Ok(messages) => {
                let work = Work { messages, ..Work::new(self, 0) };
                self.settle(&waiting, work, None).await?;
                self.tell_story(entry, &ErrandFate::Delivered);
                return Ok(Went::Settled);
            }
            Err(missed) => missed,
        };
        if missed.is_worth_retrying && made < most {
            self.tell_story(entry, &ErrandFate::Missed { attempts: made, what: missed.what });
            return Ok(Went::Missed);
        }
        self.give_up(&waiting, missed.what, now).await?;
        Ok(Went::Settled)
    }

    async fn post(
        &self,
        entry: &Entry,
        request: &HttpRequest,
        now: UnixMillis,
    ) -> Result<Vec<Message>, Missed> {
        let HttpRequest { url, confirmation_url, headers, body, signing } = request;
        // Its owner may have switched it off since.
        actions::House::check_destination(self, confirmation_url).map_err(Missed::ever)?;
        let key = signing.as_ref().map(|signing| self.key(entry, signing, now)).transpose()?;
        let signer = signing.as_ref().zip(key.as_ref());
        let outgoing = Outgoing {
            url,
            headers,
            body: body.clone(),
            signer: signer.map(|(signing, key)| (key, &*signing.region, &*signing.service)),
            now,
        };
        self.parts.carrier.post(outgoing).await.map(|()| Vec::new())
    }

    /// Credentials of the role that signs.
    fn key(
        &self,
        entry: &Entry,
        signing: &Signing,
        now: UnixMillis,
    ) -> Result<Credentials, Missed> {
        let arn = RuleName::new(&entry.rule).map(|name| self.registry().topic_rule_arn(&name));
        let call = ServiceCall {
            service: SERVICE.to_owned(),
            role_arn: signing.role_arn.clone(),
            session_name: entry.rule.clone(),
            source_arn: arn.ok().map(|arn| arn.to_string()),
            keys: std::collections::BTreeMap::new(),
        };
        let given = self.parts.iam.service_credentials(&call, CREDENTIALS_SECS, now);
        let given = given.map_err(|error| Missed::ever(error.to_string()))?;
        Ok(Credentials {
            access_key: given.access_key_id,
            secret: given.secret,
            session_token: Some(given.session_token),
        })
    }

    /// Has the house do what a letter asks for, and then lets those hear of it who listen. The answer
    /// is for the sender alone, which is a rule that does not wait for one.
    async fn hand_over(&self, letter: &Letter) -> Result<Vec<Message>, Missed> {
        let message =
            letter.message().ok_or_else(|| Missed::ever("the letter cannot be read any more"))?;
        match self.parts.fleet.take(&message, &Writer::house()).await {
            Ok(_answers) => Ok(vec![message]),
            Err(undone) => Err(Missed::yet(undone.to_string())),
        }
    }

    /// An attempt that is repeated after a crash sets what is set.
    async fn update_item(&self, update: &ItemUpdate) -> Result<Vec<Message>, Missed> {
        let tables = &self.parts.tables;
        let found = tables.table(&update.table).map_err(|error| Missed::yet(error.to_string()))?;
        let table = found.ok_or_else(|| Missed::ever(WriteRefused::TableNotFound.to_string()))?;
        let (key, value) = (update.key.clone(), update.value.clone());
        let change = ItemChange::Update { key, update: Update::set(&*update.attribute, value) };
        let write = ItemWrite { table, change, condition: None, wants_old: false };
        match tables.write_item(write).await {
            Ok(_) => Ok(Vec::new()),
            Err(error @ WriteRefused::Store(_)) => Err(Missed::yet(error.to_string())),
            Err(error) => Err(Missed::ever(error.to_string())),
        }
    }

    /// Tells the rule's error action, and forgets the entry, as one.
    pub(crate) async fn give_up(
        &self,
        waiting: &Waiting,
        what: String,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        let entry = &waiting.entry;
        let mut work = Work::new(self, ERROR_ROOM);
        let told = self.tell_of(entry, &what, now, &mut work);
        self.settle(waiting, work, None).await?;
        tracing::debug!(rule = entry.rule, target = entry.target, what, "an errand was given up");
        self.tell_story(entry, &ErrandFate::Failed { what, told });
        Ok(())
    }

    /// Whether the error action took it.
    fn tell_of(&self, entry: &Entry, what: &str, now: UnixMillis, work: &mut Work<'_>) -> bool {
        let rule = match self.rule_of(entry) {
            Ok(Some(rule)) => rule,
            Ok(None) => return false,
            Err(error) => {
                // It was accepted once, by another version of this program.
                tracing::error!(error, rule = entry.rule, "an error action cannot run");
                return false;
            }
        };
        let origin = &entry.origin;
        let payload = Payload::new(&origin.payload);
        let event = Event {
            topic: &origin.topic,
            payload: &payload,
            client_id: origin.client_id.as_deref(),
            principal: origin.principal.as_deref(),
            source_ip: origin.source_ip,
            account: &self.registry().home().account,
            timestamp_ms: now,
            trace_id: Some(&origin.trace_id),
            seed: origin.seed,
            properties: None,
        };
        let (action, resource) = (entry.action.clone(), entry.resource.clone());
        let failure = RuleFailure { action, resource, message: what.to_owned() };
        work.tell_error_action(&rule, &event, &[failure]).is_some_and(|told| told.failure.is_none())
    }

    /// The rule as it was when the message came, as far as its error action needs it.
    fn rule_of(&self, entry: &Entry) -> Result<Option<Rule>, String> {
        let Some(told) = &entry.error_action else { return Ok(None) };
        let name = RuleName::new(&entry.rule).map_err(|error| error.to_string())?;
        let text = TopicRuleText {
            sql: told.sql.clone(),
            sql_version: told.sql_version.clone(),
            description: None,
            actions: "[]".to_owned(),
            error_action: Some(told.action.clone()),
            is_disabled: false,
        };
        self.read_rule(&name, &text).map(Some).map_err(|error| error.to_string())
    }

    /// Forgets an entry together with what follows from that, which may have a story of its own.
    pub(crate) async fn settle(
        &self,
        waiting: &Waiting,
        work: Work<'_>,
        story: Option<Arc<Story>>,
    ) -> Result<(), StoreError> {
        let Work { mut batch, messages, to_tell, reservations, .. } = work;
        self.parts.outbox.take(&mut batch, waiting);
        let post = &self.parts.fleet.0.post;
        let committed = post.commit_after(batch, messages, hops_after(&waiting.entry)).await;
        if let Some(story) = story.filter(|_| committed.is_ok()) {
            self.settle_story(&story, true);
            // Before its errands go out, which are told to it.
            self.stories.keep(story);
        }
        self.settle_outward(reservations, committed.is_ok());
        committed.map_err(StoreError::Commit)?;
        to_tell.committed(&self.parts.tables);
        self.parts.outbox.left(waiting);
        Ok(())
    }

    pub(crate) async fn commit(
        &self,
        batch: Batch,
        messages: Vec<Message>,
    ) -> Result<(), CommitError> {
        self.parts.fleet.0.post.commit(batch, messages).await
    }
}

/// How many messages are between what follows from an entry and what a client sent, as far as it is told.
fn hops_after(entry: &Entry) -> u8 {
    match &entry.delivery {
        Delivery::Run(run) => run.hops.saturating_add(1),
        Delivery::Http(_) | Delivery::Letter(_) | Delivery::ItemUpdate(_) => 0,
    }
}
