//! Parameters, on a store in memory.

use std::collections::BTreeMap;

use kv::{Space, Store};
use parameters::{
    Depth, Kind, NewParameter, ParameterError, ParameterName, Parameters, Put, Selector,
};
use stdx::task::block_on;

fn name(text: &str) -> ParameterName {
    ParameterName::new(text).expect("a name")
}

fn new(text: &str, value: &str) -> NewParameter {
    NewParameter {
        name: name(text),
        value: value.to_owned(),
        kind: Some(Kind::String),
        description: None,
        allowed_pattern: None,
        tier: None,
        tags: BTreeMap::new(),
        overwrite: false,
        modified_by: "arn:aws:iam::000000000000:root".to_owned(),
        now: 17,
    }
}

fn put(parameters: &Parameters, new: NewParameter) -> Result<Put, ParameterError> {
    block_on(parameters.put(new))
}

fn value(parameters: &Parameters, text: &str) -> Result<String, ParameterError> {
    let (name, selector) = ParameterName::with_selector(text)?;
    Ok(parameters.get(&name, &selector, true)?.version.value)
}

#[test]
fn a_parameter_has_versions_and_they_have_labels() {
    let parameters = Parameters::open(Store::in_memory()).expect("opened");
    put(&parameters, new("/prod/a", "one")).expect("put");
    assert!(matches!(put(&parameters, new("/prod/a", "two")), Err(ParameterError::Exists)));
    let again = NewParameter { overwrite: true, kind: None, ..new("/prod/a", "two") };
    assert_eq!(put(&parameters, again).expect("put").version, 2);
    assert_eq!(value(&parameters, "/prod/a").expect("read"), "two");
    assert_eq!(value(&parameters, "/prod/a:1").expect("read"), "one");
    let labels = ["live", "1st", "awsome"].map(str::to_owned).to_vec();
    let labelled = block_on(parameters.label(&name("/prod/a"), Some(1), labels)).expect("done");
    assert_eq!((labelled.done.len(), labelled.invalid.len()), (1, 2));
    assert_eq!(value(&parameters, "/prod/a:live").expect("read"), "one");
    block_on(parameters.label(&name("/prod/a"), None, vec!["live".to_owned()])).expect("moved");
    assert_eq!(value(&parameters, "/prod/a:live").expect("read"), "two");
    let off = block_on(parameters.unlabel(&name("/prod/a"), 1, vec!["live".to_owned()]));
    assert_eq!(off.expect("done").invalid, ["live"], "the second carries it");
    for text in ["/prod/a:3", "/prod/a:old"] {
        let missing = value(&parameters, text).expect_err(text);
        assert!(matches!(missing, ParameterError::VersionNotFound { .. }), "{missing:?}");
    }
    assert!(block_on(parameters.delete(&name("/prod/a"))).expect("deleted"));
    assert!(!block_on(parameters.delete(&name("/prod/a"))).expect("done"));
    assert!(matches!(value(&parameters, "/prod/a"), Err(ParameterError::NotFound { .. })));
}

#[test]
fn a_hundred_versions_are_kept_and_labels_hold_the_oldest() {
    let store = Store::in_memory();
    let parameters = Parameters::open(store.clone()).expect("opened");
    let next = |number: u64| {
        put(&parameters, NewParameter { overwrite: number > 1, ..new("a", &number.to_string()) })
    };
    for number in 1..=101 {
        next(number).expect("put");
    }
    let (first, more) = parameters.history(&name("a"), 1, 50, true).expect("read");
    let numbers: Vec<u64> = first.iter().map(|one| one.version.number).collect();
    assert_eq!((numbers.first(), numbers.len(), more), (Some(&2), 50, Some(52)));
    let (rest, more) = parameters.history(&name("a"), 52, 50, true).expect("read");
    assert_eq!((rest.len(), more, rest[49].version.value.as_str()), (50, None, "101"));
    block_on(parameters.label(&name("a"), Some(2), vec!["live".to_owned()])).expect("labelled");
    assert!(matches!(next(102), Err(ParameterError::Versions { .. })));
    block_on(parameters.delete(&name("a"))).expect("deleted");
    assert_eq!(store.scan(Space::new("parameter-versions"), b"").expect("read").count(), 0);
}

#[test]
fn a_secret_is_sealed_where_it_is_stored() {
    let store = Store::in_memory();
    let parameters = Parameters::open(store.clone()).expect("opened");
    let secret = |value| NewParameter { kind: Some(Kind::SecureString), ..new("key", value) };
    put(&parameters, secret("open sesame")).expect("put");
    put(&parameters, NewParameter { overwrite: true, ..secret("another") }).expect("put");
    let again = Parameters::open(store.clone()).expect("opened");
    assert_eq!(value(&again, "key:1").expect("read"), "open sesame");
    let closed = again.get(&name("key"), &Selector::Version(1), false).expect("read");
    assert!(!closed.version.value.contains("sesame"));
    for space in ["parameters", "parameter-versions"] {
        for found in store.scan(Space::new(space), b"").expect("read") {
            let (_, bytes) = found.expect("read");
            assert!(!String::from_utf8_lossy(&bytes).contains("sesame"));
        }
    }
    let kind = NewParameter { overwrite: true, ..new("key", "plain") };
    assert!(matches!(put(&again, kind), Err(ParameterError::Kind { .. })));
}

#[test]
fn parameters_are_found_below_a_path() {
    let parameters = Parameters::open(Store::in_memory()).expect("opened");
    for text in ["/a", "/a/b", "/a/c/d", "/ab", "e"] {
        put(&parameters, new(text, "v")).expect("put");
    }
    let below = |path, depth| {
        let page = parameters.below(path, depth, None, 10, true, |_| true).expect("read");
        page.items.iter().map(|one| one.name.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(below("/a", Depth::OneLevel), ["/a/b"]);
    assert_eq!(below("/a/", Depth::All), ["/a/b", "/a/c/d"]);
    assert_eq!(below("/", Depth::All), ["/a", "/a/b", "/a/c/d", "/ab", "e"]);
    assert_eq!(below("/", Depth::OneLevel), ["/a", "/ab", "e"]);
    let first = parameters.below("/", Depth::All, None, 3, true, |_| true).expect("read");
    let rest = parameters.below("/", Depth::All, first.next.as_deref(), 3, true, |_| true);
    assert_eq!(rest.expect("read").items[0].name.as_str(), "/ab");
}

#[test]
fn what_does_not_fit_is_refused() {
    let parameters = Parameters::open(Store::in_memory()).expect("opened");
    let pattern =
        |pattern: &str| NewParameter { allowed_pattern: Some(pattern.to_owned()), ..new("a", "7") };
    assert!(matches!(put(&parameters, pattern("(")), Err(ParameterError::Pattern { .. })));
    let mismatch = put(&parameters, pattern("^[a-z]+$"));
    assert!(matches!(mismatch, Err(ParameterError::Mismatch { .. })));
    for value in [String::new(), "v".repeat(8_193)] {
        assert!(matches!(put(&parameters, new("a", &value)), Err(ParameterError::Unfit(_))));
    }
    let large = put(&parameters, new("a", &"v".repeat(4_097))).expect("put");
    assert_eq!(large.tier.name(), "Advanced");
}
