use super::*;

fn name(text: &str) -> DashboardName {
    DashboardName::new(text).expect("a name")
}

fn dashboard(of: &str, body: &str) -> Dashboard {
    let updated_by = "arn:aws:iam::000000000000:root".to_owned();
    Dashboard { name: name(of), body: body.to_owned(), updated_at: 7, updated_by }
}

#[tokio::test]
async fn what_was_put_comes_back_and_lists_are_paged() {
    let dashboards = Dashboards::new(Store::in_memory());
    for of in ["house-attic", "house-cellar", "fleet"] {
        dashboards.put(dashboard(of, r#"{"panels":[]}"#)).await.expect("put");
    }
    let newer = dashboard("fleet", r#"{"panels":[1]}"#);
    dashboards.put(newer.clone()).await.expect("put anew");
    assert_eq!(dashboards.get(&name("fleet")).expect("read"), Some(newer));
    let names = |page: &Page<Dashboard>| -> Vec<String> {
        page.items.iter().map(|found| found.name.to_string()).collect()
    };
    let first = dashboards.list("house-", None, 1).expect("a page");
    assert_eq!(names(&first), ["house-attic"]);
    let second = dashboards.list("house-", first.next.as_deref(), 1).expect("a page");
    assert_eq!((names(&second), &second.next), (vec!["house-cellar".to_owned()], &None));
}

#[tokio::test]
async fn what_is_deleted_is_gone_and_missed_the_second_time() {
    let dashboards = Dashboards::new(Store::in_memory());
    dashboards.put(dashboard("one", "{}")).await.expect("put");
    dashboards.delete(&name("one")).await.expect("deleted");
    assert_eq!(dashboards.get(&name("one")).expect("read"), None);
    let again = dashboards.delete(&name("one")).await.expect_err("there is none");
    assert_eq!(again.to_string(), "the dashboard one does not exist");
}

#[tokio::test]
async fn only_objects_of_a_bounded_size_are_kept() {
    let dashboards = Dashboards::new(Store::in_memory());
    let large = format!(r#"{{"a":"{}"}}"#, "x".repeat(BODY_BYTES_MAX));
    for (body, told) in [
        ("[]", "the body is no JSON object"),
        ("{", "the body is no JSON object"),
        (&*large, "at most 65536 are kept"),
    ] {
        let error = dashboards.put(dashboard("one", body)).await.expect_err("refused");
        assert!(error.to_string().contains(told), "{error}");
    }
}

#[test]
fn names_have_the_characters_that_cloudwatch_takes() {
    for good in ["a", "House_2-attic", &"x".repeat(255)] {
        assert!(DashboardName::new(good).is_ok(), "{good}");
    }
    for bad in ["", "a b", "a/b", "ü", &"x".repeat(256)] {
        assert!(DashboardName::new(bad).is_err(), "{bad}");
    }
}
