//! Shadow updates over HTTP: a hundred things take turns, from several connections.

use anyhow::{Result, ensure};
use testkit::Request;

use crate::fleet::parallel::{Work, done, in_parallel, numbers};
use crate::fleet::server::{Kind, Server};
use crate::fleet::things::name;
use crate::report::{Figure, Figures};

/// As many as a commit can be shared by.
const CALLERS: usize = 32;
const THINGS: u64 = 100;

pub(crate) fn run(server: &Server) -> Result<Figures> {
    let count = match server.kind {
        Kind::Thingstead => 60_000,
        Kind::Moto | Kind::Dynalite | Kind::S3sFs => 2_000,
    };
    let before = server.mark(0)?;
    let request = |number| {
        let path = format!("/things/{}/shadow", name(number % THINGS));
        let state = format!(
            r#"{{"state":{{"desired":{{"color":"blue","level":{number}}},"reported":{{"level":{}}}}}}}"#,
            number / 2,
        );
        Request::by_path("iotdata", "POST", path, state)
    };
    let work = Work { request, check: done };
    in_parallel(CALLERS, || server.caller(), numbers(count), &work)?;
    let span = before.until(server.mark(count as u64)?);
    check_versions(server, count)?;
    Ok(Figures::of(span)
        .with(Figure::new("shadow updated: CPU each", "µs", span.cpu_micros_per_unit))
        .with(Figure::new("shadow updates", "/s", span.units_per_sec)))
}

/// None was lost: each thing's version counts its updates.
fn check_versions(server: &Server, count: usize) -> Result<()> {
    let mut caller = server.caller();
    let shadow = caller.call("iotdata", "GET", &format!("/things/{}/shadow", name(0)), "")?;
    let version = shadow["version"].as_u64();
    // Moto lets two updates at once have one version.
    let is_whole = version == Some(count as u64 / THINGS) || server.kind == Kind::Moto;
    ensure!(is_whole, "version {version:?} after {} updates", count as u64 / THINGS);
    Ok(())
}
