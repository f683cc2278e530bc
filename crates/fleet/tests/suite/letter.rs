//! Messages for the house when the store fails.

use model::{Message, Qos, Topic};
use stdx::task::block_on;

use crate::house::{House, thing_name};

/// A rejection would be final to a device whose request is as good as ever.
#[test]
fn what_cannot_be_stored_is_neither_accepted_nor_rejected() {
    let house = House::new();
    let lamp = registry::NewThing {
        name: thing_name("lamp"),
        type_name: None,
        attributes: Default::default(),
        billing_group: None,
    };
    block_on(house.fleet.registry().create_thing(lamp)).expect("created");
    house.post.close_store();
    for (topic, payload, is_done) in [
        ("$aws/things/lamp/shadow/update", r#"{"state":{"reported":{"on":true}}}"#, false),
        ("$aws/things/lamp/shadow/update", "no JSON, which is rejected at any time", true),
        ("$aws/things/lamp/jobs/get", "{}", true),
        ("$aws/certificates/create-from-csr/json", "{}", true),
        ("$aws/certificates/create/json", "{}", false),
    ] {
        let message = Message {
            topic: Topic::new(topic).expect("a topic"),
            payload: payload.to_owned().into(),
            qos: Qos::AtLeastOnce,
            retain: false,
            properties: None,
        };
        let taken = block_on(house.fleet.take(&message, &fleet::Writer::house()));
        assert_eq!(taken.is_ok(), is_done, "{topic} {payload}: {taken:?}");
    }
}
