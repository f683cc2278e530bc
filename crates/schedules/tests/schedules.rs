//! Rules, schedules and events, on a store in memory and virtual time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kv::Store;
use model::{BusName, EventRuleName, Home, ScheduleGroupName, ScheduleName};
use schedules::{
    AfterCompletion, Carrier, Carrying, Input, Missed, NewEvent, NewRule, NewSchedule, Parcel,
    Retry, Runner, ScheduleError, Schedules, Target, Undelivered, Window,
};
use serde_json::{Value, json};
use stdx::clock::{Clock, Hands};
use stdx::task::block_on;

/// 21 November 2026, 12:00:00.
const NOON: u64 = 1_795_262_400_000;
const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:q";
const DEAD: &str = "arn:aws:sqs:us-east-1:000000000000:dead";

/// A target's ARN, what came there, and as a dead letter why.
type Arrived = (String, String, Vec<(&'static str, String)>);

/// What arrived, or how it fails.
#[derive(Debug, Default)]
struct Post {
    arrived: Mutex<Vec<Arrived>>,
    fails: Mutex<Option<Undelivered>>,
}

impl Carrier for Post {
    fn carry<'a>(&'a self, parcel: Parcel<'a>) -> Carrying<'a> {
        Box::pin(async move {
            if parcel.target_arn != DEAD
                && let Some(failure) = self.fails.lock().expect("no panic").clone()
            {
                return Err(failure);
            }
            let one =
                (parcel.target_arn.to_owned(), parcel.body.to_owned(), parcel.attributes.to_vec());
            self.arrived.lock().expect("no panic").push(one);
            Ok(())
        })
    }
}

struct Works {
    store: Store,
    clock: Clock,
    hands: Hands,
    post: Arc<Post>,
    missed: Missed,
}

impl Works {
    fn new() -> Works {
        let (clock, hands) = Clock::stopped_at(NOON);
        let (store, post) = (Store::in_memory(), Arc::new(Post::default()));
        Works { store, clock, hands, post, missed: Missed::RunOnce }
    }

    fn schedules(&self) -> Schedules {
        let (store, clock) = (self.store.clone(), self.clock.clone());
        Schedules::open(store, Home::default(), clock, self.missed).expect("opened")
    }

    fn step(&self, schedules: &Schedules) -> Option<u64> {
        let mut runner = Runner::new(schedules.clone(), Arc::clone(&self.post));
        block_on(runner.step()).expect("stepped")
    }

    /// Lets time pass, second by second, and answers in which of them something arrived.
    fn pass(&self, schedules: &Schedules, secs: u64) -> Vec<u64> {
        let mut seconds = Vec::new();
        for second in 1..=secs {
            self.hands.advance(Duration::from_secs(1));
            self.step(schedules);
            let arrived = self.arrived().len();
            seconds.extend(std::iter::repeat_n(second, arrived));
        }
        seconds
    }

    fn arrived(&self) -> Vec<Arrived> {
        std::mem::take(&mut *self.post.arrived.lock().expect("no panic"))
    }

    fn fail(&self, failure: Option<Undelivered>) {
        *self.post.fails.lock().expect("no panic") = failure;
    }
}

fn target(id: &str) -> Target {
    Target {
        id: id.to_owned(),
        arn: QUEUE.to_owned(),
        role_arn: None,
        input: Input::Event,
        dead_letter_arn: None,
        retry: Retry::default(),
        message_group: None,
    }
}

fn rule_name(text: &str) -> EventRuleName {
    EventRuleName::new(text).expect("a name")
}

fn every_minute() -> NewRule {
    NewRule { schedule: Some("rate(1 minute)".to_owned()), ..NewRule::default() }
}

fn put_rule(schedules: &Schedules, name: &str, new: NewRule, targets: Vec<Target>) {
    let (bus, name) = (Schedules::default_bus(), rule_name(name));
    block_on(schedules.put_rule(&bus, &name, new)).expect("put");
    block_on(schedules.put_targets(&bus, &name, targets)).expect("put");
}

#[test]
fn a_rule_fires_each_minute_at_its_second() {
    let works = Works::new();
    let schedules = works.schedules();
    put_rule(&schedules, "tick", every_minute(), vec![target("a")]);
    assert_eq!(works.step(&schedules), Some(NOON + 60_000));
    works.hands.advance(Duration::from_secs(60));
    works.step(&schedules);
    let arrived = works.arrived();
    let event: Value = serde_json::from_str(&arrived[0].1).expect("JSON");
    assert_eq!(event["detail-type"], "Scheduled Event");
    assert_eq!(event["time"], "2026-11-21T12:01:00Z");
    assert_eq!(event["resources"][0], "arn:aws:events:us-east-1:000000000000:rule/tick");
    assert_eq!(works.pass(&schedules, 180), [60, 120, 180]);
    let (bus, name) = (Schedules::default_bus(), rule_name("tick"));
    block_on(schedules.enable_rule(&bus, &name, false)).expect("disabled");
    assert_eq!(works.pass(&schedules, 120), [0; 0]);
    block_on(schedules.enable_rule(&bus, &name, true)).expect("enabled");
    assert_eq!(works.pass(&schedules, 61), [60]);
    block_on(schedules.delete_rule(&bus, &name)).expect_err("it has a target");
    let missing = block_on(schedules.remove_targets(&bus, &name, vec!["a".into(), "b".into()]));
    assert_eq!(missing.expect("removed"), ["b"]);
    block_on(schedules.delete_rule(&bus, &name)).expect("deleted");
    assert_eq!(works.step(&schedules), None);
    assert!(matches!(schedules.rule(&bus, &name), Err(ScheduleError::NoRule { .. })));
}

#[test]
fn what_was_missed_runs_once_or_is_skipped() {
    for (missed, expected) in [(Missed::RunOnce, 1), (Missed::Skip, 0)] {
        let works = Works { missed, ..Works::new() };
        put_rule(&works.schedules(), "tick", every_minute(), vec![target("a")]);
        works.hands.advance(Duration::from_secs(3_600 + 30));
        let schedules = works.schedules();
        assert_eq!(works.step(&schedules), Some(NOON + 3_660_000));
        assert_eq!(works.arrived().len(), expected, "{missed:?}");
        assert_eq!(works.pass(&schedules, 60), [30]);
    }
}

#[test]
fn a_firing_is_tried_until_it_arrives_and_survives_a_restart() {
    let works = Works::new();
    let schedules = works.schedules();
    put_rule(&schedules, "tick", every_minute(), vec![target("a")]);
    works.fail(Some(Undelivered::Failed { code: "X", what: "down".to_owned() }));
    assert_eq!(works.pass(&schedules, 70), [0; 0]);
    works.fail(None);
    let schedules = works.schedules();
    assert_eq!(works.pass(&schedules, 20).len(), 1);
}

#[test]
fn what_cannot_arrive_becomes_a_dead_letter() {
    let works = Works::new();
    let schedules = works.schedules();
    let dead_letter_arn = Some(DEAD.to_owned());
    let retry = Retry { attempts_max: 2, age_max_secs: 3_600 };
    let with = Target { dead_letter_arn, retry, ..target("a") };
    put_rule(&schedules, "tick", every_minute(), vec![with]);
    works.fail(Some(Undelivered::Failed { code: "X", what: "down".to_owned() }));
    works.hands.advance(Duration::from_secs(60));
    works.step(&schedules);
    assert_eq!(works.arrived(), []);
    assert_eq!(works.pass(&schedules, 5), [3], "after a second, and two more");
    works.fail(Some(Undelivered::Refused { code: "NO_PERMISSIONS", what: "no".to_owned() }));
    works.hands.advance(Duration::from_secs(55));
    works.step(&schedules);
    let (target, _, attributes) = works.arrived().remove(0);
    assert_eq!(target, DEAD);
    let attributes: BTreeMap<&str, String> = attributes.into_iter().collect();
    assert_eq!(attributes["ERROR_CODE"], "NO_PERMISSIONS");
    assert_eq!(attributes["TARGET_ARN"], QUEUE);
}

fn event(source: &str, detail: Value) -> NewEvent {
    NewEvent {
        source: source.to_owned(),
        detail_type: "t".to_owned(),
        detail,
        resources: Vec::new(),
        at: None,
        bus: Schedules::default_bus(),
    }
}

#[test]
fn events_go_to_the_rules_that_want_them() {
    let works = Works::new();
    let schedules = works.schedules();
    let pattern = json!({ "source": ["build"], "detail": { "state": ["failed"] } }).to_string();
    let new = NewRule { pattern: Some(pattern), ..NewRule::default() };
    let paths = BTreeMap::from([("job".to_owned(), "$.detail.job".to_owned())]);
    let template = r#"{"job": <job>, "rule": <aws.events.rule-name>}"#.to_owned();
    let made = Target { input: Input::Made { paths, template }, ..target("made") };
    let part = Target { input: Input::Part("$.detail.job".to_owned()), ..target("part") };
    let constant = Target { input: Input::Constant("{}".to_owned()), ..target("constant") };
    put_rule(&schedules, "failed", new, vec![made, part, constant]);
    let put = |events| block_on(schedules.put_events(events)).expect("put");
    let ids = put(vec![
        event("build", json!({ "state": "failed", "job": "j-1" })),
        event("build", json!({ "state": "passed", "job": "j-2" })),
    ]);
    assert_eq!(ids.len(), 2);
    works.step(&schedules);
    let bodies: Vec<String> = works.arrived().into_iter().map(|(_, body, _)| body).collect();
    assert_eq!(bodies, [r#"{"job": "j-1", "rule": "failed"}"#, r#""j-1""#, "{}"]);
    let (bus, name) = (Schedules::default_bus(), rule_name("failed"));
    block_on(schedules.enable_rule(&bus, &name, false)).expect("disabled");
    put(vec![event("build", json!({ "state": "failed" }))]);
    works.step(&schedules);
    assert_eq!(works.arrived(), []);
}

#[test]
fn buses_keep_their_rules_apart() {
    let works = Works::new();
    let schedules = works.schedules();
    let bus = BusName::new("own").expect("a name");
    let new = || NewRule { pattern: Some(r#"{"source":["s"]}"#.into()), ..NewRule::default() };
    let refused = block_on(schedules.put_rule(&bus, &rule_name("r"), new()));
    assert!(matches!(refused, Err(ScheduleError::NoBus(_))));
    block_on(schedules.create_bus(&bus, None, BTreeMap::new())).expect("created");
    block_on(schedules.put_rule(&bus, &rule_name("r"), new())).expect("put");
    block_on(schedules.put_targets(&bus, &rule_name("r"), vec![target("a")])).expect("put");
    let names = |bus: &BusName| schedules.rules(bus, "", None, 9).expect("listed").items.len();
    assert_eq!((names(&bus), names(&Schedules::default_bus())), (1, 0));
    block_on(schedules.put_events(vec![event("s", json!({}))])).expect("put");
    works.step(&schedules);
    assert_eq!(works.arrived().len(), 0);
    let own = NewEvent { bus: bus.clone(), ..event("s", json!({})) };
    block_on(schedules.put_events(vec![own])).expect("put");
    works.step(&schedules);
    assert_eq!(works.arrived().len(), 1);
    block_on(schedules.delete_bus(&bus)).expect_err("it has a rule");
}

fn said(expression: &str) -> NewSchedule {
    let role_arn = Some("arn:aws:iam::000000000000:role/r".to_owned());
    let input = Input::Constant("<aws.scheduler.scheduled-time>".to_owned());
    NewSchedule {
        description: None,
        expression: expression.to_owned(),
        zone: None,
        begins_at: None,
        ends_at: None,
        is_enabled: true,
        window: Window::Off,
        after_completion: AfterCompletion::Keep,
        target: Target { role_arn, input, ..target("") },
    }
}

#[test]
fn schedules_keep_their_dates_zones_and_ends() {
    let works = Works::new();
    let schedules = works.schedules();
    let group = Schedules::default_group();
    let create = |name: &str, said: NewSchedule| {
        let name = ScheduleName::new(name).expect("a name");
        block_on(schedules.create_schedule(&group, &name, said)).expect("created");
        name
    };
    let (begins_at, ends_at) = (Some(NOON + 100_000), Some(NOON + 220_000));
    create("rate", NewSchedule { begins_at, ends_at, ..said("rate(1 minute)") });
    assert_eq!(works.pass(&schedules, 400), [100, 160, 220]);
    // 14:00 in Berlin is 13:00.
    let zone = Some("Europe/Berlin".to_owned());
    let after_completion = AfterCompletion::Delete;
    let once = NewSchedule { zone, after_completion, ..said("at(2026-11-21T14:00:00)") };
    let name = create("once", once);
    assert_eq!(works.step(&schedules), Some(NOON + 3_600_000));
    works.hands.set(NOON + 3_600_000);
    works.step(&schedules);
    assert_eq!(works.arrived()[0].1, "2026-11-21T13:00:00Z");
    let gone = schedules.schedule(&group, &name);
    assert!(matches!(gone, Err(ScheduleError::NoSchedule(_))), "{gone:?}");
    create("now", said("rate(5 minutes)"));
    works.step(&schedules);
    assert_eq!(works.arrived().len(), 1, "a rate without a date begins at once");
}

#[test]
fn each_attempt_knows_its_number() {
    let works = Works::new();
    let schedules = works.schedules();
    let group = Schedules::default_group();
    let name = ScheduleName::new("s").expect("a name");
    let mut said = said("rate(1 hour)");
    said.target.input = Input::Constant("attempt <aws.scheduler.attempt-number>".to_owned());
    works.fail(Some(Undelivered::Failed { code: "X", what: "down".to_owned() }));
    block_on(schedules.create_schedule(&group, &name, said)).expect("created");
    works.step(&schedules);
    works.fail(None);
    works.hands.advance(Duration::from_secs(1));
    works.step(&schedules);
    assert_eq!(works.arrived()[0].1, "attempt 2");
}

#[test]
fn a_group_takes_its_schedules_along() {
    let works = Works::new();
    let schedules = works.schedules();
    let group = ScheduleGroupName::new("g").expect("a name");
    let name = ScheduleName::new("s").expect("a name");
    let refused = block_on(schedules.create_schedule(&group, &name, said("rate(1 hour)")));
    assert!(matches!(refused, Err(ScheduleError::NoGroup(_))));
    block_on(schedules.create_group(&group, BTreeMap::new())).expect("created");
    block_on(schedules.create_schedule(&group, &name, said("rate(1 hour)"))).expect("created");
    block_on(schedules.delete_group(&group)).expect("deleted");
    assert!(schedules.schedules(None, None, 9, |_| true).expect("listed").items.is_empty());
    works.step(&schedules);
    works.hands.advance(Duration::from_secs(7_200));
    assert_eq!((works.step(&schedules), works.arrived().len()), (None, 0));
}

#[test]
fn what_could_never_work_is_refused_when_it_is_said() {
    let schedules = Works::new().schedules();
    let group = Schedules::default_group();
    let refused = |said: NewSchedule| {
        let name = ScheduleName::new("s").expect("a name");
        block_on(schedules.create_schedule(&group, &name, said)).expect_err("refused").to_string()
    };
    let zone = Some("Mars/Olympus".to_owned());
    assert!(refused(NewSchedule { zone, ..said("rate(1 hour)") }).contains("Timezone"));
    assert!(refused(said("rate(1 hours)")).contains("ScheduleExpression"));
    let window = Window::Minutes(0);
    assert!(refused(NewSchedule { window, ..said("rate(1 hour)") }).contains("Window"));
    let arn = "arn:aws:ecs:us-east-1:000000000000:cluster/c".to_owned();
    let target_of = |target| NewSchedule { target, ..said("rate(1 hour)") };
    assert!(refused(target_of(Target { arn, ..said("x").target })).contains("Arn"));
    let arn = format!("{QUEUE}.fifo");
    assert!(refused(target_of(Target { arn, ..said("x").target })).contains("MessageGroupId"));
    assert!(refused(target_of(Target { role_arn: None, ..said("x").target })).contains("RoleArn"));
    let (bus, name) = (Schedules::default_bus(), rule_name("r"));
    let put =
        |new| block_on(schedules.put_rule(&bus, &name, new)).expect_err("refused").to_string();
    assert!(put(NewRule::default()).contains("EventPattern"));
    let pattern = Some(r#"{"source":"x"}"#.to_owned());
    assert!(put(NewRule { pattern, ..NewRule::default() }).contains("Event pattern is not valid"));
}
