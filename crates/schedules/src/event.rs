//! Events that come in: each rule of the bus that wants one leaves a firing for each of its targets.

use kv::Batch;
use model::BusName;
use serde_json::{Value, json};
use stdx::clock::UnixMillis;

use crate::carrier::Service;
use crate::error::ScheduleError;
use crate::firing::Firing;
use crate::id;
use crate::schedules::Schedules;
use crate::target::{Input, Retry, Target};

/// AWS's limit of one call.
pub const EVENTS_MAX: usize = 10;

#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    pub source: String,
    pub detail_type: String,
    pub detail: Value,
    pub resources: Vec<String>,
    /// By default when it came.
    pub at: Option<UnixMillis>,
    pub bus: BusName,
}

/// What a service tells: events for buses, and letters for targets that no rule names.
#[derive(Clone, Debug)]
pub struct Told {
    pub service: Service,
    pub events: Vec<NewEvent>,
    pub letters: Vec<Letter>,
}

/// Something for a target, in the name of whatever it comes of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub source_arn: String,
    pub target_arn: String,
    pub body: String,
    pub at: UnixMillis,
}

impl Schedules {
    /// Takes events, and answers their ids when all that follows from them is on disk. An event for a bus
    /// that is not there is taken, and nothing follows, as on AWS.
    pub async fn put_events(&self, events: Vec<NewEvent>) -> Result<Vec<String>, ScheduleError> {
        let (ids, firings) = self.firings_of(events)?;
        self.fire(firings).await?;
        Ok(ids)
    }

    /// Takes what a service of the house tells, with what it does itself in the same commit.
    pub async fn take(&self, told: Told, with: Batch) -> Result<(), ScheduleError> {
        let (_, mut firings) = self.firings_of(told.events)?;
        let now = self.now();
        for letter in told.letters {
            let target = Target {
                id: String::new(),
                arn: letter.target_arn,
                role_arn: None,
                input: Input::Event,
                dead_letter_arn: None,
                retry: Retry::default(),
                message_group: None,
            };
            let (body, times) = (letter.body, (letter.at, now));
            firings.push(Firing::new(told.service, &letter.source_arn, &target, body, times));
        }
        self.fire_with(firings, with).await
    }

    /// Ids of events, and what follows from them.
    fn firings_of(
        &self,
        events: Vec<NewEvent>,
    ) -> Result<(Vec<String>, Vec<Firing>), ScheduleError> {
        let (mut ids, mut firings) = (Vec::new(), Vec::new());
        let now = self.now();
        for event in events {
            let (id, at) = (id::random(), event.at.unwrap_or(now));
            let rules = self.rule_set(event.bus.as_str())?;
            let bus = event.bus.clone();
            let event = self.event(&id, &event, at);
            for rule in rules.wanting(&event) {
                let arn = self.rule_arn(bus.as_str(), &rule.name);
                for target in &rule.targets {
                    let body = target.input.of(&event, (&rule.name, &arn));
                    firings.push(Firing::new(Service::Events, &arn, target, body, (at, now)));
                }
            }
            ids.push(id);
        }
        Ok((ids, firings))
    }

    fn event(&self, id: &str, event: &NewEvent, at: UnixMillis) -> Value {
        json!({
            "version": "0",
            "id": id,
            "detail-type": event.detail_type,
            "source": event.source,
            "account": self.home.account,
            "time": iso_8601(at),
            "region": self.home.region,
            "resources": event.resources,
            "detail": event.detail,
        })
    }

    /// What a rule fires by the clock with.
    pub(crate) fn scheduled_event(&self, rule_arn: &str, at: UnixMillis) -> Value {
        let event = NewEvent {
            source: "aws.events".to_owned(),
            detail_type: "Scheduled Event".to_owned(),
            detail: json!({}),
            resources: vec![rule_arn.to_owned()],
            at: None,
            bus: Schedules::default_bus(),
        };
        self.event(&id::random(), &event, at)
    }
}

/// Whether an event, in JSON, is what a pattern wants.
pub fn test_pattern(pattern: &str, event: &str) -> Result<bool, ScheduleError> {
    let pattern = patterns::Pattern::parse(pattern)?;
    let event: Value = serde_json::from_str(event)
        .map_err(|error| ScheduleError::Unfit { field: "Event", why: error.to_string() })?;
    let missing =
        ["id", "detail-type", "source", "account", "time", "region", "resources", "detail"]
            .into_iter()
            .find(|name| event.get(name).is_none());
    match missing {
        Some(name) => {
            Err(ScheduleError::Unfit { field: "Event", why: format!("'{name}' is needed") })
        }
        None => Ok(pattern.fits(&event)),
    }
}

/// `2026-11-21T12:00:00Z`
pub(crate) fn iso_8601(at: UnixMillis) -> String {
    let secs = crate::rule::secs(at);
    let date = calendar::Date::from_days(secs.div_euclid(calendar::SECS_A_DAY));
    let of_day = secs.rem_euclid(calendar::SECS_A_DAY);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    let calendar::Date { year, month, day } = date;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}
