//! Shadows over MQTT's topics and from the API's side.

use expect_test::{Expect, expect};
use model::{Message, Qos, ShadowName, Topic};
use registry::ShadowOf;
use stdx::task::block_on;

use crate::house::{House, thing_name};

fn classic(thing: &str) -> ShadowOf {
    ShadowOf { thing: thing_name(thing), name: None }
}

impl House {
    /// What is published because a device says this.
    fn say(&self, topic: &str, payload: &str, expected: &Expect) {
        let message = Message {
            topic: Topic::new(topic).expect("a topic"),
            payload: payload.to_owned().into(),
            qos: Qos::AtLeastOnce,
            retain: false,
            properties: None,
        };
        assert!(self.fleet.takes(topic));
        assert_eq!(
            block_on(self.fleet.take(&message, &fleet::Writer::house())).expect("the store works"),
            []
        );
        let told: Vec<String> = self
            .post
            .take()
            .iter()
            .map(|(topic, payload)| format!("{topic} {payload}\n"))
            .collect();
        expected.assert_eq(&told.concat());
    }
}

#[test]
fn a_device_and_its_shadow_talk() {
    let house = House::new();
    house.say(
        "$aws/things/lamp/shadow/get",
        r#"{"clientToken":"t"}"#,
        &expect![[r#"
            $aws/things/lamp/shadow/get/rejected {"clientToken":"t","code":404,"message":"No shadow exists with name: 'lamp'","timestamp":1790000000}
        "#]],
    );
    house.say(
        "$aws/things/lamp/shadow/update",
        r#"{"state":{"reported":{"on":false}}}"#,
        &expect![[r#"
            $aws/things/lamp/shadow/update/accepted {"metadata":{"reported":{"on":{"timestamp":1790000000}}},"state":{"reported":{"on":false}},"timestamp":1790000000,"version":1}
            $aws/things/lamp/shadow/update/documents {"current":{"metadata":{"reported":{"on":{"timestamp":1790000000}}},"state":{"reported":{"on":false}},"version":1},"previous":{"metadata":{},"state":{},"version":0},"timestamp":1790000000}
        "#]],
    );
    let update = br#"{"state":{"desired":{"on":true}},"version":1}"#;
    block_on(house.fleet.update_shadow(&classic("lamp"), update)).expect("accepted");
    let topics: Vec<String> = house.post.take().into_iter().map(|(topic, _)| topic).collect();
    assert_eq!(
        topics,
        ["delta", "accepted", "documents"]
            .map(|end| format!("$aws/things/lamp/shadow/update/{end}"))
    );
    house.say(
        "$aws/things/lamp/shadow/update",
        r#"{"state":{"desired":{"on":true}},"version":1,"clientToken":"late"}"#,
        &expect![[r#"
            $aws/things/lamp/shadow/update/rejected {"clientToken":"late","code":409,"message":"Version conflict","timestamp":1790000000}
        "#]],
    );
    house.say(
        "$aws/things/lamp/shadow/delete",
        "",
        &expect![[r#"
            $aws/things/lamp/shadow/delete/accepted {"timestamp":1790000000,"version":2}
        "#]],
    );
}

#[test]
fn named_shadows_are_apart_from_each_other_and_listed() {
    let house = House::new();
    let named = |name: &str| ShadowOf {
        thing: thing_name("lamp"),
        name: Some(ShadowName::new(name).expect("a name")),
    };
    for name in ["config", "$package", "gone"] {
        let update = format!(r#"{{"state":{{"desired":{{"name":"{name}"}}}}}}"#);
        block_on(house.fleet.update_shadow(&named(name), update.as_bytes())).expect("accepted");
    }
    block_on(house.fleet.delete_shadow(&named("gone"), b"")).expect("deleted");
    let document = house.fleet.shadow(&named("config")).expect("exists");
    assert_eq!(document["state"]["desired"]["name"], "config");
    house.fleet.shadow(&classic("lamp")).expect_err("there is no classic one");
    let listed = house.fleet.registry().shadow_names(&thing_name("lamp"), None, 10).expect("read");
    let names: Vec<&str> = listed.items.iter().map(ShadowName::as_str).collect();
    assert_eq!(names, ["$package", "config"]);
    let topics: Vec<String> = house.post.take().into_iter().map(|(topic, _)| topic).collect();
    assert_eq!(topics[1], "$aws/things/lamp/shadow/name/config/update/accepted");
}

#[test]
fn updates_at_once_all_count() {
    let house = House::new();
    let threads: Vec<_> = (0..4)
        .map(|worker| {
            let fleet = house.fleet.clone();
            std::thread::spawn(move || {
                for round in 0..50 {
                    let update = format!(r#"{{"state":{{"desired":{{"w{worker}":{round}}}}}}}"#);
                    block_on(fleet.update_shadow(&classic("lamp"), update.as_bytes()))
                        .expect("accepted");
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no worker panics");
    }
    let document = house.fleet.shadow(&classic("lamp")).expect("exists");
    assert_eq!(document["version"], 200);
    for worker in 0..4 {
        assert_eq!(document["state"]["desired"][format!("w{worker}")], 49);
    }
}
