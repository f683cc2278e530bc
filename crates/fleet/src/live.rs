//! The authorities in use, to tell each when what it was made of has changed.
//!
//! The registry's epoch alone would do, if it did not rise with every device that is added: while
//! a fleet is provisioned, every connection would read its policies again for every message.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use model::{CertificateId, ClientId};
use registry::{Change, Target};

/// Raised when an authority must look again.
#[derive(Debug)]
pub(crate) struct Stale(AtomicBool);

/// Bounded by the connections that the broker admits.
#[derive(Debug, Default)]
pub(crate) struct Live(Mutex<Entries>);

/// Each authority stands in both.
#[derive(Debug, Default)]
struct Entries {
    by_certificate: HashMap<CertificateId, Vec<Weak<Stale>>>,
    /// A connection stands for the thing whose name is its client id.
    by_client: HashMap<ClientId, Vec<Weak<Stale>>>,
}

impl Stale {
    pub(crate) fn raised() -> Arc<Stale> {
        Arc::new(Stale(AtomicBool::new(true)))
    }

    pub(crate) fn is_raised(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    pub(crate) fn raise(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Lowers it; answers whether it was raised.
    pub(crate) fn lower(&self) -> bool {
        self.0.swap(false, Ordering::AcqRel)
    }
}

impl Live {
    /// Who is not connected has no client id.
    pub(crate) fn enter(
        &self,
        id: &CertificateId,
        client_id: Option<&ClientId>,
        stale: &Arc<Stale>,
    ) {
        let mut live = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        live.by_certificate.entry(id.clone()).or_default().push(Arc::downgrade(stale));
        if let Some(client_id) = client_id {
            live.by_client.entry(client_id.clone()).or_default().push(Arc::downgrade(stale));
        }
    }

    /// Takes out those of a certificate and a client that are gone.
    pub(crate) fn leave(&self, id: &CertificateId, client_id: Option<&ClientId>) {
        let mut live = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sweep(&mut live.by_certificate, id);
        client_id.into_iter().for_each(|client_id| sweep(&mut live.by_client, client_id));
    }

    pub(crate) fn changed(&self, change: &Change) {
        let live = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let raise = |flags: &Vec<Weak<Stale>>| {
            flags.iter().filter_map(Weak::upgrade).for_each(|stale| stale.raise());
        };
        match change {
            Change::Certificate(id)
            | Change::Attachment(Target::Certificate(id))
            | Change::ThingPrincipal(_, id) => {
                live.by_certificate.get(id).into_iter().for_each(raise);
            }
            Change::Thing(name) | Change::Membership { thing: name, .. } => {
                live.by_client.get(name.as_str()).into_iter().for_each(raise);
            }
            // Rules are nobody's right.
            Change::TopicRule(_) => {}
            // Whom these reach only the store knows; each looks for itself when it next decides.
            Change::Policy(_) | Change::Attachment(Target::ThingGroup(_)) => {
                live.by_certificate.values().for_each(raise);
            }
        }
    }
}

fn sweep<K: Eq + Hash>(entries: &mut HashMap<K, Vec<Weak<Stale>>>, key: &K) {
    if let Some(flags) = entries.get_mut(key) {
        flags.retain(|stale| stale.strong_count() > 0);
        if flags.is_empty() {
            entries.remove(key);
        }
    }
}
