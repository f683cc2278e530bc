//! Functions for tests: what each answers is told in advance, what it was asked is kept.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use bytes::Bytes;
use fleet::{Invoke, Invoking, NotInvoked};
use serde_json::Value;

#[derive(Debug, Default)]
pub(crate) struct Told(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    answers: BTreeMap<String, Value>,
    /// What happens to the next who ask, before there is an answer.
    refusals: VecDeque<NotInvoked>,
    asked: Vec<(String, Value)>,
    /// Whether nobody is answered.
    is_silent: bool,
}

impl Told {
    /// From now on, the function answers this.
    pub(crate) fn answer(&self, function_arn: &str, answer: Value) {
        let mut state = self.0.lock().expect("no test panics with it");
        state.answers.insert(function_arn.to_owned(), answer);
    }

    /// The next who ask are refused.
    pub(crate) fn refuse(&self, refusals: impl IntoIterator<Item = NotInvoked>) {
        self.0.lock().expect("no test panics with it").refusals.extend(refusals);
    }

    /// From now on, who asks waits for ever.
    pub(crate) fn fall_silent(&self) {
        self.0.lock().expect("no test panics with it").is_silent = true;
    }

    /// What was asked since this was called last: for which resource, and with what.
    pub(crate) fn asked(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.0.lock().expect("no test panics with it").asked)
    }
}

impl Invoke for Told {
    fn invoke<'a>(
        &'a self,
        function_arn: &'a str,
        source_arn: &'a str,
        payload: Bytes,
    ) -> Invoking<'a> {
        let mut state = self.0.lock().expect("no test panics with it");
        let payload = serde_json::from_slice(&payload).expect("JSON");
        state.asked.push((source_arn.to_owned(), payload));
        let answer = state.answers.get(function_arn).map(|answer| answer.to_string().into());
        if state.is_silent {
            return Box::pin(std::future::pending());
        }
        if let Some(refusal) = state.refusals.pop_front() {
            return Box::pin(std::future::ready(Err(refusal)));
        }
        let missing = NotInvoked::NoFunction { arn: function_arn.to_owned() };
        Box::pin(std::future::ready(answer.ok_or(missing)))
    }
}
