use super::ExecutionStatus::{
    Canceled, Failed, InProgress, Queued, Rejected, Removed, Succeeded, TimedOut,
};
use super::*;
use crate::retry::RetryFailure;

const MINUTE: u64 = MINUTE_MILLIS;

fn rules() -> ExecutionRules<'static> {
    let retry = &[];
    ExecutionRules { may_start: true, may_go_on: true, in_progress_timeout_mins: Some(20), retry }
}

fn report(status: ExecutionStatus) -> Update {
    Update { status, details: None, step_timer: None, expected_version: None }
}

fn at(status: ExecutionStatus) -> Execution {
    let queued = Execution::queued(0);
    match status {
        Queued => queued,
        InProgress => queued.update(&report(InProgress), &rules(), 0).expect("begun").next,
        Canceled => queued.cancel(false, None, None, 0).expect("canceled").next,
        Removed => queued.remove(0).expect("removed").next,
        TimedOut => at(InProgress).time_out(&rules(), 20 * MINUTE).expect("timed out").next,
        other => queued.update(&report(other), &rules(), 0).expect("reported").next,
    }
}

#[test]
fn a_device_moves_what_is_not_over_and_nothing_else() {
    for from in ExecutionStatus::ALL {
        for to in ExecutionStatus::ALL {
            let allowed =
                !from.is_terminal() && matches!(to, InProgress | Succeeded | Failed | Rejected);
            let outcome = at(from).update(&report(to), &rules(), 1);
            match outcome {
                Ok(step) => {
                    assert!(allowed, "{from} to {to}");
                    assert_eq!(step.reported.status, to);
                    assert_eq!(step.reported.version, at(from).version + 1);
                }
                Err(error) => {
                    assert!(!allowed, "{from} to {to}");
                    assert_eq!(error, ExecutionError::InvalidTransition { from, to });
                }
            }
        }
    }
}

#[test]
fn a_canceled_job_lets_nothing_begin_and_with_force_nothing_go_on() {
    let canceled = ExecutionRules { may_start: false, ..rules() };
    let forced = ExecutionRules { may_go_on: false, ..canceled };
    assert!(at(Queued).update(&report(InProgress), &canceled, 1).is_err());
    assert!(at(InProgress).update(&report(Succeeded), &canceled, 1).is_ok());
    assert!(at(InProgress).update(&report(Succeeded), &forced, 1).is_err());
}

#[test]
fn only_force_cancels_what_has_begun() {
    assert!(!at(Canceled).force_canceled);
    assert!(at(InProgress).cancel(false, None, None, 1).is_err());
    let forced = at(InProgress).cancel(true, Some(2), None, 1).expect("canceled").next;
    assert!(forced.force_canceled && forced.due_at().is_none());
    assert!(at(Succeeded).cancel(true, None, None, 1).is_err());
}

#[test]
fn a_stale_version_is_refused() {
    let update = Update { expected_version: Some(2), ..report(InProgress) };
    let refused = at(Queued).update(&update, &rules(), 1).expect_err("refused");
    assert_eq!(refused, ExecutionError::VersionMismatch { found: 1, expected: 2 });
}

#[test]
fn timers_run_as_in_aws_example() {
    let with = |execution: &Execution, minutes: i64, now: u64| {
        let step_timer = Some(StepTimer::from_minutes(minutes).expect("minutes"));
        let update = Update { step_timer, ..report(InProgress) };
        execution.update(&update, &rules(), now * MINUTE).expect("updated").next
    };
    let begun = at(InProgress);
    assert_eq!(begun.due_at(), Some(20 * MINUTE));
    let five = with(&begun, 7, 5);
    assert_eq!(five.due_at(), Some(12 * MINUTE));
    let ten = with(&five, 5, 10);
    assert_eq!(ten.due_at(), Some(15 * MINUTE));
    let thirteen = with(&ten, 9, 13);
    assert_eq!(thirteen.due_at(), Some(20 * MINUTE), "the step cannot outlast the whole");
    let plain = ten.update(&report(InProgress), &rules(), 11 * MINUTE).expect("updated").next;
    assert_eq!(plain.due_at(), Some(15 * MINUTE), "a report alone sets no timer");
    assert_eq!(plain.seconds_before_timed_out(14 * MINUTE), Some(60));
    assert_eq!(with(&ten, -1, 11).due_at(), Some(20 * MINUTE));
    assert_eq!(ten.time_out(&rules(), 15 * MINUTE - 1), None);
    let out = ten.time_out(&rules(), 15 * MINUTE).expect("timed out");
    assert_eq!((out.next.status, out.next.due_at()), (TimedOut, None));
    for minutes in [0, -2, 10_081] {
        assert!(StepTimer::from_minutes(minutes).is_err());
    }
}

