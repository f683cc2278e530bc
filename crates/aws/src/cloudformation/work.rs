//! Who works on stacks: takes each that is under way on, step by step, until it is not.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use stacks::{OnFailure, Stack, Stacks, StacksError, Status, Step};
use tokio::task::JoinSet;

use crate::cloudformation::desk::Desk;
use crate::cloudformation::reconcile::{Stopped, clean, reconcile, take_back};
use crate::cloudformation::report::stack_event;
use crate::cloudformation::trade;
use crate::state::State;

/// Stacks that are worked on at once; most of the time of each goes by waiting for the disk.
const AT_ONCE: usize = 8;
/// The wait after the store failed.
const RETRY: Duration = Duration::from_secs(5);

/// Works until the future is dropped.
pub async fn work_on_stacks(state: Arc<State>) {
    let (mut busy, mut under_way, mut roots) = (HashSet::new(), JoinSet::new(), 0);
    loop {
        match state.stacks.under_way() {
            Ok(found) => {
                let idle: Vec<String> = found.into_iter().filter(|id| !busy.contains(id)).collect();
                for id in idle {
                    // One that another waits for is not held up by those that wait.
                    let is_nested = is_nested(&state, &id);
                    if !is_nested && roots >= AT_ONCE {
                        continue;
                    }
                    roots += usize::from(!is_nested);
                    busy.insert(id.clone());
                    let state = Arc::clone(&state);
                    under_way.spawn(async move {
                        if let Err(error) = work(&state, &id).await {
                            tracing::error!(%error, stack = id, "the work on a stack stands still");
                            tokio::time::sleep(RETRY).await;
                        }
                        (id, is_nested)
                    });
                }
            }
            Err(error) => {
                tracing::error!(%error, "stacks cannot be read");
                tokio::time::sleep(RETRY).await;
            }
        }
        tokio::select! {
            Some(ended) = under_way.join_next() => match ended {
                Ok((id, is_nested)) => {
                    busy.remove(&id);
                    roots -= usize::from(!is_nested);
                }
                Err(error) => {
                    // What it did is written down, and is gone on with.
                    tracing::error!(%error, "a worker stumbled");
                    under_way.shutdown().await;
                    (roots, busy) = (0, HashSet::new());
                }
            },
            () = state.stacks.rung() => {}
        }
    }
}

fn is_nested(state: &State, id: &str) -> bool {
    state.stacks.find(id).is_ok_and(|stack| stack.parent_id.is_some())
}

/// Takes a stack on until it is not under way.
async fn work(state: &Arc<State>, id: &str) -> Result<(), StacksError> {
    loop {
        let stack = state.stacks.find(id)?;
        let done = match stack.status {
            status if !status.is_under_way() => return Ok(()),
            Status::CreateInProgress => create(state, &stack).await,
            Status::UpdateInProgress if stack.is_cancelled => {
                begin_roll_back(state, stack, "User Initiated".to_owned()).await
            }
            Status::UpdateInProgress => update(state, &stack).await,
            Status::UpdateRollbackInProgress => roll_back_update(state, &stack).await,
            _ => clean_up(state, &stack).await,
        };
        match done {
            // What it is now is seen anew.
            Ok(()) | Err(StacksError::Overtaken) => {}
            Err(error) => return Err(error),
        }
    }
}

async fn create(state: &Arc<State>, stack: &Stack) -> Result<(), StacksError> {
    match aim_reached(state, stack).await {
        Ok(stack) => turn(&state.stacks, stack, Status::CreateComplete, None).await,
        Err(Stopped::Failed(why)) => {
            let status = match stack.on_failure {
                OnFailure::Rollback => Status::RollbackInProgress,
                OnFailure::Delete => Status::DeleteInProgress,
                OnFailure::DoNothing => Status::CreateFailed,
            };
            turn(&state.stacks, stack.clone(), status, Some(why)).await
        }
        Err(Stopped::Overtaken) => Ok(()),
        Err(Stopped::Store(error)) => Err(error),
    }
}

