//! Signatures that are not good, and what is said of them.

use proptest::prelude::*;
use sigv4::{ChunkHeader, Credentials, Parsed, PathStyle, RequestParts, SignatureError};
use sigv4::{SigningKey, Target, presign, sha256_hex, sign, verify};

const NOW: u64 = 1_440_938_160_000; // 20150830T123600Z
const TARGET: Target<'_> =
    Target { region: "eu-west-1", service: "iot", style: PathStyle::Normalized };

fn credentials() -> Credentials {
    Credentials {
        access_key: "AKID".to_owned(),
        secret: "secret".to_owned(),
        session_token: Some("token/+=".to_owned()),
    }
}

/// A signed request as it arrives, to be bent out of shape.
struct Arrived {
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    now: u64,
    secret: String,
}

impl Arrived {
    fn signed() -> Arrived {
        let host = [("host", "127.0.0.1:4566"), ("x-amz-target", "Iot.Publish")];
        let (path, query) = ("/topics/a%2Fb", "qos=1");
        let request = RequestParts { method: "POST", path, query, headers: &host };
        let added = sign(&request, &credentials(), TARGET, NOW, &sha256_hex(b"on"));
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let added = added.iter().map(|(name, value)| (*name, value.as_str()));
        Arrived {
            path: path.to_owned(),
            query: query.to_owned(),
            headers: host.into_iter().chain(added).map(owned).collect(),
            body: b"on".to_vec(),
            now: NOW,
            secret: "secret".to_owned(),
        }
    }

    fn header(&mut self, name: &str) -> &mut String {
        &mut self.headers.iter_mut().find(|(held, _)| held == name).expect("a header").1
    }

    fn verify(&self) -> Result<(), SignatureError> {
        let headers: Vec<(&str, &str)> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let (path, query) = (&*self.path, &*self.query);
        let request = RequestParts { method: "POST", path, query, headers: &headers };
        let parsed = Parsed::from_request(&request)?;
        let key = SigningKey::derive(&self.secret, &parsed.credential.scope);
        let body = sha256_hex(&self.body);
        verify(&request, &parsed, &key, self.now, PathStyle::Normalized, Some(&body)).map(drop)
    }
}

fn refusal(bend: impl FnOnce(&mut Arrived)) -> String {
    let mut arrived = Arrived::signed();
    bend(&mut arrived);
    arrived.verify().expect_err("refused").to_string()
}

#[test]
fn what_was_signed_is_accepted() {
    Arrived::signed().verify().expect("good");
    let mut late = Arrived::signed();
    late.now = NOW + sigv4::CLOCK_SKEW_MAX_MS;
    late.verify().expect("within the skew");
}

#[test]
fn what_was_changed_is_refused() {
    let mismatch = "The request signature we calculated does not match the signature you \
                    provided. Check your AWS Secret Access Key and signing method. Consult the \
                    service documentation for details.";
    assert_eq!(refusal(|arrived| arrived.path = "/topics/a".to_owned()), mismatch);
    assert_eq!(refusal(|arrived| arrived.query = "qos=0".to_owned()), mismatch);
    assert_eq!(refusal(|arrived| arrived.body = b"off".to_vec()), mismatch);
    assert_eq!(refusal(|arrived| arrived.secret = "other".to_owned()), mismatch);
    assert_eq!(refusal(|arrived| "evil".clone_into(arrived.header("host"))), mismatch);
    assert_eq!(refusal(|arrived| arrived.header("x-amz-target").push('x')), mismatch);
    assert_eq!(refusal(|arrived| arrived.header("x-amz-security-token").push('x')), mismatch);
    assert_eq!(refusal(|arrived| arrived.header("authorization").push('0')), mismatch);
}

#[test]
fn clocks_that_stand_apart_are_told_how_far() {
    assert_eq!(
        refusal(|arrived| arrived.now += 900_001),
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123600Z \
         (20150830T125100Z - 15 min.)"
    );
    assert_eq!(
        refusal(|arrived| arrived.now -= 1_200_000),
        "Signature not yet current: 20150830T123600Z is still later than 20150830T123100Z \
         (20150830T121600Z + 15 min.)"
    );
}

