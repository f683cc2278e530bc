//! Functions, versions, aliases, permissions and layers in the store.

use blueprints::{
    AliasChange, BlueprintError, Change, Mapping, MappingChange, NewLayerVersion, Permission,
    Qualifier, Source, StartingPosition,
};
use model::{LayerName, QueueName, TableName};

use crate::common::{Entry, NOW, Shelf, function, zip};

#[tokio::test]
async fn a_secret_is_stored_sealed() {
    let shelf = Shelf::open();
    let (made, _) = shelf.blueprints.create(shelf.draft("f", "1"), NOW).await.expect("created");
    let found = shelf.blueprints.environment(&made.name, &made.latest).expect("opened");
    assert_eq!(found["SECRET"], "hush-hush");
    let shown = format!("{made:?}");
    assert!(!shown.contains("hush-hush"));
    let change = Change { environment: Some(Default::default()), ..Change::default() };
    let changed = shelf.blueprints.update(&made.name, change, None, NOW).await.expect("changed");
    assert!(shelf.blueprints.environment(&made.name, &changed.latest).expect("none").is_empty());
}

#[tokio::test]
async fn code_that_nobody_names_goes_and_a_hold_keeps_it() {
    let shelf = Shelf::open();
    let name = function("f");
    let draft = shelf.draft("f", "1");
    assert_eq!(shelf.files(), 1);
    shelf.blueprints.create(draft, NOW).await.expect("created");
    shelf.blueprints.publish(&name, None, None, None, NOW).await.expect("published");
    let new = |content: &str| {
        let archive = zip(&[Entry::file("app.py", content)]);
        shelf.blueprints.put_code(&archive).expect("put")
    };
    let update = |content: &str| shelf.blueprints.update_code(&name, new(content), None, None, NOW);
    update("2").await.expect("updated");
    assert_eq!(shelf.files(), 2, "the version has the old code still");
    update("3").await.expect("updated");
    shelf.blueprints.sweep_code().await;
    assert_eq!(shelf.files(), 2, "the second is nobody's");
    let hold = shelf.blueprints.hold_code();
    shelf.blueprints.delete(&name, None).await.expect("deleted");
    assert_eq!(shelf.files(), 2, "held for a backup");
    drop(hold);
    shelf.blueprints.sweep_code().await;
    assert_eq!(shelf.files(), 0);
    let again = shelf.again().create(shelf.draft("f", "1"), NOW).await;
    assert_eq!(again.expect("created").0.last_number, 0, "a name begins anew");
}

#[tokio::test]
async fn an_alias_shares_invocations_between_two_versions() {
    let shelf = Shelf::open();
    let name = function("f");
    shelf.blueprints.create(shelf.draft("f", "1"), NOW).await.expect("created");
    shelf.blueprints.publish(&name, None, None, None, NOW).await.expect("published");
    let change = Change { timeout_secs: Some(9), ..Change::default() };
    shelf.blueprints.update(&name, change, None, NOW).await.expect("changed");
    let second = shelf.blueprints.publish(&name, None, None, None, NOW).await.expect("published");
    assert_eq!(second.number, Some(2));
    let alias = |version: u64, other: Option<(u64, f64)>| AliasChange {
        version: Some(Qualifier::Version(version)),
        other: Some(other),
        ..AliasChange::default()
    };
    let made = shelf.blueprints.create_alias(&name, "live", alias(1, Some((2, 0.25)))).await;
    let made = made.expect("created");
    assert_eq!([0.0, 0.24, 0.25, 1.0].map(|dice| made.choose(dice)), [2, 2, 1, 1].map(Some));
    for (unfit, what) in [
        (alias(3, None), "not found"),
        (alias(1, Some((1, 0.5))), "already included"),
        (alias(1, Some((2, 1.5))), "less than or"),
    ] {
        let refused =
            shelf.blueprints.update_alias(&name, "live", unfit).await.expect_err("refused");
        assert!(refused.to_string().contains(what), "{refused}");
    }
    let deleted = shelf.blueprints.delete(&name, Some(&Qualifier::Version(2))).await;
    assert!(matches!(deleted, Err(BlueprintError::Conflict { .. })));
}

