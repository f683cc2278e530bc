//! What administrators do to jobs.

use fleet::{
    ChangeExecutionError, ConfigChoice, CreateJobError, ExecutionKey, JobChangeError, JobFilter,
    JobUpdate, NewJobTemplate,
};
use jobs::ExecutionStatus::{Canceled, InProgress, Queued, Succeeded};
use jobs::{JobStatus, TargetSelection};
use model::JobTemplateId;
use stdx::task::block_on;

use crate::jobs::works::{DOCUMENT, MINUTE, START, Works, arns, careful, job_id, new_job, thing};

#[test]
fn a_job_is_made_once_of_what_is_there() {
    let works = Works::with_things(2);
    let create = |new| block_on(works.fleet.create_job(new)).map(|_| ());
    create(new_job("update", [0, 1, 0])).expect("created");
    let job = works.fleet.describe_job(&job_id("update")).expect("there").job;
    assert_eq!(job.targets.len(), 2, "a target counts once");
    let refused = |new| create(new).expect_err("refused").to_string();
    assert!(matches!(create(new_job("update", [0])), Err(CreateJobError::AlreadyExists { .. })));
    assert_eq!(refused(new_job("a", [])), "a job has 1 to 100 targets, not 0");
    let missing = "arn:aws:iot:us-east-1:000000000000:thing/thing-007 does not exist";
    assert_eq!(refused(new_job("a", [7])), missing);
    let mut new = new_job("a", [0]);
    new.targets = vec!["arn:aws:iot:us-east-1:000000000000:cert/x".to_owned()];
    assert!(matches!(create(new), Err(CreateJobError::Target(_))));
    let mut new = new_job("a", [0]);
    new.document = None;
    assert_eq!(refused(new), "a job needs a document");
    let mut new = new_job("a", [0]);
    new.config = careful(0);
    assert_eq!(refused(new), "maximumPerMinute must be 1 to 1000, not 0");
    let mut new = new_job("a", [0]);
    new.schedule.start_at = Some(START + MINUTE);
    assert_eq!(refused(new), "startTime must be at least 30 minutes from now");
    let mut new = new_job("a", [0]);
    new.template_arn = Some("arn:aws:iot:us-east-1:000000000000:jobtemplate/none".to_owned());
    assert!(matches!(create(new), Err(CreateJobError::TemplateNotFound { .. })));
}

#[test]
fn a_template_gives_what_a_job_does_not_name() {
    let works = Works::with_things(1);
    let id = JobTemplateId::new("template").expect("an id");
    let new = NewJobTemplate {
        id: id.clone(),
        job_arn: None,
        description: "all of a kind".to_owned(),
        document: Some(DOCUMENT.to_owned()),
        config: careful(7),
        tags: registry::Tags::default(),
    };
    block_on(works.fleet.create_job_template(new.clone())).expect("created");
    assert!(block_on(works.fleet.create_job_template(new)).is_err(), "once");
    let mut new = new_job("update", [0]);
    let arn = works.fleet.registry().job_template_arn(&id);
    (new.document, new.template_arn) = (None, Some(arn.to_string()));
    new.config = ConfigChoice { in_progress_timeout_mins: Some(9), ..ConfigChoice::default() };
    let job = block_on(works.fleet.create_job(new)).expect("created");
    assert_eq!(job.config.rollout.maximum_per_minute, Some(7));
    assert_eq!(job.config.in_progress_timeout_mins, Some(9));
    assert_eq!(works.fleet.job_document(&job.id).expect("there"), DOCUMENT);
    let of_job = NewJobTemplate {
        id: JobTemplateId::new("of-job").expect("an id"),
        job_arn: Some(works.fleet.registry().job_arn(&job.id).to_string()),
        description: "like the other".to_owned(),
        document: None,
        config: ConfigChoice::default(),
        tags: registry::Tags::default(),
    };
    let template = block_on(works.fleet.create_job_template(of_job)).expect("created");
    assert_eq!((template.document.as_str(), template.config), (DOCUMENT, job.config));
}

#[test]
fn a_job_is_updated_while_it_lives_and_deleted_with_all_it_had() {
    let works = Works::with_things(3);
    let id = job_id("update");
    block_on(works.fleet.create_job(new_job("update", 0..3))).expect("created");
    works.settle();
    let update = JobUpdate { description: Some("new".to_owned()), config: careful(3) };
    let job = block_on(works.fleet.update_job(&id, &update)).expect("updated");
    assert_eq!(job.description.as_deref(), Some("new"));
    let refused = block_on(works.fleet.delete_job(&id, false)).expect_err("in progress");
    let expected = "the job is IN_PROGRESS; it can be deleted with force only";
    assert_eq!(refused.to_string(), expected);
    for number in 0..3 {
        assert!(works.report(&thing(number), &id, Succeeded));
    }
    works.settle();
    assert_eq!(works.status(&id), JobStatus::Completed);
    assert!(block_on(works.fleet.update_job(&id, &update)).is_err());
    block_on(works.fleet.delete_job(&id, false)).expect("deleting");
    assert_eq!(works.status(&id), JobStatus::DeletionInProgress);
    works.settle();
    works.check_nothing_is_left(&id, 3);
    block_on(works.fleet.create_job(new_job("update", 0..3))).expect("its id is free");
    let missing = block_on(works.fleet.delete_job(&job_id("none"), false));
    assert!(matches!(missing, Err(JobChangeError::NotFound { .. })));
}

