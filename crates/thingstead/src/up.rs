//! `thingstead up`: from a configuration to open doors, and back.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use actions::HttpClient;
use anyhow::{Context, Result, bail};
use aws::{Chronicle, Devices, Requests, State, Taps};
use blueprints::Blueprints;
use broker::{Broker, Speaks, TlsConfigs};
use console::Console;
use dashboards::Dashboards;
use fleet::{Courier, Fleet, Hall, HallParts, HouseFunctions, Parts, Targets, Tidings};
use functions::Functions;
use iam::{Iam, RootKey};
use logs::Logs;
use objects::Objects;
use outbox::Outbox;
use parameters::Parameters;
use pki::tls::{self, ClientCertificate, ServerCertificate};
use policy::Document;
use queues::Queues;
use recordings::Recordings;
use registry::Registry;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use schedules::{Runner, Schedules};
use secrets::Secrets;
use series::Series;
use sessions::Sessions;
use stacks::Stacks;
use stdx::clock::Clock;
use tables::Tables;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use crate::announce::{FIRST_LINK_SECS, announce, ready};
use crate::cli::UpArgs;
use crate::config::Config;
use crate::data::Data;
use crate::doors::{Doors, is_public};
use crate::herald::Herald;
use crate::house::{EVENTS_MAX, House, Outlet, publish_events, watch_authority};
use crate::identity::{self, Credentials};
use crate::ready::{Ready, write_ready};
use crate::signed::Signers;
use crate::sweep::{
    keep_console_sessions, keep_logs, keep_objects, keep_queues, keep_recordings, keep_secrets,
    keep_tables, settle_series, settle_store,
};

/// How long connections may take to end when the server does.
const DRAIN: Duration = Duration::from_secs(10);

/// What devices may ask for by ALPN on either of their doors: AWS's name for MQTT, MQTT's own, AWS's
/// name for HTTP, and HTTP's own, which is WebSocket where a door is for MQTT.
const ALPN: &[&[u8]] = &[b"x-amzn-mqtt-ca", b"mqtt", b"x-amzn-http-ca", b"http/1.1"];

/// A server whose rooms are ready and whose doors are open.
struct Running {
    broker: Broker,
    functions: Functions,
    store: kv::Store,
    iam: Iam,
    clock: Clock,
    ready: Ready,
}

pub(crate) async fn run(data: &Data, args: &UpArgs) -> Result<()> {
    let config = Config::from_up(args)?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let running = start(data, &config).await?;
    write_ready(&data.ready(), &running.ready)?;
    if let Some(file) = &args.ready_file {
        write_ready(file, &running.ready)?;
    }
    announce(&running.ready, &running.iam.root_console_link(FIRST_LINK_SECS, running.clock.now()))?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        () = left_alone(args.attached) => {}
    }
    stop(data, args.ready_file.as_deref(), &running).await
}

