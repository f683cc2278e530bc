//! Many seeds. `THINGSTEAD_SEED=N` runs one, `THINGSTEAD_SEEDS=N` runs as many.

use sim::{Plan, run};

const PLAN: Plan = Plan { publishers: 4, subscribers: 3, messages_each: 60, power_failures: 4 };

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

#[test]
fn nothing_acknowledged_is_lost_whatever_the_seed() {
    let seeds = match number("THINGSTEAD_SEED") {
        Some(seed) => seed..seed + 1,
        None => 1..number("THINGSTEAD_SEEDS").unwrap_or(20) + 1,
    };
    for seed in seeds {
        if let Err(fault) = run(seed, PLAN) {
            panic!("{fault}\nagain with: THINGSTEAD_SEED={seed} cargo test -p thingstead-sim");
        }
    }
}
