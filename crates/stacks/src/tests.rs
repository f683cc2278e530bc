//! The store of stacks as a whole.

use kv::{Batch, Space, Store};
use model::Home;
use stdx::clock::Clock;

use crate::{
    Aim, Attempt, ChangeSet, Export, OnFailure, Resource, Stack, Stacks, StacksError, Status, Step,
};

fn stacks() -> (Store, Stacks) {
    let store = Store::in_memory();
    (store.clone(), Stacks::new(store, Home::default(), Clock::system()))
}

fn stack(stacks: &Stacks, name: &str, status: Status) -> Stack {
    Stack {
        id: stacks.new_id(name),
        name: name.to_owned(),
        status,
        reason: None,
        aim: Aim::default(),
        former: None,
        created_at: 0,
        updated_at: None,
        deleted_at: None,
        principal_arn: String::new(),
        on_failure: OnFailure::default(),
        is_protected: false,
        retained: Vec::new(),
        token: None,
        outputs: Vec::new(),
        change_set_id: None,
        is_cancelled: false,
        skipped: Vec::new(),
        parent_id: None,
        root_id: None,
    }
}

fn resource(logical_id: &str, attempt: Option<Attempt>) -> Resource {
    Resource {
        logical_id: logical_id.to_owned(),
        kind: "AWS::IoT::Thing".to_owned(),
        status: "CREATE_IN_PROGRESS".to_owned(),
        reason: None,
        updated_at: 0,
        made: None,
        replaced: Vec::new(),
        attempt,
        needs: Vec::new(),
        deletion_policy: String::new(),
        replace_policy: String::new(),
    }
}

async fn kept(stacks: &Stacks, name: &str) -> Stack {
    let stack = stack(stacks, name, Status::CreateInProgress);
    stacks.create(stack.clone(), Vec::new()).await.expect("a stack");
    stack
}

#[tokio::test]
async fn a_name_is_free_when_its_stack_is_gone() {
    let (_store, stacks) = stacks();
    let first = kept(&stacks, "house").await;
    let again = stack(&stacks, "house", Status::CreateInProgress);
    let refused = stacks.create(again.clone(), Vec::new()).await;
    assert!(matches!(refused, Err(StacksError::Exists(_))), "{refused:?}");
    assert_eq!(stacks.under_way().expect("a list"), std::slice::from_ref(&first.id));
    let gone = Stack { status: Status::DeleteComplete, ..first.clone() };
    stacks.step(&first.id, Step { stack: Some(gone), ..Step::default() }).await.expect("a step");
    assert!(matches!(stacks.find("house"), Err(StacksError::NoStack(_))));
    assert!(stacks.find(&first.id).is_ok());
    stacks.create(again, Vec::new()).await.expect("a stack");
}

#[tokio::test]
async fn who_works_is_told_when_another_said_otherwise() {
    let (_store, stacks) = stacks();
    let made = kept(&stacks, "house").await;
    let delete = |stack: &mut Stack| {
        stack.status = Status::DeleteInProgress;
        Ok(())
    };
    stacks.change(&made.id, Vec::new(), delete).await.expect("a change");
    let done = Stack { status: Status::CreateComplete, ..made.clone() };
    let step = Step { stack: Some(done), from: Some(Status::CreateInProgress), ..Step::default() };
    let refused = stacks.step(&made.id, step).await;
    assert!(matches!(refused, Err(StacksError::Overtaken)), "{refused:?}");
    assert_eq!(stacks.find("house").expect("a stack").status, Status::DeleteInProgress);
}