async fn start(data: &Data, config: &Config) -> Result<Running> {
    let clock = Clock::system();
    data.create()?;
    let store = open_store(data, config)?;
    let doors = Doors::bind(config).await?;
    let authority = identity::authority(data, clock.now())?;
    let names = identity::names(&config.names);
    let server = identity::server(data, &authority, &names, clock.now())?;
    let credentials = identity::credentials(data)?;
    let iam = Iam::open(store.clone(), config.home.clone(), root_key(credentials))
        .context("the access keys and roles cannot be read")?;
    let tables = Tables::open(store.clone(), config.home.clone(), clock.clone());
    let logs = Logs::new(store.clone());
    let queues = Queues::new(store.clone(), config.home.clone(), clock.clone());
    let blueprints = Blueprints::open(store.clone(), config.home.clone(), &data.functions())
        .context("the functions cannot be read")?;
    let endpoints = doors.endpoints()?;
    let functions = functions::Settings {
        endpoint: endpoints.aws,
        ..config.functions.settings(data.workers())
    };
    let parts = functions::Parts {
        blueprints: blueprints.clone(),
        store: store.clone(),
        iam: iam.clone(),
        logs: logs.clone(),
        queues: queues.clone(),
        tables: tables.clone(),
        clock: clock.clone(),
    };
    let functions = Functions::open(parts, functions).context("functions cannot be run")?;
    let outlet = Arc::new(Outlet::default());
    let fleet = Fleet::new(Parts {
        registry: Registry::new(store.clone(), config.home.clone()),
        certificate_authority: authority,
        clock: clock.clone(),
        anonymous: anonymous_policy(config.anonymous_policy.as_deref())?,
        post: Arc::clone(&outlet) as Arc<dyn fleet::Post>,
        invoke: Arc::new(HouseFunctions { functions: functions.clone() }),
    });
    let signers = Signers { iam: iam.clone(), fleet: fleet.clone(), clock: clock.clone() };
    let series = open_series(data, &store, config, &clock)?;
    let objects = Objects::new(store.clone(), &data.objects());
    let stacks = Stacks::new(store.clone(), config.home.clone(), clock.clone());
    let missed = config.missed_schedules;
    let schedules = Schedules::open(store.clone(), config.home.clone(), clock.clone(), missed)
        .context("the schedules cannot be read")?;
    let targets = Arc::new(Targets {
        home: config.home.clone(),
        iam: iam.clone(),
        queues: queues.clone(),
        blueprints: blueprints.clone(),
        post: Arc::clone(&outlet) as Arc<dyn fleet::Post>,
        clock: clock.clone(),
    });
    let tidings = Tidings {
        home: config.home.clone(),
        objects: objects.clone(),
        schedules: schedules.clone(),
        targets: Arc::clone(&targets),
    };
    let secrets =
        Secrets::open(store.clone(), config.home.clone()).context("the secrets cannot be read")?;
    let trusted = pki::tls_client::client_config(&fleet.root_certificate_pem())?;
    let hall = Hall::new(HallParts {
        fleet: fleet.clone(),
        iam: iam.clone(),
        tables: tables.clone(),
        logs: logs.clone(),
        queues: queues.clone(),
        series: series.clone(),
        objects: objects.clone(),
        blueprints,
        secrets: secrets.clone(),
        outbox: Outbox::open(store.clone()).context("the outbox cannot be read")?,
        carrier: Arc::new(HttpClient::new(trusted)),
        recordings: Recordings::new(store.clone()),
        clock: clock.clone(),
        nonce: pki::random_number(),
    });
    let broker = open_broker(config, signers, hall.clone(), &store)?;
    outlet.open(broker.clone());
    if let Some(listener) = doors.mqtt {
        broker.serve_plain(listener);
    }
    let ready = ready(data, &endpoints);
    let shown = ServerCertificate::new(&server.certificate_pem, &server.private_key_pem)?;
    let state = Arc::new(State {
        fleet,
        hall,
        broker: broker.clone(),
        store: store.clone(),
        iam: iam.clone(),
        tables,
        logs,
        queues,
        parameters: Parameters::open(store.clone()).context("the parameters cannot be read")?,
        secrets,
        schedules: schedules.clone(),
        stacks,
        series,
        queries: aws::Queries::default(),
        objects,
        tidings: tidings.clone(),
        functions: functions.clone(),
        shown: Arc::clone(&shown),
        dashboards: Dashboards::new(store.clone()),
        directories: data.directories().into(),
        store_directory: data.store(),
        started_at: clock.now(),
        chronicle: Chronicle::default(),
        clock: clock.clone(),
        endpoints,
        requests: Requests::default(),
        taps: Taps::default(),
    });
    let config = |clients| tls::server_config(Arc::clone(&shown), ALPN, clients).map(Arc::new);
    let tls = TlsConfigs {
        with_certificate: config(ClientCertificate::Required)?,
        without: config(ClientCertificate::Optional)?,
    };
    let devices = Arc::new(Devices(Arc::clone(&state)));
    for (listener, speaks) in [(doors.mqtts, Speaks::Mqtt), (doors.https, Speaks::Http)] {
        if let Some(listener) = listener {
            broker.serve_tls(listener, tls.clone(), speaks, Arc::clone(&devices) as _);
        }
    }
    let driven = state.fleet.clone();
    tokio::spawn(async move { driven.run_jobs().await });
    tokio::spawn(Courier::new(state.hall.clone()).run());
    tokio::spawn(Runner::new(schedules, targets).run());
    tokio::spawn(tidings.run());
    tokio::spawn(aws::work_on_stacks(Arc::clone(&state)));
    tokio::spawn(aws::keep_chronicle(Arc::clone(&state)));
    let (events, mappings) = (functions.clone(), functions.clone());
    tokio::spawn(async move { events.run_events().await });
    tokio::spawn(async move { mappings.run_mappings().await });
    let series_settled = Arc::new(Notify::new());
    tokio::spawn(settle_store(store.clone(), Arc::clone(&series_settled)));
    tokio::spawn(keep_logs(state.logs.clone(), clock.clone()));
    tokio::spawn(keep_queues(state.queues.clone()));
    settle_series(state.series.clone(), series_settled)?;
    tokio::spawn(keep_objects(state.objects.clone(), clock.clone()));
    tokio::spawn(keep_secrets(state.secrets.clone(), clock.clone()));
    tokio::spawn(keep_tables(state.tables.clone(), clock.clone()));
    tokio::spawn(keep_recordings(state.hall.recordings().clone(), clock.clone()));
    tokio::spawn(keep_console_sessions(iam.clone(), clock.clone()));
    let tls = tls::server_config(Arc::clone(&shown), &[b"http/1.1"], ClientCertificate::NotAsked)?;
    let tls = TlsAcceptor::from(Arc::new(tls));
    if let Some(listener) = doors.aws {
        tokio::spawn(aws::serve(listener, tls.clone(), Arc::clone(&state)));
    }
    if let Some(listener) = doors.console {
        let is_public = is_public(listener.local_addr()?);
        let console = Console::new(state, &names, is_public);
        tokio::spawn(console::serve(listener, tls, console));
    }
    tokio::spawn(renew_certificate(data.clone(), names, shown, clock.clone()));
    Ok(Running { broker, functions, store, iam, clock, ready })
}