#[test]
fn one_execution_is_canceled_or_deleted() {
    let works = Works::with_things(3);
    let id = job_id("update");
    block_on(works.fleet.create_job(new_job("update", 0..3))).expect("created");
    works.settle();
    let key = |number: usize, attempt| ExecutionKey {
        job: id.clone(),
        thing: thing(number),
        number: attempt,
    };
    let cancel = |number, force, version| {
        block_on(works.fleet.cancel_execution(&key(number, None), force, version, None))
    };
    works.begin(&thing(1)).expect("begun");
    assert!(cancel(0, false, Some(9)).is_err(), "not that version");
    cancel(0, false, Some(1)).expect("canceled");
    assert!(cancel(0, false, None).is_err(), "it is over");
    assert!(cancel(1, false, None).is_err(), "it has begun");
    cancel(1, true, None).expect("canceled");
    let delete = |number, attempt, force| {
        block_on(works.fleet.delete_execution(&key(number, attempt), force))
    };
    let refused = delete(2, Some(1), false);
    assert!(matches!(refused, Err(ChangeExecutionError::NeedsForce { status: Queued })));
    assert!(matches!(delete(2, Some(2), true), Err(ChangeExecutionError::NotFound { .. })));
    delete(2, Some(1), true).expect("deleted");
    delete(1, Some(1), false).expect("deleted");
    works.check_books(&id, 3);
    works.settle();
    works.check_books(&id, 3);
    assert_eq!(works.counters(&id).of(Canceled), 1);
    assert_eq!(works.status(&id), JobStatus::Completed);
}

#[test]
fn lists_are_filtered_and_paged() {
    let works = Works::with_things(9);
    let id = job_id("a");
    for name in ["a", "b", "c"] {
        block_on(works.fleet.create_job(new_job(name, 0..9))).expect("created");
    }
    works.settle();
    for number in [1, 4, 7] {
        assert!(works.report(&thing(number), &id, InProgress));
    }
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = works.fleet.executions_of_job(&id, Some(InProgress), after.as_deref(), 2);
        let page = page.expect("read");
        seen.extend(page.items.into_iter().map(|listed| listed.thing.to_string()));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, ["thing-001", "thing-004", "thing-007"]);
    let of_thing = |status, job| {
        let page = works.fleet.executions_of_thing(&thing(1), status, job, None, 10);
        let items = page.expect("read").items;
        items.into_iter().map(|listed| listed.job.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(of_thing(None, None), ["a", "b", "c"]);
    assert_eq!(of_thing(Some(InProgress), None), ["a"]);
    assert_eq!(of_thing(None, Some(&job_id("c"))), ["c"]);
    let filter = JobFilter { status: Some(JobStatus::InProgress), ..JobFilter::default() };
    let jobs = works.fleet.list_jobs(&filter, None, 2).expect("read");
    assert_eq!((jobs.items.len(), jobs.next.as_deref()), (2, Some("b")));
    let jobs = works.fleet.list_jobs(&filter, Some("b"), 2).expect("read");
    assert_eq!((jobs.items.len(), jobs.next), (1, None));
}

#[test]
fn targets_are_added_to_a_continuous_job() {
    let works = Works::with_things(3);
    let mut new = new_job("always", [0]);
    new.target_selection = TargetSelection::Continuous;
    let id = new.id.clone();
    block_on(works.fleet.create_job(new)).expect("created");
    works.settle();
    assert!(works.report(&thing(0), &id, Succeeded));
    works.settle();
    assert_eq!(works.status(&id), JobStatus::InProgress, "it never ends by itself");
    let associate = |id, numbers: Vec<usize>| {
        block_on(works.fleet.associate_targets_with_job(id, &arns(numbers), Some("more")))
    };
    let job = associate(&id, vec![0, 2]).expect("associated");
    assert_eq!((job.targets.len(), job.comment.as_deref()), (2, Some("more")));
    works.settle();
    let counters = works.counters(&id);
    assert_eq!((counters.of(Succeeded), counters.of(Queued)), (1, 1));
    block_on(works.fleet.create_job(new_job("once", [0]))).expect("created");
    assert!(associate(&job_id("once"), vec![1]).is_err());
}
