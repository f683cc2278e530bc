//! What is wrong now, with the next step: what its owner would want to see first.

use fleet::{LastFailure, Rule};
use serde::Serialize;

use crate::error::AwsError;
use crate::own::own_certificates::OwnCertificate;
use crate::state::State;

/// What happened before is no problem of now.
const RECENT_MS: u64 = 15 * 60 * 1_000;

/// Less free disk than this is soon none.
const FREE_BYTES_MIN: u64 = 1 << 30;

const DAY_MS: u64 = 24 * 3_600 * 1_000;

/// Clients that were let in with less would soon be locked out.
const CERTIFICATE_LEFT_MS_MIN: u64 = 14 * DAY_MS;

/// Stacks are few.
const STACKS_LOOKED_AT: usize = 100;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Problem {
    severity: Severity,
    what: String,
    next: String,
    /// Where the console shows more.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<String>,
}

/// In the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum Severity {
    Error,
    Warning,
}

pub(crate) fn of(state: &State, free_bytes: Option<u64>) -> Result<Vec<Problem>, AwsError> {
    let mut problems: Vec<Problem> = disk(free_bytes).into_iter().collect();
    problems.extend(store(state));
    problems.extend(certificate(state)?);
    problems.extend(refusals(state));
    let since = state.clock.now().saturating_sub(RECENT_MS);
    problems.extend(state.hall.rules()?.iter().filter_map(|rule| failing(rule, since)));
    problems.extend(stacks(state)?);
    problems.sort_by_key(|problem| problem.severity);
    Ok(problems)
}

fn disk(free_bytes: Option<u64>) -> Option<Problem> {
    let free = free_bytes.filter(|free| *free < FREE_BYTES_MIN)?;
    Some(Problem {
        severity: Severity::Error,
        what: format!("The disk has {} MiB left.", free >> 20),
        next: "Make room: a full disk stops all that is to be kept.".to_owned(),
        page: None,
    })
}

fn store(state: &State) -> Option<Problem> {
    let failed = state.broker.counters().failed_commits.get();
    (failed > 0).then(|| Problem {
        severity: Severity::Error,
        what: format!("{failed} commits failed since the start; their senders were not answered."),
        next: "Look at the disk and at the server's log.".to_owned(),
        page: None,
    })
}

/// It is renewed when a third of its life is left, so one that ends soon was not.
fn certificate(state: &State) -> Result<Option<Problem>, AwsError> {
    let left_ms = OwnCertificate::of_server(state)?.not_after.saturating_sub(state.clock.now());
    Ok((left_ms < CERTIFICATE_LEFT_MS_MIN).then(|| Problem {
        severity: Severity::Error,
        what: format!(
            "The server's certificate ends in {} days, and was not renewed.",
            left_ms / DAY_MS
        ),
        next: "Look at the server's log, and restart it: then it makes a new one.".to_owned(),
        page: Some("/settings/certificates".to_owned()),
    }))
}

fn refusals(state: &State) -> Option<Problem> {
    let since = state.clock.now().saturating_sub(RECENT_MS);
    let recent = state.fleet.refusals().latest(usize::MAX);
    let recent: Vec<_> = recent.into_iter().filter(|refusal| refusal.last_at >= since).collect();
    let latest = recent.first()?;
    let who = latest.client_id.as_deref().or(latest.principal.as_deref()).unwrap_or("a stranger");
    let what = match recent.len() {
        1 => format!("{who} was refused: {}.", latest.reason),
        count => format!(
            "{count} things were refused in the last 15 minutes; the latest, of {who}: {}.",
            latest.reason
        ),
    };
    Some(Problem {
        severity: Severity::Warning,
        what,
        next: "See what was asked, and try what would mend it.".to_owned(),
        page: Some(format!("/denials/{}", latest.id)),
    })
}

fn failing(rule: &Rule, since: u64) -> Option<Problem> {
    let tally = &rule.tally;
    let of_actions = tally.actions.iter().chain(&tally.error_action);
    let of_actions = of_actions.filter_map(|action| Some((action.kind, action.last_failure()?)));
    let own = tally.last_failure().map(|failure| ("its statement", failure));
    let all = own.into_iter().chain(of_actions);
    let (of, LastFailure { what, .. }) =
        all.filter(|(_, failure)| failure.at >= since).max_by_key(|(_, failure)| failure.at)?;
    Some(Problem {
        severity: Severity::Error,
        what: format!("The rule {} fails ({of}): {what}.", rule.name),
        next: "See its failures and try it on a message.".to_owned(),
        page: Some(format!("/rules/{}", rule.name)),
    })
}

fn stacks(state: &State) -> Result<Vec<Problem>, AwsError> {
    let page = state.stacks.list(None, STACKS_LOOKED_AT)?;
    let failed = page.items.into_iter().filter(|stack| stack.status.is_failed());
    let problem = |stack: stacks::Stack| Problem {
        severity: Severity::Warning,
        what: format!("The stack {} is {}.", stack.name, stack.status.as_str()),
        next: "Its events say what went wrong.".to_owned(),
        page: Some(format!("/stacks/{}", stack.name)),
    };
    Ok(failed.map(problem).collect())
}
