//! What is waited for from outside, and its coming.

use records::{decode, encode, find};

use crate::error::StacksError;
use crate::id;
use crate::key::ANSWERS;
use crate::resource::Answer;
use crate::stacks::Stacks;

/// What somebody may say of a resource; AWS's limit of a custom resource's answer.
pub const ANSWER_BYTES_MAX: usize = 4_096;

impl Stacks {
    /// Begins to wait, and says by which token the answer is to come.
    pub async fn expect_answer(&self, stack_id: &str) -> Result<String, StacksError> {
        let token = format!("{}{}", id::random(), id::random()).replace('-', "");
        let (key, answer) = (token.clone(), Answer { stack_id: stack_id.to_owned(), text: None });
        self.decide(move |present| {
            present.put(ANSWERS, &key, encode(&answer));
            Ok(())
        })
        .await?;
        Ok(token)
    }

    /// Takes an answer, if somebody waits for it, and says whether. The first is the one that counts.
    pub async fn answer(&self, token: &str, text: String) -> Result<bool, StacksError> {
        let token = token.to_owned();
        let heard = self
            .decide(move |present| {
                let Some(bytes) = present.get(ANSWERS, token.as_bytes())? else {
                    return Ok(false);
                };
                let mut answer: Answer = decode(&bytes)?;
                if answer.text.is_none() {
                    answer.text = Some(text);
                    present.put(ANSWERS, &token, encode(&answer));
                }
                Ok(true)
            })
            .await?;
        self.answered.notify_waiters();
        Ok(heard)
    }

    /// The answer, if it has come.
    pub fn answer_of(&self, token: &str) -> Result<Option<String>, StacksError> {
        let found = find::<Answer>(&self.store.snapshot(), ANSWERS, token)?;
        Ok(found.and_then(|found| found.record.text))
    }

    /// Waits until some answer comes.
    pub async fn answered(&self) {
        self.answered.notified().await;
    }

    /// Waits for an answer no longer.
    pub async fn forget_answer(&self, token: &str) -> Result<(), StacksError> {
        let token = token.to_owned();
        self.decide(move |present| {
            present.delete(ANSWERS, &token);
            Ok(())
        })
        .await
    }
}
