//! Writes of many items, all of them or none.

use std::sync::Arc;

use kv::{Batch, Decision, Declined, Present};
use records::StoreError;

use crate::store::Tables;
use crate::token::{self, Token, TokenUse};
use crate::write::{ItemWrite, Judged, Planned, WriteRefused, Written};
use crate::write_item::{Answer, answer_of};

/// AWS's limits.
pub const TRANSACTION_ITEMS_MAX: usize = 100;
pub const TRANSACTION_BYTES_MAX: usize = 4 * 1_024 * 1_024;

/// Why a transaction was not done. Texts that clients see are DynamoDB's.
#[derive(Debug, thiserror::Error)]
pub enum TransactWriteRefused {
    #[error("Transaction request cannot include multiple operations on one item")]
    SameItemTwice,
    #[error("Transaction request is larger than the 4 MB limit")]
    TooLarge,
    /// A write that no state of the table could take.
    #[error(transparent)]
    Item(WriteRefused),
    /// What stands against each of the writes, in their order.
    #[error("Transaction cancelled, please refer cancellation reasons for specific reasons")]
    Cancelled { reasons: Vec<Option<WriteRefused>> },
    /// The token was used for another transaction.
    #[error("Request parameters do not match those of the request that used the token before")]
    TokenMismatch,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a transaction did.
#[derive(Debug)]
pub enum Transacted {
    Written(Vec<Written>),
    /// It had been done before, under the same token.
    Before,
}

struct WriteAll {
    planned: Vec<Planned>,
    token: Option<TokenUse>,
    answer: Answer<Transacted, TransactWriteRefused>,
}

impl Tables {
    /// Writes all items if all of their conditions hold at one moment.
    pub async fn transact_write(
        &self,
        writes: Vec<ItemWrite>,
        token: Option<Token>,
    ) -> Result<Transacted, TransactWriteRefused> {
        let now = self.clock().now();
        let plan = |write: ItemWrite| write.plan(now).map_err(TransactWriteRefused::Item);
        let planned = writes.into_iter().map(plan).collect::<Result<Vec<_>, _>>()?;
        check(&planned)?;
        let has_stream = planned.iter().any(|one| one.table.definition().stream.is_some());
        let answer = Answer::default();
        let token = token.map(|token| TokenUse { token, now });
        let mut batch = Batch::new();
        batch.decide(WriteAll { planned, token, answer: Arc::clone(&answer) });
        let committed = self.store().commit(batch).await;
        if has_stream && committed.is_ok() {
            self.hook.tell();
        }
        answer_of(committed, answer)
    }
}

fn check(planned: &[Planned]) -> Result<(), TransactWriteRefused> {
    for (at, one) in planned.iter().enumerate() {
        if planned[..at].iter().any(|other| other.is_of_same_item(one)) {
            return Err(TransactWriteRefused::SameItemTwice);
        }
    }
    let bytes: usize = planned.iter().map(Planned::item_bytes).sum();
    if bytes > TRANSACTION_BYTES_MAX { Err(TransactWriteRefused::TooLarge) } else { Ok(()) }
}

impl Decision for WriteAll {
    fn bytes(&self) -> usize {
        self.planned.iter().map(Planned::bytes).sum()
    }

    fn decide(self: Box<Self>, present: &mut Present<'_>) -> Result<(), Declined> {
        let WriteAll { planned, token, answer } = *self;
        let outcome = transact(planned, token, present);
        let is_done = outcome.is_ok();
        // Set once, as a decision runs once.
        answer.set(outcome).ok();
        drop(answer);
        if is_done { Ok(()) } else { Err(Declined::ByChoice) }
    }
}

fn transact(
    planned: Vec<Planned>,
    token: Option<TokenUse>,
    present: &mut Present<'_>,
) -> Result<Transacted, TransactWriteRefused> {
    if let Some(token) = &token {
        match token::look(token, present)? {
            token::Seen::Never => {}
            token::Seen::Same => return Ok(Transacted::Before),
            token::Seen::Other => return Err(TransactWriteRefused::TokenMismatch),
        }
    }
    // All are judged before any is applied: conditions see what was there before the transaction.
    let judged = judge_all(planned, present)?;
    let applied = judged.into_iter().map(|one| one.apply(present).map_err(unreadable));
    let written = applied.collect::<Result<Vec<_>, _>>()?;
    if let Some(token) = token {
        token::note(token, present);
    }
    Ok(Transacted::Written(written))
}

fn judge_all(
    planned: Vec<Planned>,
    present: &mut Present<'_>,
) -> Result<Vec<Judged>, TransactWriteRefused> {
    let (mut judged, mut reasons) = (Vec::with_capacity(planned.len()), Vec::new());
    let mut is_refused = false;
    for one in planned {
        match one.judge(present) {
            Ok(one) => {
                judged.push(one);
                reasons.push(None);
            }
            Err(WriteRefused::Store(error)) => return Err(error.into()),
            Err(refused) => {
                is_refused = true;
                reasons.push(Some(refused));
            }
        }
    }
    if is_refused { Err(TransactWriteRefused::Cancelled { reasons }) } else { Ok(judged) }
}

fn unreadable(refused: WriteRefused) -> TransactWriteRefused {
    match refused {
        WriteRefused::Store(error) => error.into(),
        refused => TransactWriteRefused::Item(refused),
    }
}
