//! Plain requests are answered as hyper answers them, whatever they are and however they are cut.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use proptest::prelude::*;
use sigv4::{Credentials, PathStyle, RequestParts, Target, sha256_hex, sign};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::{Instant, timeout};

use super::request::{Look, Request};
use super::serve;
use crate::door::{Via, serve_rest, serve_stream};
use crate::every_operation::{Door, NOW};
use crate::listen::PATIENCE;

const FORM: &str = "application/x-www-form-urlencoded";

fn owner() -> Credentials {
    let (access_key, secret) = ("AKIAROOT".to_owned(), "x".to_owned());
    Credentials { access_key, secret, session_token: None }
}

fn via() -> Via {
    let address = (IpAddr::V4(Ipv4Addr::LOCALHOST), 1).into();
    Via { address, is_secure: false, device: None }
}

/// A request as a client sends it, but for what is put before the end of its head.
fn signed(
    service: &str,
    method: &str,
    path: &str,
    more: &[(&str, &str)],
    unsigned: &str,
    body: &str,
) -> String {
    let mut headers = vec![("host", "localhost")];
    headers.extend(more);
    let (bare_path, query) = path.split_once('?').unwrap_or((path, ""));
    let parts = RequestParts { method, path: bare_path, query, headers: &headers };
    let target = Target { region: "eu-west-1", service, style: PathStyle::Normalized };
    let added = sign(&parts, &owner(), target, NOW, &sha256_hex(body.as_bytes()));
    let mut text = format!("{method} {path} HTTP/1.1\r\n");
    for (name, value) in &headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    for (name, value) in &added {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    format!("{text}{unsigned}\r\n{body}")
}

fn by_target(target: &str, unsigned: &str, body: &str) -> String {
    let target = format!("DynamoDB_20120810.{target}");
    let more = [("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Target", &target)];
    signed("dynamodb", "POST", "/", &more, unsigned, body)
}

fn with_length(target: &str, body: &str) -> String {
    by_target(target, &format!("Content-Length: {}\r\n", body.len()), body)
}

/// Requests of all kinds: those that are plain come first.
fn samples() -> (Vec<String>, Vec<String>) {
    let identity = "Action=GetCallerIdentity&Version=2011-06-15";
    let form = |unsigned: &str| {
        let length = format!("{unsigned}content-length: {}\r\n", identity.len());
        signed("sts", "POST", "/", &[("content-type", FORM)], &length, identity)
    };
    let chunked = format!("{:x}\r\n{identity}\r\n0\r\n\r\n", identity.len());
    let list = |unsigned: &str| by_target("ListTables", unsigned, "{}");
    let plain = vec![
        with_length("ListTables", "{}"),
        with_length("ListTables", &format!("{{{}}}", " ".repeat(40_000))),
        with_length("NoSuchOperation", "{}"),
        with_length("DescribeTable", r#"{"TableName":"absent"}"#),
        with_length("ListTables", "no JSON"),
        list("content-length: 2\r\nconnection: keep-alive\r\n"),
        list("content-length: 2\r\nx-unsigned: a  b \r\n"),
        list("content-length: 2\r\nx-amz-unsigned: a\r\n"),
        by_target("ListTables", "", ""),
        signed("iot", "GET", "/things?maxResults=2", &[], "", ""),
        signed("iot", "GET", "/things/a%2Fb", &[], "Content-Length: 0\r\n", ""),
        signed("iot", "DELETE", "/things/absent", &[], "", ""),
        signed("unknown", "GET", "/", &[], "", ""),
        form(""),
        "POST / HTTP/1.1\r\nhost: a\r\nauthorization: AWS4-HMAC-SHA256 what\r\n\r\n".to_owned(),
    ];
    let other = vec![
        "GET / HTTP/1.1\r\nhost: a\r\n\r\n".to_owned(),
        "GET /bucket/key HTTP/1.1\r\nhost: a\r\n\r\n".to_owned(),
        "GET /confirmdestination/token HTTP/1.1\r\nhost: a\r\n\r\n".to_owned(),
        "GET /ping HTTP/1.1\r\nhost: a\r\n\r\n".to_owned(),
        "GET /mqtt HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"
            .to_owned(),
        "\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n".to_owned(),
        "GET http://a/ HTTP/1.1\r\nhost: a\r\n\r\n".to_owned(),
        "GET /#a HTTP/1.1\r\nhost: a\r\n\r\n".to_owned(),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        signed("iot", "HEAD", "/things", &[], "", ""),
        signed("s3", "GET", "/", &[], "", ""),
        signed("iot", "POST", "/write", &[], "", ""),
        form("transfer-encoding: chunked\r\n"),
        signed(
            "sts",
            "POST",
            "/",
            &[("content-type", FORM)],
            "transfer-encoding: chunked\r\n",
            &chunked,
        ),
        list("content-length: 2\r\nexpect: 100-continue\r\n"),
        list("content-length: 2\r\ncontent-length: 2\r\n"),
        list("content-length: 2\r\ncontent-length: 3\r\n"),
        list("content-length: +2\r\n"),
        list("content-length: 2, 2\r\n"),
        list("content-length: \r\n"),
        list("content-length : 2\r\n"),
        list("content-length:\r\n 2\r\n"),
        list("content-length: 2\nx: y\r\n"),
        list("content-length: 2\r\nx: \u{e9}\r\n"),
        list("content-length: 2\r\nx: \0\r\n"),
        list("content-length: 2\r\nno header\r\n"),
        list("content-length: 2\r\nconnection: close\r\nconnection: keep-alive\r\n"),
        list("content-length: 2\r\nconnection: close, te\r\n"),
        list("content-length: 99999999\r\n"),
        list(&format!("content-length: 2\r\n{}", "x: y\r\n".repeat(40))),
        list("content-length: 2\r\n").replace("HTTP/1.1", "HTTP/1.0"),
        list("content-length: 2\r\n").replace("\r\n", "\n"),
    ];
    (plain, other)
}

#[test]
fn what_is_plain_is_told_from_what_is_not() {
    let (plain, other) = samples();
    for text in &plain {
        let Look::Whole(request) = Request::look(text.as_bytes(), 0, false) else {
            panic!("not plain: {text}");
        };
        assert_eq!(request.bytes(), text.len(), "{text}");
    }
    for text in &other {
        assert!(matches!(Request::look(text.as_bytes(), 0, false), Look::Other), "plain: {text}");
    }
    let unsigned = b"GET /things HTTP/1.1\r\nhost: a\r\n\r\n";
    assert!(matches!(Request::look(unsigned, 0, true), Look::Whole(_)), "devices do not sign");
}

#[test]
fn a_head_is_found_wherever_it_was_cut() {
    let text = with_length("ListTables", "{}\r\n\r\n");
    let end = text.find("\r\n\r\n").expect("an end") + 4;
    for looked in 0..end {
        assert!(matches!(Request::look(&text.as_bytes()[..looked], 0, false), Look::Part));
        let Look::Whole(request) = Request::look(text.as_bytes(), looked, false) else {
            panic!("not found behind {looked}");
        };
        assert_eq!(request.head_bytes, end);
    }
}

/// Sends pieces, with a pause behind each, and answers all that came back until the end.
async fn talk(mut stream: DuplexStream, pieces: &[Vec<u8>]) -> Vec<u8> {
    let mut heard = Vec::new();
    for piece in pieces {
        // Who refuses what came before does not read on.
        if stream.write_all(piece).await.is_err() {
            break;
        }
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
    }
    // hyper waits for a body as long as it takes.
    while let Ok(Ok(1..)) = timeout(3 * PATIENCE, stream.read_buf(&mut heard)).await {}
    heard
}

/// Answers with the headers of each in order, and without the date.
fn sorted(mut heard: &[u8]) -> Vec<(Vec<String>, Vec<u8>)> {
    let mut answers = Vec::new();
    while !heard.is_empty() {
        let end = heard.windows(4).position(|at| at == b"\r\n\r\n").expect("a head") + 4;
        let head = std::str::from_utf8(&heard[..end]).expect("text");
        let mut lines: Vec<String> = head.trim_end().split("\r\n").map(str::to_owned).collect();
        lines.retain(|line| !line.starts_with("date: "));
        lines[1..].sort();
        let length = lines.iter().find_map(|line| line.strip_prefix("content-length: "));
        let length = length.map_or(0, |length| length.parse().expect("a number"));
        let is_without = lines[0].contains(" 100 ") || lines[0].contains(" 101 ");
        // Of HEAD, whose length is of what is not sent.
        let length = if is_without || heard[end..].starts_with(b"HTTP/1.1 ") { 0 } else { length };
        let length = length.min(heard.len() - end);
        answers.push((lines, heard[end..end + length].to_vec()));
        heard = &heard[end + length..];
    }
    answers
}

async fn answers(pieces: &[Vec<u8>], is_plain: bool) -> Vec<(Vec<String>, Vec<u8>)> {
    let state = Door::open().await.state;
    let (client, server) = duplex(1 << 20);
    let serving = async move {
        match is_plain {
            true => serve_stream(server, via(), state).await,
            false => serve_rest(server, via(), state).await,
        }
    };
    let (heard, ()) = tokio::join!(talk(client, pieces), serving);
    sorted(&heard)
}

fn on_paused_time<T>(work: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(work)
}

fn cut(text: &[u8], cuts: &[prop::sample::Index]) -> Vec<Vec<u8>> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
    places.extend([0, text.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| text[pair[0]..pair[1]].to_vec()).collect()
}

#[test]
fn every_sample_is_answered_as_by_hyper() {
    let (plain, other) = samples();
    for text in plain.iter().chain(&other) {
        let pieces = [text.clone().into_bytes()];
        let ours = on_paused_time(answers(&pieces, true));
        assert_eq!(ours, on_paused_time(answers(&pieces, false)), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn requests_are_answered_as_by_hyper_however_they_are_cut(
        chosen in prop::collection::vec((any::<prop::sample::Index>(), 0..6u8), 1..5),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let (plain, other) = samples();
        let pick = |(index, kind): &(prop::sample::Index, u8)| match kind {
            0 => index.get(&other).clone(),
            _ => index.get(&plain).clone(),
        };
        let text: String = chosen.iter().map(pick).collect();
        let pieces = cut(text.as_bytes(), &cuts);
        let ours = on_paused_time(answers(&pieces, true));
        prop_assert_eq!(ours, on_paused_time(answers(&pieces, false)));
    }

    #[test]
    fn garbage_is_answered_as_by_hyper(
        index in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut text = index.get(&samples().0).clone().into_bytes();
        let head = text.windows(4).position(|at| at == b"\r\n\r\n").expect("a head") + 4;
        text[place.index(head)] = byte;
        let pieces = [text];
        let ours = on_paused_time(answers(&pieces, true));
        prop_assert_eq!(ours, on_paused_time(answers(&pieces, false)));
    }
}

#[tokio::test(start_paused = true)]
async fn requests_that_come_at_once_are_answered_in_their_order() {
    let last = by_target("ListTables", "content-length: 2\r\nconnection: close\r\n", "{}");
    let text = with_length("NoSuchOperation", "{}") + &last + &with_length("ListTables", "{}");
    let began = Instant::now();
    let answers = answers(&[text.into_bytes()], true).await;
    let lines: Vec<&str> = answers.iter().map(|(lines, _)| lines[0].as_str()).collect();
    assert_eq!(lines, ["HTTP/1.1 404 Not Found", "HTTP/1.1 200 OK"], "nothing behind the last");
    assert!(answers[1].0.contains(&"connection: close".to_owned()));
    assert!(began.elapsed() < PATIENCE, "it is closed at once");
}

#[tokio::test(start_paused = true)]
async fn whoever_is_slow_is_left() {
    let state = Door::open().await.state;
    let text = with_length("ListTables", "{}").into_bytes();
    for sent in [0, 10, text.len() - 1] {
        let (mut client, server) = duplex(1 << 20);
        client.write_all(&text[..sent]).await.expect("written");
        let began = Instant::now();
        assert!(serve(server, &via(), &state).await.is_none());
        let took = began.elapsed();
        assert!(took >= PATIENCE && took < PATIENCE + Duration::from_secs(1), "{sent}: {took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_is_waited_for_who_has_gone() {
    let state = Door::open().await.state;
    let by_target = |target: &str, body: &str| {
        let more = [("x-amz-target", target)];
        let length = format!("content-length: {}\r\n", body.len());
        signed("sqs", "POST", "/", &more, &length, body)
    };
    let queue = r#"{"QueueName":"letters"}"#;
    let wait = r#"{"QueueUrl":"http://localhost/000000000000/letters","WaitTimeSeconds":20}"#;
    let made = [by_target("AmazonSQS.CreateQueue", queue)];
    let (mut client, server) = duplex(1 << 20);
    client.write_all(made.concat().as_bytes()).await.expect("written");
    client.write_all(by_target("AmazonSQS.ReceiveMessage", wait).as_bytes()).await.expect("sent");
    let via = via();
    let serving = serve(server, &via, &state);
    let leaving = async {
        let mut answer = [0; 12];
        client.read_exact(&mut answer).await.expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 200");
        tokio::time::sleep(Duration::from_secs(2)).await;
        drop(client);
        Instant::now()
    };
    let began = Instant::now();
    let (served, left) = tokio::join!(serving, leaving);
    assert!(served.is_none());
    assert_eq!(began.elapsed(), left - began, "it ends with the client");
}
