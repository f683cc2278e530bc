//! What was asked of each operation in this run, and how it went.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::error::AwsError;
use crate::s3;
use crate::service::SERVICES;

/// Counters of each operation of each service, as the tables have them.
#[derive(Debug)]
pub(crate) struct Metrics(HashMap<(&'static str, &'static str), Counters>);

#[derive(Debug, Default)]
struct Counters {
    calls: AtomicU64,
    refused: AtomicU64,
    client_errors: AtomicU64,
    server_errors: AtomicU64,
    micros: AtomicU64,
}

/// How a call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Went {
    Well,
    /// A policy does not allow it.
    Refused,
    ClientError,
    ServerError,
}

impl Went {
    pub(crate) fn of<T>(outcome: &Result<T, AwsError>) -> Went {
        match outcome {
            Ok(_) => Went::Well,
            // In some protocols a refusal has the status of any other error.
            Err(error) if error.status == 403 || error.code.starts_with("AccessDenied") => {
                Went::Refused
            }
            Err(error) if error.status < 500 => Went::ClientError,
            Err(_) => Went::ServerError,
        }
    }
}

/// The counters of one operation at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) service: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) calls: u64,
    /// By a policy.
    pub(crate) refused: u64,
    /// Of the caller, refusals not among them.
    pub(crate) client_errors: u64,
    /// Ours.
    pub(crate) server_errors: u64,
    /// From the whole request to the answer, of all calls together.
    pub(crate) micros: u64,
}

impl Default for Metrics {
    fn default() -> Metrics {
        let rows = SERVICES.iter().flat_map(|service| {
            let name = service.signing_name;
            service.operations.iter().map(move |row| ((name, row.name), Counters::default()))
        });
        let of_objects = s3::ROWS.iter().map(|row| (s3::SIGNING_NAME, row.name));
        Metrics(rows.chain(of_objects.map(|name| (name, Counters::default()))).collect())
    }
}

impl Metrics {
    /// Counts a call that came as far as to its operation.
    pub(crate) fn count(
        &self,
        service: &'static str,
        operation: &'static str,
        went: Went,
        took: Duration,
    ) {
        let Some(counters) = self.0.get(&(service, operation)) else { return };
        let add = |counter: &AtomicU64, by| counter.fetch_add(by, Ordering::Relaxed);
        add(&counters.calls, 1);
        add(&counters.micros, u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        match went {
            Went::Well => 0,
            Went::Refused => add(&counters.refused, 1),
            Went::ClientError => add(&counters.client_errors, 1),
            Went::ServerError => add(&counters.server_errors, 1),
        };
    }

    /// Of the operations that were called, in the order of their names.
    pub(crate) fn counts(&self) -> Vec<Count> {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let counts = self.0.iter().map(|((service, operation), counters)| Count {
            service,
            operation,
            calls: read(&counters.calls),
            refused: read(&counters.refused),
            client_errors: read(&counters.client_errors),
            server_errors: read(&counters.server_errors),
            micros: read(&counters.micros),
        });
        let mut called: Vec<Count> = counts.filter(|count| count.calls > 0).collect();
        called.sort_unstable_by_key(|count| (count.service, count.operation));
        called
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::Reply;

    #[test]
    fn calls_are_counted_by_how_they_went() {
        let metrics = Metrics::default();
        assert_eq!(metrics.counts(), []);
        let error = |status, code| Err(AwsError::new(status, code, ""));
        for outcome in [
            Ok(Reply::Fields(serde_json::Value::Null)),
            error(400, "InvalidRequestException"),
            error(400, "AccessDeniedException"),
            error(403, "AccessDenied"),
            error(404, "NoSuchEntity"),
            error(500, "InternalFailure"),
        ] {
            let went = Went::of(&outcome);
            metrics.count("iot", "CreateThing", went, Duration::from_micros(10));
        }
        metrics.count("iam", "GetUser", Went::Well, Duration::from_millis(1));
        metrics.count("iot", "NoSuchOperation", Went::Well, Duration::ZERO);
        let [first, second] = metrics.counts()[..] else { panic!("two were called") };
        assert_eq!((first.service, first.operation, first.micros), ("iam", "GetUser", 1_000));
        let expected = Count {
            service: "iot",
            operation: "CreateThing",
            calls: 6,
            refused: 2,
            client_errors: 2,
            server_errors: 1,
            micros: 60,
        };
        assert_eq!(second, expected);
    }
}