#[tokio::test]
async fn a_receipt_says_that_an_attempt_did_something_until_the_attempt_is_over() {
    let (store, stacks) = stacks();
    let made = kept(&stacks, "house").await;
    let has = || stacks.has_receipt(&made.id, "Lamp").expect("a read");
    let step = |attempt| Step { resources: vec![resource("Lamp", attempt)], ..Step::default() };
    let attempt = Attempt { suffix: "X".to_owned(), is_again: true };
    stacks.step(&made.id, step(Some(attempt.clone()))).await.expect("a step");
    assert!(!has());
    let mut batch = Batch::new();
    batch.put(Space::new("elsewhere"), "lamp", "made");
    let call = async { store.commit(batch).await };
    stacks.receipt(&made.id, "Lamp").with(call).await.expect("a commit");
    stacks.step(&made.id, step(Some(attempt))).await.expect("a step");
    assert!(has());
    stacks.step(&made.id, step(None)).await.expect("a step");
    assert!(!has());
}

#[tokio::test]
async fn an_export_that_is_imported_stays_as_it_is() {
    let (_store, stacks) = stacks();
    let (one, other) = (kept(&stacks, "one").await, kept(&stacks, "other").await);
    let export = |value: &str, by: &Stack| Export {
        name: "shared".to_owned(),
        value: value.to_owned(),
        stack_id: by.id.clone(),
    };
    let trade = async |exports, imports| stacks.trade(&one.id, exports, imports).await;
    trade(vec![export("a", &one)], vec![]).await.expect("an export");
    let taken = stacks.trade(&other.id, vec![export("b", &other)], vec![]).await;
    assert!(matches!(taken, Err(StacksError::Exported { .. })), "{taken:?}");
    stacks.trade(&other.id, vec![], vec!["shared".to_owned()]).await.expect("an import");
    assert_eq!(stacks.importers("shared").expect("a list"), std::slice::from_ref(&other.id));
    for exports in [vec![], vec![export("c", &one)]] {
        let refused = trade(exports, vec![]).await;
        assert!(matches!(refused, Err(StacksError::InUse { .. })), "{refused:?}");
    }
    stacks.trade(&other.id, vec![], vec![]).await.expect("an end");
    trade(vec![], vec![]).await.expect("an end");
    assert!(stacks.exports().expect("a list").is_empty());
}

#[tokio::test]
async fn change_sets_are_found_by_name_and_by_arn() {
    let (_store, stacks) = stacks();
    let made = kept(&stacks, "house").await;
    let set = ChangeSet {
        id: stacks.new_change_set_id("first"),
        name: "first".to_owned(),
        stack_id: made.id.clone(),
        stack_name: made.name.clone(),
        description: None,
        is_creation: false,
        created_at: 0,
        status: "CREATE_COMPLETE".to_owned(),
        reason: None,
        execution_status: "AVAILABLE".to_owned(),
        aim: Aim::default(),
        on_failure: OnFailure::default(),
        changes: Vec::new(),
        token: None,
    };
    stacks.put_change_set(set.clone(), true).await.expect("a change set");
    let twice = stacks.put_change_set(set.clone(), true).await;
    assert!(matches!(twice, Err(StacksError::ChangeSetExists(_))), "{twice:?}");
    for (name, stack) in [("first", Some("house")), (set.id.as_str(), None)] {
        assert_eq!(stacks.find_change_set(name, stack).expect("a change set").id, set.id);
    }
    stacks.delete_change_set(&set).await.expect("an end");
    assert!(matches!(
        stacks.find_change_set("first", Some("house")),
        Err(StacksError::NoChangeSet(_))
    ));
}

#[tokio::test]
async fn the_first_answer_counts_and_only_of_those_that_are_waited_for() {
    let (_store, stacks) = stacks();
    let token = stacks.expect_answer("stack").await.expect("a token");
    assert!(!stacks.answer("nobody", "x".to_owned()).await.expect("an answer"));
    assert_eq!(stacks.answer_of(&token).expect("a read"), None);
    for text in ["first", "second"] {
        assert!(stacks.answer(&token, text.to_owned()).await.expect("an answer"));
    }
    assert_eq!(stacks.answer_of(&token).expect("a read").as_deref(), Some("first"));
    stacks.forget_answer(&token).await.expect("an end");
    assert!(!stacks.answer(&token, "x".to_owned()).await.expect("an answer"));
}