fn open_store(data: &Data, config: &Config) -> Result<kv::Store> {
    let root = data.root().display();
    let options = kv::Options {
        herald: Arc::new(Herald::start()),
        cache_bytes: config.cache_mib * 1024 * 1024,
        ..kv::Options::default()
    };
    match kv::Store::open(&data.store(), options) {
        Err(error @ kv::OpenError::Locked { .. }) => {
            bail!("{error}; end that process, or name another directory with --data")
        }
        opened => opened.with_context(|| format!("the store in {root} cannot be opened")),
    }
}

fn open_series(data: &Data, store: &kv::Store, config: &Config, clock: &Clock) -> Result<Series> {
    let folder = data.series();
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("{} cannot be made", folder.display()))?;
    let disk = Arc::new(kv::Files::new(&folder));
    Series::open(store.clone(), disk, config.home.clone(), clock.clone())
        .context("the series cannot be read")
}

fn open_broker(config: &Config, signers: Signers, hall: Hall, store: &kv::Store) -> Result<Broker> {
    let (events, waiting) = tokio::sync::mpsc::channel(EVENTS_MAX);
    let Signers { iam, fleet, clock } = signers.clone();
    let house = House::new(signers, hall, events);
    let sessions = Sessions::open(store.clone()).context("the sessions cannot be opened")?;
    let mut settings = config.settings.clone();
    settings.limits.max_connections = settings.limits.max_connections.min(descriptors());
    let broker = Broker::open(settings, Arc::new(house), clock, sessions)
        .context("the sessions cannot be read")?;
    tokio::spawn(publish_events(waiting, broker.clone()));
    let changes = Arc::new(Notify::new());
    let changed = Arc::clone(&changes);
    fleet.registry().watch(move |_| changed.notify_one());
    let changed = Arc::clone(&changes);
    iam.watch(move |_| changed.notify_one());
    tokio::spawn(watch_authority(changes, broker.clone()));
    Ok(broker)
}

/// How many connections this process can hold: it takes as many descriptors as the system lets it,
/// and keeps some for its own files, so that a flood of connections cannot stop the store.
fn descriptors() -> usize {
    const OWN: u64 = 256;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let limit = if raised.is_ok() { maximum } else { current };
    limit.map_or(usize::MAX, |limit| {
        usize::try_from(limit.saturating_sub(OWN)).unwrap_or(usize::MAX)
    })
}

/// Replaces the server's certificate when two thirds of its life are over, also in a server that
/// is never restarted.
async fn renew_certificate(
    data: Data,
    names: Vec<String>,
    shown: Arc<ServerCertificate>,
    clock: Clock,
) {
    const EVERY: Duration = Duration::from_secs(6 * 3_600);
    loop {
        tokio::time::sleep(EVERY).await;
        let now = clock.now();
        let renewed = identity::authority(&data, now)
            .and_then(|authority| identity::server(&data, &authority, &names, now))
            .and_then(
                |server| Ok(shown.replace(&server.certificate_pem, &server.private_key_pem)?),
            );
        if let Err(error) = renewed {
            tracing::error!(error = format!("{error:#}"), "the certificate was not renewed");
        }
    }
}

fn root_key(credentials: Credentials) -> RootKey {
    let Credentials { access_key_id, secret_access_key: secret } = credentials;
    RootKey { access_key_id, secret }
}

/// Without a policy, clients of the plain listener may do everything: it is for tools on this
/// machine.
fn anonymous_policy(path: Option<&Path>) -> Result<Document> {
    const EVERYTHING: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"*"}]}"#;
    let Some(path) = path else {
        return Ok(Document::parse(EVERYTHING)?);
    };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the anonymous policy {} cannot be read", path.display()))?;
    Document::parse(&text)
        .with_context(|| format!("the anonymous policy {} is wrong", path.display()))
}

/// Waits until standard input closes, if the server belongs to whoever holds the other end.
async fn left_alone(is_attached: bool) {
    if !is_attached {
        return std::future::pending().await;
    }
    let closed = Arc::new(Notify::new());
    let told = Arc::clone(&closed);
    // A thread that nobody waits for, as the runtime would for one of its own.
    std::thread::spawn(move || {
        // What comes means nothing, and what cannot be read has an end as well.
        std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).ok();
        told.notify_one();
    });
    closed.notified().await;
}

async fn stop(data: &Data, ready_file: Option<&Path>, running: &Running) -> Result<()> {
    for path in [Some(data.ready().as_path()), ready_file].into_iter().flatten() {
        if let Err(error) = std::fs::remove_file(path) {
            tracing::warn!(%error, path = %path.display(), "the ready file stays");
        }
    }
    running.broker.shut_down(DRAIN).await;
    running.functions.close();
    running.store.close();
    Ok(())
}
