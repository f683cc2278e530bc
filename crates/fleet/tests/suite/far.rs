//! A server far away, for tests: it answers as it is told to, and remembers what it was asked.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use actions::{Carried, Carrier, Missed, Outgoing};

#[derive(Debug, Default)]
pub(crate) struct Far {
    /// What it will answer; when there is no more, it takes what comes.
    answers: Mutex<VecDeque<Missed>>,
    asked: Mutex<Vec<Asked>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) is_signed: bool,
}

impl Far {
    /// The next requests fail so.
    pub(crate) fn fail(&self, answers: impl IntoIterator<Item = Missed>) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).extend(answers);
    }

    /// What it was asked since it was looked at last.
    pub(crate) fn take(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Carrier for Far {
    fn post<'a>(&'a self, outgoing: Outgoing<'a>) -> Carried<'a> {
        let asked = Asked {
            url: outgoing.url.to_owned(),
            headers: outgoing.headers.to_vec(),
            body: String::from_utf8_lossy(&outgoing.body).into_owned(),
            is_signed: outgoing.signer.is_some(),
        };
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
        let answer = self.answers.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        Box::pin(async move { answer.map_or(Ok(()), Err) })
    }
}
