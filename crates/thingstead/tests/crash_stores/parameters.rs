//! Writes parameters over and over: each version that was answered is that of its value, for good.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::owner::Owner;
use crate::{Work, must};

const NAMES: u64 = 3;
/// As many as a parameter's history keeps.
const HISTORY_MAX: usize = 100;

#[derive(Default)]
pub(crate) struct Writer {
    /// Of each name: the values by their versions.
    written: BTreeMap<String, BTreeMap<u64, String>>,
}

impl Writer {
    pub(crate) fn new() -> Writer {
        Writer::default()
    }
}

impl Work for Writer {
    fn round(&mut self, owner: &mut Owner<'_>, count: u64) {
        let (name, value) = (format!("/crash/{}", count % NAMES), count.to_string());
        let body = json!({ "Name": name, "Value": value, "Type": "String", "Overwrite": true });
        let answer = must(owner, "ssm", "AmazonSSM.PutParameter", &body);
        let version = answer["Version"].as_u64().expect("a version");
        let written = self.written.entry(name).or_default();
        let last = written.keys().next_back().copied().unwrap_or(0);
        assert!(version > last, "version {version} after {last}");
        written.insert(version, value);
    }

    fn check(self: Box<Self>, owner: &mut Owner<'_>) {
        for (name, written) in &self.written {
            let found = must(owner, "ssm", "AmazonSSM.GetParameter", &json!({ "Name": name }));
            let (version, value) = written.last_key_value().expect("it was written");
            assert_eq!(found["Parameter"]["Version"].as_u64(), Some(*version), "{name}");
            assert_eq!(found["Parameter"]["Value"], value.as_str(), "{name}");
            let history = history(owner, name);
            let versions: Vec<u64> = history.keys().copied().collect();
            let first = (version + 1).saturating_sub(HISTORY_MAX as u64).max(1);
            assert_eq!(versions, (first..=*version).collect::<Vec<u64>>(), "{name}");
            for (version, value) in written.range(first..) {
                assert_eq!(history[version], *value, "version {version} of {name}");
            }
        }
    }
}

fn history(owner: &mut Owner<'_>, name: &str) -> BTreeMap<u64, String> {
    let (mut found, mut next) = (BTreeMap::new(), Value::Null);
    loop {
        let mut body = json!({ "Name": name, "MaxResults": 50 });
        if next.is_string() {
            body["NextToken"] = next;
        }
        let page = must(owner, "ssm", "AmazonSSM.GetParameterHistory", &body);
        for one in page["Parameters"].as_array().expect("a list") {
            let version = one["Version"].as_u64().expect("a version");
            found.insert(version, one["Value"].as_str().expect("a value").to_owned());
        }
        next = page["NextToken"].clone();
        if next.is_null() {
            return found;
        }
    }
}
