//! Running a rule that was put off, with its message, and asking the functions that it names.
//!
//! It is evaluated until it comes to a question, the function is asked, and it is evaluated again from the
//! start with the answer: chance and time are the message's, so it comes to the same questions. What the last
//! round makes is committed together with the end of the entry. So a function is asked at least once, and
//! what follows is there once.

use std::sync::Arc;

use model::{ClientId, Message, Principal};
use outbox::{Entry, Run, Waiting};
use registry::StoreError;
use rules::{Answer, Answers, Lookup, Payload};
use stdx::clock::UnixMillis;

use crate::hall::delivery::Went;
use crate::hall::errand::ErrandFate;
use crate::hall::rule::Rule;
use crate::hall::story::{self, RuleStory, Ticket, TraceId};
use crate::hall::work::Work;
use crate::hall::{Sender, Shared};
use crate::invoke::NotInvoked;

const GONE: &str = "the rule was deleted or switched off before its turn came";
const UNREADABLE: &str = "the entry cannot be read any more";

/// The message that a rule hears later.
struct Heard {
    message: Arc<Message>,
    /// How much of the topic the rule does not see.
    hidden: usize,
    client_id: Option<ClientId>,
    principal: Principal,
    ticket: Ticket,
}

impl Shared {
    /// Runs the rule of an entry as the rule is now. In the last attempt, a function that cannot be asked
    /// has failed.
    pub(crate) async fn attempt_run(
        &self,
        (waiting, run): (&Waiting, &Run),
        made: u32,
        is_last: bool,
        now: UnixMillis,
    ) -> Result<Went, StoreError> {
        let entry = &waiting.entry;
        let Some(heard) = self.heard(entry, run) else {
            self.give_up(waiting, UNREADABLE.to_owned(), now).await?;
            return Ok(Went::Settled);
        };
        let Some(rule) = self.rule_set()?.of_name(&entry.rule).cloned() else {
            self.settle(waiting, Work::new(self, 0), None).await?;
            let what = GONE.to_owned();
            self.tell_story(entry, &ErrandFate::Failed { what, told: false });
            return Ok(Went::Settled);
        };
        let (told, work) = match self.run_asking(&rule, (&heard, run, entry), is_last).await {
            Ok(done) => done,
            Err(what) => {
                self.tell_story(entry, &ErrandFate::Missed { attempts: made, what });
                return Ok(Went::Missed);
            }
        };
        let sender = heard.sender(run, entry);
        let mut story = story::begin(&heard.ticket, &heard.message, heard.hidden, &sender);
        story.rules.push(told);
        self.settle(waiting, work, Some(Arc::new(story))).await?;
        self.tell_story(entry, &ErrandFate::Delivered);
        Ok(Went::Settled)
    }

    /// What the rule comes to, and what follows; or why a function cannot be asked now.
    async fn run_asking(
        &self,
        rule: &Arc<Rule>,
        (heard, run, entry): (&Heard, &Run, &Entry),
        is_last: bool,
    ) -> Result<(RuleStory, Work<'_>), String> {
        let mut answers = Answers::default();
        loop {
            let (told, mut work) = self.round(rule, heard, &heard.sender(run, entry), answers);
            let Some(lookup) = work.wanted.take() else { return Ok((told, work)) };
            // What the round planned is not done, and the room that it took is given back.
            drop(work);
            answers = told.answers;
            let answer = match self.ask_function(rule, &lookup).await {
                Err(NotInvoked::Busy { what, .. }) if !is_last => return Err(what),
                Err(error) => Answer::Failed(error.to_string()),
                Ok(answer) => answer,
            };
            answers.put(*lookup, answer);
        }
    }

    /// Evaluates the rule as far as it goes with these answers, and plans what follows.
    fn round(
        &self,
        rule: &Arc<Rule>,
        heard: &Heard,
        sender: &Sender<'_>,
        answers: Answers,
    ) -> (RuleStory, Work<'_>) {
        let payload = Payload::new(&heard.message.payload);
        let topic = &heard.message.topic.as_str()[heard.hidden..];
        let event = self.event(&heard.ticket, topic, &payload, &heard.message, sender);
        let mut work = Work::new(self, sender.room);
        let told = work.run(rule, &event, answers);
        (told, work)
    }

    async fn ask_function(&self, rule: &Rule, lookup: &Lookup) -> Result<Answer, NotInvoked> {
        let Lookup::Function { arn, input } = lookup else {
            return Ok(Answer::Failed(format!("{lookup} is no question for a function")));
        };
        let rule_arn = self.registry().topic_rule_arn(&rule.name).to_string();
        let invoke = &self.parts.fleet.0.invoke;
        let answered = invoke.invoke(arn, &rule_arn, input.clone().into()).await?;
        Ok(match String::from_utf8(answered.to_vec()) {
            Ok(text) => Answer::Json(text),
            Err(_) => Answer::Failed("the answer is not text, so it is not JSON".to_owned()),
        })
    }

    /// `None` if this program would not have written such an entry.
    fn heard(&self, entry: &Entry, run: &Run) -> Option<Heard> {
        let origin = &entry.origin;
        let message = run.message(origin)?;
        let client_id = origin.client_id.as_deref().map(ClientId::new).transpose().ok()?;
        let hidden = message.topic.as_str().len() - origin.topic.len();
        let trace_id = TraceId::read(&origin.trace_id)?;
        let ticket = Ticket { trace_id, seed: origin.seed, ..self.stories.ticket() };
        let (message, principal) = (Arc::new(message), run.principal());
        Some(Heard { message, hidden, client_id, principal, ticket })
    }
}

impl Heard {
    fn sender<'h>(&'h self, run: &Run, entry: &Entry) -> Sender<'h> {
        Sender {
            client_id: self.client_id.as_ref(),
            principal: &self.principal,
            source_ip: entry.origin.source_ip,
            at: entry.origin.at,
            hops: run.hops,
            room: run.room,
        }
    }
}
