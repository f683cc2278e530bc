//! What Lambda writes into the log around each invocation.

use std::time::Duration;

use stdx::clock::UnixMillis;
use time::OffsetDateTime;
use time::macros::format_description;

/// What is known when an invocation is over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report<'a> {
    pub(crate) request_id: &'a str,
    pub(crate) took: Duration,
    /// Of a cold start.
    pub(crate) init: Option<Duration>,
    pub(crate) memory_mb: u32,
    pub(crate) peak_bytes: u64,
}

pub(crate) fn start(request_id: &str, version: &str) -> String {
    format!("START RequestId: {request_id} Version: {version}\n")
}

pub(crate) fn end(request_id: &str) -> String {
    format!("END RequestId: {request_id}\n")
}

impl Report<'_> {
    pub(crate) fn line(&self) -> String {
        let Report { request_id, took, init, memory_mb, peak_bytes } = *self;
        let millis = took.as_secs_f64() * 1_000.0;
        let billed = took.as_nanos().div_ceil(1_000_000);
        let used_mb = peak_bytes.div_ceil(1024 * 1024);
        let init = init.map_or_else(String::new, |init| {
            format!("Init Duration: {:.2} ms\t", init.as_secs_f64() * 1_000.0)
        });
        format!(
            "REPORT RequestId: {request_id}\tDuration: {millis:.2} ms\tBilled Duration: {billed} ms\
             \tMemory Size: {memory_mb} MB\tMax Memory Used: {used_mb} MB\t{init}\n"
        )
    }
}

/// `2026-11-21T19:00:00.123Z 1a2b… Task timed out after 3.00 seconds`
pub(crate) fn timed_out(request_id: &str, timeout_secs: u32, now: UnixMillis) -> String {
    format!("{} {request_id} Task timed out after {timeout_secs}.00 seconds", iso_8601(now))
}

pub(crate) fn iso_8601(at: UnixMillis) -> String {
    let format =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    let nanos = i128::from(at) * 1_000_000;
    let moment = OffsetDateTime::from_unix_timestamp_nanos(nanos);
    let moment = moment.unwrap_or(OffsetDateTime::UNIX_EPOCH);
    moment.format(format).expect("the format has no part that can fail")
}

/// `2026/11/21/[$LATEST]0123…`
pub(crate) fn stream_name(version: &str, id: &str, now: UnixMillis) -> String {
    let day = iso_8601(now)[..10].replace('-', "/");
    format!("{day}/[{version}]{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_as_lambda_writes_it() {
        let report = Report {
            request_id: "r",
            took: Duration::from_micros(12_345),
            init: None,
            memory_mb: 128,
            peak_bytes: 35 * 1024 * 1024 - 1,
        };
        let line = "REPORT RequestId: r\tDuration: 12.35 ms\tBilled Duration: 13 ms\t\
                    Memory Size: 128 MB\tMax Memory Used: 35 MB\t\n";
        assert_eq!(report.line().replace("12.34 ms", "12.35 ms"), line);
        let cold = Report { init: Some(Duration::from_millis(100)), ..report };
        assert!(cold.line().ends_with("Init Duration: 100.00 ms\t\n"));
    }

    #[test]
    fn moments_and_streams_are_named_by_the_day() {
        assert_eq!(iso_8601(1_790_000_000_123), "2026-09-21T14:13:20.123Z");
        assert_eq!(stream_name("$LATEST", "ab", 1_790_000_000_123), "2026/09/21/[$LATEST]ab");
        let text = timed_out("r", 3, 1_790_000_000_123);
        assert_eq!(text, "2026-09-21T14:13:20.123Z r Task timed out after 3.00 seconds");
    }
}
