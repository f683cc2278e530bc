//! Each operation of S3, asked by those who may not: unsigned, with a wrong signature, and by a user
//! without any policy. A new row is tried without a new test.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use http::request::Parts;
use model::BucketName;
use objects::Settings;
use sigv4::{Credentials, PathStyle, RequestParts, Target, sha256_hex, sign};

use crate::door::Via;
use crate::error::AwsError;
use crate::every_operation::{Door, NOW};
use crate::s3::door::handle;
use crate::s3::receive::Source;
use crate::s3::row::{On, Row};
use crate::s3::{ROWS, SIGNING_NAME};

const DELETE: &[u8] = b"<Delete><Object><Key>sample</Key></Object></Delete>";

fn request(row: &Row) -> Parts {
    let path = match row.on {
        On::Account => "/",
        On::Bucket => "/sample",
        On::Object => "/sample/sample",
    };
    let value = if row.query == "list-type" { "=2" } else { "" };
    let uri = format!("{path}?{}{value}", row.query);
    let mut builder = Request::builder().method(row.method).uri(uri).header("host", "localhost");
    if row.copies {
        builder = builder.header("x-amz-copy-source", "sample/sample");
    }
    builder.body(()).expect("a request").into_parts().0
}

fn sign_with(key: &Credentials, head: &mut Parts, body: &[u8]) {
    let hash = sha256_hex(body);
    head.headers.insert("x-amz-content-sha256", hash.parse().expect("a header"));
    let headers: Vec<(String, String)> = head
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().expect("a text").to_owned()))
        .collect();
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let parts = RequestParts {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        headers: &headers,
    };
    let target = Target { region: "eu-west-1", service: SIGNING_NAME, style: PathStyle::S3 };
    for (name, value) in sign(&parts, key, target, NOW, &hash) {
        head.headers.insert(name, value.parse().expect("a header"));
    }
}

async fn ask(door: &Door, head: Parts, body: &'static [u8]) -> Result<Bytes, AwsError> {
    let address = (IpAddr::V4(Ipv4Addr::LOCALHOST), 1).into();
    let via = Via { address, is_secure: false, device: None };
    let body = Source::Whole(Bytes::from_static(body));
    let heard = (&mut "", &mut None);
    let answer = handle(Arc::clone(&door.state), via, head, body, "request", heard).await?;
    let body = http_body_util::BodyExt::collect(answer.body).await;
    Ok(body.expect("a body at hand").to_bytes())
}

async fn refusal(door: &Door, head: Parts) -> AwsError {
    ask(door, head, DELETE).await.expect_err("refused")
}

#[tokio::test]
async fn nobody_calls_anything_without_a_signature_or_with_a_wrong_one() {
    let door = Door::open().await;
    for row in ROWS {
        let error = refusal(&door, request(row)).await;
        let is_known =
            matches!((error.status, error.code), (403, "AccessDenied") | (404, "NoSuchBucket"));
        assert!(is_known && (row.asks_itself || error.status == 403), "{}: {error:?}", row.name);
        let mut head = request(row);
        let wrong = Credentials {
            access_key: door.key.access_key.clone(),
            secret: "wrong".to_owned(),
            session_token: None,
        };
        sign_with(&wrong, &mut head, DELETE);
        let error = refusal(&door, head).await;
        assert_eq!((error.status, error.code), (403, "SignatureDoesNotMatch"), "{}", row.name);
    }
}

#[tokio::test]
async fn a_body_is_the_one_that_was_signed() {
    let door = Door::open().await;
    let sample = BucketName::new("sample").expect("a name");
    let made = door.state.objects.create_bucket(&sample, Settings::default(), NOW).await;
    made.expect("created");
    let row = ROWS.iter().find(|row| row.name == "DeleteObjects").expect("a row");
    let mut head = request(row);
    sign_with(&door.key, &mut head, b"another");
    let error = refusal(&door, head).await;
    assert_eq!((error.status, error.code), (400, "XAmzContentSHA256Mismatch"));
}

/// What a caller's policies must allow for each operation.
pub(crate) async fn actions(door: &Door) -> String {
    let sample = BucketName::new("sample").expect("a name");
    let made = door.state.objects.create_bucket(&sample, Settings::default(), NOW).await;
    made.expect("created");
    let mut page = "\n## s3\n\n".to_owned();
    for row in ROWS {
        let mut head = request(row);
        sign_with(&door.key, &mut head, DELETE);
        let message = match ask(door, head, DELETE).await {
            Err(error) => {
                assert_eq!((error.status, error.code), (403, "AccessDenied"), "{}", row.name);
                error.message
            }
            // One of many that are refused each for itself.
            Ok(body) => String::from_utf8_lossy(&body).into_owned(),
        };
        let (_, asked) = message
            .split_once("is not authorized to perform: ")
            .unwrap_or_else(|| panic!("{}: {message}", row.name));
        let (asked, _) =
            asked.split_once(" because no identity-based policy allows the ").expect("why");
        let (action, resource) = asked.split_once(" on resource: ").expect("a resource");
        page.push_str(&format!("- {}: `{action}` on `{resource}`\n", row.name));
    }
    page
}
