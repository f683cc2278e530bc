//! Many at once: devices that report while the driver adds up, tells and times out.

use std::thread;

use jobs::ExecutionStatus::{Failed, Succeeded};
use jobs::JobStatus;
use stdx::task::block_on;

use crate::jobs::works::{Works, careful, job_id, new_job, thing};

const THINGS: usize = 96;
const THREADS: usize = 6;

#[test]
fn devices_that_report_at_once_are_all_counted() {
    let works = Works::with_things(THINGS);
    let mut new = new_job("update", 0..THINGS);
    new.config = careful(1_000);
    let id = job_id("update");
    block_on(works.fleet.create_job(new)).expect("created");
    works.settle();
    thread::scope(|scope| {
        for part in 0..THREADS {
            let (works, id) = (&works, &id);
            scope.spawn(move || {
                for number in (part..THINGS).step_by(THREADS) {
                    let name = thing(number);
                    while let Some(attempt) = works.begin(&name) {
                        let is_bad = number % 8 == 0 && attempt == 1;
                        assert!(works.report(&name, id, if is_bad { Failed } else { Succeeded }));
                        if !is_bad {
                            break;
                        }
                    }
                }
            });
        }
        // The driver has no hints of what they do.
        while works.status(&id) != JobStatus::Completed {
            works.settle();
        }
    });
    works.check_books(&id, THINGS);
    let counters = works.counters(&id);
    assert_eq!(counters.of(Succeeded), THINGS as u64);
}
