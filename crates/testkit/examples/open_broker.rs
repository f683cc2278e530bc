//! A broker without locks on a port: `cargo run -p thingstead-testkit --example open_broker -- PORT [DIR]`.

use broker::{Broker, Settings};
use sessions::Sessions;
use stdx::clock::Clock;
use testkit::OpenHouse;

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().collect();
    let port: u16 = words[1].parse().expect("a port");
    let store = match words.get(2) {
        Some(dir) => kv::Store::open(dir.as_ref(), kv::Options::default()).expect("opens"),
        None => kv::Store::in_memory(),
    };
    let sessions = Sessions::open(store).expect("opens");
    let mut settings = Settings::standard();
    settings.limits.announced.keep_alive_max_secs = std::num::NonZeroU16::new(60);
    settings.plain_subscribe_failures = true;
    let house = OpenHouse::without(&["test/nosubscribe"]);
    let broker = Broker::open(settings, house, Clock::system(), sessions).expect("opens");
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.expect("binds");
    broker.serve_plain(listener).await.expect("serves");
}
