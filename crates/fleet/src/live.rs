//! The authorities in use, to tell each when what it was made of has changed.
//!
//! The registry's epoch alone would do, if it did not rise with every device that is added: while
//! a fleet is provisioned, every connection would read its policies again for every message.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use model::CertificateId;
use registry::Change;

/// Raised when an authority must look again.
#[derive(Debug)]
pub(crate) struct Stale(AtomicBool);

/// Bounded by the connections that the broker admits.
#[derive(Debug, Default)]
pub(crate) struct Live(Mutex<HashMap<CertificateId, Vec<Weak<Stale>>>>);

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
    pub(crate) fn enter(&self, id: &CertificateId, stale: &Arc<Stale>) {
        let mut live = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        live.entry(id.clone()).or_default().push(Arc::downgrade(stale));
    }

    /// Takes out those of a certificate that are gone.
    pub(crate) fn leave(&self, id: &CertificateId) {
        let mut live = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flags) = live.get_mut(id) {
            flags.retain(|stale| stale.strong_count() > 0);
            if flags.is_empty() {
                live.remove(id);
            }
        }
    }

    pub(crate) fn changed(&self, change: &Change) {
        let live = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let raise = |flags: &Vec<Weak<Stale>>| {
            flags.iter().filter_map(Weak::upgrade).for_each(|stale| stale.raise());
        };
        match change {
            Change::Certificate(id) | Change::Attachment(id) | Change::ThingPrincipal(_, id) => {
                live.get(id).into_iter().for_each(raise);
            }
            Change::Policy(_) | Change::Thing(_) => live.values().for_each(raise),
        }
    }
}