async fn update(state: &Arc<State>, stack: &Stack) -> Result<(), StacksError> {
    let stacks = &state.stacks;
    match aim_reached(state, stack).await {
        Ok(stack) => turn(stacks, stack, Status::UpdateCompleteCleanupInProgress, None).await,
        Err(Stopped::Failed(why)) if stack.on_failure == OnFailure::DoNothing => {
            turn(stacks, stack.clone(), Status::UpdateFailed, Some(why)).await
        }
        Err(Stopped::Failed(why)) => begin_roll_back(state, stack.clone(), why).await,
        Err(Stopped::Overtaken) => Ok(()),
        Err(Stopped::Store(error)) => Err(error),
    }
}

/// Back to what the stack was, which is one step: from here on it is aimed at.
pub(crate) async fn begin_roll_back(
    state: &Arc<State>,
    mut stack: Stack,
    why: String,
) -> Result<(), StacksError> {
    let from = Some(stack.status);
    let resources = take_back(state.stacks.resources(&stack.id)?);
    if let Some(former) = stack.former.take() {
        stack.aim = former;
    }
    (stack.status, stack.is_cancelled) = (Status::UpdateRollbackInProgress, false);
    stack.reason = Some(why);
    let events = vec![stack_event(&state.stacks, &stack)];
    let id = stack.id.clone();
    let step = Step { stack: Some(stack), from, resources, gone: Vec::new(), events };
    state.stacks.step(&id, step).await
}

async fn roll_back_update(state: &Arc<State>, stack: &Stack) -> Result<(), StacksError> {
    let stacks = &state.stacks;
    match aim_reached(state, stack).await {
        Ok(stack) => {
            turn(stacks, stack, Status::UpdateRollbackCompleteCleanupInProgress, None).await
        }
        Err(Stopped::Failed(why)) => {
            turn(stacks, stack.clone(), Status::UpdateRollbackFailed, Some(why)).await
        }
        Err(Stopped::Overtaken) => Ok(()),
        Err(Stopped::Store(error)) => Err(error),
    }
}

/// Takes away what is wanted no longer: all, when the stack itself is not.
async fn clean_up(state: &Arc<State>, stack: &Stack) -> Result<(), StacksError> {
    let (done, failed) = match stack.status {
        Status::RollbackInProgress => (Status::RollbackComplete, Status::RollbackFailed),
        Status::DeleteInProgress => (Status::DeleteComplete, Status::DeleteFailed),
        // What cannot be taken away after an update is left, and told of.
        Status::UpdateRollbackCompleteCleanupInProgress => {
            (Status::UpdateRollbackComplete, Status::UpdateRollbackComplete)
        }
        _ => (Status::UpdateComplete, Status::UpdateComplete),
    };
    let is_all = matches!(stack.status, Status::RollbackInProgress | Status::DeleteInProgress);
    let mut stack = stack.clone();
    if is_all {
        match state.stacks.trade(&stack.id, Vec::new(), Vec::new()).await {
            Ok(()) => {}
            Err(StacksError::Store(error)) => return Err(error.into()),
            Err(error) => return turn(&state.stacks, stack, failed, Some(error.to_string())).await,
        }
    }
    let cleaned = match Desk::of(state, &stack) {
        Ok(desk) => clean(&desk, &stack, is_all).await,
        Err(error) => Err(Stopped::Failed(error.message)),
    };
    match cleaned {
        Ok(()) => {
            stack.former = None;
            if done == Status::DeleteComplete {
                stack.deleted_at = Some(state.stacks.now());
            }
            turn(&state.stacks, stack, done, None).await
        }
        Err(Stopped::Failed(why)) => {
            if !is_all {
                stack.former = None;
            }
            turn(&state.stacks, stack, failed, Some(why)).await
        }
        Err(Stopped::Overtaken) => Ok(()),
        Err(Stopped::Store(error)) => Err(error),
    }
}

/// Makes the resources what they are to be, and says what the stack gives.
async fn aim_reached(state: &Arc<State>, stack: &Stack) -> Result<Stack, Stopped> {
    let desk = Desk::of(state, stack).map_err(|error| Stopped::Failed(error.message))?;
    reconcile(&desk, stack).await?;
    trade::outputs(state, stack).await
}

async fn turn(
    stacks: &Stacks,
    mut stack: Stack,
    status: Status,
    reason: Option<String>,
) -> Result<(), StacksError> {
    let from = Some(stack.status);
    stack.status = status;
    stack.reason = reason;
    let events = vec![stack_event(stacks, &stack)];
    let id = stack.id.clone();
    stacks.step(&id, Step { stack: Some(stack), from, events, ..Step::default() }).await
}