#[test]
fn what_is_missing_or_malformed_is_named() {
    assert_eq!(
        refusal(|arrived| arrived.headers.retain(|(name, _)| name != "authorization")),
        "Missing Authentication Token"
    );
    assert_eq!(
        refusal(|arrived| arrived.headers.retain(|(name, _)| name != "x-amz-date")),
        "Authorization requires 'X-Amz-Date'."
    );
    assert_eq!(
        refusal(|arrived| arrived.header("x-amz-date").replace_range(..8, "20150831")),
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from \
         HTTP: '20150830' != '20150831'."
    );
    assert_eq!(
        refusal(|arrived| arrived.headers.push(("X-Amz-New".to_owned(), "1".to_owned()))),
        "'x-amz-new' must be a 'SignedHeader' in the AWS Authorization."
    );
    let authorization =
        |text: &str| refusal(|arrived| text.clone_into(arrived.header("authorization")));
    assert_eq!(authorization("Bearer x"), "Unsupported AWS 'algorithm': 'Bearer'.");
    assert_eq!(authorization("AWS4-HMAC-SHA256"), "Authorization requires 'Credential'.");
    assert_eq!(
        authorization("AWS4-HMAC-SHA256 Credential=a, Credential=b"),
        "'Credential' must not be given more than once."
    );
    assert_eq!(
        authorization("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0"),
        "Credential must have the form KEY/DATE/REGION/SERVICE/aws4_request, not 'a/b'."
    );
    assert_eq!(
        authorization(
            "AWS4-HMAC-SHA256 Credential=AKID/20150830/eu-west-1/iot/aws4_request, \
             SignedHeaders=x-amz-date;x-amz-target;x-amz-security-token, Signature=0"
        ),
        "'Host' must be a 'SignedHeader' in the AWS Authorization."
    );
}

#[test]
fn a_websocket_may_add_its_session_token_after_signing() {
    let headers = [("host", "localhost:4566")];
    let target = Target { service: "iotdevicegateway", ..TARGET };
    let request = RequestParts { method: "GET", path: "/mqtt", query: "", headers: &headers };
    let check = |query: &str| {
        let request = RequestParts { query, ..request };
        let parsed = Parsed::from_request(&request).expect("a signature");
        assert_eq!(parsed.session_token.as_deref(), Some("token/+="));
        let key = SigningKey::derive("secret", &parsed.credential.scope);
        verify(&request, &parsed, &key, NOW, PathStyle::Normalized, None)
    };
    let payload = sha256_hex(b"");
    let before = presign(&request, &credentials(), target, NOW, 60, &payload);
    check(&before).expect("signed with the token");
    let bare = Credentials { session_token: None, ..credentials() };
    let after = presign(&request, &bare, target, NOW, 60, &payload);
    check(&format!("{after}&X-Amz-Security-Token=token%2F%2B%3D")).expect("added afterwards");
    check(&format!("{before}&clientId=x")).expect_err("added afterwards too");
}

#[test]
fn the_life_of_a_presigned_request_has_bounds() {
    let headers = [("host", "h")];
    let request = RequestParts { method: "GET", path: "/", query: "", headers: &headers };
    let query = presign(&request, &credentials(), TARGET, NOW, 604_801, "UNSIGNED-PAYLOAD");
    let refused = Parsed::from_request(&RequestParts { query: &query, ..request });
    assert_eq!(refused, Err(SignatureError::Expires { found: "604801".to_owned() }));
}

#[test]
fn a_body_that_is_not_the_one_stated_is_refused() {
    let stated = sha256_hex(b"on");
    let host = [("host", "h"), ("x-amz-content-sha256", stated.as_str())];
    let request = RequestParts { method: "PUT", path: "/", query: "", headers: &host };
    let added = sign(&request, &credentials(), TARGET, NOW, &stated);
    let mut headers = host.to_vec();
    headers.extend(added.iter().map(|(name, value)| (*name, value.as_str())));
    let request = RequestParts { headers: &headers, ..request };
    let parsed = Parsed::from_request(&request).expect("a signature");
    let key = SigningKey::derive("secret", &parsed.credential.scope);
    let other = sha256_hex(b"off");
    let refused = verify(&request, &parsed, &key, NOW, TARGET.style, Some(&other));
    assert!(matches!(refused, Err(SignatureError::BodyChanged { .. })));
}

#[test]
fn the_first_line_of_a_chunk_is_read_strictly() {
    let header = ChunkHeader::parse(b"10000;chunk-signature=ab").expect("a header");
    assert_eq!(header, ChunkHeader { size: 65_536, signature: Some("ab") });
    let header = ChunkHeader::parse(b"0").expect("a header");
    assert_eq!(header, ChunkHeader { size: 0, signature: None });
    for line in [&b""[..], b"+1", b"-1", b"x", b"fffffffffffffffff", b"1\xff", &[b'0'; 300]] {
        ChunkHeader::parse(line).expect_err("no header");
    }
}

proptest! {
    #[test]
    fn nothing_that_arrives_does_harm(
        path in ".{0,20}",
        query in ".{0,40}",
        authorization in "(AWS4-HMAC-SHA256 (Credential|SignedHeaders|Signature)=.{0,20},?){0,3}",
        date in "[0-9TZ]{0,17}|.{0,17}",
    ) {
        let mut arrived = Arrived::signed();
        arrived.path = path;
        arrived.query = query;
        *arrived.header("authorization") = authorization;
        *arrived.header("x-amz-date") = date;
        prop_assert!(arrived.verify().is_err());
    }
}
