//! Compares all that messages left, while nobody publishes.

use std::collections::BTreeMap;

use serde_json::Value;
use testkit::Caller;

use crate::device::Progress;
use crate::house::{COPIES, LATEST, Owner, READINGS};
use crate::places::{Change, Stream, read, scan, tally};
use crate::server::Server;
use crate::session::Session;
use crate::tally::{Tally, count_again, count_once};

pub(crate) struct Checker<'a> {
    pub(crate) server: &'a Server,
    owner: &'a Owner,
    /// The last message of each device that was acknowledged.
    acknowledged: Tally,
    everywhere: Tally,
    /// Nobody but the checker comes for what waits there.
    session: Option<Session>,
    readings: Stream,
    /// What the stream of readings told.
    inserted: Tally,
    latest: Stream,
    /// What the stream of latest readings told, and the last version of each.
    replaced: Tally,
    versions: BTreeMap<String, Value>,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(server: &'a Server, owner: &'a Owner) -> Checker<'a> {
        let mut caller = owner.caller(server);
        Checker {
            server,
            owner,
            acknowledged: Tally::new(),
            everywhere: Tally::new(),
            session: Some(Session::prepare(server, "waits")),
            readings: Stream::of(&mut caller, READINGS),
            inserted: Tally::new(),
            latest: Stream::of(&mut caller, LATEST),
            replaced: Tally::new(),
            versions: BTreeMap::new(),
        }
    }

    pub(crate) fn told(&mut self, progress: &Progress) {
        self.acknowledged.insert(progress.device.clone(), progress.number);
    }

    /// How far each device's messages got, in every place, when last checked.
    pub(crate) fn everywhere(&self) -> &Tally {
        &self.everywhere
    }

    pub(crate) fn check(&mut self) {
        let mut caller = self.owner.caller(self.server);
        let rows = tally("the table", &scan(&mut caller, READINGS, false));
        for (device, acknowledged) in &self.acknowledged {
            let there = rows.get(device).copied().unwrap_or_default();
            assert!(there >= *acknowledged, "{device}: {acknowledged} acknowledged, {there} there");
        }
        assert_eq!(rows, tally("the index", &scan(&mut caller, READINGS, true)));
        assert_eq!(rows, tally("the copies", &scan(&mut caller, COPIES, false)));
        self.follow_readings(&mut caller);
        assert_eq!(rows, self.inserted, "the stream");
        self.follow_latest(&mut caller);
        assert_eq!(rows, self.replaced, "the stream of the latest");
        self.check_latest(&mut caller);
        let session = self.session.take().expect("it is put back").drain(self.server);
        assert_eq!(rows, session.came, "the session");
        self.session = Some(session);
        self.everywhere = rows;
    }

    /// A message that is sent again changes nothing: its row is told once.
    fn follow_readings(&mut self, caller: &mut Caller) {
        for Change { event, old, new } in self.readings.more(caller) {
            assert_eq!((&*event, &old), ("INSERT", &Value::Null), "{new}");
            let (device, number) = read("the stream", &new);
            count_once(&mut self.inserted, "the stream", device, number);
        }
    }

    /// Each version follows the one that it replaces.
    fn follow_latest(&mut self, caller: &mut Caller) {
        const PLACE: &str = "the stream of the latest";
        for Change { event, old, new } in self.latest.more(caller) {
            let (device, number) = read(PLACE, &new);
            count_again(&mut self.replaced, PLACE, device, number);
            let device = device.to_owned();
            let last = self.versions.insert(device, new).unwrap_or_default();
            assert_eq!(event, if last.is_null() { "INSERT" } else { "MODIFY" });
            assert_eq!(old, last, "{PLACE}: what was replaced");
        }
    }

    /// The table and its index hold the last version alone.
    fn check_latest(&mut self, caller: &mut Caller) {
        for is_index in [false, true] {
            let items = scan(caller, LATEST, is_index);
            let of_device = |item: Value| (read("the latest", &item).0.to_owned(), item);
            assert_eq!(items.len(), self.versions.len(), "{items:?}");
            let found: BTreeMap<String, Value> = items.into_iter().map(of_device).collect();
            assert_eq!(found, self.versions, "the latest, by index: {is_index}");
        }
    }
}
