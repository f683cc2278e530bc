//! Things, registered, described and listed.

use anyhow::{Result, ensure};
use testkit::Request;

use crate::fleet::parallel::{Work, done, in_parallel, numbers};
use crate::fleet::server::Server;
use crate::report::{Figure, Figures};

const CALLERS: usize = 8;

/// Things that are described: more tell nothing more.
const DESCRIBED_MAX: usize = 20_000;

pub(crate) fn name(number: u64) -> String {
    format!("thing-{number:06}")
}

pub(crate) fn run(server: &Server, count: usize) -> Result<Figures> {
    let body = r#"{"attributePayload":{"attributes":{"floor":"2","model":"lamp"}}}"#;
    let register = measure(server, count, "thing registered: CPU each", "things registered", {
        |number| Request::by_path("iot", "POST", format!("/things/{}", name(number)), body)
    })?;
    let described = count.min(DESCRIBED_MAX);
    let describe = measure(server, described, "thing described: CPU each", "things described", {
        |number| Request::by_path("iot", "GET", format!("/things/{}", name(number)), "")
    })?;
    let mut figures = register;
    figures.list.extend(describe.list);
    figures.list.push(list(server, count)?);
    Ok(figures)
}

fn measure(
    server: &Server,
    count: usize,
    cpu: &'static str,
    rate: &'static str,
    request: impl Fn(u64) -> Request + Sync,
) -> Result<Figures> {
    let before = server.mark(0)?;
    let work = Work { request, check: done };
    in_parallel(CALLERS, || server.caller(), numbers(count), &work)?;
    let span = before.until(server.mark(count as u64)?);
    Ok(Figures::of(span).with(Figure::new(cpu, "µs", span.cpu_micros_per_unit)).with(Figure::new(
        rate,
        "/s",
        span.units_per_sec,
    )))
}

/// All things, page by page.
fn list(server: &Server, count: usize) -> Result<Figure> {
    let (mut caller, mut token, mut seen) = (server.caller(), String::new(), 0);
    let before = server.mark(0)?;
    loop {
        let page = caller.call("iot", "GET", &format!("/things?maxResults=250{token}"), "")?;
        seen += page["things"].as_array().map_or(0, Vec::len);
        match page["nextToken"].as_str() {
            Some(next) => token = format!("&nextToken={next}"),
            None => break,
        }
    }
    ensure!(seen == count, "{seen} of {count} things were listed");
    let span = before.until(server.mark(count as u64)?);
    Ok(Figure::new("thing listed: CPU each", "µs", span.cpu_micros_per_unit))
}
