//! Tokens of transactions: one that comes again within ten minutes is not done again.

use bytes::{Buf, Bytes};
use kv::{Batch, Present, Snapshot, Space};
use records::StoreError;
use stdx::clock::UnixMillis;

const TOKENS: Space = Space::new("table-tokens");

/// The same tokens by the moment at which they are forgotten.
const ENDS: Space = Space::new("table-token-ends");

/// As long as AWS promises.
const KEPT_MILLIS: u64 = 10 * 60 * 1_000;

/// Tokens forgotten in one step.
const FORGOTTEN_MAX: usize = 200;

/// Given by the caller with a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    /// Says whether another transaction is the same.
    pub fingerprint: Vec<u8>,
}

pub(crate) struct TokenUse {
    pub(crate) token: Token,
    pub(crate) now: UnixMillis,
}

pub(crate) enum Seen {
    Never,
    Same,
    Other,
}

/// Whether the token was used before, and is not forgotten.
pub(crate) fn look(it: &TokenUse, present: &mut Present<'_>) -> Result<Seen, StoreError> {
    let Some(mut known) = present.get(TOKENS, it.token.text.as_bytes())? else {
        return Ok(Seen::Never);
    };
    if known.len() < 8 || known.get_u64() <= it.now {
        return Ok(Seen::Never);
    }
    Ok(if *known == *it.token.fingerprint { Seen::Same } else { Seen::Other })
}

pub(crate) fn note(it: TokenUse, present: &mut Present<'_>) {
    let TokenUse { token: Token { text, fingerprint }, now } = it;
    let end = (now + KEPT_MILLIS).to_be_bytes();
    present.put(TOKENS, &text, [&end[..], &fingerprint].concat());
    present.put(ENDS, [&end[..], text.as_bytes()].concat(), Bytes::new());
}

/// Forgets some of the tokens whose time has come; answers when to look again.
pub(crate) fn forget(
    snapshot: &Snapshot,
    now: UnixMillis,
    batch: &mut Batch,
) -> Result<Option<UnixMillis>, StoreError> {
    for (count, entry) in snapshot.scan(ENDS, b"")?.enumerate() {
        let (key, _) = entry?;
        let Some((end, text)) = key.split_first_chunk::<8>() else { continue };
        let moment = u64::from_be_bytes(*end);
        if moment > now || count == FORGOTTEN_MAX {
            return Ok(Some(moment.max(now)));
        }
        batch.delete(ENDS, &key);
        let (text, end) = (text.to_vec(), *end);
        // It may have been used anew since.
        batch.decide_by(text.len(), move |present| {
            let known = present.get(TOKENS, &text)?;
            if known.is_some_and(|known| known.starts_with(&end)) {
                present.delete(TOKENS, &text);
            }
            Ok(())
        });
    }
    Ok(None)
}
