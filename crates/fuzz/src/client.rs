//! The MQTT client, whose server sends anything.

use model::{Message, Qos, Topic, TopicFilter};
use mqtt::client::{Client, Event, Options};
use mqtt::{ReasonCode, SubscribeOptions, Version};

/// The first byte chooses the version; the others come from the server.
pub fn client(data: &[u8]) {
    let Some((first, data)) = data.split_first() else { return };
    let version = if first & 1 == 0 { Version::V311 } else { Version::V5 };
    let mut client = Client::new(Options::new(version, "fuzz"));
    client.connect(0).expect("the options are good");
    for (time, piece) in data.chunks(7).enumerate() {
        client.on_bytes(piece, time as u64);
        use_client(&mut client);
        client.on_tick(time as u64 * 10_000);
    }
    client.disconnect(ReasonCode::Success);
    assert!(!client.is_connected());
}

/// Does everything that a client can do once it is connected.
fn use_client(client: &mut Client) {
    while let Some(event) = client.next_event() {
        if matches!(event, Event::Connected { .. }) {
            let filter = TopicFilter::new("a/#").expect("valid");
            let asked = [(filter.clone(), SubscribeOptions::at(Qos::ExactlyOnce))];
            // The server may have announced that it takes next to nothing.
            let _ = client.subscribe(&asked, None);
            let _ = client.unsubscribe(&[filter]);
            for qos in [Qos::AtMostOnce, Qos::AtLeastOnce, Qos::ExactlyOnce] {
                let _ = client.publish(message(qos));
            }
        }
    }
    client.take_output();
}

fn message(qos: Qos) -> Message {
    let topic = Topic::new("a/b").expect("valid");
    Message { topic, payload: Default::default(), qos, retain: false, properties: None }
}
