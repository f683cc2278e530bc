//! Links that sign in whoever follows them, once: how the owner, who has no password, comes to the console.
//!
//! In memory alone. What is lost by a restart is asked for again; what would be stored could be found in a
//! backup.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use stdx::clock::UnixMillis;

use crate::console_session::ConsoleHolder;
use crate::error::IamError;
use crate::iam::Iam;
use crate::identity::Identity;
use crate::random;

/// How long a link is good unless it is made with another life.
pub const CONSOLE_LINK_SECS: u64 = 10 * 60;
/// More than people follow in that time. Beyond it the one that ends first goes.
const LINKS_MAX: usize = 64;

/// By the hashes of their tokens: what is compared tells nothing of how near a guess came.
#[derive(Debug, Default)]
pub(crate) struct ConsoleLinks(Mutex<HashMap<Vec<u8>, Link>>);

#[derive(Debug)]
struct Link {
    holder: ConsoleHolder,
    until: UnixMillis,
}

impl ConsoleLinks {
    fn make(&self, holder: ConsoleHolder, until: UnixMillis, now: UnixMillis) -> String {
        let mut secret = [0; 32];
        random::fill(&mut secret);
        let token = URL_SAFE_NO_PAD.encode(secret);
        let mut links = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        links.retain(|_, link| link.until > now);
        while links.len() >= LINKS_MAX {
            let first = links.iter().min_by_key(|(_, link)| link.until);
            let Some(hash) = first.map(|(hash, _)| hash.clone()) else { break };
            links.remove(&hash);
        }
        links.insert(hash(&token), Link { holder, until });
        token
    }

    /// Whose link it was, which is none any more.
    pub(crate) fn take(&self, token: &str, now: UnixMillis) -> Option<ConsoleHolder> {
        let mut links = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let link = links.remove(&hash(token))?;
        (link.until > now).then_some(link.holder)
    }
}

fn hash(token: &str) -> Vec<u8> {
    digest(&SHA256, token.as_bytes()).as_ref().to_vec()
}

impl Iam {
    /// The token of a link that signs in as this identity, once, within so many seconds. A session with an
    /// end makes none: it would outlive itself.
    pub fn console_link(
        &self,
        identity: &Identity,
        seconds: u64,
        now: UnixMillis,
    ) -> Result<String, IamError> {
        let holder = ConsoleHolder::of(identity).filter(|_| !identity.is_temporary());
        let holder = holder.ok_or_else(|| {
            IamError::invalid(
                "a link to the console is made for the owner and for users, with a key of their own; \
                 roles and other temporary credentials get none",
            )
        })?;
        Ok(self.shared.links.make(holder, now + seconds * 1000, now))
    }

    /// The token of a link for the owner.
    pub fn root_console_link(&self, seconds: u64, now: UnixMillis) -> String {
        self.shared.links.make(ConsoleHolder::Root, now + seconds * 1000, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = 1_800_000_000_000;

    #[test]
    fn a_link_is_good_once_and_for_a_while() {
        let links = ConsoleLinks::default();
        let token = links.make(ConsoleHolder::Root, NOW + 1000, NOW);
        assert_eq!(links.take("x", NOW), None);
        assert_eq!(links.take(&token, NOW), Some(ConsoleHolder::Root));
        assert_eq!(links.take(&token, NOW), None);
        let token = links.make(ConsoleHolder::Root, NOW + 1000, NOW);
        assert_eq!(links.take(&token, NOW + 1000), None);
    }

    #[test]
    fn the_oldest_of_too_many_go() {
        let links = ConsoleLinks::default();
        let tokens: Vec<String> = (0..=LINKS_MAX as u64)
            .map(|at| links.make(ConsoleHolder::Root, NOW + 1000 + at, NOW))
            .collect();
        assert_eq!(links.0.lock().expect("whole").len(), LINKS_MAX);
        assert_eq!(links.take(&tokens[0], NOW), None);
        assert!(tokens[1..].iter().all(|token| links.take(token, NOW).is_some()));
    }
}
