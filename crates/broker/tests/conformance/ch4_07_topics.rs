use mqtt::ReasonCode;
use testkit::{Post, Server};

use crate::support::{BOTH, at, properties, publish_each};

#[tokio::test]
async fn filters_match_the_topics_that_they_should() {
    // [MQTT-4.7.1-1 to 4.7.2-1, MQTT-4.7.3-1 to 4.7.3-4]
    let cases: [(&str, &[&str], &[&str]); 10] = [
        ("sport/#", &["sport", "sport/", "sport/a", "sport/a/b"], &["sports", "/sport"]),
        ("#", &["a", "/", "a/b"], &["$data", "$data/a"]),
        ("+", &["a", "A"], &["a/b", "/a", "$data"]),
        ("sport/+", &["sport/", "sport/a"], &["sport", "sport/a/b"]),
        ("+/+", &["/a", "a/", "a/b"], &["a", "a/b/c", "$data/a"]),
        ("/+", &["/a", "/"], &["a", "//"]),
        ("$data/#", &["$data", "$data/a"], &["data/a"]),
        ("+/data/#", &["a/data", "a/data/b"], &["$x/data"]),
        ("a/+/c", &["a/b/c", "a//c"], &["a/c", "a/b/C", "a/b/c/d"]),
        ("Ünï cøde/ ", &["Ünï cøde/ "], &["Ünï cøde/"]),
    ];
    for version in BOTH {
        for (filter, matching, others) in cases {
            let server = Server::standard();
            let mut raw = server.client(version, "s").await;
            raw.subscribe(filter, 1).await;
            let mut publisher = server.client(version, "p").await;
            for topic in others {
                publish_each(&mut publisher, topic, 1, &["no"]).await;
            }
            for topic in matching {
                publish_each(&mut publisher, topic, 1, &["yes"]).await;
                let delivery = raw.take().await;
                assert_eq!((delivery.topic.as_str(), delivery.text()), (*topic, "yes"), "{filter}");
            }
            raw.expect_nothing().await;
        }
    }
}

#[tokio::test]
async fn what_is_no_filter_is_refused() {
    // [MQTT-4.7.1-1, MQTT-4.7.1-2, MQTT-4.7.3-1]
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.client(version, "s").await;
        for filter in ["", "a#", "a/#/b", "a+", "+a", "#/", "##"] {
            let reasons = raw.ask(&[(filter, at(0))], &properties(&[])).await;
            assert!(reasons[0].is_failure(), "{filter}");
        }
        assert_eq!(server.broker.subscription_count(), 0);
    }
}

#[tokio::test]
async fn the_longest_topic_is_a_topic() {
    // [MQTT-4.7.3-3]: in bytes, and in levels as far as they go; deeper ones are refused, and do
    // the server no harm (CVE-2019-11779).
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.client(version, "s").await;
        let mut publisher = server.client(version, "p").await;
        for topic in ["t/".repeat(200) + &"t".repeat(65_135), "/".repeat(200)] {
            raw.subscribe(&topic, 1).await;
            publish_each(&mut publisher, &topic, 1, &["1"]).await;
            assert_eq!(raw.take().await.topic, topic);
        }
        for topic in ["/".repeat(201), "/".repeat(65_535)] {
            assert!(raw.ask(&[(&topic, at(0))], &properties(&[])).await[0].is_failure());
            publisher.post(&Post::new(&topic, "")).await;
            publisher.expect_end(ReasonCode::TopicNameInvalid).await;
            publisher = server.client(version, "p").await;
        }
    }
}
