//! A house without locks: everybody may do everything but what is listed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use broker::{Authority, Event, House, Refusal, Visitor};
use model::Principal;

/// Lets everyone do everything, except subscribe to the filters that it was made with.
#[derive(Debug, Default)]
pub struct OpenHouse {
    closed_filters: Vec<String>,
    epoch: AtomicU64,
}

impl OpenHouse {
    pub fn new() -> Arc<OpenHouse> {
        Arc::default()
    }

    pub fn without(filters: &[&str]) -> Arc<OpenHouse> {
        let closed_filters = filters.iter().map(|filter| (*filter).to_owned()).collect();
        Arc::new(OpenHouse { closed_filters, epoch: AtomicU64::new(0) })
    }

    /// Makes every decision be made anew.
    pub fn touch(&self) {
        self.epoch.fetch_add(1, Ordering::Release);
    }
}

impl House for OpenHouse {
    fn admit(&self, _visitor: &Visitor<'_>) -> Result<Arc<dyn Authority>, Refusal> {
        Ok(Arc::new(Open { closed_filters: self.closed_filters.clone() }))
    }

    fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    fn refused_handshake(&self, _address: SocketAddr, _why: &str) {}

    fn notice(&self, _event: &Event<'_>) {}
}

#[derive(Debug)]
struct Open {
    closed_filters: Vec<String>,
}

impl Authority for Open {
    fn principal(&self) -> &Principal {
        &Principal::Anonymous
    }

    fn is_valid(&self) -> bool {
        true
    }

    fn may_publish(&self, _topic: &str) -> bool {
        true
    }

    fn may_retain(&self, _topic: &str) -> bool {
        true
    }

    fn may_subscribe(&self, filter: &str) -> bool {
        !self.closed_filters.iter().any(|closed| closed == filter)
    }

    fn may_receive(&self, _topic: &str) -> bool {
        true
    }
}
