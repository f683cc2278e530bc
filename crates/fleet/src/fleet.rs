//! What the use cases share.

use std::sync::Arc;

use ::policy::Document;
use pki::CertificateAuthority;
use registry::{Change, Registry};
use stdx::clock::Clock;
use tokio::sync::Semaphore;

use crate::documents::Documents;
use crate::explain::Refusals;
use crate::invoke::Invoke;
use crate::jobs::Bell;
use crate::live::Live;
use crate::post::Post;
use crate::turns::Turns;
use crate::visits::Visits;

/// Clients that authorizers judge at once. Strangers can ask for it, and each may begin a process; who
/// comes when that many are being judged is told to come again.
const JUDGING_MAX: usize = 64;

/// What a fleet is made of.
#[derive(Debug)]
pub struct Parts {
    pub registry: Registry,
    pub certificate_authority: CertificateAuthority,
    pub clock: Clock,
    /// The policy of clients of the plain listener.
    pub anonymous: Document,
    pub post: Arc<dyn Post>,
    /// What asks the functions of authorizers and hooks.
    pub invoke: Arc<dyn Invoke>,
}

/// Cheap to clone; all clones are one fleet.
#[derive(Clone, Debug)]
pub struct Fleet(pub(crate) Arc<Shared>);

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) registry: Registry,
    pub(crate) certificate_authority: CertificateAuthority,
    pub(crate) clock: Clock,
    pub(crate) post: Arc<dyn Post>,
    pub(crate) invoke: Arc<dyn Invoke>,
    /// Places for clients that are being judged.
    pub(crate) judging: Semaphore,
    pub(crate) anonymous: Arc<Document>,
    pub(crate) documents: Documents,
    pub(crate) live: Live,
    pub(crate) refusals: Refusals,
    pub(crate) visits: Visits,
    pub(crate) jobs: Bell,
    /// At shadows.
    pub(crate) turns: Turns,
}

impl Fleet {
    pub fn new(parts: Parts) -> Fleet {
        let Parts { registry, certificate_authority, clock, anonymous, post, invoke } = parts;
        let shared = Arc::new(Shared {
            registry,
            certificate_authority,
            clock,
            post,
            invoke,
            judging: Semaphore::new(JUDGING_MAX),
            anonymous: Arc::new(anonymous),
            documents: Documents::default(),
            live: Live::default(),
            refusals: Refusals::default(),
            visits: Visits::default(),
            jobs: Bell::default(),
            turns: Turns::default(),
        });
        // Weak, or registry and fleet would keep each other for ever.
        let watching = Arc::downgrade(&shared);
        shared.registry.watch(move |change| {
            if let Some(shared) = watching.upgrade() {
                if matches!(change, Change::Membership { .. }) {
                    shared.jobs.ring_for_moved();
                }
                shared.live.changed(change);
            }
        });
        Fleet(shared)
    }

    /// Things, certificates and policies as records.
    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    /// Who came and went lately.
    pub fn visits(&self) -> &Visits {
        &self.0.visits
    }

    /// Who was refused what, and why.
    pub fn refusals(&self) -> &Refusals {
        &self.0.refusals
    }

    /// What clients verify the server with.
    pub fn root_certificate_pem(&self) -> String {
        self.0.certificate_authority.certificate_pem()
    }

    /// Rises whenever an authority may decide otherwise than before.
    pub fn epoch(&self) -> u64 {
        self.0.registry.epoch()
    }
}
