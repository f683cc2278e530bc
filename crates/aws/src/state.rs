//! What the operations reach into.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use broker::Broker;
use dashboards::Dashboards;
use fleet::{Fleet, Hall, Tidings};
use functions::Functions;
use iam::Iam;
use logs::Logs;
use objects::Objects;
use parameters::Parameters;
use pki::tls::ServerCertificate;
use queues::Queues;
use schedules::Schedules;
use secrets::Secrets;
use series::Series;
use stacks::Stacks;
use stdx::clock::Clock;
use tables::Tables;

use crate::chronicle::Chronicle;
use crate::metrics::Metrics;
pub use crate::own::Taps;
use crate::resource_policy::CompiledPolicies;
use crate::signing_keys::SigningKeys;
pub use crate::timestream_query::Queries;

/// The rooms of the house that this door opens to.
#[derive(Debug)]
pub struct State {
    pub fleet: Fleet,
    pub hall: Hall,
    pub broker: Broker,
    pub store: kv::Store,
    pub iam: Iam,
    pub tables: Tables,
    pub logs: Logs,
    pub queues: Queues,
    pub parameters: Parameters,
    pub secrets: Secrets,
    pub schedules: Schedules,
    pub stacks: Stacks,
    pub series: Series,
    /// Queries of series that run, or whose pages somebody may ask for.
    pub queries: Queries,
    pub objects: Objects,
    pub tidings: Tidings,
    pub dashboards: Dashboards,
    pub functions: Functions,
    /// What all doors with TLS show of the server.
    pub shown: Arc<ServerCertificate>,
    /// Directories whose files belong to what the store holds, by their names in a backup.
    pub directories: Vec<(&'static str, std::path::PathBuf)>,
    /// Where the store is.
    pub store_directory: std::path::PathBuf,
    pub clock: Clock,
    pub started_at: u64,
    /// How it went lately.
    pub chronicle: Chronicle,
    pub endpoints: Endpoints,
    /// Requests of this run.
    pub requests: Requests,
    /// The tails that are under way.
    pub taps: Taps,
}

/// Where the other doors are, as this machine knows them: `None` where a door is closed.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    pub mqtt: Option<std::net::SocketAddr>,
    pub mqtts: Option<std::net::SocketAddr>,
    pub https: Option<std::net::SocketAddr>,
    pub aws: Option<std::net::SocketAddr>,
    /// As a URL, since whoever is given a link follows it.
    pub console: Option<String>,
}

/// What is known of the requests of this run: how many there were, of what, signed with which keys.
#[derive(Debug, Default)]
pub struct Requests {
    last: AtomicU64,
    pub(crate) metrics: Metrics,
    pub(crate) keys: SigningKeys,
    pub(crate) resource_policies: CompiledPolicies,
}

impl State {
    /// An identifier for a request, in the form that AWS's have.
    pub(crate) fn next_request_id(&self) -> String {
        let number = self.requests.last.fetch_add(1, Ordering::Relaxed);
        let now = self.clock.now();
        format!("{:08x}-{:04x}-4000-8000-{number:012x}", (now >> 16) as u32, now & 0xffff)
    }
}