#[tokio::test]
async fn a_service_may_invoke_what_lets_it() {
    let shelf = Shelf::open();
    let name = function("f");
    shelf.blueprints.create(shelf.draft("f", "1"), NOW).await.expect("created");
    let permission = |id: &str, arn: Option<&str>, account: Option<&str>| Permission {
        statement_id: id.to_owned(),
        action: "lambda:InvokeFunction".to_owned(),
        principal: "iot.amazonaws.com".to_owned(),
        source_arn: arn.map(str::to_owned),
        source_account: account.map(str::to_owned),
        organization: None,
    };
    let rule = "arn:aws:iot:us-east-1:000000000000:rule/r";
    for (arn, account, service, expected) in [
        (None, None, "iot.amazonaws.com", true),
        (None, None, "events.amazonaws.com", false),
        (Some(rule), Some("000000000000"), "iot.amazonaws.com", true),
        (Some("arn:aws:iot:us-east-1:000000000000:rule/*"), None, "iot.amazonaws.com", true),
        (Some("arn:aws:iot:us-east-1:000000000000:rule/q"), None, "iot.amazonaws.com", false),
        (None, Some("111111111111"), "iot.amazonaws.com", false),
    ] {
        let given = permission("s", arn, account);
        shelf.blueprints.add_permission(&name, None, given, None).await.expect("added");
        let function = shelf.blueprints.function(&name).expect("there");
        let may = shelf.blueprints.may_service_invoke(&function, None, service, rule);
        assert_eq!(may, expected, "{arn:?} {account:?} {service}");
        let live = Qualifier::Alias("live".to_owned());
        assert!(!shelf.blueprints.may_service_invoke(&function, Some(&live), service, rule));
        shelf.blueprints.remove_permission(&name, None, "s", None).await.expect("removed");
    }
}

#[tokio::test]
async fn layers_are_numbered_and_numbers_do_not_come_again() {
    let shelf = Shelf::open();
    let name = LayerName::new("words").expect("a name");
    let publish = || {
        let archive = zip(&[Entry::file("python/words.py", "")]);
        let new = NewLayerVersion {
            name: name.clone(),
            code: shelf.blueprints.put_code(&archive).expect("put"),
            description: String::new(),
            license: None,
            runtimes: Vec::new(),
            architectures: Vec::new(),
        };
        shelf.blueprints.publish_layer(new, NOW)
    };
    assert_eq!(publish().await.expect("published").number, 1);
    shelf.blueprints.delete_layer_version(&name, 1).await.expect("deleted");
    assert_eq!(shelf.files(), 0);
    assert_eq!(publish().await.expect("published").number, 2);
    let arn = shelf.blueprints.layer_arn(&name, Some(2));
    assert_eq!(shelf.blueprints.layer_of_arn(&arn).expect("found").number, 2);
    for unfit in [shelf.blueprints.layer_arn(&name, Some(1)), "words:2".to_owned()] {
        assert!(matches!(shelf.blueprints.layer_of_arn(&unfit), Err(BlueprintError::Unfit { .. })));
    }
}

#[tokio::test]
async fn a_mapping_takes_what_its_source_can() {
    let shelf = Shelf::open();
    let queue = Source::Queue(QueueName::new("jobs").expect("a name"));
    let table = TableName::new("changes").expect("a name");
    let stream = Source::Stream { table, label: "l".to_owned() };
    let start = Some(StartingPosition::TrimHorizon);
    let none = MappingChange::default;
    for (source, start, change, fits) in [
        (&queue, None, none(), true),
        (&queue, start, none(), false),
        (&queue, None, MappingChange { bisects: Some(true), ..none() }, false),
        (&queue, None, MappingChange { batch_size: Some(11), ..none() }, false),
        (
            &queue,
            None,
            MappingChange { batch_size: Some(11), window_secs: Some(1), ..none() },
            true,
        ),
        (&stream, None, none(), false),
        (&stream, start, MappingChange { retries_max: Some(Some(3)), ..none() }, true),
        (&stream, start, MappingChange { batch_size: Some(0), ..none() }, false),
        (&stream, start, MappingChange { concurrency_max: Some(Some(2)), ..none() }, false),
    ] {
        let mapping = Mapping::new(source.clone(), "arn".to_owned(), function("f"), start, NOW);
        let shown = format!("{source:?} {change:?}");
        let made = shelf.blueprints.create_mapping(mapping, change).await;
        assert_eq!(made.is_ok(), fits, "{shown}: {made:?}");
        if let Ok(made) = made {
            shelf.blueprints.set_position(&made.uuid, "7".to_owned()).await.expect("noted");
            assert_eq!(shelf.blueprints.position(&made.uuid).expect("read").as_deref(), Some("7"));
            shelf.blueprints.delete_mapping(&made.uuid).await.expect("deleted");
            shelf.blueprints.set_position(&made.uuid, "8".to_owned()).await.expect("ignored");
            assert_eq!(shelf.blueprints.position(&made.uuid).expect("read"), None);
        }
    }
}
