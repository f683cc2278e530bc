//! A run: lives of the broker with failures of power in between, and a quiet end.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use broker::{Broker, Identity, Peer, Settings};
use kv::{Committer, MemorySettled, Options, SimDisk, Store, Survival};
use model::Qos;
use sessions::Sessions;
use stdx::clock::{Clock, Hands};
use testkit::OpenHouse;
use tokio::time::{Instant, sleep};

use crate::client::{Device, Role, live};
use crate::dice::Dice;
use crate::ledger::Ledger;

/// The time at which every run begins.
const START_MS: u64 = 1_800_000_000_000;

/// How long the quiet end may take before it counts as stuck, in simulated time.
const QUIET_MAX: Duration = Duration::from_secs(600);

/// How much a run has in it.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub publishers: u64,
    pub subscribers: u64,
    pub messages_each: u64,
    pub power_failures: u64,
}

#[derive(Clone, Debug)]
struct World {
    disk: SimDisk,
    settled: MemorySettled,
    clock: Clock,
    hands: Hands,
    devices: Vec<Arc<Mutex<Device>>>,
    ledger: Arc<Mutex<Ledger>>,
}

/// Runs a plan with one seed; answers the books, or what is wrong with them.
pub fn run(seed: u64, plan: Plan) -> Result<Ledger, String> {
    let mut dice = Dice::new(seed);
    let world = World::new(&mut dice, plan);
    for _ in 0..plan.power_failures {
        let survival = match dice.below(3) {
            0 => Survival::Nothing,
            1 => Survival::Sectors(dice.below(u64::MAX)),
            _ => Survival::Everything,
        };
        let duration = Duration::from_millis(50 + dice.below(3_000));
        world.live(&mut dice, Some(duration));
        world.disk.restart(survival);
    }
    world.live(&mut dice, None);
    let subscribers: Vec<String> = (0..plan.subscribers).map(subscriber).collect();
    let ledger = world.ledger.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let mut faults = ledger.faults(&subscribers);
    let expected = plan.publishers * plan.messages_each;
    if ledger.acknowledged() as u64 != expected {
        faults.push(format!("{} of {expected} messages acknowledged", ledger.acknowledged()));
    }
    match faults.is_empty() {
        true => Ok(ledger),
        false => Err(format!("seed {seed}: {}", faults.join("; "))),
    }
}

fn subscriber(number: u64) -> String {
    format!("subscriber-{number}")
}

impl World {
    fn new(dice: &mut Dice, plan: Plan) -> World {
        let disk = SimDisk::new();
        let settled = MemorySettled::new(&disk);
        let (clock, hands) = Clock::stopped_at(START_MS);
        let subscribers =
            (0..plan.subscribers).map(|number| (subscriber(number), Role::Subscriber));
        let publishers = (0..plan.publishers).map(|number| {
            let qos = if number % 2 == 0 { Qos::AtLeastOnce } else { Qos::ExactlyOnce };
            (format!("publisher-{number}"), Role::Publisher { qos, last: plan.messages_each })
        });
        let devices = subscribers
            .chain(publishers)
            .map(|(name, role)| Arc::new(Mutex::new(Device::new(name, role, dice.split()))))
            .collect();
        World { disk, settled, clock, hands, devices, ledger: Arc::default() }
    }

    /// One life of the broker: until the power fails, or without an end in sight until all is said.
    /// Dropping the runtime ends every task where it stands.
    fn live(&self, dice: &mut Dice, until: Option<Duration>) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime without I/O");
        let is_calm = until.is_none();
        let mut dice = dice.split();
        runtime.block_on(async {
            let Some(broker) = self.start(&mut dice) else { return };
            for device in self.devices.iter().cloned() {
                let (broker, ledger) = (broker.clone(), Arc::clone(&self.ledger));
                tokio::spawn(come_and_go(device, broker, ledger, dice.split(), is_calm));
            }
            match until {
                Some(duration) => sleep(duration).await,
                None => self.wait_until_done().await,
            }
            // The power fails: nothing that happens from here on reaches the disk.
            self.disk.crash_after(0);
        });
    }

    /// Opens the store and the broker on it; the store commits when the dice say so.
    fn start(&self, dice: &mut Dice) -> Option<Broker> {
        let options = Options::for_tests(Committer::Manual);
        let disk = Arc::new(self.disk.clone());
        let store = Store::open_on(disk, Arc::new(self.settled.clone()), options)
            .expect("what a failure of power leaves can be opened");
        let sessions = Sessions::open(store.clone()).expect("readable");
        tokio::spawn(drive(store, dice.split()));
        tokio::spawn(tick(self.hands.clone()));
        let house = OpenHouse::new();
        Broker::open(Settings::standard(), house, self.clock.clone(), sessions).ok()
    }

    async fn wait_until_done(&self) {
        let start = Instant::now();
        let is_done = |device: &Arc<Mutex<Device>>| {
            device.lock().unwrap_or_else(PoisonError::into_inner).is_done()
        };
        while !self.devices.iter().all(is_done) && start.elapsed() < QUIET_MAX {
            sleep(Duration::from_millis(100)).await;
        }
        // What is acknowledged last may still be on its way to its subscribers.
        sleep(Duration::from_secs(5)).await;
    }
}

/// Commits waiting batches, each sync as late as the dice say.
async fn drive(store: Store, mut dice: Dice) {
    loop {
        sleep(Duration::from_millis(1 + dice.below(30))).await;
        while store.pump() {
            sleep(Duration::from_millis(dice.below(5))).await;
        }
    }
}

/// Moves the broker's clock along with simulated time.
async fn tick(hands: Hands) {
    const STEP: Duration = Duration::from_millis(10);
    loop {
        sleep(STEP).await;
        hands.advance(STEP);
    }
}

/// Connects again and again. Publishers wait until somebody listens.
async fn come_and_go(
    device: Arc<Mutex<Device>>,
    broker: Broker,
    ledger: Arc<Mutex<Ledger>>,
    mut dice: Dice,
    is_calm: bool,
) {
    const PIPE_BYTES: usize = 4_096;
    loop {
        let is_publisher = {
            let device = device.lock().unwrap_or_else(PoisonError::into_inner);
            matches!(device.role, Role::Publisher { .. })
        };
        // Publishers come later, so that there are subscriptions for what they say.
        let pause = dice.below(100) + if is_publisher { 200 } else { 0 };
        sleep(Duration::from_millis(pause)).await;
        let (ours, theirs) = tokio::io::duplex(PIPE_BYTES);
        let address = (Ipv4Addr::LOCALHOST, 1).into();
        let peer = Peer { address, identity: Identity::None };
        let serving = broker.clone();
        tokio::spawn(async move { serving.serve_stream(theirs, peer).await });
        live(&device, ours, &ledger, is_calm).await;
    }
}
