//! Messages that tell a thing of a change in its list of pending executions: `notify` when the list
//! is another, `notify-next` when its first is.

use model::{Message, ThingName, Topic};
use registry::{JobDraft, JobView, Pending, QueueChange, StoreError};
use serde_json::{Value, json};
use stdx::clock::UnixMillis;

use crate::jobs::wire;
use crate::post::{Post, message};

/// AWS's limit for the list in a `notify`.
const LISTED_MAX: usize = 15;

/// The messages that a draft gives rise to, of those that somebody wants: a job for a hundred thousand
/// things finds most of them asleep.
pub(super) fn notices(
    view: &JobView,
    draft: &JobDraft<'_>,
    now: UnixMillis,
    post: &dyn Post,
) -> Result<Vec<Message>, StoreError> {
    let mut messages = Vec::new();
    for change in draft.queue_changes() {
        let thing = &change.thing;
        let wanted = |end: &str| {
            let topic = format!("$aws/things/{thing}/jobs/{end}");
            let topic = Topic::new(&topic).expect("names hold no wildcard and are short");
            post.is_wanted(&topic).then_some(topic)
        };
        if let Some(topic) = wanted("notify") {
            messages.push(message(topic, list(draft, &change, now)?.to_string()));
        }
        let has_moved = place(change.before.next()) != place(change.after.next());
        if let Some(topic) = has_moved.then(|| wanted("notify-next")).flatten() {
            let payload = next(view, draft, thing, change.after.next(), now)?;
            messages.push(message(topic, payload.to_string()));
        }
    }
    Ok(messages)
}

/// Another attempt is another execution.
fn place(pending: Option<&Pending>) -> Option<(&str, u64)> {
    pending.map(|pending| (pending.job.as_str(), pending.number))
}

fn list(draft: &JobDraft<'_>, change: &QueueChange, now: UnixMillis) -> Result<Value, StoreError> {
    let mut jobs = json!({});
    for pending in change.after.all().iter().take(LISTED_MAX) {
        let Some(execution) = draft.execution(&pending.job, &change.thing)? else { continue };
        let summary = json!(wire::Summary::of(&pending.job, &execution));
        match jobs[pending.status.as_str()].as_array_mut() {
            Some(listed) => listed.push(summary),
            None => jobs[pending.status.as_str()] = json!([summary]),
        }
    }
    Ok(json!({ "timestamp": now / 1_000, "jobs": jobs }))
}

fn next(
    view: &JobView,
    draft: &JobDraft<'_>,
    thing: &ThingName,
    next: Option<&Pending>,
    now: UnixMillis,
) -> Result<Value, StoreError> {
    let mut payload = json!({ "timestamp": now / 1_000 });
    if let Some(Pending { job, .. }) = next
        && let Some(execution) = draft.execution(job, thing)?
    {
        let document = view.document(job)?;
        let shown = wire::Execution::of(thing, job, &execution, document.as_deref(), now);
        payload["execution"] = json!(shown);
    }
    Ok(payload)
}