#[test]
fn a_failed_attempt_is_followed_by_the_next_while_retries_last() {
    let retry = &[RetryCriterion { failure: RetryFailure::Failed, retries_max: 2 }];
    let rules = ExecutionRules { retry, ..rules() };
    let mut execution = Execution::queued(0);
    for attempt in 1..=3 {
        assert_eq!((execution.status, execution.number), (Queued, attempt));
        let begun = execution.update(&report(InProgress), &rules, 5).expect("begun").next;
        let step = begun.update(&report(Failed), &rules, 6).expect("failed");
        assert_eq!((step.reported.status, step.reported.number), (Failed, attempt));
        assert!(step.next.version >= step.reported.version);
        execution = step.next;
    }
    assert_eq!((execution.status, execution.retries.total()), (Failed, 2));
    let rejected = Execution::queued(0).update(&report(Rejected), &rules, 5).expect("rejected");
    assert_eq!(rejected.next.status, Rejected, "a rejection is never tried again");
    let late = ExecutionRules { may_start: false, ..rules };
    let begun = at(InProgress).update(&report(Failed), &late, 6).expect("failed");
    assert_eq!(begun.next.status, Failed, "nor is anything of a canceled job");
}

#[test]
fn each_kind_of_failure_has_its_retries() {
    let retry = &[
        RetryCriterion { failure: RetryFailure::Failed, retries_max: 1 },
        RetryCriterion { failure: RetryFailure::TimedOut, retries_max: 1 },
    ];
    let rules = ExecutionRules { retry, ..rules() };
    let fail =
        |execution: &Execution| execution.update(&report(Failed), &rules, 0).expect("failed").next;
    let time_out = |execution: &Execution| {
        let begun = execution.update(&report(InProgress), &rules, 0).expect("begun").next;
        begun.time_out(&rules, 20 * MINUTE).expect("timed out").next
    };
    let once = fail(&Execution::queued(0));
    assert_eq!(once.retries, Retries { failed: 1, timed_out: 0 });
    let twice = time_out(&once);
    assert_eq!(twice.retries, Retries { failed: 1, timed_out: 1 });
    assert_eq!(fail(&twice).status, Failed);
    assert_eq!(time_out(&twice).status, TimedOut);
}

#[test]
fn details_have_limits_and_stay_until_replaced() {
    let with = |pairs: &[(&str, &str)]| {
        let details =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Update { details: Some(details), ..report(InProgress) }
    };
    let begun = at(Queued).update(&with(&[("step", "1")]), &rules(), 1).expect("updated").next;
    let same = begun.update(&report(InProgress), &rules(), 2).expect("updated").next;
    assert_eq!(same.status_details["step"], "1");
    let long = "x".repeat(1_025);
    for (name, value) in [("", "1"), ("a b", "1"), ("a", ""), ("a", "\n"), ("a", long.as_str())] {
        assert!(at(Queued).update(&with(&[(name, value)]), &rules(), 1).is_err(), "{name:?}");
    }
    let many: Vec<String> = (0..11).map(|number| format!("n{number}")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "1")).collect();
    let refused = at(Queued).update(&with(&many), &rules(), 1).expect_err("refused");
    assert_eq!(refused, ExecutionError::TooManyDetails { count: 11 });
}
